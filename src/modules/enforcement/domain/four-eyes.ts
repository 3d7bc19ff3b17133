import { addPeriod, type Period } from '../../../kernel/period.js';
import { outlasts, type PlannedMeasure } from './actions.js';

/**
 * Why a second person is needed (invariant 9); empty: one person may decide. An end decades away is no end: a suspension that
 * outlasts its first review is agreed to like one without.
 * @param longestReview the latest that a measure is looked at again, from its start
 */
export function fourEyesReasons(
  measures: readonly Pick<PlannedMeasure, 'type' | 'startsAt' | 'endsAt'>[],
  longestReview: Period,
): string[] {
  return measures.flatMap((m) => {
    if (m.type === 'closure') return ['closure'];
    if (m.type === 'reregistration_ban') return ['reregistration_ban'];
    if (m.type !== 'suspension') return [];
    if (m.endsAt === null) return ['open_ended_suspension'];
    return outlasts(m.endsAt, addPeriod(m.startsAt, longestReview)) ? ['long_suspension'] : [];
  });
}
