import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client.ts';
import { atTime } from '../../i18n/times.ts';
import { useSay } from '../use-say.ts';
import { Table } from './table.tsx';
import { wordOf } from './word.ts';

type Unit = Schemas['UnitDto'];
const ORDER = ['failed', 'running', 'deferred', 'planned', 'done'];
const TONE: Readonly<Record<string, string>> = { failed: 'bad', running: 'accent', deferred: 'warn', done: 'good' };

/** The steps of an execution, what failed first: which step, how often it was tried, when again, what it said. */
export function Units({ units }: { readonly units: readonly Unit[] }): ReactNode {
  const { say, language } = useSay();
  const sorted = [...units].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  if (units.length === 0) return <p className="muted">{say('units.none')}</p>;
  return (
    <Table
      label={say('units.title')}
      columns={[
        say('units.phase'),
        say('units.unit'),
        say('units.state'),
        say('units.attempts'),
        say('units.next'),
        say('units.error'),
      ]}
      rows={sorted.map((unit) => {
        const next = unit.doneAt ?? unit.nextAttemptAt;
        return {
          key: unit.phase + unit.unit,
          cells: [
            wordOf(say, 'phase', unit.phase),
            <span key="unit" className="mono">
              {unit.unit}
            </span>,
            <span key="state" className={`chip ${TONE[unit.state] ?? ''}`}>
              {wordOf(say, 'unitState', unit.state)}
            </span>,
            unit.attempts,
            next === null ? '–' : atTime(next, language),
            <span key="error" className="mono">
              {unit.lastError ?? '–'}
            </span>,
          ],
        };
      })}
    />
  );
}
