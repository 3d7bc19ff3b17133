import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ask, type Schemas } from '../../../../api/client.ts';
import { atTime, onDay } from '../../../../i18n/times.ts';
import { api } from '../../../api.ts';
import { FeatureNames, useViolations } from '../../../parts/violations.tsx';
import { wordOf } from '../../../parts/word.ts';
import { hasRole, useSession } from '../../../session.tsx';
import { useSay } from '../../../use-say.ts';
import { shortId } from '../../../parts/short-id.ts';

const LiftDialog = lazy(async () => ({ default: (await import('./lift-dialog.tsx')).LiftDialog }));
const ChangeDialog = lazy(async () => ({ default: (await import('./change-dialog.tsx')).ChangeDialog }));

export type Case = Schemas['CaseDetailDto'];
export type Decision = Schemas['DecisionDto'];
export type Sanction = Schemas['SanctionDto'];

export const useCase = (id: string) =>
  useQuery({
    queryKey: ['case', id],
    queryFn: () => ask(api.GET('/v1/cases/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

export const useDecision = (id: string) =>
  useQuery({
    queryKey: ['decision', id],
    queryFn: () => ask(api.GET('/v1/decisions/{id}', { params: { path: { id } } })),
  });

export const useSanctions = (accountId: string) =>
  useQuery({
    queryKey: ['sanctions', accountId],
    queryFn: () => ask(api.GET('/v1/sanctions', { params: { query: { accountId, limit: 50 } } })),
  });

/** The words of the agreement beside the form: nobody needs a second tab to decide (C18). */
export function PolicyText({
  accountId,
  refs,
}: {
  /** Absent: the newest words, for what is about many. */
  readonly accountId?: string;
  readonly refs: readonly string[];
}): ReactNode {
  const { say, language } = useSay();
  const query = useViolations(accountId);
  const clauses = query.data?.clauses.filter(({ ref }) => refs.includes(ref)) ?? [];
  if (clauses.length === 0) return null;
  return (
    <section className="card" aria-label={say('policy.title')}>
      <h2>{say('policy.title')}</h2>
      {clauses.map((clause) => (
        <div key={clause.ref} className="preview">
          <p>
            <strong>
              {clause.ref} {clause[language === 'en' ? 'en' : 'zh']}
            </strong>{' '}
            <span className="chip">{wordOf(say, 'severity', clause.severity)}</span>
          </p>
          <p lang="zh-CN">{clause.text}</p>
        </div>
      ))}
      <p className="muted">{say('policy.version', { version: query.data?.agreementVersion })}</p>
    </section>
  );
}

const LIFTABLE = ['scheduled', 'active'];
const CHANGEABLE = ['suspension', 'feature_restriction', 'reregistration_ban'];

/** What stands or stood against the account: the measure, its clause, its time; the way back of a decision in effect (C11). */
export function Sanctions({ accountId }: { readonly accountId: string }): ReactNode {
  const { say, language } = useSay();
  const query = useSanctions(accountId);
  const items = query.data?.items ?? [];
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  const [open, setOpen] = useState<{ readonly sanction: Sanction; readonly how: 'lift' | 'change' } | null>(null);
  const close = (): void => setOpen(null);
  return (
    <section className="card" aria-label={say('sanctions.title')}>
      <h2>
        {say('sanctions.title')} <span className="chip">{items.length}</span>
      </h2>
      {items.length === 0 && <p className="muted">{say('common.none')}</p>}
      <ul className="tight">
        {items.map((s) => (
          <li key={s.id}>
            {wordOf(say, 'measure', s.type)} <FeatureNames of={s.features} accountId={accountId} /> ·{' '}
            {wordOf(say, 'sanctionState', s.state)} · {say('queue.clause', { clauses: s.clause })}
            <span className="muted">
              {' '}
              {atTime(s.startsAt, language)} – {s.endsAt ? atTime(s.endsAt, language) : say('standing.open')}
            </span>{' '}
            {may && LIFTABLE.includes(s.state) && (
              <span className="row">
                <Button size="small" onClick={() => setOpen({ sanction: s, how: 'lift' })}>
                  {say('sanctions.lift')}
                </Button>
                {CHANGEABLE.includes(s.type) && (
                  <Button size="small" onClick={() => setOpen({ sanction: s, how: 'change' })}>
                    {say('sanctions.change')}
                  </Button>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      {open && (
        <Suspense>
          {open.how === 'lift' ? (
            <LiftDialog sanction={open.sanction} onClose={close} />
          ) : (
            <ChangeDialog sanction={open.sanction} onClose={close} />
          )}
        </Suspense>
      )}
    </section>
  );
}

const LINKS_SHOWN = 5;

/** Accounts that may belong together with this one, each with why; a long list waits behind its count. */
export function LinkedAccounts({ links, of }: { readonly links: Case['links']; readonly of: string }): ReactNode {
  const { say, language } = useSay();
  const may = hasRole(useSession(), 'moderator', 'senior_moderator');
  if (links.length === 0) return null;
  const item = ({ accountId, reasons }: Case['links'][number]): ReactNode => (
    <li key={accountId}>
      <Link to={`/accounts/${accountId}`} className="mono">
        {shortId(accountId)}
      </Link>{' '}
      <span className="muted">
        {reasons.map((r) => `${wordOf(say, 'link', r.kind)} · ${onDay(r.since, language)}`).join('；')}
      </span>
    </li>
  );
  return (
    <section className="card" aria-label={say('linked.title')}>
      <h2>
        {say('linked.title')} <span className="chip">{links.length}</span>
      </h2>
      <ul className="tight">{links.slice(0, LINKS_SHOWN).map(item)}</ul>
      {links.length > LINKS_SHOWN && (
        <details>
          <summary>{say('linked.more', { n: links.length - LINKS_SHOWN })}</summary>
          <ul className="tight">{links.slice(LINKS_SHOWN).map(item)}</ul>
        </details>
      )}
      {may && (
        <p>
          <Link to={`/bulk-decisions/new?linkedTo=${of}`}>{say('linked.bulk')}</Link>
        </p>
      )}
    </section>
  );
}
