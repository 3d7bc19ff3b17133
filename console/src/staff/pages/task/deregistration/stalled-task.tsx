import type { ReactNode } from 'react';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { RetryUnits } from '../../deregistrations/retry-units.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { useDeregistration } from './deregistration-task.tsx';

/** An execution that came to a stand: the failing step, and the button that tries it again. It ends when it goes on. */
export function StalledTask({ task }: SubjectProps): ReactNode {
  return (
    <Loaded query={useDeregistration(task.subjectId)}>
      {(d) => (
        <div className="two">
          <div className="stack">
            <RetryUnits application={d} />
            <Timeline accountId={d.accountId} />
          </div>
          <div className="stack side">
            <AccountGlance accountId={d.accountId} />
          </div>
        </div>
      )}
    </Loaded>
  );
}
