import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ReferralFacts, ReferralLog, ReferralPackage, useReferral } from '../../enforcement/referral-page.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { Sanctions } from './parts.tsx';

/** Whether something goes to an authority (ENF-11): the matter, the package with its hashes, and a second person's yes or no. */
export function ReferralTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <Loaded query={useReferral(task.subjectId)}>
      {(r) => (
        <div className="two">
          <div className="stack">
            <div className="pair">
              <section className="card" aria-label={say('referrals.title')}>
                <h2>{say('referrals.title')}</h2>
                <ReferralFacts referral={r} />
              </section>
              <AccountGlance accountId={r.accountId} />
            </div>
            <ReferralPackage referral={r} />
            <CaseEvidence caseId={r.caseId} taskId={task.id} />
            <ReferralLog referral={r} />
            <Sanctions accountId={r.accountId} />
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
                <p className="note">
                  {say(decision === 'approve' ? 'referrals.approveText' : 'referrals.declineText', {
                    n: r.manifest.length,
                  })}
                </p>
              )}
              hold={({ decision, text }) => ({
                command: 'referral.approve',
                body: { approved: decision === 'approve', note: text } satisfies Schemas['ApprovalDto'],
              })}
            />
          </div>
        </div>
      )}
    </Loaded>
  );
}
