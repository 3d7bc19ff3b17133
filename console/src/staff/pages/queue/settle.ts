import type { Schemas } from '../../../api/client.ts';
import type { Sort } from './address.ts';

export type Task = Schemas['ReviewTaskDto'];

export interface Row {
  readonly task: Task;
  /** What happened to it since it was put here; rows change in place and never move or vanish. */
  readonly mark: 'changed' | 'left' | null;
  /** The cursor that it came by; null: with the first page of the order. */
  readonly page: string | null;
}

/** A page of the order as it is now. */
export interface Fetched {
  readonly from: string | null;
  readonly items: readonly Task[];
  readonly nextCursor: string | null;
}

export interface Shown {
  readonly rows: readonly Row[];
  /** What the list begins with: null is the top of the order. */
  readonly start: string | null;
  /** Nothing of the order stands behind the last row. */
  readonly whole: boolean;
  /** What came before the list was put here is no news to its reader. */
  readonly since: string;
}

type Key = readonly (string | number)[];
/** What the service orders by; ids break ties, and newest first turns all of it round. */
const KEYS: Readonly<Record<Sort, (task: Task) => Key>> = {
  due: (task) => [task.dueAt, task.id],
  priority: (task) => [-task.priority, task.dueAt, task.id],
  oldest: (task) => [task.createdAt, task.id],
  newest: (task) => [task.createdAt, task.id],
};

/** Whether `a` stands before or at the same place as `b` in the server's order. */
export function notAfter(sort: Sort, a: Task, b: Task): boolean {
  const [left, right] = sort === 'newest' ? [b, a] : [a, b];
  const [x, y] = [KEYS[sort](left), KEYS[sort](right)];
  for (const [at, value] of x.entries()) {
    const other = y[at] ?? '';
    if (value !== other) return value < other;
  }
  return true;
}

/** What the list becomes when a page arrives afresh: same rows, same places, new facts; and what of it is new. */
export function settle(shown: Shown, fetched: Fetched, sort: Sort): { rows: Row[]; news: Task[] } {
  const { rows, start } = shown;
  const { from, items } = fetched;
  const fresh = new Map(items.map((task) => [task.id, task]));
  const last = items.at(-1);
  const first = rows.findIndex((row) => row.page === from);
  const covered = (task: Task, at: number): boolean =>
    first >= 0 && at >= first && (fetched.nextCursor === null || (last !== undefined && notAfter(sort, task, last)));
  const settled = rows.map((row, at): Row => {
    const now = fresh.get(row.task.id);
    if (now) return now.version === row.task.version ? { ...row, task: now } : { ...row, task: now, mark: 'changed' };
    return covered(row.task, at) && row.mark !== 'left' ? { ...row, mark: 'left' } : row;
  });
  const listed = new Set(rows.map((row) => row.task.id));
  const [top, end] = [rows[0]?.task, rows.at(-1)?.task];
  const isNews = (task: Task): boolean => {
    if (listed.has(task.id)) return false;
    // Above a list that begins further down only what came since is new; the rest was never asked for.
    if (start !== null && top !== undefined && notAfter(sort, task, top)) return task.createdAt > shown.since;
    return shown.whole || end === undefined || notAfter(sort, task, end);
  };
  return { rows: settled, news: items.filter(isNews) };
}

/** Whether a page that arrived afresh would have named this task if it still waited. */
export function speaksOf({ from, items, nextCursor }: Fetched, task: Task, sort: Sort): boolean {
  const [first, last] = [items[0], items.at(-1)];
  const above = from === null || (first !== undefined && notAfter(sort, first, task));
  return above && (nextCursor === null || (last !== undefined && notAfter(sort, task, last)));
}
