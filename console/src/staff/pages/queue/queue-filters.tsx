import type { ReactNode } from 'react';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { useSay } from '../../use-say.ts';
import { type Filter, STATES } from './address.ts';
import { SortChoice, type Sorting } from './table-head.tsx';

interface QueueFiltersProps extends Sorting {
  readonly filter: Filter;
  /** Whoever takes tasks can skip some. */
  readonly worker: boolean;
  readonly set: (name: string, value: string | null) => void;
  readonly children: ReactNode;
}

export function QueueFilters({ filter, worker, set, children, ...sorting }: QueueFiltersProps): ReactNode {
  const { say } = useSay();
  const lead = hasRole(useSession(), 'senior_moderator', 'admin');
  const skipped = (whose: 'me' | 'anybody', label: string): ReactNode => (
    <Tick label={label} on={filter.skipped === whose} set={(on) => set('skipped', on ? whose : null)} />
  );
  return (
    <div className="row filters" role="group" aria-label={say('queue.filters')}>
      <label className="row">
        {say('queue.state')}
        <select value={filter.status ?? ''} onChange={(event) => set('status', event.target.value)}>
          <option value="">{say('queue.live')}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {wordOf(say, 'state', state)}
            </option>
          ))}
        </select>
      </label>
      <SortChoice {...sorting} />
      <Tick label={say('queue.mine')} on={filter.assignee === 'me'} set={(on) => set('assignee', on ? 'me' : null)} />
      <Tick
        label={say('queue.overdue')}
        on={filter.overdue === true}
        set={(on) => set('overdue', on ? 'true' : null)}
      />
      {worker && skipped('me', say('queue.skippedByMe'))}
      {lead && skipped('anybody', say('queue.skippedByAnybody'))}
      {children}
    </div>
  );
}

interface TickProps {
  readonly label: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

function Tick({ label, on, set }: TickProps): ReactNode {
  return (
    <label className="tick">
      <input type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} /> {label}
    </label>
  );
}
