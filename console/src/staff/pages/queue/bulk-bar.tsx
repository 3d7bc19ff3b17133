import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';
import { BulkDialog } from './bulk-dialog.tsx';
import { ACTIONS, type BulkAction, type Scope } from './bulk.ts';
import type { Filter } from './address.ts';
import type { Task } from './settle.ts';

const allows = (task: Task, action: BulkAction): boolean => task.actions.some((a) => a.action === action && a.allowed);

interface BulkBarProps {
  readonly tasks: readonly Task[];
  readonly filter: Filter;
  /** How many the filter means, as far as it was counted; undefined: nobody counted that. */
  readonly matching: number | undefined;
  readonly select: (ids: ReadonlySet<string>) => void;
  readonly onDone: () => void;
}

/** What is selected, named before anything is offered: these rows, or all of the filter (C17). */
export function BulkBar({ tasks, filter, matching, select, onDone }: BulkBarProps): ReactNode {
  const { say } = useSay();
  const [action, setAction] = useState<BulkAction | null>(null);
  const [all, setAll] = useState(false);
  const scope: Scope = all ? { kind: 'filter', filter } : { kind: 'rows', tasks };
  return (
    <div className="bulk" role="region" aria-label={say('bulk.title')}>
      <strong>
        {all ? say('bulk.allOfFilter', { n: matching ?? '…' }) : say('bulk.selected', { n: tasks.length })}
      </strong>
      <Button type="text" onClick={() => setAll(!all)}>
        {say(all ? 'bulk.onlySelected' : 'bulk.takeAll', { n: all ? tasks.length : (matching ?? '…') })}
      </Button>
      {ACTIONS.map((each) => {
        const able = tasks.filter((task) => allows(task, each)).length;
        return (
          <Button key={each} disabled={!all && able === 0} onClick={() => setAction(each)}>
            {all ? wordOf(say, 'action', each) : `${wordOf(say, 'action', each)} (${able})`}
          </Button>
        );
      })}
      <Button type="text" onClick={() => select(new Set())}>
        {say('bulk.clear')}
      </Button>
      {action && (
        <BulkDialog
          action={action}
          first={scope}
          onClose={(failed) => {
            setAction(null);
            if (failed === undefined) return;
            select(failed);
            onDone();
          }}
        />
      )}
    </div>
  );
}
