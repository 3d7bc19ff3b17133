import type { ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { TextField } from '../../../parts/form-fields.tsx';
import { wordOf } from '../../../parts/word.ts';
import { useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import type { Sanction } from './parts.tsx';
import { told, ToldWords } from './told-words.tsx';

interface LiftDialogProps {
  readonly sanction: Sanction;
  readonly onClose: () => void;
}

/** The way back of a measure in effect: with a reason, told to the person, and what it took comes back at once. */
export function LiftDialog({ sanction: s, onClose }: LiftDialogProps): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `lift:${s.id}`, { reason: '', explanation: '' });
  const { reason, explanation } = draft.value;
  return (
    <ActDialog
      title={`${say('sanctions.lift')} · ${wordOf(say, 'measure', s.type)}`}
      act={say('sanctions.lift')}
      ready={reason.trim() !== ''}
      send={async (key) => {
        await ask(
          api.POST('/v1/sanctions/{id}/lift', {
            params: { path: { id: s.id }, header: { 'Idempotency-Key': key } },
            body: { reason: reason.trim(), ...told(explanation) },
          }),
        );
        draft.clear();
      }}
      done={say('sanctions.lifted')}
      changes={[
        ['sanctions', s.accountId],
        ['standing', s.accountId],
        ['timeline', s.accountId],
        ['decision', s.decisionId],
      ]}
      wide
      onClose={onClose}
    >
      <TextField
        name="reason"
        label={say('change.reason')}
        value={reason}
        max={2000}
        rows={2}
        onChange={(text) => draft.set({ reason: text })}
      />
      <ToldWords
        sanction={s}
        change={{ outcome: 'lifted' }}
        explanation={explanation}
        set={(text) => draft.set({ explanation: text })}
      />
    </ActDialog>
  );
}
