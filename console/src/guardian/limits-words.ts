import type { Page } from './api.ts';
import type { Words } from './texts.ts';

/** The limits of a minor's use (2.1) in one sentence. */
export function limitsIn(say: Words, { minutesPerDay, quietHours }: Page['effectiveLimits']): string {
  const minutes = minutesPerDay === null ? say('limits.noMinutes') : say('limits.perDay', { minutes: minutesPerDay });
  return quietHours === null ? minutes : say('limits.both', { minutes, quiet: say('limits.quiet', { ...quietHours }) });
}
