import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { wordOf } from '../../parts/word.ts';
import { Figure } from './figure.tsx';
import { rateOf, spanOf } from './figures-in-words.ts';
import { useSay } from './texts.ts';
import { Tiles } from './tiles.tsx';

type Statistics = Schemas['EnforcementStatisticsDto'];

export function StatisticsPanels({ found: s }: { readonly found: Statistics }): ReactNode {
  return (
    <>
      <Tiles found={s} />
      <Trend found={s} />
      <div className="figures">
        <InTime found={s} />
        <Speed found={s} />
        <Backlog found={s} />
        <Ages found={s} />
        <Mix found={s} />
        <Appeals found={s} />
        <Load found={s} />
      </div>
    </>
  );
}

interface PanelProps {
  readonly found: Statistics;
}

/** Week by week, of one clause or of all together. */
function Trend({ found: s }: PanelProps): ReactNode {
  const { say } = useSay();
  const [clause, setClause] = useState('');
  const chosen = s.trend.find((t) => t.key === clause);
  const lines = chosen ? [chosen] : s.trend;
  const sum = (of: 'reported' | 'opened' | 'decided' | 'changedOnAppeal'): number[] =>
    s.weeks.map((_, week) => lines.reduce((total, line) => total + (line[of][week] ?? 0), 0));
  return (
    <Figure
      title={say('lead.trend')}
      kind="lines"
      of={say('lead.week')}
      labels={s.weeks.map((week) => week.slice(5, 10))}
      series={[
        { name: say('lead.reported'), colour: '--muted', values: sum('reported') },
        { name: say('lead.opened'), colour: '--warn', values: sum('opened') },
        { name: say('lead.decided'), colour: '--accent', values: sum('decided') },
        { name: say('lead.changed'), colour: '--bad', values: sum('changedOnAppeal') },
      ]}
    >
      <label className="row">
        {say('lead.clause')}
        <select value={chosen ? clause : ''} onChange={(event) => setClause(event.target.value)}>
          <option value="">{say('lead.allClauses')}</option>
          {s.trend.map((t) => (
            <option key={t.key} value={t.key}>
              {t.key} ({t.total})
            </option>
          ))}
        </select>
      </label>
    </Figure>
  );
}

function InTime({ found: { inTime } }: PanelProps): ReactNode {
  const { say } = useSay();
  const rows = inTime.byClause;
  return (
    <Figure
      title={say('lead.inTimeByClause')}
      kind="bars"
      of={say('lead.clause')}
      labels={rows.map((r) => r.key)}
      series={[
        { name: say('lead.kept'), colour: '--good', values: rows.map((r) => r.kept) },
        { name: say('lead.missed'), colour: '--bad', values: rows.map((r) => r.missed) },
      ]}
      more={[{ name: say('lead.rate'), values: rows.map((r) => rateOf(r.rate)) }]}
    />
  );
}

const HOUR = 3600;

function Speed({ found: { timeToDecision } }: PanelProps): ReactNode {
  const { say, language } = useSay();
  const rows = timeToDecision.byClause;
  const hours = (seconds: number | null): number | null =>
    seconds === null ? null : Math.round((seconds / HOUR) * 10) / 10;
  return (
    <Figure
      title={say('lead.speed')}
      kind="bars"
      of={say('lead.clause')}
      labels={rows.map((r) => r.key)}
      series={[
        { name: say('lead.medianHours'), colour: '--accent', values: rows.map((r) => hours(r.median)) },
        { name: say('lead.p90Hours'), colour: '--warn', values: rows.map((r) => hours(r.p90)) },
      ]}
      more={[
        { name: say('lead.decided'), values: rows.map((r) => r.count) },
        { name: say('lead.longest'), values: rows.map((r) => spanOf(r.longest, language)) },
      ]}
    />
  );
}

function Backlog({ found: { backlog } }: PanelProps): ReactNode {
  const { say, language } = useSay();
  return (
    <Figure
      title={say('lead.byClause')}
      kind="bars"
      of={say('lead.clause')}
      labels={backlog.map((b) => b.key)}
      series={[
        { name: say('lead.undecided'), colour: '--accent', values: backlog.map((b) => b.count) },
        { name: say('queue.overdue'), colour: '--bad', values: backlog.map((b) => b.overdue) },
      ]}
      more={[{ name: say('lead.oldest'), values: backlog.map((b) => spanOf(b.oldestSeconds, language)) }]}
    />
  );
}

function Ages({ found: { queueBands } }: PanelProps): ReactNode {
  const { say } = useSay();
  return (
    <Figure
      title={say('lead.ages')}
      kind="bars"
      of={say('lead.age')}
      labels={queueBands.map((b) =>
        b.toHours === null
          ? say('lead.ageOver', { from: b.fromHours })
          : say('lead.ageBand', { from: b.fromHours, to: b.toHours }),
      )}
      series={[{ name: say('lead.undecided'), colour: '--accent', values: queueBands.map((b) => b.count) }]}
    />
  );
}

function Mix({ found: { measures, measuresByClause } }: PanelProps): ReactNode {
  const { say } = useSay();
  const clausesOf = (measure: string): string =>
    measuresByClause
      .filter((m) => m.measure === measure)
      .map((m) => `${m.key} × ${m.count}`)
      .join(comma());
  return (
    <Figure
      title={say('lead.mix')}
      kind="bars"
      of={say('case.measure')}
      labels={measures.map((m) => wordOf(say, 'measure', m.key))}
      series={[{ name: say('lead.number'), colour: '--accent', values: measures.map((m) => m.count) }]}
      more={[{ name: say('lead.clause'), values: measures.map((m) => clausesOf(m.key) || '–') }]}
    />
  );
}

function Appeals({ found: { appeals } }: PanelProps): ReactNode {
  const { say, language } = useSay();
  return (
    <Figure
      title={say('lead.appeals')}
      kind="bars"
      of={say('lead.clause')}
      labels={appeals.byClause.map((a) => a.key)}
      series={[
        { name: say('lead.answers'), colour: '--accent', values: appeals.byClause.map((a) => a.count) },
        { name: say('lead.changed'), colour: '--bad', values: appeals.byClause.map((a) => a.changed) },
      ]}
    >
      <span className="muted">
        {say('lead.toAnswer', {
          median: spanOf(appeals.timeToAnswer.median, language),
          p90: spanOf(appeals.timeToAnswer.p90, language),
        })}
      </span>
    </Figure>
  );
}

/** How the work is spread, without saying over whom. */
function Load({ found: { moderators: m } }: PanelProps): ReactNode {
  const { say } = useSay();
  return (
    <Figure
      title={say('lead.load')}
      kind="bars"
      of={say('lead.person')}
      labels={m.perPerson.map((_, at) => `#${at + 1}`)}
      series={[{ name: say('lead.decided'), colour: '--accent', values: m.perPerson }]}
    >
      <span className="muted">
        {say('lead.loadNote', { median: m.median ?? '–', most: m.most ?? '–', least: m.least ?? '–' })}
      </span>
    </Figure>
  );
}
