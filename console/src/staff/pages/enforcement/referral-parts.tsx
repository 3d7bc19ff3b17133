import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ask, type Schemas } from '../../../api/client.ts';
import { atTime } from '../../../i18n/times.ts';
import { api } from '../../api.ts';
import { Deadline } from '../../parts/deadline.tsx';
import { wordOf } from '../../parts/word.ts';
import { shortId } from '../../parts/short-id.ts';
import { referralTone } from './referrals-page.tsx';
import { useSay } from './texts.ts';

export type Referral = Schemas['ReferralDto'];

export const useReferral = (id: string) =>
  useQuery({
    queryKey: ['referral', id],
    queryFn: () => ask(api.GET('/v1/referrals/{id}', { params: { path: { id } } })),
    refetchInterval: 15_000,
  });

/** Which authority, on what ground, by whom, until when. */
export function ReferralFacts({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say, language } = useSay();
  return (
    <dl className="facts">
      <dt>{say('referrals.direction')}</dt>
      <dd>{wordOf(say, 'direction', r.direction)}</dd>
      <dt>{say('queue.state')}</dt>
      <dd>
        <span className={`chip ${referralTone(r.state)}`} data-testid="referral-state">
          {wordOf(say, 'referralState', r.state)}
        </span>
      </dd>
      <dt>{say('referrals.clock')}</dt>
      <dd>
        <Deadline dueAt={r.dueAt} endedAt={r.sentAt ?? r.closedAt} />
      </dd>
      <dt>{say('referrals.authority')}</dt>
      <dd>
        {r.authority} {r.documentNo && <span className="muted">{r.documentNo}</span>}
      </dd>
      <dt>{say('referrals.ground')}</dt>
      <dd>{r.legalGround}</dd>
      <dt>{say('referrals.proposedBy')}</dt>
      <dd>
        {r.proposedBy} · {atTime(r.createdAt, language)}
      </dd>
      <dt>{say('referrals.second')}</dt>
      <dd>{r.approvedBy ?? <span className="muted">{say('referrals.nobodyYet')}</span>}</dd>
      <dt>{say('case.title')}</dt>
      <dd className="mono">{r.caseId}</dd>
    </dl>
  );
}

/** The evidence that goes to the authority, piece by piece with its hash, and the hash over all of it. */
export function ReferralPackage({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('referrals.package')}>
      <h2>{say('referrals.package')}</h2>
      <p className="muted">
        {say('referrals.digest')} <span className="mono hash">{r.manifestDigest}</span>
      </p>
      <div className="scroll stacks" tabIndex={0} role="region" aria-label={say('referrals.package')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{say('evidence.title')}</th>
              <th scope="col">SHA-256</th>
              <th scope="col">{say('referrals.added')}</th>
            </tr>
          </thead>
          <tbody>
            {r.manifest.map((item) => (
              <tr key={item.evidenceId}>
                <td data-label={say('evidence.title')}>
                  <span>
                    {wordOf(say, 'evidenceKind', item.kind)} <span className="mono">{shortId(item.evidenceId)}</span>
                  </span>
                </td>
                <td data-label="SHA-256" className="mono hash">
                  {item.sha256}
                </td>
                <td data-label={say('referrals.added')}>{atTime(item.addedAt, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Everything that was sent, received or noted, oldest first. */
export function ReferralLog({ referral: r }: { readonly referral: Referral }): ReactNode {
  const { say, language } = useSay();
  return (
    <section className="card" aria-label={say('referrals.logTitle')}>
      <h2>{say('referrals.logTitle')}</h2>
      <ol className="log">
        {r.entries.map((entry) => (
          <li key={entry.at + entry.kind}>
            <p className="row">
              <strong>{wordOf(say, 'referralEntry', entry.kind)}</strong>
              <span className="muted">
                {entry.author} · {atTime(entry.at, language)}
              </span>
            </p>
            <p className="quote">{entry.text ?? say('evidence.erased')}</p>
            {entry.checksum && <p className="muted mono hash">SHA-256 {entry.checksum}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
