import { isParticipantPhase, type Phase, type UnitState } from './unit.js';

export type Outcome = 'done' | 'refused';

/** What became of one arriving acknowledgement. Everything that arrives is counted, whatever it is worth (R22). */
export type Disposition = 'accepted' | 'refusal' | 'duplicate' | 'unknown' | 'early';

export interface AcknowledgementFacts {
  /** The unit it is about, or undefined where the plan has none such. */
  readonly unit: { readonly phase: Phase; readonly state: UnitState; readonly told: boolean } | undefined;
}

/**
 * - nothing like it in the plan → `unknown`;
 * - it answers something nobody asked yet → `early` (a participant that erases before we sealed must not be believed: R43);
 * - the unit is done → `duplicate`, whatever it says: the first "done" stands;
 * - "refused" → a refusal, also inside an answer of 200;
 * - "done", also after the deadline → accepted: late is better than never.
 */
export function dispositionOf(outcome: Outcome, facts: AcknowledgementFacts): Disposition {
  const { unit } = facts;
  if (unit === undefined || !isParticipantPhase(unit.phase)) return 'unknown';
  if (unit.state === 'done') return 'duplicate';
  if (!unit.told) return 'early';
  return outcome === 'refused' ? 'refusal' : 'accepted';
}
