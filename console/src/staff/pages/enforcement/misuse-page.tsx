import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask } from '../../../api/client.ts';
import { comma } from '../../../i18n/comma.ts';
import { onDay } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from './texts.ts';

const WITHIN = ['P30D', 'P90D', 'P1Y'] as const;
const LEAST = ['3', '5', '10'] as const;
const TONE: Readonly<Record<string, string>> = { critical: 'bad', high: 'bad', medium: 'warn', low: '' };

/** Who was decided about more than once: number, share, gravity, and whether a warning came before (7.1). */
export function MisusePage(): ReactNode {
  const { say, language } = useSay();
  const [params] = useSearchParams();
  const within = useUrlFilter('within', WITHIN);
  const least = useUrlFilter('least', LEAST);
  const query = { ...(within ? { within } : {}), ...(least ? { least: Number(least) } : {}) };
  return (
    <section className="page">
      <PageHeading>{say('nav.misuse')}</PageHeading>
      <p className="muted">{say('misuse.hint')}</p>
      <div className="row">
        <UrlFilter
          name="within"
          label={say('misuse.within')}
          all={say('misuse.P180D')}
          options={WITHIN.map((value) => ({ value, label: say(`misuse.${value}`) }))}
        />
        <UrlFilter
          name="least"
          label={say('misuse.least')}
          all="2"
          options={LEAST.map((value) => ({ value, label: value }))}
        />
      </div>
      <Paged
        name={['repeated-misuse', params.toString()]}
        label={say('nav.misuse')}
        fetch={(cursor) =>
          ask(api.GET('/v1/repeated-misuse', { params: { query: { ...pageQuery(cursor), ...query } } }))
        }
        columns={[
          say('account.title'),
          say('misuse.decisions'),
          say('misuse.gravity'),
          say('case.clauses'),
          say('misuse.measures'),
          say('misuse.share'),
          say('misuse.warned'),
          say('misuse.last'),
        ]}
        row={(m) => ({
          key: m.accountId,
          cells: [
            <Link key="account" to={`/accounts/${m.accountId}`} className="mono">
              {shortId(m.accountId)}
            </Link>,
            say('misuse.count', { n: m.decisions, strikes: m.strikes }),
            <span key="gravity" className={`chip ${TONE[m.gravity] ?? ''}`}>
              {wordOf(say, 'severity', m.gravity)}
            </span>,
            m.clauses.join(comma()),
            m.measures.map((each) => wordOf(say, 'measure', each)).join(comma()),
            m.reports === 0 ? '–' : say('misuse.upheld', { n: m.reportsUpheld, of: m.reports }),
            m.warnedAt ? onDay(m.warnedAt, language) : <span className="chip warn">{say('misuse.neverWarned')}</span>,
            onDay(m.lastAt, language),
          ],
        })}
      />
    </section>
  );
}
