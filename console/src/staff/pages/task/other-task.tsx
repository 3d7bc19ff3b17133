import type { ReactNode } from 'react';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { useSay } from '../../use-say.ts';
import type { SubjectProps } from './task-page.tsx';

/** What is known of a kind of work that this console has never heard of. */
export function OtherTask({ task }: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <div className="two">
      <div className="stack">
        <section className="card">
          <h2>{say('other.title')}</h2>
          <dl className="facts">
            <dt>{say('other.subject')}</dt>
            <dd className="mono">{task.subjectId}</dd>
          </dl>
          <p className="muted">{say('other.hint')}</p>
        </section>
        {task.accountId && <Timeline accountId={task.accountId} />}
      </div>
      <div className="stack">{task.accountId && <AccountGlance accountId={task.accountId} />}</div>
    </div>
  );
}
