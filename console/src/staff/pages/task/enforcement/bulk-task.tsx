import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { BulkItems, BulkOrder, useBulk } from '../../enforcement/bulk-page.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';

/** One judgement about many (C17, C21): what is decided about each and why, who they are, and a second person's yes or no. */
export function BulkTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <Loaded query={useBulk(task.subjectId)}>
      {(bulk) => (
        <div className="two">
          <div className="stack">
            <BulkOrder bulk={bulk} />
            <BulkItems id={task.subjectId} />
          </div>
          <div className="side">
            <ChoiceForm
              task={task}
              onDecided={onDecided}
              choices={[
                { id: 'approve', key: 'a', label: say('approval.approve') },
                { id: 'decline', key: 'r', label: say('approval.decline') },
              ]}
              textLabel={say('approval.note')}
              textRequired
              more={({ decision }) => (
                <p className={decision === 'approve' ? 'note warn' : 'note'}>
                  {say(decision === 'approve' ? 'bulkDecision.approveText' : 'bulkDecision.declineText', {
                    n: bulk.total,
                  })}
                </p>
              )}
              hold={({ decision, text }) => ({
                command: 'bulk.approve',
                body: { approved: decision === 'approve', note: text } satisfies Schemas['ApprovalDto'],
              })}
            />
          </div>
        </div>
      )}
    </Loaded>
  );
}
