import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ask } from '../../api/client.ts';
import { comma } from '../../i18n/comma.ts';
import { atTime, onDay } from '../../i18n/times.ts';
import { heardTime } from '../../ui/server-clock.ts';
import { api } from '../api.ts';
import { useSay } from '../use-say.ts';
import { Loaded } from './loaded.tsx';
import { FeatureNames } from './violations.tsx';
import { wordOf } from './word.ts';

export const useAccount = (id: string) =>
  useQuery({
    queryKey: ['account', id],
    queryFn: () => ask(api.GET('/v1/accounts/{id}', { params: { path: { id } } })),
  });

export const useStanding = (id: string) =>
  useQuery({
    queryKey: ['standing', id],
    queryFn: async () => {
      const standing = await ask(api.GET('/v1/accounts/{id}/standing', { params: { path: { id } } }));
      heardTime(standing.asOf);
      return standing;
    },
  });

interface AccountGlanceProps {
  readonly accountId: string;
  /** On the page of the account itself. */
  readonly here?: boolean;
}

/** Who this is, masked, and what they may do right now and why. */
export function AccountGlance({ accountId, here = false }: AccountGlanceProps): ReactNode {
  const { say, language } = useSay();
  const account = useAccount(accountId);
  const standing = useStanding(accountId);
  return (
    <section className="card" aria-label={say('account.title')}>
      <h2>{here ? say('account.glance') : <Link to={`/accounts/${accountId}`}>{say('account.title')}</Link>}</h2>
      <Loaded query={account}>
        {(a) => (
          <dl className="facts">
            <dt>{say('account.name')}</dt>
            <dd>{a.displayName ?? <span className="muted">{say('account.nameless')}</span>}</dd>
            <dt>{say('account.identifiers')}</dt>
            <dd>{a.identifiers.map((each) => each.value).join(comma()) || say('common.none')}</dd>
            <dt>{say('account.state')}</dt>
            <dd>
              {wordOf(say, 'accountState', a.state)} <span className="muted">{onDay(a.stateSince, language)}</span>
            </dd>
            <dt>{say('account.band')}</dt>
            <dd>{a.band === null ? say('common.unknown') : wordOf(say, 'band', a.band)}</dd>
            <dt>{say('account.since')}</dt>
            <dd>{onDay(a.createdAt, language)}</dd>
          </dl>
        )}
      </Loaded>
      <Loaded query={standing}>
        {(s) => (
          <>
            <p className="row">
              <span className={`chip ${s.mayUse ? 'good' : 'bad'}`}>
                {say(s.mayUse ? 'standing.mayUse' : 'standing.mayNot')}
              </span>
            </p>
            {(s.blocks.length > 0 || s.restrictedFeatures.length > 0) && (
              <ul className="tight">
                {s.blocks.map((block) => (
                  <li key={`${block.code}${block.since}`}>
                    {wordOf(say, 'block', block.code)} · {say('queue.clause', { clauses: block.clause })} ·{' '}
                    {block.until === null
                      ? say('standing.open')
                      : say('standing.until', { until: atTime(block.until, language) })}
                  </li>
                ))}
                {s.restrictedFeatures.map((feature) => (
                  <li key={feature.feature}>
                    <FeatureNames of={[feature.feature]} accountId={accountId} /> ·{' '}
                    {say('queue.clause', { clauses: feature.clause })}
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}
