import { digestOf } from '../../../kernel/canonical-json.js';

export interface LegalBasis {
  readonly instrument: string;
  readonly article: string;
}

/** One record class of the catalogue as it applies to this person. */
export interface PlannedClass {
  readonly recordClass: string;
  readonly disposition: 'erase' | 'retain';
  /** How it goes: `delete`, `anonymise`, `shred`. */
  readonly action: string;
  readonly basisKind?: string;
  readonly basis?: readonly LegalBasis[];
  readonly trigger?: string;
  readonly period?: string;
  readonly readers?: readonly string[];
  /** Some records of the class are under a legal hold. */
  readonly held: boolean;
}

export interface ParticipantSpec {
  readonly name: string;
  /** What of the person it holds, in words of the catalogue where it has them. */
  readonly recordClasses: readonly string[];
}

/** What a reviewer decides on, and what execution then does. Nothing in it names the person. */
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

/** What the person is told of a class that would be kept only because they were told and agreed (YD/T 6221 10.2). */
export const toldDigest = (planned: PlannedClass): string =>
  digestOf({
    recordClass: planned.recordClass,
    basis: planned.basis ?? [],
    trigger: planned.trigger ?? null,
    period: planned.period ?? null,
    readers: planned.readers ?? [],
  });

export const needsAgreement = (planned: PlannedClass): boolean =>
  planned.disposition === 'retain' && planned.basisKind === 'told_consent';

/**
 * Applies the person's agreement: a `told_consent` class that was not agreed to, in exactly the words told, is erased.
 * Saying no costs nothing, so it is no obstacle.
 */
export function applyAgreement(classes: readonly PlannedClass[], agreed: readonly AgreedRecordClass[]): PlannedClass[] {
  return classes.map((planned) => {
    if (!needsAgreement(planned)) return planned;
    const yes = agreed.some((a) => a.recordClass === planned.recordClass && a.digest === toldDigest(planned));
    return yes
      ? planned
      : { recordClass: planned.recordClass, disposition: 'erase', action: 'delete', held: planned.held };
  });
}

export const toSeal = (plan: Plan): string[] =>
  plan.classes.filter((c) => c.disposition === 'retain').map((c) => c.recordClass);

/** Why a plan cannot be executed; empty is not "nothing to do" but a mistake somewhere (R21). */
export function planProblems(plan: Plan): string[] {
  const names = plan.participants.map((p) => p.name);
  return [
    ...(plan.participants.length === 0 ? ['no participant is configured'] : []),
    ...(new Set(names).size === names.length ? [] : ['a participant is named twice']),
    ...(plan.classes.length === 0 ? ['the catalogue names no record class'] : []),
  ];
}
