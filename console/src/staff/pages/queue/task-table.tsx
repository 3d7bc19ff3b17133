import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../../ui/shortcuts.tsx';
import { useSay } from '../../use-say.ts';
import type { StillList } from './still-list.ts';
import { type Sorting, TableHead } from './table-head.tsx';
import { TaskRow } from './task-row.tsx';
import { usePlace } from './use-place.ts';

interface TaskTableProps extends Sorting {
  readonly list: StillList;
  readonly selected: ReadonlySet<string>;
  readonly select: (ids: ReadonlySet<string>) => void;
  readonly selectable: boolean;
}

/** As `queue.css` makes them; what came out higher is measured. */
const WIDE = 46;
const NARROW = 132;
const COLUMNS = 7;

/** Only the rows in view exist, and the focused one wherever it is: a hundred thousand tasks scroll like ten. */
export function TaskTable({ list, selected, select, selectable, ...sorting }: TaskTableProps): ReactNode {
  const { say } = useSay();
  const box = useRef<HTMLTableElement>(null);
  const focused = useRef(-1);
  const narrow = window.matchMedia('(max-width: 900px)').matches;
  // With room enough each row is one line, as high as all: nothing to measure.
  const roomy = window.matchMedia('(min-width: 1300px)').matches;
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
  const { seen, write } = usePlace({
    list,
    box,
    focused,
    scrollTo: (at) => virtual.scrollToIndex(at, { align: 'center' }),
  });
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
  useEffect(() => seen(startIndex, endIndex), [seen, startIndex, endIndex]);
  const step = (by: number): void => {
    const to = Math.min(rows.length - 1, Math.max(0, focused.current + by));
    virtual.scrollToIndex(to);
    focused.current = to;
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${to}"] a`)?.focus());
  };
  // What a row is given stays the same from one drawing to the next, so that only rows that changed are drawn.
  const latest = useRef({ selected, select });
  latest.current = { selected, select };
  const toggle = useCallback((id: string): void => {
    const next = new Set(latest.current.selected);
    if (!next.delete(id)) next.add(id);
    latest.current.select(next);
  }, []);
  const onFocus = useCallback((at: number): void => void (focused.current = at), []);
  const toggleHere = (): void => {
    const row = rows[focused.current];
    if (row) toggle(row.task.id);
  };
  useShortcuts([
    { keys: 'j', label: say('keys.down'), run: () => step(1) },
    { keys: 'k', label: say('keys.up'), run: () => step(-1) },
    ...(selectable ? [{ keys: 'x', label: say('keys.select'), run: toggleHere }] : []),
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
      onClickCapture={write}
    >
      <TableHead
        {...sorting}
        all={
          selectable && (
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
          )
        }
      />
      <tbody>
        {before > 0 && <Gap height={before} />}
        {items.map((item) => {
          const row = rows[item.index];
          return row ? (
            <TaskRow
              key={row.task.id}
              row={row}
              at={item.index}
              measure={roomy ? undefined : virtual.measureElement}
              selected={selected.has(row.task.id)}
              selectable={selectable}
              toggle={toggle}
              onFocus={onFocus}
            />
          ) : null;
        })}
        {after > 0 && <Gap height={after} />}
      </tbody>
    </table>
  );
}

const Gap = ({ height }: { readonly height: number }): ReactNode => (
  <tr aria-hidden="true" style={{ height }}>
    <td colSpan={COLUMNS} />
  </tr>
);
