import { addPeriod, type Period } from '../../../kernel/period.js';
import type { Measure } from './taxonomy.js';

/** Identifiers that a ban on re-registration can name (REG-7). */
export const BANNABLE_KINDS = ['phone', 'third_party', 'device'] as const;

export type BannableKind = (typeof BANNABLE_KINDS)[number];

/** One measure as a moderator asks for it. Which members belong to which type is a rule below. */
export interface Action {
  readonly type: Measure;
  readonly features?: readonly string[];
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  /** Instead of `endsAt`. */
  readonly duration?: Period;
  /** When an open-ended measure is looked at again. */
  readonly reviewAt?: Date;
  /** Why it has no end; the person is told. */
  readonly openEndedReason?: string;
  readonly instructions?: string;
  readonly identifierKinds?: readonly string[];
  readonly contents?: readonly { readonly system: string; readonly ref: string }[];
}

/** A measure with its times worked out. */
export interface PlannedMeasure {
  readonly type: Measure;
  readonly features: readonly string[];
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly reviewAt: Date | null;
  readonly openEndedReason: string | null;
  readonly instructions: string | null;
  readonly identifierKinds: readonly string[];
  readonly contents: readonly { readonly system: string; readonly ref: string }[];
}

/** What stands against the account already. */
export interface LiveMeasure {
  readonly id: string;
  readonly type: Measure;
  readonly features: readonly string[];
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

export interface ActionFacts {
  readonly now: Date;
  readonly accountState: string;
  readonly live: readonly LiveMeasure[];
  readonly knownFeatures: readonly string[];
  readonly contentSystems: readonly string[];
  readonly longestBan: Period;
  /** The latest that a measure is looked at again, from its start. */
  readonly longestReview: Period;
  /** The graded term; a longer ban is looked at again. */
  readonly banTerm: Period;
}

export function planned(actions: readonly Action[], now: Date): PlannedMeasure[] {
  return actions.map((action) => {
    const startsAt = action.startsAt ?? now;
    const endsAt = action.endsAt ?? (action.duration === undefined ? null : addPeriod(startsAt, action.duration));
    return {
      type: action.type,
      features: action.features ?? [],
      startsAt,
      endsAt,
      reviewAt: action.reviewAt ?? null,
      openEndedReason: action.openEndedReason ?? null,
      instructions: action.instructions ?? null,
      identifierKinds: action.identifierKinds ?? [],
      contents: action.contents ?? [],
    };
  });
}

export const outlasts = (a: Date | null, b: Date | null): boolean => b !== null && (a === null || a > b);
