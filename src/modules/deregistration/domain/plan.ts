import { digestOf } from '../../../kernel/canonical-json.js';

export interface LegalReference {
  readonly instrument: string;
  readonly article: string;
}

export interface PlannedBasis {
  readonly kind: string;
  readonly references: readonly LegalReference[];
}

/** One record class of the catalogue as it applies to this person: what goes, what stays, on what basis, what is held. */
export interface PlannedClass {
  readonly recordClass: string;
  readonly disposition: 'erase' | 'seal' | 'keep';
  readonly basis: PlannedBasis | null;
  /** Why it stays, as the person is told (YD/T 6221-2024, 10.2). */
  readonly reason: { readonly zh: string; readonly en: string } | null;
  /** How long it stays, ISO 8601, and what becomes of it then. */
  readonly period: string | null;
  readonly atExpiry: string | null;
  readonly readers: readonly string[];
  /** Ids of the legal holds that defer it. */
  readonly holds: readonly string[];
}

export interface ParticipantSpec {
  readonly name: string;
  /** What of the person it holds, in words of the catalogue where it has them. */
  readonly recordClasses: readonly string[];
}

/**
 * What a reviewer decides on, and what execution then does. Nothing in it names the person, and nothing in it moves by
 * itself: counts and dates, which change by the hour, are shown beside it and stay out of its hash.
 */
export interface Plan {
  readonly policy: { readonly version: string; readonly sha256: string };
  readonly classes: readonly PlannedClass[];
  readonly participants: readonly ParticipantSpec[];
}

/** The identity of a plan: two screens with the same hash show the same thing (R44). */
export const planHash = (plan: Plan): string => digestOf(plan);

export interface AgreedRecordClass {
  readonly recordClass: string;
  readonly digest: string;
}

/** What the person is told of a class: kind of data, why it stays, for how long, for whom (YD/T 6221-2024, 10.2). */
export type ToldWords = Pick<PlannedClass, 'basis' | 'reason' | 'period' | 'atExpiry' | 'readers'>;

export const toldOf = ({ basis, reason, period, atExpiry, readers }: PlannedClass): ToldWords => ({
  basis,
  reason,
  period,
  atExpiry,
  readers,
});

/** Digest of what the person is told of a class that is kept only because they were told and agreed. */
export const toldDigest = (planned: PlannedClass): string =>
  digestOf({ recordClass: planned.recordClass, ...toldOf(planned) });

export const needsAgreement = (planned: PlannedClass): boolean =>
  planned.disposition !== 'erase' && planned.basis?.kind === 'told_consent';

/**
 * Applies the person's agreement: a `told_consent` class that was not agreed to, in exactly the words told, is erased.
 * Saying no costs nothing, so it is no obstacle.
 */
export function applyAgreement(classes: readonly PlannedClass[], agreed: readonly AgreedRecordClass[]): PlannedClass[] {
  return classes.map((planned) => {
    if (!needsAgreement(planned)) return planned;
    const yes = agreed.some((a) => a.recordClass === planned.recordClass && a.digest === toldDigest(planned));
    if (yes) return planned;
    const nothing = { basis: null, reason: null, period: null, atExpiry: null, readers: [] } satisfies ToldWords;
    return { ...planned, disposition: 'erase', ...nothing };
  });
}

export const toSeal = (plan: Plan): string[] =>
  plan.classes.filter((c) => c.disposition === 'seal').map((c) => c.recordClass);

/** Everything but what stays where it is; what was sealed goes too, its live rows being a second copy. */
export const toErase = (plan: Plan): string[] =>
  plan.classes.filter((c) => c.disposition !== 'keep').map((c) => c.recordClass);

/** Why a plan cannot be executed; empty is not "nothing to do" but a mistake somewhere (R21). */
export function planProblems(plan: Plan): string[] {
  const names = plan.participants.map((p) => p.name);
  return [
    ...(plan.participants.length === 0 ? ['no participant is configured'] : []),
    ...(new Set(names).size === names.length ? [] : ['a participant is named twice']),
    ...(plan.classes.length === 0 ? ['the catalogue names no record class'] : []),
  ];
}
