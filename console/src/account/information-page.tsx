import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { Heading, Told } from '../people/parts.tsx';
import { Correct, CorrectBirthDate } from './correction-forms.tsx';
import { Corrections } from './corrections.tsx';
import { Home, legalDay, Shown } from './parts.tsx';
import { api, mine } from './session.ts';
import { useSay, wordFor } from './texts.ts';
import { useLoad } from './use-load.ts';

type Dispute = Schemas['InformationDisputeDto'];

/** What I told about myself: what is disputed and how to put it right, and a birth date that was entered wrongly (2.2, 2.3(1)). */
export function InformationPage(): ReactNode {
  const { say, language } = useSay();
  const loaded = useLoad(async () => {
    const [account, disputes, corrections] = await Promise.all([
      mine(() => api.GET('/v1/accounts/me')),
      mine(() => api.GET('/v1/accounts/me/information-disputes')),
      mine(() => api.GET('/v1/accounts/me/information-corrections')),
    ]);
    return { account, disputes: disputes.items, corrections: corrections.items };
  });
  return (
    <>
      <Heading>{say('information.title')}</Heading>
      <Shown loaded={loaded}>
        {({ account, disputes, corrections }) => {
          const live = disputes.filter((each) => each.endedAt === null);
          const answerable = live.find((each) => each.state === 'open' || each.state === 'refused');
          const waiting = corrections.some((each) => each.state === 'in_review');
          return (
            <>
              {live.map((each) => (
                <DisputeCard key={each.id} dispute={each} />
              ))}
              {answerable && <Correct fields={answerable.fields} changed={loaded.reload} />}
              <dl className="facts card">
                <dt>{say('home.name')}</dt>
                <dd>{account.displayName ?? say('information.noName')}</dd>
                <dt>{say('register.birthDate')}</dt>
                <dd>{account.birthDate ? legalDay(account.birthDate, language) : '—'}</dd>
              </dl>
              {!waiting && !answerable && <CorrectBirthDate changed={loaded.reload} />}
              {corrections.length > 0 && <Corrections items={corrections} reload={loaded.reload} />}
            </>
          );
        }}
      </Shown>
      <Home />
    </>
  );
}

function DisputeCard({ dispute }: { readonly dispute: Dispute }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card warn">
      <h2>{say('information.disputed')}</h2>
      <ul>
        {dispute.fields.map((field) => (
          <li key={field}>{wordFor(say, `disputed.${field}`, 'disputed.other')}</li>
        ))}
      </ul>
      <p className="words">{dispute.reason}</p>
      <Told>
        {dispute.state === 'in_review'
          ? say('information.inReview')
          : dispute.state === 'refused'
            ? say('information.refused')
            : say('information.due', { time: moment(dispute.dueAt, language) })}
      </Told>
    </section>
  );
}
