import { lazy, Suspense, type ReactNode } from 'react';
import type { Series } from './chart.tsx';
import { useSay } from './texts.ts';

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }));

interface FigureProps {
  readonly title: string;
  readonly kind: 'bars' | 'lines';
  /** What the rows are: a clause, a week. */
  readonly of: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** More columns of the table that are not drawn. */
  readonly more?: readonly { readonly name: string; readonly values: readonly ReactNode[] }[];
  readonly children?: ReactNode;
}

/** A picture and its numbers, side by side. */
export function Figure({ title, kind, of, labels, series, more = [], children }: FigureProps): ReactNode {
  const { say } = useSay();
  return (
    <section className="card" aria-label={title}>
      <div className="row spread">
        <h2>{title}</h2>
        {children}
      </div>
      {labels.length === 0 ? (
        <p className="muted">{say('common.none')}</p>
      ) : (
        <div className="figure">
          <Suspense fallback={<p className="muted">{say('common.loading')}</p>}>
            <Chart kind={kind} labels={labels} series={series} />
          </Suspense>
          <div className="scroll" tabIndex={0} role="region" aria-label={say('lead.table', { title })}>
            <table className="plain slim">
              <thead>
                <tr>
                  <th scope="col">{of}</th>
                  {[...series, ...more].map(({ name }) => (
                    <th scope="col" className="number" key={name}>
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {labels.map((label, at) => (
                  <tr key={label}>
                    <td>{label}</td>
                    {[...series, ...more].map(({ name, values }) => (
                      <td className="number" key={name}>
                        {values[at] ?? '–'}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </section>
  );
}
