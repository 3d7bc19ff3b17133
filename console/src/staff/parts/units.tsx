import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client.ts';
import { atTime } from '../../i18n/times.ts';
import { useSay } from '../use-say.ts';
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
    <div className="scroll" tabIndex={0} role="region" aria-label={say('units.title')}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{say('units.phase')}</th>
            <th scope="col">{say('units.unit')}</th>
            <th scope="col">{say('units.state')}</th>
            <th scope="col">{say('units.attempts')}</th>
            <th scope="col">{say('units.next')}</th>
            <th scope="col">{say('units.error')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((unit) => (
            <tr key={unit.phase + unit.unit}>
              <td>{wordOf(say, 'phase', unit.phase)}</td>
              <td className="mono">{unit.unit}</td>
              <td>
                <span className={`chip ${TONE[unit.state] ?? ''}`}>{wordOf(say, 'unitState', unit.state)}</span>
              </td>
              <td>{unit.attempts}</td>
              <td>
                {unit.doneAt
                  ? atTime(unit.doneAt, language)
                  : unit.nextAttemptAt
                    ? atTime(unit.nextAttemptAt, language)
                    : '–'}
              </td>
              <td className="mono">{unit.lastError ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
