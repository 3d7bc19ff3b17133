import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime, fromNow } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { useNow } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Table } from '../../parts/table.tsx';
import { UrlFilter, useUrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from './texts.ts';

const STATES = ['asked', 'refused', 'removed', 'not_found'] as const;
const COUNTED = { asked: 'asked', refused: 'refused', removed: 'removed', not_found: 'notFound' } as const;
const OPEN: readonly string[] = ['asked', 'refused'];
const TONE: Readonly<Record<string, string>> = { asked: 'warn', refused: 'bad', removed: 'good', not_found: 'good' };

/** What content systems were asked to remove, who stays silent and who refused (ENF-7). */
export function RemovalsPage(): ReactNode {
  const { say, language } = useSay();
  const may = hasRole(useSession(), 'moderator', 'senior_moderator', 'ops');
  const client = useQueryClient();
  const [params] = useSearchParams();
  const state = useUrlFilter('state', STATES);
  const system = params.get('system') ?? undefined;
  const systems = useQuery({
    queryKey: ['content-systems'],
    queryFn: () => ask(api.GET('/v1/content-removals/systems')),
    refetchInterval: 15_000,
  });
  const again = useMutation({
    mutationFn: (id: string) =>
      ask(api.POST('/v1/content-removals/{id}/requests', { params: { path: { id } }, body: {} })),
    onSuccess: () => announce(say('removals.askedAgain')),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['content-removals'] }),
        client.invalidateQueries({ queryKey: ['content-systems'] }),
      ]),
  });
  const query = { ...(state ? { state } : {}), ...(system ? { system } : {}) };
  return (
    <section className="page">
      <PageHeading>{say('nav.removals')}</PageHeading>
      <Loaded query={systems}>{({ items }) => <Systems items={items} />}</Loaded>
      <div className="row">
        <UrlFilter
          name="state"
          label={say('queue.state')}
          all={say('removals.open')}
          options={STATES.map((value) => ({ value, label: wordOf(say, 'removal', value) }))}
        />
        <UrlFilter
          name="system"
          label={say('removals.system')}
          all={say('queue.all')}
          options={(systems.data?.items ?? []).map((each) => ({ value: each.system, label: each.system }))}
        />
      </div>
      <ProblemNote error={again.error} />
      <Paged
        name={['content-removals', state, system]}
        label={say('nav.removals')}
        refresh={15_000}
        fetch={(cursor) =>
          ask(api.GET('/v1/content-removals', { params: { query: { ...pageQuery(cursor), ...query } } }))
        }
        columns={[
          say('removals.content'),
          say('queue.state'),
          say('removals.said'),
          say('removals.asked'),
          say('removals.next'),
          say('account.title'),
          '',
        ]}
        row={(r) => ({
          key: r.id,
          cells: [
            <span key="content">
              {r.system} <span className="mono">{r.contentRef}</span>
            </span>,
            <span key="state" className={`chip ${TONE[r.state] ?? ''}`}>
              {wordOf(say, 'removal', r.state)}
            </span>,
            r.note ?? '–',
            `${atTime(r.askedAt, language)} · ${say('removals.attempts', { n: r.attempts })}`,
            r.nextAt ? atTime(r.nextAt, language) : '–',
            <Link key="account" to={`/accounts/${r.accountId}`} className="mono">
              {shortId(r.accountId)}
            </Link>,
            may && OPEN.includes(r.state) && (r.state === 'refused' || r.nextAt) ? (
              <Button loading={again.isPending && again.variables === r.id} onClick={() => again.mutate(r.id)}>
                {say('removals.again')}
              </Button>
            ) : null,
          ],
        })}
      />
    </section>
  );
}

function Systems({ items }: { readonly items: readonly Schemas['ContentSystemDto'][] }): ReactNode {
  const { say, language } = useSay();
  const now = useNow(60_000);
  if (items.length === 0) return null;
  return (
    <section className="card" aria-label={say('removals.systems')}>
      <h2>{say('removals.systems')}</h2>
      <Table
        label={say('removals.systems')}
        columns={[
          say('removals.system'),
          ...STATES.map((each) => wordOf(say, 'removal', each)),
          say('removals.oldest'),
        ]}
        rows={items.map((s) => ({
          key: s.system,
          cells: [
            s.system,
            ...STATES.map((each) =>
              each === 'refused' && s.refused > 0 ? (
                <span key={each} className="chip bad">
                  {s.refused}
                </span>
              ) : (
                s[COUNTED[each]]
              ),
            ),
            s.oldestAskedAt ? fromNow(s.oldestAskedAt, now, language) : '–',
          ],
        }))}
      />
    </section>
  );
}
