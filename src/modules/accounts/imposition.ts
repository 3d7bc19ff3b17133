import type { AccountState } from './domain/account-lifecycle.js';
import type { MinorLimits, StandingEntry } from './domain/standing.js';
import type { StandingSource } from './standing.store.js';

/** What a module imposes on an account. Times are compared when standing is read; nothing has to run at them. */
export type Imposition =
  | (ImpositionBase & { readonly kind: 'block'; readonly sanctionId?: string })
  | (ImpositionBase & { readonly kind: 'restriction'; readonly feature: string; readonly sanctionId?: string })
  | (ImpositionBase & {
      readonly kind: 'pending';
      readonly dueAt?: Date;
      /** Use stops once `dueAt` has passed. */
      readonly blocksWhenDue?: boolean;
      readonly sanctionId?: string;
      readonly documentId?: string;
      readonly documentVersion?: string;
    })
  | (ImpositionBase & { readonly kind: 'limits'; readonly limits: MinorLimits });

/** What a decision would come to. */
export interface Supposed {
  readonly impositions: readonly Imposition[];
  readonly closing: boolean;
  /** What these sanctions imposed is gone, or stands anew among `impositions`. */
  readonly without?: readonly string[];
  /** The state of the account itself, where that changes otherwise than by closing. */
  readonly state?: AccountState;
}

interface ImpositionBase {
  /** `suspension`, `closure`, `guardian_consent_revoked`, `agreement_pending`, … */
  readonly code: string;
  readonly clause: string;
  readonly source: StandingSource;
  /** From now on by default. */
  readonly since?: Date;
  /** Open-ended when absent. */
  readonly until?: Date;
}

/** The entry that standing is computed from; it begins at `now` unless the imposition says since when. */
export function entryOf(what: Imposition, now: Date): StandingEntry {
  return {
    kind: what.kind,
    code: what.code,
    clause: what.clause,
    feature: what.kind === 'restriction' ? what.feature : '',
    since: what.since ?? now,
    until: what.until ?? null,
    dueAt: what.kind === 'pending' ? (what.dueAt ?? null) : null,
    blocksWhenDue: what.kind === 'pending' && what.blocksWhenDue === true,
    sanctionId: what.kind === 'limits' ? null : (what.sanctionId ?? null),
    documentId: what.kind === 'pending' ? (what.documentId ?? null) : null,
    documentVersion: what.kind === 'pending' ? (what.documentVersion ?? null) : null,
    details: what.kind === 'limits' ? what.limits : null,
  };
}
