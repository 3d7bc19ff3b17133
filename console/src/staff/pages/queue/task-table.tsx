import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import { Link } from 'react-router';
import { comma } from '../../../i18n/comma.ts';
import { fromNow } from '../../../i18n/times.ts';
import { serverNow } from '../../../ui/server-clock.ts';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { Deadline } from '../../parts/deadline.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import type { Row, StillList, Task } from './still-list.ts';

interface TaskTableProps {
  readonly list: StillList;
  readonly selected: ReadonlySet<string>;
  readonly select: (ids: ReadonlySet<string>) => void;
  readonly selectable: boolean;
}

const WIDE = 46;
const NARROW = 132;

/** Only the rows in view exist, and the focused one wherever it is: a hundred thousand tasks scroll like ten. */
export function TaskTable({ list, selected, select, selectable }: TaskTableProps): ReactNode {
  const { say } = useSay();
  const box = useRef<HTMLTableElement>(null);
  const focused = useRef(-1);
  const narrow = window.matchMedia('(max-width: 900px)').matches;
  const { rows } = list;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (narrow ? NARROW : WIDE),
    overscan: 12,
    scrollMargin: box.current?.offsetTop ?? 0,
    scrollPaddingStart: 72,
    scrollPaddingEnd: 96,
    getItemKey: (at) => rows[at]?.task.id ?? at,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return focused.current < 0 || shown.includes(focused.current)
        ? shown
        : [...shown, focused.current].filter((at) => at < rows.length).sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (list.hasMore && lastShown > rows.length - 30) list.loadMore();
  }, [lastShown, rows.length, list.hasMore]);
  const step = (by: number): void => {
    const to = Math.min(rows.length - 1, Math.max(0, focused.current + by));
    virtual.scrollToIndex(to);
    focused.current = to;
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-at="${to}"] a`)?.focus());
  };
  useReturn(list, box, focused);
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select(next);
  };
  useShortcuts([
    { keys: 'j', label: say('keys.down'), run: () => step(1) },
    { keys: 'k', label: say('keys.up'), run: () => step(-1) },
    ...(selectable
      ? [
          {
            keys: 'x',
            label: say('keys.select'),
            run: () => {
              const row = rows[focused.current];
              if (row) toggle(row.task.id);
            },
          },
        ]
      : []),
  ]);
  const margin = virtual.options.scrollMargin;
  const before = (items[0]?.start ?? margin) - margin;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin);
  return (
    <table
      ref={box}
      className="tasks"
      aria-rowcount={list.hasMore ? -1 : rows.length + 1}
      aria-label={say('queue.title')}
    >
      <thead>
        <tr>
          {selectable && (
            <th scope="col">
              <input
                type="checkbox"
                aria-label={say('queue.selectLoaded', { n: rows.length })}
                checked={rows.length > 0 && selected.size === rows.length}
                ref={(box) => {
                  if (box) box.indeterminate = selected.size > 0 && selected.size < rows.length;
                }}
                onChange={(event) => select(event.target.checked ? new Set(rows.map((row) => row.task.id)) : new Set())}
              />
            </th>
          )}
          <th scope="col">{say('queue.task')}</th>
          <th scope="col">{say('queue.deadline')}</th>
          <th scope="col">{say('queue.who')}</th>
          <th scope="col">{say('queue.about')}</th>
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Gap height={before} />}
        {items.map((item) => {
          const row = rows[item.index];
          return row ? (
            <TaskRow
              key={row.task.id}
              row={row}
              at={item.index}
              height={narrow ? undefined : WIDE}
              selected={selected.has(row.task.id)}
              toggle={selectable ? () => toggle(row.task.id) : undefined}
              onFocus={() => (focused.current = item.index)}
            />
          ) : null;
        })}
        {after > 0 && <Gap height={after} />}
      </tbody>
    </table>
  );
}

/** Who comes back stands where they left: as far down, on the same row. */
function useReturn(list: StillList, box: RefObject<HTMLTableElement | null>, focused: RefObject<number>): void {
  const latest = useRef(list);
  latest.current = list;
  useEffect(() => {
    const { place, rows } = latest.current;
    if (place === undefined) return;
    window.scrollTo(0, place.y);
    focused.current = rows.findIndex(({ task }) => task.id === place.taskId);
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-task="${place.taskId}"] a`)?.focus({ preventScroll: true }),
    );
  }, []);
  // Before the rows are gone, and before the next page scrolls to its top.
  useLayoutEffect(
    () => () => {
      const { rows, leave } = latest.current;
      leave({ taskId: rows[focused.current]?.task.id, y: window.scrollY });
    },
    [],
  );
}

const Gap = ({ height }: { readonly height: number }): ReactNode => (
  <tr aria-hidden="true" style={{ height }}>
    <td colSpan={5} />
  </tr>
);

export const shortId = (id: string): string => id.slice(-8);

interface TaskRowProps {
  readonly row: Row;
  readonly at: number;
  readonly height: number | undefined;
  readonly selected: boolean;
  readonly toggle: (() => void) | undefined;
  readonly onFocus: () => void;
}

function TaskRow({ row: { task, mark }, at, height, selected, toggle, onFocus }: TaskRowProps): ReactNode {
  const { say } = useSay();
  const name = `${wordOf(say, 'kind', task.kind)} ${shortId(task.id)}`;
  return (
    <tr
      aria-rowindex={at + 2}
      data-at={at}
      data-task={task.id}
      className={[mark === 'left' ? 'left' : '', selected ? 'selected' : ''].join(' ').trim()}
      style={{ height }}
      onFocus={onFocus}
    >
      {toggle && (
        <td>
          <input type="checkbox" checked={selected} onChange={toggle} aria-label={say('queue.selectOne', { name })} />
        </td>
      )}
      <td>
        <Link to={`/tasks/${task.id}`}>
          {wordOf(say, 'kind', task.kind)} <span className="mono">{shortId(task.id)}</span>
        </Link>
        {task.escalatedAt && <span className="chip warn">{say('queue.escalated')}</span>}
        {task.priority > 50 && <span className="chip accent">{say('queue.urgent')}</span>}
      </td>
      <td>
        <Deadline dueAt={task.dueAt} provisional={task.provisionalDue} endedAt={task.endedAt} />
      </td>
      <td>
        <Holder task={task} mark={mark} />
      </td>
      <td className="about">
        <About task={task} />
      </td>
    </tr>
  );
}

/** Who has it, or what became of it since it was listed here. */
function Holder({ task, mark }: { readonly task: Task; readonly mark: Row['mark'] }): ReactNode {
  const { say, language } = useSay();
  const session = useSession();
  const who = task.assignee === session.id ? say('queue.you') : task.assignee;
  const word = wordOf(say, 'state', task.state);
  return (
    <>
      <span className={`chip ${task.state === 'claimed' ? 'accent' : task.state === 'done' ? 'good' : ''}`}>
        {who ? `${word} · ${who}` : word}
      </span>
      {task.decidingUntil !== null && <span className="chip good">{say('hold.chip')}</span>}
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
