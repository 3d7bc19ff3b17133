import type { ReviewTaskState } from './review-task-lifecycle.js';

/** Why somebody passed a task by: for a lead who wonders why it is still there. No free words: they would name people. */
export const SKIP_REASONS = ['other_expertise', 'language', 'distressing', 'knows_them', 'unclear'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Stands as the reason of an escalation that the service itself made, because so many had passed the task by. */
export const SKIPPED_BY_SEVERAL = 'skipped_by_several';

/** Whose skips of the task end. */
export type EndedSkips =
  | { readonly of: 'nobody' | 'everybody' }
  | { readonly of: 'one'; readonly staffId: string }
  | { readonly of: 'all_but'; readonly staffId: string };

const NOBODY: EndedSkips = { of: 'nobody' };
const EVERYBODY: EndedSkips = { of: 'everybody' };

interface Who {
  readonly by: string;
  readonly to?: string | undefined;
}

/**
 * What makes a task another one than the task that was skipped (console, C20). Whatever is not here leaves it what it was:
 * whoever skipped it is never dealt it again, in no window and on no device.
 */
const RULES = {
  claimed: ({ by }) => ({ of: 'one', staffId: by }),
  assigned: ({ to }) => (to === undefined ? NOBODY : { of: 'one', staffId: to }),
  // With words of a person that nobody had read before; who wrote them has.
  escalated: ({ by }) => ({ of: 'all_but', staffId: by }),
  /** New evidence, another case put into this one, the same question asked anew. */
  renewed: () => EVERYBODY,
  more_urgent: () => EVERYBODY,
  released: () => NOBODY,
  snoozed: () => NOBODY,
  woken: () => NOBODY,
  conflict_added: () => NOBODY,
  // Those who passed it by are the reason for it.
  handed_up_for_skips: () => NOBODY,
} as const satisfies Record<string, (who: Who) => EndedSkips>;

export type TaskHappening = keyof typeof RULES;

export const skipsThatEnd = (what: TaskHappening, who: Who): EndedSkips => RULES[what](who);

export function staysSkipped(staffId: string, ended: EndedSkips): boolean {
  switch (ended.of) {
    case 'nobody':
      return true;
    case 'everybody':
      return false;
    case 'one':
      return ended.staffId !== staffId;
    case 'all_but':
      return ended.staffId === staffId;
  }
}

interface Skipped {
  readonly state: ReviewTaskState;
  readonly escalatedAt: Date | null;
  readonly roles: readonly string[];
}

/** What several people passed by is not left to lie: a senior moderator gets it, before others. */
export const mustHandUp = (task: Skipped, skippers: number, limit: number): boolean =>
  skippers >= limit && task.state === 'open' && task.escalatedAt === null && task.roles.includes('moderator');
