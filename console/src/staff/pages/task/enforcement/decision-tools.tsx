import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { ask } from '../../../../api/client.ts';
import { useDraft } from '../../../../ui/drafts.ts';
import { api } from '../../../api.ts';
import { ActDialog } from '../../../parts/act-dialog.tsx';
import { TextField } from '../../../parts/form-fields.tsx';
import { hasRole, useSession } from '../../../session.tsx';
import { useSay } from '../../enforcement/texts.ts';
import type { Decision } from './parts.tsx';

type Tool = 'withdraw' | 'review';
const IN_FORCE: readonly Decision['state'][] = ['effective', 'varied'];

/** What can still be done with a decision besides its approval: its author takes it back, anybody asks to look again (7.1). */
export function DecisionTools({ decision: d }: { readonly decision: Decision }): ReactNode {
  const { say } = useSay();
  const session = useSession();
  const [open, setOpen] = useState(false);
  if (!hasRole(session, 'moderator', 'senior_moderator')) return null;
  const mine = d.state === 'awaiting_approval' && d.decidedBy === session.id;
  const tool: Tool | undefined = mine ? 'withdraw' : IN_FORCE.includes(d.state) ? 'review' : undefined;
  if (tool === undefined) return null;
  return (
    <div className="row">
      <Button onClick={() => setOpen(true)}>{say(`decisionTools.${tool}`)}</Button>
      {open && <ToolDialog decision={d} tool={tool} onClose={() => setOpen(false)} />}
    </div>
  );
}

interface DialogProps {
  readonly decision: Decision;
  readonly tool: Tool;
  readonly onClose: () => void;
}

function ToolDialog({ decision: d, tool, onClose }: DialogProps): ReactNode {
  const { say } = useSay();
  const draft = useDraft(useSession().id, `decision:${d.id}:${tool}`, { text: '' });
  const text = draft.value.text.trim();
  const send = async (): Promise<void> => {
    if (tool === 'review') await ask(api.POST('/v1/appeals', { body: { decisionId: d.id, text } }));
    else {
      const params = { path: { id: d.id } };
      await ask(api.POST('/v1/decisions/{id}/withdrawal', { params, body: { reason: text } }));
    }
    draft.clear();
  };
  return (
    <ActDialog
      title={say(`decisionTools.${tool}`)}
      act={say(`decisionTools.${tool}`)}
      ready={text !== ''}
      send={send}
      done={say(tool === 'review' ? 'decisionTools.reviewed' : 'decisionTools.withdrawn')}
      changes={[
        ['case', d.caseId],
        ['decision', d.id],
        ['timeline', d.accountId],
      ]}
      onClose={onClose}
    >
      <p>{say(`decisionTools.${tool}Text`)}</p>
      <TextField
        name="text"
        label={say(tool === 'review' ? 'decisionTools.reviewWhy' : 'decision.reason')}
        value={draft.value.text}
        max={2000}
        rows={3}
        onChange={(next) => draft.set({ text: next })}
      />
    </ActDialog>
  );
}
