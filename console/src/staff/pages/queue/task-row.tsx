import { memo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { comma } from '../../../i18n/comma.ts';
import { atTime, fromNow, howLong } from '../../../i18n/times.ts';
import { serverNow, useNow } from '../../../ui/server-clock.ts';
import { Deadline } from '../../parts/deadline.tsx';
import { shortId } from '../../parts/short-id.ts';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import type { Row, Task } from './settle.ts';

const ORDINARY = 50;

interface TaskRowProps {
  readonly row: Row;
  readonly at: number;
  readonly selected: boolean;
  readonly selectable: boolean;
  readonly toggle: (id: string) => void;
  readonly onFocus: (at: number) => void;
  /** How high it became: with long words a row takes two lines. */
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
}

export const TaskRow = memo(function TaskRow(props: TaskRowProps): ReactNode {
  const { row, at, selected, selectable, toggle, onFocus, measure } = props;
  const { task, mark } = row;
  const { say } = useSay();
  const name = `${wordOf(say, 'kind', task.kind)} ${shortId(task.id)}`;
  return (
    <tr
      ref={measure}
      aria-rowindex={at + 2}
      data-index={at}
      data-task={task.id}
      className={[mark === 'left' ? 'left' : '', selected ? 'selected' : ''].join(' ').trim()}
      onFocus={() => onFocus(at)}
    >
      {selectable && (
        <td>
          <input
            type="checkbox"
            checked={selected}
            onChange={() => toggle(task.id)}
            aria-label={say('queue.selectOne', { name })}
          />
        </td>
      )}
      <td>
        <Link to={`/tasks/${task.id}`}>
          {wordOf(say, 'kind', task.kind)} <span className="mono">{shortId(task.id)}</span>
        </Link>
      </td>
      <td>
        <Deadline dueAt={task.dueAt} provisional={task.provisionalDue} endedAt={task.endedAt} />
      </td>
      <td className="beside">
        <Urgency task={task} />
      </td>
      <td className="beside">
        <Waiting task={task} />
      </td>
      <td className="beside">
        <Holder task={task} mark={mark} />
      </td>
      <td className="about">
        <About task={task} />
      </td>
    </tr>
  );
});

/** Before others, or after them, of a hundred; what is ordinary says nothing. */
function Urgency({ task }: { readonly task: Task }): ReactNode {
  const { say } = useSay();
  return (
    <>
      {task.priority > ORDINARY && (
        <span className="chip accent">
          {say('queue.urgent')} {task.priority}
        </span>
      )}
      {task.priority < ORDINARY && (
        <span className="chip">
          {say('queue.notUrgent')} {task.priority}
        </span>
      )}
      {task.escalatedAt && <span className="chip warn">{say('queue.escalated')}</span>}
    </>
  );
}

/** How long it has been there, or was; when it came is read to whoever cannot point at it. */
function Waiting({ task }: { readonly task: Task }): ReactNode {
  const { say, language } = useSay();
  const now = useNow(60_000);
  const until = task.endedAt === null ? now : Date.parse(task.endedAt);
  const since = atTime(task.createdAt, language);
  return (
    <time dateTime={task.createdAt} title={say('queue.since', { since })} className="muted">
      <span className="only-narrow">{say('queue.waited')} </span>
      {howLong(Math.max(0, until - Date.parse(task.createdAt)), language)}
    </time>
  );
}

/** Who has it, or what became of it since it was listed here. */
function Holder({ task, mark }: { readonly task: Task; readonly mark: Row['mark'] }): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const who = task.assignee === session.id ? say('queue.you') : task.assignee;
  const word = wordOf(say, 'state', task.state);
  const skippers = task.skips.reduce((sum, each) => sum + each.people, 0);
  return (
    <>
      <span className={`chip ${task.state === 'claimed' ? 'accent' : task.state === 'done' ? 'good' : ''}`}>
        {who ? `${word} · ${who}` : word}
      </span>
      {task.decidingUntil !== null && <span className="chip good">{say('hold.chip')}</span>}
      {task.skippedByYou && <span className="chip">{say('queue.youSkipped')}</span>}
      {skippers > (task.skippedByYou ? 1 : 0) && (
        <span className="chip">{say('queue.skippedBy', { n: skippers })}</span>
      )}
      {task.viewers.length > 0 && (
        <span className="muted"> {say('task.viewers', { who: task.viewers.join(comma()) })}</span>
      )}
      {task.reservedFor && <span className="muted"> {say('queue.reserved', { who: task.reservedFor })}</span>}
      {mark && (
        <span className="muted">
          {' '}
          {say('queue.changed', { who: task.changedBy, when: fromNow(task.updatedAt, serverNow(), language) })}
        </span>
      )}
    </>
  );
}

function About({ task }: { readonly task: Task }): ReactNode {
  const { say } = useSay();
  const clauses = Array.isArray(task.refs['clauses']) ? (task.refs['clauses'] as unknown[]).map(String) : [];
  const rules = Array.isArray(task.refs['rules']) ? (task.refs['rules'] as unknown[]).map(String) : [];
  return (
    <>
      {clauses.length > 0 && <span className="chip">{say('queue.clause', { clauses: clauses.join(comma()) })}</span>}
      {rules.length > 0 && (
        <span className="muted"> {rules.map((rule) => wordOf(say, 'rule', rule)).join(comma())}</span>
      )}
      {task.accountId && (
        <span className="muted">
          {' '}
          {say('queue.account')} <span className="mono">{shortId(task.accountId)}</span>
        </span>
      )}
    </>
  );
}
