import type { ReactNode } from 'react';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { useSay } from '../../use-say.ts';
import type { SubjectProps } from './task-page.tsx';

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
            {Object.entries(task.refs).map(([name, value]) => (
              <div className="contents" key={name}>
                <dt>{name}</dt>
                <dd className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
          <p className="muted">{say('other.hint')}</p>
        </section>
        {task.accountId && <Timeline accountId={task.accountId} />}
      </div>
      <div className="stack">{task.accountId && <AccountGlance accountId={task.accountId} />}</div>
    </div>
  );
}
