import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { atTime } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { AccountGlance } from '../../../parts/account-glance.tsx';
import { FileList } from '../../../parts/file-list.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Timeline } from '../../../parts/timeline.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { ChoiceForm } from '../choice-form.tsx';
import type { SubjectProps } from '../task-page.tsx';

const REASONS = {
  accept: ['details_match', 'evidence_sufficient'],
  return: ['evidence_insufficient', 'details_differ'],
  refuse: ['details_differ', 'identity_not_established'],
} as const;

/** Somebody puts disputed information right, or a birth date (REG-3, MIN-1): what they say is read on record. */
export function CorrectionTask({ task, onDecided }: SubjectProps): ReactNode {
  const { say } = useSay();
  const id = task.subjectId;
  const reasons = (of: keyof typeof REASONS) =>
    REASONS[of].map((code) => ({ code, label: wordOf(say, 'reason', code) }));
  return (
    <div className="two">
      <div className="stack">
        <div className="pair">
          <Claim id={id} />
          {task.accountId && <AccountGlance accountId={task.accountId} />}
        </div>
        <Files id={id} />
        {task.accountId && <Timeline accountId={task.accountId} />}
      </div>
      <div className="side">
        <ChoiceForm
          task={task}
          onDecided={onDecided}
          choices={[
            { id: 'accept', key: 'a', label: say('correction.accept'), reasons: reasons('accept') },
            { id: 'return', key: 'b', label: say('correction.return'), reasons: reasons('return') },
            { id: 'refuse', key: 'r', label: say('correction.refuse'), reasons: reasons('refuse') },
          ]}
          textLabel={say('decision.note')}
          textRequired={false}
          hold={({ decision, reasonCode, text }) => ({
            command: 'correction.decide',
            body: { decision, reasonCode, ...(text === '' ? {} : { note: text }) },
          })}
        />
      </div>
    </div>
  );
}

/** Fetched when asked for and not before: the reading is recorded. */
function Claim({ id }: { readonly id: string }): ReactNode {
  const { say, language } = useSay();
  const [wanted, setWanted] = useState(false);
  const correction = useQuery({
    queryKey: ['information-correction', id],
    queryFn: () => ask(api.GET('/v1/information-corrections/{id}', { params: { path: { id } } })),
    enabled: wanted,
    staleTime: Infinity,
  });
  return (
    <section className="card" aria-label={say('correction.claim')}>
      <h2>{say('correction.claim')}</h2>
      {!wanted && (
        <p className="row">
          <Button onClick={() => setWanted(true)}>{say('evidence.reveal')}</Button>
          <span className="muted">{say('correction.onRecord')}</span>
        </p>
      )}
      {wanted && (
        <Loaded query={correction}>
          {({ claim, filedAt }) => (
            <dl className="facts">
              <dt>{say('correction.statement')}</dt>
              <dd>{claim.statement}</dd>
              {claim.displayName !== undefined && (
                <>
                  <dt>{wordOf(say, 'field', 'display_name')}</dt>
                  <dd>{claim.displayName}</dd>
                </>
              )}
              {claim.birthDate !== undefined && (
                <>
                  <dt>{wordOf(say, 'field', 'birth_date')}</dt>
                  <dd>{claim.birthDate}</dd>
                </>
              )}
              <dt>{say('information.filed')}</dt>
              <dd>{atTime(filedAt, language)}</dd>
            </dl>
          )}
        </Loaded>
      )}
    </section>
  );
}

function Files({ id }: { readonly id: string }): ReactNode {
  const { say } = useSay();
  const files = useQuery({
    queryKey: ['information-correction-files', id],
    queryFn: () => ask(api.GET('/v1/information-corrections/{id}/files', { params: { path: { id } } })),
  });
  return (
    <section className="card" aria-label={say('recovery.files')}>
      <h2>{say('recovery.files')}</h2>
      <Loaded query={files}>
        {({ items }) => (
          <FileList
            files={items.map((f) => ({ ...f, bytes: f.sizeBytes }))}
            hrefOf={(file) => `/v1/information-corrections/${id}/files/${file}`}
          />
        )}
      </Loaded>
    </section>
  );
}
