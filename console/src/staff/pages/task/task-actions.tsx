import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { Dialog } from '../../../ui/dialog.tsx';
import { announce } from '../../../ui/live-region.tsx';
import { serverNow } from '../../../ui/server-clock.ts';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { TextField } from '../../parts/form-fields.tsx';
import { Key } from '../../parts/key.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';
import { type Task, type TaskCommand, useTaskCommand } from './use-task.ts';

/** These have their place elsewhere: the claim above, the decision in its form. */
const ELSEWHERE = new Set(['claim', 'heartbeat', 'decide', 'skip']);
const DAY_MS = 86_400_000;

/** What the server says may be done now; what may not says why (C5). A new action of the server appears by itself. */
interface TaskActionsProps {
  readonly task: Task;
  /** Afterwards: another one, never this one again (C20). */
  readonly onSkipped: () => void;
}

export function TaskActions({ task, onSkipped }: TaskActionsProps): ReactNode {
  const { say } = useSay();
  const navigate = useNavigate();
  const command = useTaskCommand(task);
  const [asking, setAsking] = useState<'escalate' | 'assign' | null>(null);
  const actions = task.actions.filter(({ action }) => !ELSEWHERE.has(action));
  const run = (what: TaskCommand): void =>
    command.mutate(what, {
      onSuccess: () => {
        announce(say('task.doneAction', { action: wordOf(say, 'action', what.action) }));
        setAsking(null);
        if (what.action === 'release' || what.action === 'snooze') void navigate('/');
      },
    });
  const press = (action: string): void => {
    if (action === 'release') run({ action });
    else if (action === 'snooze') run({ action, until: new Date(serverNow() + DAY_MS).toISOString() });
    else if (action === 'escalate' || action === 'assign') setAsking(action);
  };
  const maySkip = task.actions.some((a) => a.action === 'skip' && a.allowed);
  const skip = (): void => command.mutate({ action: 'skip' }, { onSuccess: onSkipped });
  useShortcuts(maySkip ? [{ keys: 'z', label: say('task.skip'), run: skip }] : []);
  const reasons = [...new Set(actions.filter((a) => !a.allowed).map((a) => a.reason ?? ''))];
  if (task.endedAt !== null) return null;
  return (
    <div className="row">
      {actions.map(({ action, allowed, reason }) => (
        <Button
          key={action}
          disabled={!allowed}
          onClick={() => press(action)}
          {...(reason ? { 'aria-description': wordOf(say, 'whyNot', reason) } : {})}
        >
          {wordOf(say, 'action', action)}
        </Button>
      ))}
      {maySkip && (
        <Button onClick={skip}>
          {say('task.skip')} <Key of="z" />
        </Button>
      )}
      {reasons.length > 0 && (
        <span className="muted">{reasons.map((reason) => wordOf(say, 'whyNot', reason)).join(' · ')}</span>
      )}
      {!asking && <ProblemNote error={command.error} />}
      {asking && (
        <AskDialog
          action={asking}
          busy={command.isPending}
          error={command.error}
          onClose={() => setAsking(null)}
          onSend={(reason, assignee) =>
            run(asking === 'assign' ? { action: 'assign', assignee, reason } : { action: 'escalate', reason })
          }
        />
      )}
    </div>
  );
}

interface AskDialogProps {
  readonly action: 'escalate' | 'assign';
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onSend: (reason: string, assignee: string) => void;
}

function AskDialog({ action, busy, error, onClose, onSend }: AskDialogProps): ReactNode {
  const { say } = useSay();
  const [text, setText] = useState('');
  const [assignee, setAssignee] = useState('');
  const ready = text.trim() !== '' && (action !== 'assign' || assignee.trim() !== '');
  return (
    <Dialog
      title={wordOf(say, 'action', action)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say('common.cancel')}</Button>
          <Button type="primary" loading={busy} disabled={!ready} onClick={() => onSend(text.trim(), assignee.trim())}>
            {wordOf(say, 'action', action)}
          </Button>
        </>
      }
    >
      <div className="stack">
        {action === 'assign' && (
          <TextField name="assignee" label={say('bulk.assignee')} value={assignee} max={200} onChange={setAssignee} />
        )}
        <TextField name="reason" label={say('bulk.reason')} value={text} max={1000} rows={4} onChange={setText} />
      </div>
      <ProblemNote error={error} />
    </Dialog>
  );
}
