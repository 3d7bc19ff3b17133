import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../../api/client.ts';
import { wordOf } from '../../parts/word.ts';
import { useSay } from '../../use-say.ts';
import { asking } from './address.ts';

type KindStats = Schemas['QueueStatsDto'];

/** The order of the work, not of its codes: always the same, so that a queue is found where it was yesterday. */
const KINDS = [
  'case',
  'decision_approval',
  'bulk_approval',
  'appeal',
  'ban_objection',
  'rectification',
  'sanction_review',
  'content_removal',
  'referral_approval',
  'referral_followup',
  'registration',
  'information_correction',
  'birth_date_correction',
  'recovery',
  'guardian',
  'account_misuse',
  'deregistration',
  'deregistration_stalled',
];
const placeOf = (kind: string): number => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
const asWorkFlows = (a: { kind: string }, b: { kind: string }): number => placeOf(a.kind) - placeOf(b.kind);

interface KindLinksProps {
  readonly kinds: readonly KindStats[];
  readonly current: string | undefined;
  readonly params: URLSearchParams;
}

/** Each queue and how full it is; a link, so that it opens in a tab of its own too. */
export function KindLinks({ kinds, current, params }: KindLinksProps): ReactNode {
  const { say } = useSay();
  const to = (kind: string | null): string => `?${asking(params, 'kind', kind)}`;
  const live = kinds.reduce((sum, each) => sum + each.live, 0);
  return (
    <nav className="kinds" aria-label={say('queue.kinds')}>
      <KindLink to={to(null)} current={current === undefined} name={say('queue.all')} live={live} overdue={0} />
      {[...kinds].sort(asWorkFlows).map((each) => (
        <KindLink
          key={each.kind}
          to={to(each.kind)}
          current={current === each.kind}
          name={wordOf(say, 'kind', each.kind)}
          live={each.live}
          overdue={each.overdue}
        />
      ))}
    </nav>
  );
}

interface KindLinkProps {
  readonly to: string;
  readonly current: boolean;
  readonly name: string;
  readonly live: number;
  readonly overdue: number;
}

function KindLink({ to, current, name, live, overdue }: KindLinkProps): ReactNode {
  const { say } = useSay();
  return (
    <Link to={to} aria-current={current ? 'page' : undefined}>
      {name} <b>{live}</b>
      {overdue > 0 && <span className="chip bad">{say('queue.overdueCount', { n: overdue })}</span>}
    </Link>
  );
}
