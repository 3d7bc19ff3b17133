import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ReactNode } from 'react';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Table } from '../../parts/table.tsx';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../ops/texts.ts';
import { shortId } from '../../parts/short-id.ts';
import type { Run } from './runs.ts';

// Loaded where there is something to draw.
const Chart = lazy(async () => ({ default: (await import('../lead/chart.tsx')).Chart }));

interface OfClasses {
  readonly run: Run;
  readonly titles: ReadonlyMap<string, string>;
}

/** What failed first, then what has something due; where nothing was due stands behind its number. */
export function ClassTable({ run, titles }: OfClasses): ReactNode {
  const { say } = useSay();
  const rank = (c: Run['classes'][number]): number => (c.state === 'failed' ? 0 : c.state === 'running' ? 1 : 2);
  const classes = [...run.classes].sort((a, b) => rank(a) - rank(b) || b.due - a.due);
  const due = classes.filter((c) => c.due > 0);
  const empty = classes.filter((c) => c.due === 0 && c.state === 'done');
  const told = classes.filter((c) => !empty.includes(c));
  const titleOf = (recordClass: string): string => titles.get(recordClass) ?? '';
  return (
    <section className="card" aria-label={say('retention.classes')}>
      <h2>{say('retention.classes')}</h2>
      {due.length > 1 && (
        <Suspense fallback={<p className="muted">{say('common.loading')}</p>}>
          <Chart
            kind="bars"
            labels={due.map((c) => titleOf(c.recordClass) || c.recordClass)}
            series={[
              {
                name: say(run.dryRun ? 'retention.due' : 'retention.gone'),
                colour: '--accent',
                values: due.map((c) => (run.dryRun ? c.due : c.erased)),
              },
              { name: say('retention.held'), colour: '--warn', values: due.map((c) => c.held) },
            ]}
          />
        </Suspense>
      )}
      {told.length === 0 && <p className="muted">{say('common.none')}</p>}
      {told.length > 0 && <ClassRows classes={told} titles={titles} />}
      {empty.length > 0 && (
        <details>
          <summary>{say('retention.nothingDue', { n: empty.length })}</summary>
          <p>{empty.map((c) => titleOf(c.recordClass) || c.recordClass).join(comma())}</p>
        </details>
      )}
    </section>
  );
}

function ClassRows({ classes, titles }: Pick<OfClasses, 'titles'> & { readonly classes: Run['classes'] }): ReactNode {
  const { say, language } = useSay();
  return (
    <Table
      label={say('retention.classes')}
      columns={[
        say('plan.class'),
        say('queue.state'),
        say('retention.due'),
        say('retention.gone'),
        say('retention.held'),
        say('retention.oldest'),
        say('units.error'),
      ]}
      rows={classes.map((c) => ({
        key: c.recordClass,
        cells: [
          <span key="class">
            {titles.get(c.recordClass)} <span className="mono muted">{c.recordClass}</span>
          </span>,
          <span key="state" className={`chip ${c.state === 'failed' ? 'bad' : c.state === 'done' ? 'good' : ''}`}>
            {wordOf(say, 'unitState', c.state)}
          </span>,
          c.due,
          c.erased,
          c.held,
          c.oldestOverdueAt ? atTime(c.oldestOverdueAt, language) : '–',
          <span key="error" className="mono">
            {c.error ?? '–'}
          </span>,
        ],
      }))}
    />
  );
}

/** Some of what is due, the oldest of each class: whose, since when, and whether a hold keeps it; never what is in it (C27). */
export function Sample({ run, titles }: OfClasses): ReactNode {
  const { say, language } = useSay();
  const query = useQuery({
    queryKey: ['retention-sample', run.id],
    queryFn: () => ask(api.GET('/v1/retention/runs/{id}/sample', { params: { path: { id: run.id } } })),
  });
  return (
    <section className="card" aria-label={say('retention.sample')}>
      <h2>{say('retention.sample')}</h2>
      <p className="muted">{say('retention.sampleHint')}</p>
      <Loaded query={query}>
        {({ items }) => (
          <Table
            label={say('retention.sample')}
            columns={[say('plan.class'), say('retention.whose'), say('retention.since'), say('queue.state')]}
            rows={items.map((item, at) => ({
              key: String(at),
              cells: [
                <span key="class">
                  {titles.get(item.recordClass)}{' '}
                  <span className="mono muted">
                    {item.recordClass} · {item.place}
                  </span>
                </span>,
                <span key="whose" className="mono">
                  {item.subject === null ? '–' : shortId(item.subject)}
                </span>,
                atTime(item.since, language),
                <span key="held" className={`chip ${item.held ? 'warn' : ''}`}>
                  {say(item.held ? 'retention.held' : 'retention.due')}
                </span>,
              ],
            }))}
          />
        )}
      </Loaded>
    </section>
  );
}
