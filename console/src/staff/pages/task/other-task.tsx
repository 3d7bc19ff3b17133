import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { AccountGlance } from '../../parts/account-glance.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { type TextId, useSay } from '../../use-say.ts';
import type { SubjectProps } from './task-page.tsx';

/** Work that has its place on another page: the dialogue of an order, the package of a referral. */
const DESKS: Readonly<Record<string, { readonly path: string; readonly label: TextId }>> = {
  rectification: { path: '/orders', label: 'nav.orders' },
  referral_approval: { path: '/referrals', label: 'nav.referrals' },
};

export function OtherTask({ task }: SubjectProps): ReactNode {
  const { say } = useSay();
  const desk = DESKS[task.kind];
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
          {desk === undefined ? (
            <p className="muted">{say('other.hint')}</p>
          ) : (
            <p>
              <Link to={`${desk.path}/${task.subjectId}`}>{say(desk.label)}</Link>
            </p>
          )}
        </section>
        {task.accountId && <Timeline accountId={task.accountId} />}
      </div>
      <div className="stack">{task.accountId && <AccountGlance accountId={task.accountId} />}</div>
    </div>
  );
}
