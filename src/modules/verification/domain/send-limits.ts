/** Counters of one (purpose, subject) and of one (purpose, destination), as they stand in the database. */
export interface SendFacts {
  readonly now: Date;
  readonly cooldownMs: number;
  readonly budgetMs: number;
  readonly maxAttempts: number;
  readonly maxSends: number;
  readonly maxSendsPerHour: number;
  readonly maxSendsPerDay: number;
  readonly subject?: { readonly attempts: number; readonly sends: number; readonly windowStartedAt: Date };
  readonly destination?: {
    readonly hourSends: number;
    readonly hourStartedAt: Date;
    readonly daySends: number;
    readonly dayStartedAt: Date;
    readonly lastSentAt: Date;
  };
}

export type SendRefusal = 'cooldown' | 'attempts_exhausted' | 'too_many_for_subject' | 'too_many_for_destination';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Every reason why nothing may be sent now, each with the wait until it no longer stands. The SQL guard says the same. */
export function sendRefusals(f: SendFacts): { readonly reason: SendRefusal; readonly waitMs: number }[] {
  const found: { reason: SendRefusal; waitMs: number }[] = [];
  const add = (reason: SendRefusal, from: Date, lengthMs: number, full: boolean): void => {
    const waitMs = from.getTime() + lengthMs - f.now.getTime();
    if (full && waitMs > 0) found.push({ reason, waitMs });
  };
  if (f.destination) {
    const d = f.destination;
    add('cooldown', d.lastSentAt, f.cooldownMs, true);
    add('too_many_for_destination', d.hourStartedAt, HOUR, d.hourSends >= f.maxSendsPerHour);
    add('too_many_for_destination', d.dayStartedAt, DAY, d.daySends >= f.maxSendsPerDay);
  }
  if (f.subject) {
    const s = f.subject;
    add('attempts_exhausted', s.windowStartedAt, f.budgetMs, s.attempts >= f.maxAttempts);
    add('too_many_for_subject', s.windowStartedAt, f.budgetMs, s.sends >= f.maxSends);
  }
  return found;
}
