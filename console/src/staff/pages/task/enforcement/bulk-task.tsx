import type { ReactNode } from 'react';
import { BulkItems, BulkOrder, useBulk } from '../../enforcement/bulk-page.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { ApprovalForm, Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';

/** One judgement about many (C17, C21): what is decided about each and why, who they are, and a second person's yes or no. */
export function BulkTask(props: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <Desk
      query={useBulk(props.task.subjectId)}
      shown={(bulk) => (
        <>
          <BulkOrder bulk={bulk} />
          <BulkItems id={props.task.subjectId} />
        </>
      )}
      form={({ total: n }) => (
        <ApprovalForm
          {...props}
          command="bulk.approve"
          follows={{
            yes: say('bulkDecision.approveText', { n }),
            no: say('bulkDecision.declineText', { n }),
            warn: true,
          }}
        />
      )}
    />
  );
}
