import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from '../../../api/client.ts';
import { isProblem } from '../../../api/problem.ts';
import { serverNow } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import type { Filter, Place, Sort } from './address.ts';
import { type Fetched, type Row, settle, speaksOf, type Task } from './settle.ts';

export interface StillList {
  readonly rows: readonly Row[];
  /** How many came since; shown only when asked for. */
  readonly waiting: number;
  readonly hasMore: boolean;
  /** It begins further down, where its reader was. */
  readonly fromMiddle: boolean;
  readonly loading: boolean;
  readonly error: unknown;
  /** From the top of the order, with what is new. */
  readonly showWaiting: () => void;
  readonly loadMore: () => void;
  /** Asks what became of the rows now instead of in some seconds. */
  readonly refresh: () => void;
  /** Which row its reader looks at: what happens there is asked after, however far down it is. */
  readonly look: (at: number) => void;
  /** Changes whenever a list is put here; then its reader is taken to `place`. */
  readonly put: number;
  readonly place: Return | undefined;
  readonly leave: (place: Return) => void;
}

/** Where the reader was, or is to be: on which row, and, if it is known, how far the page was scrolled. */
export interface Return {
  readonly taskId: string | undefined;
  readonly y: number | undefined;
}

const PAGE = 100;
const POLL_MS = 8_000;
/** Rows that left the list are looked up to say who took them; beyond this many the reader asks for a fresh list. */
const LOOK_UP = 20;

interface State {
  readonly rows: readonly Row[];
  readonly start: string | null;
  readonly cursor: string | null;
  readonly since: string;
  readonly waiting: ReadonlyMap<string, Task>;
  readonly put: number;
}

const EMPTY: State = { rows: [], start: null, cursor: null, since: '', waiting: new Map(), put: 0 };

/** The list that was left last: who comes back finds the same rows in the same places, with what happened since (C14). */
let leftBehind: { readonly key: string; readonly state: State; readonly place: Return } | undefined;

async function fetchPage(filter: Filter, sort: Sort, from: string | null): Promise<Fetched> {
  const query = { ...filter, sort, limit: PAGE, ...(from === null ? {} : { cursor: from }) };
  return { from, ...(await ask(api.GET('/v1/review-tasks', { params: { query } }))) };
}

/** The page that the address names; the top where it names one of another order, or none of ours. */
const firstPage = (filter: Filter, sort: Sort, from: string | null): Promise<Fetched> =>
  fetchPage(filter, sort, from).catch((failure: unknown) => {
    if (from !== null && isProblem(failure) && failure.status === 400) return fetchPage(filter, sort, null);
    throw failure;
  });

const lookUp = (id: string): Promise<Task> => ask(api.GET('/v1/review-tasks/{id}', { params: { path: { id } } }));
const rowsOf = ({ items, from }: Fetched): Row[] => items.map((task) => ({ task, mark: null, page: from }));

/** A queue that never moves under its reader (C13): what is new waits behind a button, what others did is marked. */
export function useStillList(filter: Filter, sort: Sort, place: Place, returning: boolean): StillList {
  const key = JSON.stringify([filter, sort]);
  const [back] = useState(() => (returning && leftBehind?.key === key ? leftBehind : undefined));
  const [state, setState] = useState<State>(back?.state ?? EMPTY);
  const [loading, setLoading] = useState(back === undefined);
  const [error, setError] = useState<unknown>(null);
  const current = useRef(key);
  const resuming = useRef(back !== undefined);
  const returnTo = useRef<Return | undefined>(back?.place);
  const looking = useRef(0);
  /** The page that is on its way: asked for once. */
  const asked = useRef<string>(undefined);
  const latest = useRef(state);
  latest.current = state;

  const reload = useCallback(
    async (at: Place) => {
      // Rows of another filter would be answers to another question.
      if (current.current !== key) setState((now) => ({ ...EMPTY, put: now.put }));
      current.current = key;
      setLoading(true);
      try {
        const since = new Date(serverNow()).toISOString();
        const page = await firstPage(filter, sort, at.page ?? null);
        if (current.current !== key) return;
        returnTo.current = at.at === undefined ? undefined : { taskId: at.at, y: undefined };
        asked.current = undefined;
        const { from: start, nextCursor: cursor } = page;
        setState((now) => ({ rows: rowsOf(page), start, cursor, since, waiting: new Map(), put: now.put + 1 }));
        setError(null);
      } catch (failure) {
        if (current.current === key) setError(failure);
      } finally {
        if (current.current === key) setLoading(false);
      }
      // `key` stands for the filter and the order.
    },
    [key],
  );

  const poll = useRef<() => Promise<void>>(() => Promise.resolve());
  useEffect(() => {
    poll.current = async (): Promise<void> => {
      try {
        const { rows, start } = latest.current;
        // The top, where most of what is new comes in; where the list begins; and where its reader is.
        const froms = new Set([null, start, rows[looking.current]?.page ?? null]);
        const pages = await Promise.all([...froms].map((from) => fetchPage(filter, sort, from)));
        if (current.current !== key) return;
        const before = latest.current;
        const next = pages.reduce((now, page) => afresh(now, page, sort), before);
        const left = next.rows.filter((row, at) => row.mark === 'left' && before.rows[at]?.mark !== 'left');
        const found = new Map<string, Task>();
        for (const { task } of left.slice(0, LOOK_UP)) found.set(task.id, await lookUp(task.id));
        if (current.current !== key) return;
        setState((now) => ({
          ...now,
          waiting: next.waiting,
          rows: now.rows.map((row, at) => {
            const known = next.rows[at]?.task.id === row.task.id ? next.rows[at] : row;
            return { ...known, task: found.get(row.task.id) ?? known.task };
          }),
        }));
        setError(null);
      } catch (failure) {
        setError(failure);
      }
    };
    // What was brought back is asked after at once; everything else is read anew.
    void (resuming.current ? poll.current() : reload(place));
    resuming.current = false;
    const timer = setInterval(() => void (document.hidden ? undefined : poll.current()), POLL_MS);
    return () => clearInterval(timer);
  }, [key, reload]);

  const loadMore = useCallback(async () => {
    const { cursor } = latest.current;
    if (cursor === null || asked.current === cursor) return;
    asked.current = cursor;
    try {
      const page = await fetchPage(filter, sort, cursor);
      if (current.current !== key) return;
      setState((now) => {
        const shown = new Set(now.rows.map((row) => row.task.id));
        const more = rowsOf(page).filter(({ task }) => !shown.has(task.id));
        return { ...now, rows: [...now.rows, ...more], cursor: page.nextCursor };
      });
    } catch (failure) {
      asked.current = undefined;
      setError(failure);
    }
  }, [key]);

  return {
    rows: state.rows,
    waiting: state.waiting.size,
    hasMore: state.cursor !== null,
    fromMiddle: state.start !== null,
    loading,
    error,
    showWaiting: () => void reload({}),
    loadMore: () => void loadMore(),
    refresh: () => void poll.current(),
    look: (at) => (looking.current = at),
    put: state.put,
    place: returnTo.current,
    leave: (at) => (leftBehind = { key, state: latest.current, place: at }),
  };
}

/** The list with the facts of one page, and what waits. */
function afresh(now: State, page: Fetched, sort: Sort): State {
  const { rows, news } = settle({ ...now, whole: now.cursor === null }, page, sort);
  const named = new Set([...rows.map(({ task }) => task.id), ...news.map(({ id }) => id)]);
  const still = [...now.waiting.values()].filter((task) => !named.has(task.id) && !speaksOf(page, task, sort));
  return { ...now, rows, waiting: new Map([...still, ...news].map((task) => [task.id, task])) };
}
