import { addPeriod, type Period } from '../../../kernel/period.js';
import type { Suggestion } from './ladder.js';
import type { Measure } from './taxonomy.js';
import type { PlannedMeasure } from './actions.js';

/**
 * Does the decision do what is suggested? A difference needs a reason. Where the ladder suggests closure, a ban for the graded
 * term goes with it, and so does none.
 */
export function deviates(measures: readonly PlannedMeasure[], suggestion: Suggestion | undefined): boolean {
  if (suggestion === undefined) return false;
  const same = measures.find((m) => m.type === suggestion.measure);
  if (same === undefined) return true;
  const ban = measures.find((m) => m.type === 'reregistration_ban');
  if (ban !== undefined && !lasts(ban, suggestion.banTerm)) return true;
  const others = suggestion.measure === 'closure' ? measures.filter((m) => m !== ban) : measures;
  const graver = others.some((m) => GRAVITY[m.type] > GRAVITY[suggestion.measure]);
  return graver || !lasts(same, suggestion.period);
}

const lasts = ({ startsAt, endsAt }: PlannedMeasure, period: Period | null): boolean =>
  endsAt?.getTime() === (period === null ? undefined : addPeriod(startsAt, period).getTime());

const GRAVITY: Readonly<Record<Measure, number>> = {
  content_removal: 0,
  warning: 1,
  rectification: 2,
  feature_restriction: 3,
  suspension: 4,
  closure: 5,
  reregistration_ban: 6,
};
