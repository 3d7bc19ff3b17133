import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { ask } from '../../../api/client.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { addressOf } from '../../address-of.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { useViolations } from '../../parts/violations.tsx';
import { useSession } from '../../session.tsx';
import { useSay } from './texts.ts';

interface OpenCaseProps {
  /** About whom, where that is known already. */
  readonly accountId: string;
  readonly onClose: () => void;
}

/** A case by own motion (ENF-13): about whom, under which clause, and what was seen, which becomes its first evidence. */
export function OpenCaseDialog({ accountId, onClose }: OpenCaseProps): ReactNode {
  const { say, language } = useSay();
  const navigate = useNavigate();
  const draft = useDraft(useSession().id, `new-case:${accountId}`, { accountId, clause: '', note: '' });
  const clauses = useViolations().data?.clauses ?? [];
  const v = draft.value;
  const about = v.accountId.trim();
  return (
    <ActDialog
      title={say('cases.open')}
      act={say('cases.open')}
      wide
      ready={about !== '' && v.clause !== '' && v.note.trim() !== ''}
      send={async (key) => {
        const opened = await ask(
          api.POST('/v1/cases', {
            params: { header: { 'Idempotency-Key': key } },
            body: { subjectAccountId: about, clause: v.clause, note: v.note.trim() },
          }),
        );
        draft.clear();
        void navigate((await addressOf(opened.id)) ?? `/cases/${opened.id}`);
      }}
      done={say('cases.opened')}
      changes={[['cases'], ['tasks-of', about], ['review-stats']]}
      onClose={onClose}
    >
      <p className="muted">{say('cases.openText')}</p>
      <TextField
        name="subjectAccountId"
        label={say('holds.accountId')}
        value={v.accountId}
        max={36}
        mono
        onChange={(next) => draft.set({ accountId: next })}
      />
      <SelectField
        name="clause"
        label={say('case.clauses')}
        value={v.clause}
        options={[
          { value: '', label: say('cases.choose') },
          ...clauses.map((c) => ({ value: c.ref, label: `${c.ref} ${c[language === 'en' ? 'en' : 'zh']}` })),
        ]}
        onChange={(clause) => draft.set({ clause })}
      />
      <TextField
        name="note"
        label={say('cases.seen')}
        hint={say('caseTool.forGood')}
        value={v.note}
        max={4000}
        rows={5}
        onChange={(note) => draft.set({ note })}
      />
    </ActDialog>
  );
}
