import type { UnitState } from './unit-lifecycle.js';

export type { UnitState } from './unit-lifecycle.js';

/** The order is the design (R1…R46): a wrong order loses what must be kept or keeps what must go. */
export const PHASES = [
  'record_intent',
  'fence',
  'snapshot',
  'seal',
  'erase_outside',
  'erase_inside',
  'verify',
  'receipt',
  'release',
] as const;
export type Phase = (typeof PHASES)[number];

/** The two phases in which other systems act. */
export const PARTICIPANT_PHASES = ['fence', 'erase_outside'] as const satisfies readonly Phase[];
export type ParticipantPhase = (typeof PARTICIPANT_PHASES)[number];
export const isParticipantPhase = (phase: Phase): phase is ParticipantPhase =>
  (PARTICIPANT_PHASES as readonly Phase[]).includes(phase);

/** The words participants use for them on the wire. */
export type WirePhase = 'fence' | 'erase';
export const toWire = (phase: ParticipantPhase): WirePhase => (phase === 'fence' ? 'fence' : 'erase');
export const fromWire = (phase: WirePhase): ParticipantPhase => (phase === 'fence' ? 'fence' : 'erase_outside');

/** What there is to do of one plan, once: the key of a unit row. */
export interface UnitKey {
  readonly phase: Phase;
  /** A participant, a record class, or the phase's own name where it has one step. */
  readonly unit: string;
}

export interface UnitFacts extends UnitKey {
  readonly state: UnitState;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  /** Of a claimed unit: when another worker may take it. Of a told participant: the deadline of its answer. */
  readonly leaseUntil: Date | null;
}

/** The last unit of erasing inside: what is filed under the number and not under the account. */
export const NUMBER_TRACES = 'number_traces';

/** Every unit of a plan, in order of work. Classes come child before parent, as the catalogue lists them. */
export function unitsOf(plan: {
  readonly participants: readonly string[];
  readonly seal: readonly string[];
  readonly erase: readonly string[];
}): UnitKey[] {
  const each = (phase: Phase, names: readonly string[]): UnitKey[] => names.map((unit) => ({ phase, unit }));
  return [
    ...each('record_intent', ['ledger']),
    ...each('fence', plan.participants),
    ...each('snapshot', ['address']),
    ...each('seal', plan.seal),
    ...each('erase_outside', plan.participants),
    ...each('erase_inside', [...plan.erase, NUMBER_TRACES]),
    ...each('verify', ['residue']),
    ...each('receipt', ['issue', 'deliver']),
    ...each('release', ['identifiers']),
  ];
}

/** The first phase with something left; `deferred` units wait for a person and hold nobody up. Undefined: all done. */
export function currentPhase(units: readonly Pick<UnitFacts, 'phase' | 'state'>[]): Phase | undefined {
  return PHASES.find((phase) => units.some((u) => u.phase === phase && u.state !== 'done' && u.state !== 'deferred'));
}

/** True when a worker may claim it now: due, and not in somebody's hands. */
export const isClaimable = (unit: UnitFacts, now: Date): boolean =>
  unit.state === 'planned' || unit.state === 'failed'
    ? unit.nextAttemptAt <= now
    : unit.state === 'running' && (unit.leaseUntil === null || unit.leaseUntil <= now);

/** Exponential, capped: attempt 1 → base, 2 → 2·base … */
export const backOffMs = (attempts: number, baseMs: number, capMs: number): number =>
  Math.min(capMs, baseMs * 2 ** Math.min(20, Math.max(0, attempts - 1)));
