import { addPeriod, periodMs, subtractPeriod } from '../../../kernel/period.js';

/** The configured lengths, ISO 8601. */
export interface Periods {
  readonly coolingOff: string;
  /** Before the end of cooling-off. */
  readonly reminderBefore: string;
  readonly reviewLimit: string;
  /** The final notice goes out at least this long before anything is erased. */
  readonly finalNoticeLead: string;
  readonly executionLimit: string;
}

export interface Timeline {
  readonly coolingOffEndsAt: Date;
  readonly reminderDueAt: Date;
}

/** Counted from the verified request, on the legal calendar (R39). */
export function timelineOf(requestedAt: Date, periods: Periods): Timeline {
  const coolingOffEndsAt = addPeriod(requestedAt, periods.coolingOff);
  const reminder = subtractPeriod(coolingOffEndsAt, periods.reminderBefore);
  return { coolingOffEndsAt, reminderDueAt: reminder > requestedAt ? reminder : coolingOffEndsAt };
}

/**
 * Why these periods cannot keep the legal limit, or undefined. Everything that happens between the request and the
 * receipt has to fit into the tightest stretch that the limit's working days ever took (R39).
 */
export function overrun(periods: Periods, tightestDays: number): string | undefined {
  const parts = {
    coolingOff: periods.coolingOff,
    reviewLimit: periods.reviewLimit,
    // An unreachable number is tried this long before it counts as unreachable, and the lead itself follows.
    finalNoticeTries: periods.finalNoticeLead,
    finalNoticeLead: periods.finalNoticeLead,
    executionLimit: periods.executionLimit,
  };
  const total = Object.values(parts).reduce((sum, period) => sum + periodMs(period), 0);
  if (total <= tightestDays * 86_400_000) return undefined;
  const sum = Object.entries(parts)
    .map(([name, period]) => `${name} ${period}`)
    .join(' + ');
  return `${sum} take longer than the legal limit allows: at most ${tightestDays} days in its tightest stretch`;
}

/** When somebody has to have decided: in the time for review, and never after the legal limit. */
export function reviewDueAt(coolingOffEndsAt: Date, dueAt: Date, reviewLimit: string): Date {
  const due = addPeriod(coolingOffEndsAt, reviewLimit);
  return due < dueAt ? due : dueAt;
}

export interface NoticeFacts {
  readonly now: Date;
  /** When the final notice was really handed over to be sent, or null. */
  readonly finalNoticeAt: Date | null;
}

/**
 * When execution may begin: a configured time after the final notice went out. A scheduler that slept sends the notice
 * late and so executes late; it never erases somebody unwarned (R45). Undefined: not before the notice.
 */
export const executableAt = (finalNoticeAt: Date | null, finalNoticeLead: string): Date | undefined =>
  finalNoticeAt === null ? undefined : addPeriod(finalNoticeAt, finalNoticeLead);

export function mayExecute(facts: NoticeFacts, finalNoticeLead: string): boolean {
  const from = executableAt(facts.finalNoticeAt, finalNoticeLead);
  return from !== undefined && from <= facts.now;
}
