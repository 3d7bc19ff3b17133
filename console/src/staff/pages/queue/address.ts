import type { Task } from './settle.ts';

export const STATES = ['open', 'claimed', 'snoozed', 'done'] as const;
export const SORTS = ['due', 'priority', 'oldest', 'newest'] as const;
export type Sort = (typeof SORTS)[number];

export interface Filter {
  readonly kind?: string;
  readonly status?: Task['state'];
  readonly assignee?: string;
  readonly overdue?: boolean;
  readonly skipped?: 'me' | 'anybody';
}

/** Where the reader is: on which row, and by which cursor the page came that it stands on. */
export interface Place {
  readonly at?: string | undefined;
  readonly page?: string | undefined;
}

/** What is asked for stands in the address: a reload, a link to a colleague and Back show the same list (C14). */
export function filterOf(params: URLSearchParams): Filter {
  const kind = params.get('kind');
  const status = STATES.find((state) => state === params.get('status'));
  const skipped = (['me', 'anybody'] as const).find((whose) => whose === params.get('skipped'));
  return {
    ...(kind ? { kind } : {}),
    ...(status ? { status } : {}),
    ...(params.get('assignee') === 'me' ? { assignee: 'me' } : {}),
    ...(params.get('overdue') === 'true' ? { overdue: true } : {}),
    ...(skipped ? { skipped } : {}),
  };
}

export const sortOf = (params: URLSearchParams): Sort => SORTS.find((sort) => sort === params.get('sort')) ?? 'due';

export const placeOf = (params: URLSearchParams): Place => ({
  at: params.get('at') ?? undefined,
  page: params.get('page') ?? undefined,
});

/** Another question: its list begins at its top. */
export function asking(params: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const each of ['at', 'page']) next.delete(each);
  if (value === null || value === '') next.delete(name);
  else next.set(name, value);
  return next;
}

/**
 * Writes where the reader is into the address of this very entry of the history. Past the router: nothing has to be drawn
 * anew because somebody went a row further, and Back, a reload and a sign-in read the address itself.
 */
export function keepPlace({ at, page }: Place): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries({ at, page })) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}
