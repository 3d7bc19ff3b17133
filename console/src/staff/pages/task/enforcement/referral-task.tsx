import type { ReactNode } from 'react';
import type { Schemas } from '../../../../api/client.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import {
  type Referral,
  ReferralFacts,
  ReferralLog,
  ReferralPackage,
  useReferral,
} from '../../enforcement/referral-parts.tsx';
import { useSay } from '../../enforcement/texts.ts';
import { type Choice, ChoiceForm } from '../choice-form.tsx';
import { ApprovalForm, Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';
import { CaseEvidence } from './case-evidence.tsx';
import { Sanctions } from './parts.tsx';

/** Whether something goes to an authority (ENF-11): the matter, the package with its hashes, and a second person's yes or no. */
export function ReferralTask(props: SubjectProps): ReactNode {
  const { say } = useSay();
  return (
    <Desk
      query={useReferral(props.task.subjectId)}
      shown={(r) => (
        <>
          <div className="pair">
            <section className="card" aria-label={say('referrals.title')}>
              <h2>{say('referrals.title')}</h2>
              <ReferralFacts referral={r} />
            </section>
            <AccountGlance accountId={r.accountId} />
          </div>
          <ReferralPackage referral={r} />
          <CaseEvidence caseId={r.caseId} taskId={props.task.id} />
          <ReferralLog referral={r} />
          <Sanctions accountId={r.accountId} />
        </>
      )}
      form={(r) =>
        props.task.kind === 'referral_followup' ? (
          <FollowUp {...props} referral={r} />
        ) : (
          <ApprovalForm
            {...props}
            command="referral.approve"
            follows={{
              yes: say('referrals.approveText', { n: r.manifest.length }),
              no: say('referrals.declineText', { n: r.manifest.length }),
            }}
          />
        )
      }
    />
  );
}

interface AnswerProps extends SubjectProps {
  readonly referral: Referral;
}

type Outcome = Schemas['ReferralFollowUpDto']['outcome'];
const FOLLOWS = {
  sent: 'referrals.sentText',
  proposed_again: 'referrals.againText',
  dropped: 'referrals.dropText',
} as const;

/** Agreed to: it is sent. Lapsed: it is proposed again. Either can be dropped, for a reason that stays on record. */
function FollowUp({ task, onDecided, referral: r }: AnswerProps): ReactNode {
  const { say } = useSay();
  const forward: Choice<Outcome> =
    r.state === 'lapsed'
      ? { id: 'proposed_again', key: 'a', label: say('referrals.again') }
      : { id: 'sent', key: 'a', label: say('referrals.sent'), textLabel: say('referrals.sentHow') };
  return (
    <ChoiceForm<Outcome>
      task={task}
      onDecided={onDecided}
      choices={[forward, { id: 'dropped', key: 'r', label: say('referrals.drop') }]}
      textLabel={say('decision.reason')}
      textRequired
      more={({ decision }) => <p className="note">{say(FOLLOWS[decision])}</p>}
      hold={({ decision, text }) => ({
        command: 'referral.follow_up',
        body: { outcome: decision, text } satisfies Schemas['ReferralFollowUpDto'],
      })}
    />
  );
}
