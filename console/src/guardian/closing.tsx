import type { ReactNode } from 'react';
import { moment } from '../people/moment.ts';
import { CopyButton } from '../people/parts.tsx';
import type { Applied, Page } from './api.ts';
import { type TextId, useSay } from './texts.ts';

/** By when the account has to be closed, and how it stands; the link of it while it is known (said once). */
export function Closing({
  leaving: { id, state, coolingOffEndsAt, dueDay, dueProvisional },
  applied,
  withdraw,
}: {
  readonly leaving: NonNullable<Page['leaving']>;
  readonly applied: Applied | undefined;
  /** Where a guardian asked for it and can still take it back. */
  readonly withdraw: (() => void) | undefined;
}): ReactNode {
  const { say, language } = useSay();
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  const known = say(`closing.${state}` as TextId);
  const link =
    applied?.id === id ? `${location.origin}/account/deregistrations/${id}#${applied.accessToken}` : undefined;
  return (
    <section className="card" data-testid="closing">
      <h2>{say('closing.title')}</h2>
      <dl className="facts">
        <dt>{say('closing.state')}</dt>
        <dd>{known === `closing.${state}` ? say('closing.other') : known}</dd>
        {state === 'cooling_off' && (
          <>
            <dt>{say('closing.until')}</dt>
            <dd>{moment(coolingOffEndsAt, language)}</dd>
          </>
        )}
        <dt>{say('closing.due')}</dt>
        <dd>
          {day.format(new Date(`${dueDay}T00:00:00Z`))}
          <div className="muted">
            {say('closing.dueNote')}
            {dueProvisional && <strong> · {say('closing.provisional')}</strong>}
          </div>
        </dd>
      </dl>
      {withdraw && (
        <button type="button" className="button" onClick={withdraw}>
          {say('closing.withdraw')}
        </button>
      )}
      {link !== undefined && (
        <>
          <p>{say('closing.link')}</p>
          <p className="mono">{link}</p>
          <CopyButton text={link} label={say('closing.copy')} />
          <p>
            <a className="button" href={link}>
              {say('closing.open')}
            </a>
          </p>
        </>
      )}
    </section>
  );
}
