import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useSay } from '../use-say.ts';
import { ProblemNote } from './problem-note.tsx';
import { type Row, Table } from './table.tsx';

interface PagedProps<T> {
  readonly name: readonly unknown[];
  readonly fetch: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>;
  readonly label: string;
  readonly columns: readonly string[];
  readonly row: (item: T) => Row;
  /** Milliseconds; for what changes while it is looked at. */
  readonly refresh?: number;
}

/** A list of the API as a table, page by page. */
export function Paged<T>({ name, fetch, label, columns, row, refresh }: PagedProps<T>): ReactNode {
  const { say } = useSay();
  const query = useInfiniteQuery({
    queryKey: name,
    initialPageParam: '',
    queryFn: ({ pageParam }) => fetch(pageParam || undefined),
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: refresh ?? false,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="card">
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <p className="muted">{say('common.loading')}</p>}
      {query.data && items.length === 0 && <p className="empty muted">{say('common.empty')}</p>}
      {items.length > 0 && <Table label={label} columns={columns} rows={items.map(row)} />}
      {query.hasNextPage && (
        <p>
          <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
            {say('common.more')}
          </Button>
        </p>
      )}
    </div>
  );
}

/** The query part of a page of a list. */
export const pageQuery = (cursor: string | undefined, limit = 50): { limit: number; cursor?: string } => ({
  limit,
  ...(cursor ? { cursor } : {}),
});
