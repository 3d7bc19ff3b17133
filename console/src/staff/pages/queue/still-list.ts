import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { api } from '../../api.ts';

export type Task = Schemas['ReviewTaskDto'];

export interface Filter {
  readonly kind?: string;
  readonly status?: Task['state'];
  readonly assignee?: string;
  readonly overdue?: boolean;
}

export interface Row {
  readonly task: Task;
  /** What happened to it since it was put here; rows change in place and never move or vanish. */
  readonly mark: 'changed' | 'left' | null;
}

export interface StillList {
  readonly rows: readonly Row[];
  /** How many came since; shown only when asked for. */
  readonly waiting: number;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly error: unknown;
  readonly showWaiting: () => void;
  readonly loadMore: () => void;
  /** Asks what became of the rows now instead of in some seconds. */
  readonly refresh: () => void;
  /** Where its reader was when they left it, if this is the list that they come back to. */
  readonly place: Place | undefined;
  readonly leave: (place: Place) => void;
}

/** Whose row had the focus, and how far the page was scrolled. */
export interface Place {
  readonly taskId: string | undefined;
  readonly y: number;
}

const PAGE = 100;
const POLL_MS = 8_000;
/** Rows that left the list are looked up to say who took them; beyond this many the reader asks for a fresh list. */
const LOOK_UP = 20;

interface State {
  readonly rows: readonly Row[];
  readonly cursor: string | null;
  readonly waiting: number;
}

const EMPTY: State = { rows: [], cursor: null, waiting: 0 };

/** The list that was left last: who comes back finds the same rows in the same places, with what happened since (C14). */
let leftBehind: { readonly key: string; readonly state: State; readonly place: Place } | undefined;

const fetchPage = (filter: Filter, cursor?: string): Promise<{ items: Task[]; nextCursor: string | null }> =>
  ask(api.GET('/v1/review-tasks', { params: { query: { ...filter, limit: PAGE, ...(cursor ? { cursor } : {}) } } }));

/** Whether `a` stands before or at the same place as `b` in the server's order. */
const notAfter = (a: Task, b: Task): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.id <= b.id);

/** What the list becomes when a fresh first page arrives: same rows, same places, new facts. */
export function settle(
  rows: readonly Row[],
  head: { items: Task[]; nextCursor: string | null },
): { rows: Row[]; waiting: number } {
  const fresh = new Map(head.items.map((task) => [task.id, task]));
  const last = head.items.at(-1);
  const covered = (task: Task): boolean => head.nextCursor === null || (last !== undefined && notAfter(task, last));
  const settled = rows.map((row): Row => {
    const now = fresh.get(row.task.id);
    if (now) return now.version === row.task.version ? { ...row, task: now } : { task: now, mark: 'changed' };
    return covered(row.task) && row.mark !== 'left' ? { ...row, mark: 'left' } : row;
  });
  const shown = new Set(rows.map((row) => row.task.id));
  const end = rows.at(-1)?.task;
  const isNew = (task: Task): boolean => !shown.has(task.id) && (end === undefined || notAfter(task, end));
  return { rows: settled, waiting: head.items.filter(isNew).length };
}

/** A queue that never moves under its reader (C13): what is new waits behind a button, what others did is marked. */
export function useStillList(filter: Filter, returning: boolean): StillList {
  const key = JSON.stringify(filter);
  const [back] = useState(() => (returning && leftBehind?.key === key ? leftBehind : undefined));
  const [state, setState] = useState<State>(back?.state ?? EMPTY);
  const [loading, setLoading] = useState(back === undefined);
  const [error, setError] = useState<unknown>(null);
  const current = useRef(key);
  const resuming = useRef(back !== undefined);
  const latest = useRef(state);
  latest.current = state;

  const reload = useCallback(async () => {
    // Rows of another filter would be answers to another question.
    if (current.current !== key) setState(EMPTY);
    current.current = key;
    setLoading(true);
    try {
      const page = await fetchPage(filter);
      if (current.current !== key) return;
      setState({ rows: page.items.map((task) => ({ task, mark: null })), cursor: page.nextCursor, waiting: 0 });
      setError(null);
    } catch (failure) {
      if (current.current === key) setError(failure);
    } finally {
      if (current.current === key) setLoading(false);
    }
    // `key` stands for the filter.
  }, [key]);

  const poll = useRef<() => Promise<void>>(() => Promise.resolve());
  useEffect(() => {
    poll.current = async (): Promise<void> => {
      try {
        const head = await fetchPage(filter);
        if (current.current !== key) return;
        const { rows, waiting } = settle(latest.current.rows, head);
        const left = rows.filter((row, at) => row.mark === 'left' && latest.current.rows[at]?.mark !== 'left');
        const found = new Map<string, Task>();
        for (const { task } of left.slice(0, LOOK_UP))
          found.set(task.id, await ask(api.GET('/v1/review-tasks/{id}', { params: { path: { id: task.id } } })));
        if (current.current !== key) return;
        setState((now) => ({
          ...now,
          waiting: now.rows.length === 0 && head.items.length > 0 ? head.items.length : waiting,
          rows: now.rows.map((row, at) => {
            const next = rows[at]?.task.id === row.task.id ? rows[at] : row;
            return { ...next, task: found.get(row.task.id) ?? next.task };
          }),
        }));
        setError(null);
      } catch (failure) {
        setError(failure);
      }
    };
    // What was brought back is asked after at once; everything else is read anew.
    void (resuming.current ? poll.current() : reload());
    resuming.current = false;
    const timer = setInterval(() => void (document.hidden ? undefined : poll.current()), POLL_MS);
    return () => clearInterval(timer);
  }, [key, reload]);

  const loadMore = useCallback(async () => {
    const { cursor } = latest.current;
    if (cursor === null) return;
    setState((now) => (now.cursor === cursor ? { ...now, cursor: null } : now));
    try {
      const page = await fetchPage(filter, cursor);
      if (current.current !== key) return;
      setState((now) => {
        const shown = new Set(now.rows.map((row) => row.task.id));
        const more = page.items.filter((task) => !shown.has(task.id)).map((task): Row => ({ task, mark: null }));
        return { ...now, rows: [...now.rows, ...more], cursor: page.nextCursor };
      });
    } catch (failure) {
      setState((now) => ({ ...now, cursor }));
      setError(failure);
    }
  }, [key]);

  return {
    rows: state.rows,
    waiting: state.waiting,
    hasMore: state.cursor !== null,
    loading,
    error,
    showWaiting: () => void reload(),
    loadMore: () => void loadMore(),
    refresh: () => void poll.current(),
    place: back?.place,
    leave: (place) => (leftBehind = { key, state: latest.current, place }),
  };
}
