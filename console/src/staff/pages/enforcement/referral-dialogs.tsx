import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { useDraft } from '../../../ui/drafts.ts';
import { api } from '../../api.ts';
import { ActDialog } from '../../parts/act-dialog.tsx';
import { SelectField, TextField } from '../../parts/form-fields.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import type { Referral } from './referral-parts.tsx';
import { useSay } from './texts.ts';

type EntryKind = Schemas['ReferralEntryDto']['kind'];

/** What may be logged in which state: nothing leaves before a second person agreed. */
export const ENTRIES: Readonly<Record<string, readonly EntryKind[]>> = {
  awaiting_approval: ['note'],
  lapsed: ['note'],
  approved: ['sent', 'note'],
  sent: ['received', 'produced', 'note'],
  answered: ['received', 'produced', 'note'],
};
const CLOSABLE = ['sent', 'answered'];

/** The second person's answer, with a reason either way. */
export function ApprovalDialog({
  referral: r,
  approved,
  onClose,
}: {
  readonly referral: Referral;
  readonly approved: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `referral:${r.id}:approval`, { note: '' });
  const note = draft.value.note.trim();
  const words = say(approved ? 'approval.approve' : 'approval.decline');
  return (
    <ActDialog
      title={words}
      act={words}
      ready={note !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/referrals/{id}/approval', { params: { path: { id: r.id } }, body: { approved, note } }),
        );
        draft.clear();
      }}
      done={say('referrals.answered')}
      changes={[['referral', r.id], ['referrals']]}
      onClose={onClose}
    >
      <p>{say(approved ? 'referrals.approveText' : 'referrals.declineText', { n: r.manifest.length })}</p>
      <TextField
        name="note"
        label={say('approval.note')}
        value={draft.value.note}
        max={2000}
        rows={3}
        onChange={(value) => draft.set({ note: value })}
      />
    </ActDialog>
  );
}

/** One more entry in the log; where something was sent or came back, it may close the matter. */
export function LogDialog({
  referral: r,
  onClose,
}: {
  readonly referral: Referral;
  readonly onClose: () => void;
}): ReactNode {
  const { say } = useSay();
  const kinds = ENTRIES[r.state] ?? [];
  const draft = useDraft(useSession().id, `referral:${r.id}:log`, { kind: '', text: '', close: false });
  const kind = kinds.find((each) => each === draft.value.kind) ?? kinds[0] ?? 'note';
  const closable = CLOSABLE.includes(r.state) || kind !== 'note';
  const text = draft.value.text.trim();
  return (
    <ActDialog
      title={say('referrals.log')}
      act={say('referrals.log')}
      ready={text !== ''}
      send={async () => {
        await ask(
          api.POST('/v1/referrals/{id}/entries', {
            params: { path: { id: r.id } },
            body: { kind, text, close: closable && draft.value.close },
          }),
        );
        draft.clear();
      }}
      done={say('referrals.logged')}
      changes={[['referral', r.id], ['referrals']]}
      onClose={onClose}
    >
      <SelectField
        name="kind"
        label={say('referrals.kind')}
        value={kind}
        options={kinds.map((value) => ({ value, label: wordOf(say, 'referralEntry', value) }))}
        onChange={(value) => draft.set({ kind: value })}
      />
      <TextField
        name="text"
        label={say('referrals.what')}
        hint={say('referrals.checksumHint')}
        value={draft.value.text}
        max={10_000}
        rows={5}
        onChange={(value) => draft.set({ text: value })}
      />
      {closable && (
        <label className="row">
          <input
            type="checkbox"
            checked={draft.value.close}
            onChange={(event) => draft.set({ close: event.target.checked })}
          />
          {say('referrals.close')}
        </label>
      )}
    </ActDialog>
  );
}
