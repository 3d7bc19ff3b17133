import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { EvidenceList } from '../../../parts/evidence.tsx';
import { FileList } from '../../../parts/file-list.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../../use-say.ts';
import { ChoiceForm } from '../choice-form.tsx';
import { Desk } from '../desk.tsx';
import type { SubjectProps } from '../task-page.tsx';

const useRecovery = (id: string) =>
  useQuery({
    queryKey: ['recovery', id],
    // Staff need no token; the generated type has it as optional.
    queryFn: () => ask(api.GET('/v1/recovery-appeals/{id}', { params: { path: { id } } })),
  });

const REASONS = {
  accept: ['evidence_sufficient', 'details_match'],
  reject: ['evidence_insufficient', 'details_differ', 'takeover_suspected'],
} as const;

/** Somebody lost the way into their account (2.4), or the number at which they guard a minor (2.1): what they say, and what they sent, hidden until pressed. */
export function RecoveryTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say, language } = useSay();
  const reasons = (of: keyof typeof REASONS) =>
    REASONS[of].map((code) => ({ code, label: wordOf(say, 'reason', code) }));
  return (
    <Desk
      query={useRecovery(task.subjectId)}
      shown={(appeal) => (
        <>
          <div className="pair">
            <section className="card" aria-label={say('recovery.title')}>
              <h2>{say('recovery.title')}</h2>
              <p>{say(`recovery.about.${appeal.about}`)}</p>
              <p className="muted">{atTime(appeal.filedAt, language)}</p>
              {appeal.about !== 'account' && <p className="note">{say('recovery.proofNeeded')}</p>}
              {(appeal.file?.objectedBefore ?? 0) > 0 && <p className="note warn">{say('recovery.objectedBefore')}</p>}
            </section>
            {appeal.file?.accountId ? (
              <AccountGlance accountId={appeal.file.accountId} />
            ) : (
              <p className="note warn">{say('recovery.noAccount')}</p>
            )}
          </div>
          {appeal.file && (
            <EvidenceList
              key={appeal.id}
              taskId={task.id}
              items={[{ id: 'claim', label: say('recovery.claim'), content: appeal.file.claim }]}
            />
          )}
          <section className="card" aria-label={say('recovery.files')}>
            <h2>{say('recovery.files')}</h2>
            <FileList files={appeal.evidence} hrefOf={(file) => `/v1/recovery-appeals/${appeal.id}/evidence/${file}`} />
          </section>
          {appeal.file?.accountId && <Timeline accountId={appeal.file.accountId} />}
        </>
      )}
      form={() => (
        <ChoiceForm
          task={task}
          onDecided={onDecided}
          choices={[
            { id: 'accept', key: 'a', label: say('recovery.accept'), reasons: reasons('accept') },
            { id: 'reject', key: 'r', label: say('recovery.reject'), reasons: reasons('reject') },
          ]}
          textLabel={say('decision.note')}
          textRequired={false}
          hold={({ decision, reasonCode, text }) => ({
            command: 'recovery.decide',
            body: {
              decision,
              reasonCode,
              ...(text === '' ? {} : { note: text }),
            } satisfies Schemas['DecideAppealDto'],
          })}
        />
      )}
    />
  );
}
