import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime, fromNow, howLong } from '../../../i18n/times.ts';
import { announce } from '../../../ui/live-region.tsx';
import { useNow } from '../../../ui/server-clock.ts';
import { api } from '../../api.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Paged, pageQuery } from '../../parts/paged.tsx';
import { PageHeading } from '../../parts/page-heading.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Table } from '../../parts/table.tsx';
import { UrlFilter } from '../../parts/url-filter.tsx';
import { wordOf } from '../../parts/word.ts';
import { hasRole, useSession } from '../../session.tsx';
import { shortId } from '../../parts/short-id.ts';
import { useSay } from './texts.ts';

const TONE: Readonly<Record<string, string>> = { failed: 'bad', running: 'accent', deferred: 'warn' };

/** The other half of every deregistration: which system has not acknowledged what, since when, and why (DER-3). */
export function ParticipantsPage(): ReactNode {
  const { say, language } = useSay();
  const now = useNow(30_000);
  const may = hasRole(useSession(), 'ops', 'senior_moderator');
  const client = useQueryClient();
  const [params] = useSearchParams();
  const participant = params.get('participant') ?? undefined;
  const overview = useQuery({
    queryKey: ['participants'],
    queryFn: () => ask(api.GET('/v1/participants')),
    refetchInterval: 10_000,
  });
  const retry = useMutation({
    mutationFn: (id: string) => ask(api.POST('/v1/deregistrations/{id}/retry', { params: { path: { id } } })),
    onSuccess: () => announce(say('participants.retried')),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['unacknowledged'] }),
        client.invalidateQueries({ queryKey: ['participants'] }),
      ]),
  });
  return (
    <section className="page">
      <PageHeading>{say('nav.participants')}</PageHeading>
      <Loaded query={overview}>{({ items }) => <Overview items={items} />}</Loaded>
      <div className="row spread">
        <h2>{say('participants.open')}</h2>
        <UrlFilter
          name="participant"
          label={say('participants.system')}
          all={say('queue.all')}
          options={(overview.data?.items ?? []).map((p) => ({ value: p.participant, label: p.participant }))}
        />
      </div>
      <ProblemNote error={retry.error} />
      <Paged
        name={['unacknowledged', participant]}
        label={say('participants.open')}
        refresh={10_000}
        fetch={(cursor) =>
          ask(
            api.GET('/v1/participants/unacknowledged', {
              params: { query: { ...pageQuery(cursor), ...(participant ? { participant } : {}) } },
            }),
          )
        }
        columns={[
          say('participants.system'),
          say('participants.step'),
          say('queue.state'),
          say('participants.age'),
          say('participants.next'),
          say('participants.why'),
          say('dereg.title'),
          '',
        ]}
        row={(u) => ({
          key: u.deregistrationId + u.phase + u.participant,
          cells: [
            u.participant,
            wordOf(say, 'wirePhase', u.phase),
            <span key="state" className={`chip ${TONE[u.state] ?? ''}`}>
              {wordOf(say, 'openUnit', u.state)} · {say('participants.attempts', { n: u.attempts })}
            </span>,
            <span key="age">
              {howLong(now - Date.parse(u.since), language)} <span className="muted">{atTime(u.since, language)}</span>
            </span>,
            u.nextAt
              ? say(u.toldAt ? 'participants.until' : 'participants.again', { when: atTime(u.nextAt, language) })
              : '–',
            u.refusedBecause ?? (u.lastError ? wordOf(say, 'stall', u.lastError) : '–'),
            <Link key="application" to={`/deregistrations/${u.deregistrationId}`} className="mono">
              {shortId(u.deregistrationId)}
            </Link>,
            may && u.state === 'failed' ? (
              <Button
                loading={retry.isPending && retry.variables === u.deregistrationId}
                onClick={() => retry.mutate(u.deregistrationId)}
              >
                {say('common.retry')}
              </Button>
            ) : null,
          ],
        })}
      />
    </section>
  );
}

function Overview({ items }: { readonly items: readonly Schemas['ParticipantDto'][] }): ReactNode {
  const { say, language } = useSay();
  const now = useNow(30_000);
  return (
    <section className="card" aria-label={say('participants.overview')}>
      <h2>{say('participants.overview')}</h2>
      {items.length === 0 && <p className="muted">{say('common.none')}</p>}
      <Table
        label={say('participants.overview')}
        columns={[
          say('participants.system'),
          say('participants.waiting'),
          say('participants.failed'),
          say('participants.oldest'),
          say('participants.answered'),
          say('participants.lastHeard'),
        ]}
        rows={items.map((p) => ({
          key: p.participant,
          cells: [
            <span key="system">
              {p.participant} {!p.configured && <span className="chip warn">{say('participants.notConfigured')}</span>}
            </span>,
            p.waiting,
            p.failed > 0 ? (
              <span key="failed" className="chip bad">
                {p.failed}
              </span>
            ) : (
              0
            ),
            p.oldestAt ? fromNow(p.oldestAt, now, language) : '–',
            say('participants.answers', { n: p.acknowledged, refusals: p.refusals }),
            p.lastHeardAt ? atTime(p.lastHeardAt, language) : '–',
          ],
        }))}
      />
    </section>
  );
}
