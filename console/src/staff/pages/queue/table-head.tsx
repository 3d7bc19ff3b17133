import type { ReactNode } from 'react';
import { useSay } from '../../use-say.ts';
import type { TextId } from '../../use-say.ts';
import { type Sort, SORTS } from './address.ts';

export interface Sorting {
  readonly sort: Sort;
  readonly sortBy: (sort: Sort) => void;
}

interface HeadProps extends Sorting {
  readonly text: TextId;
  /** The orders that this column has, in the order in which pressing it goes through them; past the last is the usual one. */
  readonly orders: readonly { readonly sort: Sort; readonly direction: 'ascending' | 'descending' }[];
}

const DUE = [{ sort: 'due', direction: 'ascending' }] as const;
const PRIORITY = [{ sort: 'priority', direction: 'descending' }] as const;
/** By how long they wait: longest first, then those that came last. */
const WAITED = [
  { sort: 'oldest', direction: 'descending' },
  { sort: 'newest', direction: 'ascending' },
] as const;

/** A heading that orders the list: a button that says so, and what it is ordered by now. */
function SortHead({ text, orders, sort, sortBy }: HeadProps): ReactNode {
  const { say } = useSay();
  const at = orders.findIndex((each) => each.sort === sort);
  const now = orders[at];
  const next = orders[at + 1] ?? (at < 0 ? orders[0] : undefined);
  return (
    <th scope="col" aria-sort={now?.direction ?? 'none'}>
      <button type="button" className="sort" onClick={() => sortBy(next?.sort ?? 'due')}>
        {say(text)}
        <span aria-hidden="true">{now === undefined ? '↕' : now.direction === 'ascending' ? '↑' : '↓'}</span>
      </button>
    </th>
  );
}

interface TableHeadProps extends Sorting {
  /** The box that selects all that is loaded, for whoever can select. */
  readonly all: ReactNode;
}

export function TableHead({ all, ...sorting }: TableHeadProps): ReactNode {
  const { say } = useSay();
  return (
    <thead>
      <tr>
        {all}
        <th scope="col">{say('queue.task')}</th>
        <SortHead text="queue.deadline" orders={DUE} {...sorting} />
        <SortHead text="queue.urgency" orders={PRIORITY} {...sorting} />
        <SortHead text="queue.waited" orders={WAITED} {...sorting} />
        <th scope="col">{say('queue.who')}</th>
        <th scope="col">{say('queue.about')}</th>
      </tr>
    </thead>
  );
}

/** The same where there is no room for headings. */
export function SortChoice({ sort, sortBy }: Sorting): ReactNode {
  const { say } = useSay();
  return (
    <label className="row only-narrow">
      {say('queue.sort')}
      <select value={sort} onChange={(event) => sortBy(SORTS.find((each) => each === event.target.value) ?? 'due')}>
        {SORTS.map((each) => (
          <option key={each} value={each}>
            {say(`queue.sort.${each}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
