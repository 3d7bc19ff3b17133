import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { hasRole, useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm } from '../choice-form.tsx';
import { Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { Sanctions } from './parts.tsx';

/** A content system refuses, or stays silent (ENF-7): somebody talks to it and asks again, or ends it for a reason. */
export function RemovalTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  const reader = hasRole(useSession(), 'moderator', 'senior_moderator', 'legal', 'auditor');
  const id = task.subjectId;
  const params = { path: { id } };
  const removal = useQuery({
    queryKey: ['content-removal', id],
    queryFn: () => ask(api.GET('/v1/content-removals/{id}', { params })),
    refetchInterval: 15_000,
  });
  return (
    <Desk
      query={removal}
      shown={(r) => (
        <>
          <div className="pair">
            <Asked removal={r} />
            <AccountGlance accountId={r.accountId} />
          </div>
          {reader && <Sanctions accountId={r.accountId} />}
          <Timeline accountId={r.accountId} />
        </>
      )}
      form={() => (
        <ChoiceForm
          task={task}
          onDecided={onDecided}
          choices={[
            {
              id: 'again',
              key: 'a',
              label: say('removals.again'),
              textLabel: say('removals.talked'),
              textRequired: false,
            },
            { id: 'give_up', key: 'r', label: say('removals.giveUp') },
          ]}
          textLabel={say('removals.why')}
          textRequired
          more={({ decision }) => (
            <p className="note">{say(decision === 'again' ? 'removals.againText' : 'removals.giveUpText')}</p>
          )}
          hold={({ decision, text }) =>
            decision === 'again'
              ? { command: 'content_removal.ask_again', body: text === '' ? {} : { note: text } }
              : { command: 'content_removal.give_up', body: { reason: text } satisfies Schemas['ReasonDto'] }
          }
        />
      )}
    />
  );
}

/** What was asked of which system, and what it said. */
function Asked({ removal: r }: { readonly removal: Schemas['RemovalItemDto'] }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('removals.title')}>
      <div className="row spread">
        <h2>{say('removals.title')}</h2>
        <span className={`chip ${r.state === 'refused' ? 'bad' : 'warn'}`} data-testid="removal-state">
          {wordOf(say, 'removal', r.state)}
        </span>
      </div>
      <dl className="facts">
        <dt>{say('removals.system')}</dt>
        <dd>{r.system}</dd>
        <dt>{say('removals.content')}</dt>
        <dd className="mono">{r.contentRef}</dd>
        <dt>{say('removals.said')}</dt>
        <dd>{r.note ?? <span className="muted">{say('removals.silent')}</span>}</dd>
        <dt>{say('removals.asked')}</dt>
        <dd>
          {atTime(r.askedAt, language)} · {say('removals.attempts', { n: r.attempts })}
        </dd>
        {r.nextAt && (
          <>
            <dt>{say('removals.next')}</dt>
            <dd>{atTime(r.nextAt, language)}</dd>
          </>
        )}
      </dl>
      <p>
        <Link to={`/removals?system=${encodeURIComponent(r.system)}`}>{say('removals.sameSystem')}</Link>
      </p>
    </section>
  );
}
