import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useSay } from '../use-say.ts';
import { ProblemNote } from './problem-note.tsx';

interface PagedProps<T> {
  readonly name: readonly unknown[];
  readonly fetch: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>;
  readonly label: string;
  readonly columns: readonly string[];
  readonly row: (item: T) => Row;
  /** Milliseconds; for what changes while it is looked at. */
  readonly refresh?: number;
}

interface Row {
  readonly key: string;
  readonly cells: readonly ReactNode[];
  /** What there is to know besides: below the row, when asked for. */
  readonly detail?: () => ReactNode;
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
      {items.length > 0 && (
        <div className="scroll stacks" tabIndex={0} role="region" aria-label={label}>
          <table className="plain">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th scope="col" key={column}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => {
                const { key, ...shown } = row(item);
                return <Line key={key} columns={columns} {...shown} />;
              })}
            </tbody>
          </table>
        </div>
      )}
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

function Line({ columns, cells, detail }: Omit<Row, 'key'> & { readonly columns: readonly string[] }): ReactNode {
  const { say } = useSay();
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr>
        {cells.map((cell, at) => (
          <td key={columns[at]} data-label={columns[at]}>
            {cell}
          </td>
        ))}
        {detail && (
          <td>
            <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {say(open ? 'evidence.hide' : 'common.details')}
            </button>
          </td>
        )}
      </tr>
      {detail && open && (
        <tr className="detail">
          <td colSpan={cells.length + 1}>{detail()}</td>
        </tr>
      )}
    </>
  );
}

/** The query part of a page of a list. */
export const pageQuery = (cursor: string | undefined, limit = 50): { limit: number; cursor?: string } => ({
  limit,
  ...(cursor ? { cursor } : {}),
});
