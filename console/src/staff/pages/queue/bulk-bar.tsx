import { useState, type ReactNode } from 'react';
import { Button, Input } from 'antd';
import { ask, type Schemas } from '../../../api/client.ts';
import { isProblem } from '../../../api/problem.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { announce } from '../../../ui/live-region.tsx';
import { serverNow } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';
import { shortId } from './task-table.tsx';

type Task = Schemas['ReviewTaskDto'];
/** Housekeeping only: what judges a person is never done in bulk from a list (C17). */
const ACTIONS = ['release', 'escalate', 'snooze', 'assign'] as const;
type BulkAction = (typeof ACTIONS)[number];

interface Outcome {
  readonly task: Task;
  readonly done: boolean;
  readonly why: string | null;
}

const DAY_MS = 86_400_000;

/** One command an item, each with its own version; each answers for itself. */
function send(action: BulkAction, task: Task, text: string): Promise<Task> {
  const params = { path: { id: task.id }, header: { 'If-Match': String(task.version) } };
  switch (action) {
    case 'release':
      return ask(api.POST('/v1/review-tasks/{id}/release', { params }));
    case 'escalate':
      return ask(api.POST('/v1/review-tasks/{id}/escalate', { params, body: { reason: text } }));
    case 'snooze':
      return ask(
        api.POST('/v1/review-tasks/{id}/snooze', {
          params,
          body: { until: new Date(serverNow() + DAY_MS).toISOString() },
        }),
      );
    case 'assign':
      return ask(api.POST('/v1/review-tasks/{id}/assign', { params, body: { assignee: text } }));
  }
}

const allows = (task: Task, action: BulkAction): boolean => task.actions.some((a) => a.action === action && a.allowed);

interface BulkBarProps {
  readonly tasks: readonly Task[];
  readonly select: (ids: ReadonlySet<string>) => void;
  readonly put: (task: Task) => void;
}

export function BulkBar({ tasks, select, put }: BulkBarProps): ReactNode {
  const { say } = useSay();
  const [action, setAction] = useState<BulkAction | null>(null);
  return (
    <div className="bulk" role="region" aria-label={say('bulk.title')}>
      <strong>{say('bulk.selected', { n: tasks.length })}</strong>
      {ACTIONS.map((each) => {
        const able = tasks.filter((task) => allows(task, each)).length;
        return (
          <Button key={each} disabled={able === 0} onClick={() => setAction(each)}>
            {wordOf(say, 'action', each)} ({able})
          </Button>
        );
      })}
      <Button type="text" onClick={() => select(new Set())}>
        {say('bulk.clear')}
      </Button>
      {action && <BulkDialog action={action} tasks={tasks} select={select} put={put} onClose={() => setAction(null)} />}
    </div>
  );
}

function BulkDialog({
  action,
  tasks,
  select,
  put,
  onClose,
}: BulkBarProps & { readonly action: BulkAction; readonly onClose: () => void }): ReactNode {
  const { say } = useSay();
  // What was chosen when the dialog was opened is what is acted on; the list behind it may change.
  const [scope, setScope] = useState(() => tasks.filter((task) => allows(task, action)));
  const [refused] = useState(() => tasks.filter((task) => !allows(task, action)));
  const [text, setText] = useState('');
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [busy, setBusy] = useState(false);
  const needsText = action === 'escalate' || action === 'assign';
  const failed = outcomes.filter((o) => !o.done);
  const run = async (): Promise<void> => {
    setBusy(true);
    const results: Outcome[] = [];
    for (const task of scope) {
      try {
        put(await send(action, task, text.trim()));
        results.push({ task, done: true, why: null });
      } catch (error) {
        results.push({ task, done: false, why: isProblem(error) ? error.message : say('problem.unexpected') });
      }
      setOutcomes([...results]);
    }
    const left = results.filter((r) => !r.done).map((r) => r.task);
    select(new Set(left.map((task) => task.id)));
    setScope(await Promise.all(left.map(refreshed)));
    setBusy(false);
    announce(say('bulk.result', { done: results.length - left.length, failed: left.length }));
  };
  const finished = outcomes.length > 0 && !busy;
  return (
    <Dialog
      wide
      title={say('bulk.confirm', {
        action: wordOf(say, 'action', action),
        n: finished ? outcomes.length : scope.length,
      })}
      onClose={busy ? undefined : onClose}
      actions={
        <>
          <Button onClick={onClose} disabled={busy}>
            {say(finished ? 'common.close' : 'common.cancel')}
          </Button>
          {(!finished || failed.length > 0) && (
            <Button type="primary" loading={busy} disabled={needsText && text.trim() === ''} onClick={() => void run()}>
              {finished ? say('bulk.retryFailed', { n: failed.length }) : say('bulk.run', { n: scope.length })}
            </Button>
          )}
        </>
      }
    >
      <p>{say('bulk.scope', { n: scope.length })}</p>
      {refused.length > 0 && <p className="muted">{say('bulk.notAllowed', { n: refused.length })}</p>}
      {needsText && (
        <div className="field">
          <label htmlFor="bulk-text">{say(action === 'assign' ? 'bulk.assignee' : 'bulk.reason')}</label>
          <Input
            id="bulk-text"
            value={text}
            onChange={(event) => setText(event.target.value)}
            maxLength={action === 'assign' ? 200 : 1000}
          />
        </div>
      )}
      {outcomes.length > 0 && (
        <table className="plain" data-testid="outcomes">
          <tbody>
            {outcomes.map(({ task, done, why }) => (
              <tr key={task.id}>
                <td>
                  {wordOf(say, 'kind', task.kind)} <span className="mono">{shortId(task.id)}</span>
                </td>
                <td>
                  {done ? (
                    <span className="chip good">{say('bulk.done')}</span>
                  ) : (
                    <span className="chip bad">{why}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  );
}

/** A failure is tried again on what the task is now, seen by its reader first. */
const refreshed = (task: Task): Promise<Task> =>
  ask(api.GET('/v1/review-tasks/{id}', { params: { path: { id: task.id } } })).catch(() => task);
