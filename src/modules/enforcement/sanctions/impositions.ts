import type { Imposition } from '../../accounts/standing.service.js';
import type { Measure } from '../domain/taxonomy.js';

/** What of a measure standing has to know. */
export interface Imposing {
  readonly id: string;
  readonly type: Measure;
  readonly clause: string;
  readonly features: readonly string[];
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** The same in what a review task ended in. */
export const measuresOf = (
  sanctions: readonly Pick<Imposing, 'type' | 'endsAt'>[],
): { type: Measure; endsAt: string | null }[] =>
  sanctions.map(({ type, endsAt }) => ({ type, endsAt: endsAt?.toISOString() ?? null }));

/** What a measure imposes, for the decision and for its preview alike. A closure moves the account itself. */
export function impositionsOf(m: Imposing): Imposition[] {
  const until = m.endsAt === null ? {} : { until: m.endsAt };
  const common = { clause: m.clause, source: { kind: 'sanction', id: m.id }, since: m.startsAt, sanctionId: m.id };
  switch (m.type) {
    case 'suspension':
      return [{ kind: 'block', code: 'suspension', ...common, ...until }];
    case 'feature_restriction':
      return m.features.map((feature) => ({
        kind: 'restriction',
        code: 'feature_restriction',
        feature,
        ...common,
        ...until,
      }));
    case 'rectification':
      // Due then, and open until somebody has looked: the duty does not end with its deadline.
      return m.endsAt === null ? [] : [{ kind: 'pending', code: 'rectification_due', ...common, dueAt: m.endsAt }];
    case 'warning':
    case 'closure':
    case 'reregistration_ban':
    case 'content_removal':
      return [];
  }
}
