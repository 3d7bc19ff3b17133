import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { useSay } from '../../../use-say.ts';
import { ChoiceForm } from '../choice-form.tsx';
import { Sanctions } from '../enforcement/parts.tsx';
import type { SubjectProps } from '../task-page.tsx';

/** "Someone else is using my account" (2.4): what happened, and whether the freeze goes on. The subject is the account. */
export function MisuseTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  const accountId = task.accountId ?? task.subjectId;
  return (
    <div className="two">
      <div className="stack">
        <div className="pair">
          <AccountGlance accountId={accountId} />
          <Sanctions accountId={accountId} />
        </div>
        <Timeline accountId={accountId} />
      </div>
      <div className="side">
        <ChoiceForm
          task={task}
          onDecided={onDecided}
          choices={[
            { id: 'confirmed', key: 'm', label: say('misuseReview.confirmed') },
            { id: 'lifted', key: 'u', label: say('misuseReview.lifted') },
            { id: 'none', key: 'o', label: say('misuseReview.none') },
          ]}
          textLabel={say('decision.note')}
          textRequired={false}
          hold={({ decision, text }) => ({
            command: 'misuse.decide',
            body: {
              outcome: decision === 'none' ? 'no_misuse_found' : 'misuse_confirmed',
              unfreeze: decision !== 'confirmed',
              ...(text === '' ? {} : { note: text }),
            } satisfies Schemas['MisuseReviewDto'],
          })}
        />
      </div>
    </div>
  );
}
