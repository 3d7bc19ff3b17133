import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { AgreementLink } from '../people/agreement.tsx';
import { SendButton } from '../people/form.tsx';
import { useOnceKey } from '../people/once-key.ts';
import { Choices, ErrorSummary, Heading, Told } from '../people/parts.tsx';
import { useForm } from '../people/use-form.ts';
import { Home, Shown } from './parts.tsx';
import { saveFile } from './save-file.ts';
import { api, mine } from './session.ts';
import { useSay } from './texts.ts';
import { useLoad } from './use-load.ts';
import { OwnAcceptance } from './own-acceptance.tsx';
import { WhatChanged } from './what-changed.tsx';

/** What was answered and what waits; refusing is as easy as accepting and leads to the way out. */
export function AgreementsPage(): ReactNode {
  const { say, language } = useSay();
  const [answered, setAnswered] = useState<Schemas['AnsweredDto']>();
  const [own, setOwn] = useState(false);
  const keyOf = useOnceKey();
  const form = useForm({});
  const loaded = useLoad(async () => {
    const [ledger, { items }, standing] = await Promise.all([
      mine(() => api.GET('/v1/accounts/me/acceptances')),
      ask(api.GET('/v1/agreements')),
      mine(() => api.GET('/v1/accounts/me/standing')),
    ]);
    return { ledger, items, standing, titles: new Map(items.map((each) => [each.documentId, each.title])) };
  });
  const answer = (pending: Schemas['PendingReconsentDto'], decision: 'accepted' | 'refused') => async () => {
    const { documentId, version } = pending;
    const body = {
      acceptances: [{ documentId, version }],
      decision,
      how: 'clickwrap' as const,
      channel: 'web' as const,
    };
    const params = { header: { 'Idempotency-Key': keyOf(body) } };
    setAnswered(await mine(() => api.POST('/v1/accounts/me/acceptances', { params, body })));
    loaded.reload();
  };
  const accepted = (): void => {
    setOwn(true);
    loaded.reload();
  };
  return (
    <>
      <Heading>{say('agreements.title')}</Heading>
      <ErrorSummary form={form} />
      {own && (
        <section className="card good">
          <Told className="status" atOnce>
            {say('own.done')}
          </Told>
          <p>{say('own.doneText')}</p>
        </section>
      )}
      {answered && (
        <section className={answered.decision === 'accepted' ? 'card good' : 'card'}>
          <Told className="status" atOnce>
            {say(answered.decision === 'accepted' ? 'agreements.acceptedTitle' : 'agreements.refusedTitle')}
          </Told>
          {answered.decision === 'refused' && (
            <>
              <p>{say('agreements.refusedText')}</p>
              <Link className="button" to="/leave">
                {say('agreements.wayOut')}
              </Link>
            </>
          )}
        </section>
      )}
      <Shown loaded={loaded}>
        {({ ledger, items, standing, titles }) => (
          <>
            <OwnAcceptance documents={items} standing={standing} accepted={accepted} />
            {ledger.pending.length > 0 && <h2>{say('agreements.pending')}</h2>}
            {ledger.pending.map((each) => (
              <section className="card warn" key={`${each.documentId} ${each.version}`}>
                <AgreementLink api={api} {...each} title={titles.get(each.documentId) ?? each.documentId} />
                <p>{say('agreements.since', { time: moment(each.since, language) })}</p>
                <WhatChanged documentId={each.documentId} version={each.version} />
                {each.answerBy === 'guardian' ? (
                  <p>{say('agreements.forGuardian')}</p>
                ) : (
                  <Choices>
                    <button
                      type="button"
                      disabled={form.busy}
                      onClick={() => void form.submit(answer(each, 'accepted'))}
                    >
                      {say('agreements.accept')}
                    </button>
                    <button
                      type="button"
                      disabled={form.busy}
                      onClick={() => void form.submit(answer(each, 'refused'))}
                    >
                      {say('agreements.refuse')}
                    </button>
                  </Choices>
                )}
              </section>
            ))}
            <h2>{say('agreements.ledger')}</h2>
            {ledger.items.length === 0 && <p className="muted">{say('agreements.none')}</p>}
            <ul className="plain card">
              {ledger.items.toReversed().map((line) => (
                <li key={line.id}>
                  <AgreementLink
                    api={api}
                    documentId={line.documentId}
                    version={line.version}
                    title={titles.get(line.documentId) ?? line.documentId}
                  />
                  <div>
                    {say(`agreements.${line.decision}`)} · {moment(line.at, language)}
                    {line.guardianId !== null && ` · ${say('agreements.byGuardian')}`}
                  </div>
                </li>
              ))}
            </ul>
            {ledger.items.length > 0 && <Proof />}
          </>
        )}
      </Shown>
      <Home />
    </>
  );
}

/** Signed proof of what was agreed to, for the person's own files (AGR-2). */
function Proof(): ReactNode {
  const { say } = useSay();
  const form = useForm({});
  const download = async (): Promise<void> => {
    const content = await mine(() =>
      api.GET('/v1/accounts/me/acceptances/proof', { params: { query: { format: 'pdf' } }, parseAs: 'blob' }),
    );
    saveFile('agreements.pdf', content);
  };
  return (
    <>
      <ErrorSummary form={form} />
      <p>
        <SendButton form={form} className="button" send={download}>
          {say('agreements.proof')}
        </SendButton>
      </p>
    </>
  );
}
