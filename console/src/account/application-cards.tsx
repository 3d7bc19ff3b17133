import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../api/client.ts';
import { moment } from '../people/moment.ts';
import { CopyButton } from '../people/parts.tsx';
import { inPeriod } from '../people/period.ts';
import { headersOf } from './application-link.ts';
import { endedEarly, isUnderWay } from './application-progress.tsx';
import { readersIn } from './kept.tsx';
import { inWords, legalDay } from './parts.tsx';
import { api } from './session.ts';
import { useSay, wordFor } from './texts.ts';
import { useLoad } from './use-load.ts';

type Status = Schemas['StatusDto'];

interface StatusProps {
  readonly status: Status;
}

interface LinkProps {
  readonly id: string;
  readonly token: string;
}

/** Where rules decide alone, by which conditions they do. */
export function Automatic({ status }: StatusProps): ReactNode {
  const { say } = useSay();
  if (status.automatic === null || status.automatic.length === 0) return null;
  return (
    <section className="card">
      <h2>{say('track.automatic')}</h2>
      <p>{say('track.automaticText')}</p>
      <ul>
        {status.automatic.map(({ condition }) => (
          <li key={condition}>{wordFor(say, `condition.${condition}`, 'condition.other')}</li>
        ))}
      </ul>
      {status.withdrawable && <p>{say('track.automaticNext')}</p>}
    </section>
  );
}

/** What the person chose to leave here, in the words that they were told then. */
export function Agreed({ status: { agreed } }: StatusProps): ReactNode {
  const { say, language } = useSay();
  if (agreed.length === 0) return null;
  return (
    <section className="card">
      <h2>{say('track.agreed')}</h2>
      <ul className="plain">
        {agreed.map((each) => (
          <li key={each.recordClass}>
            <strong>{inWords(each.title, language) || each.recordClass}</strong>
            <div>{inWords(each.reason, language)}</div>
            {each.period !== null && <div>{say('leave.forPeriod', { period: inPeriod(each.period, language) })}</div>}
            <div className="muted">{say('kept.readers', { readers: readersIn(say, language, each.readers) })}</div>
            <div className="muted">{say('track.agreedAt', { time: moment(each.agreedAt, language) })}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Shown only to whom a ban stands against: for everybody else there is nothing to ask about. */
export function StandingBans({ id, token }: LinkProps): ReactNode {
  const { say } = useSay();
  const params = { path: { id }, header: headersOf(token) };
  const loaded = useLoad(async () => (await ask(api.GET('/v1/deregistrations/{id}/bans', { params }))).items);
  if ((loaded.value ?? []).length === 0) return null;
  return (
    <section className="card warn">
      <p>{say('bans.stands')}</p>
      <Link className="button" to={`/deregistrations/${id}/bans#${token}`}>
        {say('bans.see')}
      </Link>
    </section>
  );
}

/** The number to name when asking, and the day by which everything is done. */
export function ReferenceAndDates({ status }: StatusProps): ReactNode {
  const { say, language } = useSay();
  return (
    <dl className="facts card">
      <dt>{say('track.reference')}</dt>
      <dd className="mono">{status.id}</dd>
      {endedEarly(status) && (
        <>
          <dt>{say('track.requested')}</dt>
          <dd>{moment(status.requestedAt, language)}</dd>
        </>
      )}
      {isUnderWay(status) && (
        <>
          <dt>{say('track.due')}</dt>
          <dd>
            {legalDay(status.dueDay, language)}
            <div className="muted">
              {say('track.dueNote')}
              {status.dueProvisional && <strong> · {say('track.provisional')}</strong>}
            </div>
          </dd>
        </>
      )}
    </dl>
  );
}

/** The link that opens this page without signing in, to be kept: once the account is gone it is the only way here. */
export function OwnLink({ id, token }: LinkProps): ReactNode {
  const { say } = useSay();
  const link = `${location.origin}/account/deregistrations/${id}#${token}`;
  return (
    <section className="card">
      <h2>{say('track.link')}</h2>
      <p>{say('track.linkText')}</p>
      <p className="mono">{link}</p>
      <CopyButton text={link} label={say('track.copy')} />
    </section>
  );
}
