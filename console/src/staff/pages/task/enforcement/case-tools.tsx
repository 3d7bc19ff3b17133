import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { wordOf } from '../../../parts/word.ts';
import { useSay } from '../../enforcement/texts.ts';
import { FileDialog, NoteDialog } from './case-evidence-dialogs.tsx';
import { MergeDialog, ReopenDialog, SplitDialog } from './case-shape-dialogs.tsx';
import type { Case } from './parts.tsx';

const DIALOGS = {
  add_note: NoteDialog,
  add_file: FileDialog,
  split: SplitDialog,
  merge: MergeDialog,
  reopen: ReopenDialog,
} as const;
type Tool = keyof typeof DIALOGS;
const isTool = (action: string): action is Tool => action in DIALOGS;

/** What a case that is not decided yet, or not any more, has no use for: said by its state, not by a dead button. */
const BY_STATE = ['case_decided', 'case_undecided', 'case_merged', 'role_needed'];

/** What happens to a case besides its decision, as the service allows it: what this person may not, with why not (C5). */
export function CaseTools({ found }: { readonly found: Case }): ReactNode {
  const { say } = useSay();
  const [tool, setTool] = useState<Tool | null>(null);
  const tools = found.actions.filter(({ action, reason }) => isTool(action) && !BY_STATE.includes(reason ?? ''));
  const reasons = [...new Set(tools.flatMap(({ reason }) => (reason === null ? [] : [wordOf(say, 'whyNot', reason)])))];
  if (tools.length === 0 || found.state === 'merged') return null;
  const Open = tool === null ? null : DIALOGS[tool];
  return (
    <div className="row" role="group" aria-label={say('caseTool.title')}>
      {tools.map(({ action, allowed, reason }) => (
        <Button
          key={action}
          disabled={!allowed}
          {...(reason === null ? {} : { 'aria-description': wordOf(say, 'whyNot', reason) })}
          onClick={() => setTool(action as Tool)}
        >
          {wordOf(say, 'caseTool', action)}
        </Button>
      ))}
      {reasons.length > 0 && <span className="muted">{reasons.join(' · ')}</span>}
      {Open && <Open found={found} onClose={() => setTool(null)} />}
    </div>
  );
}
