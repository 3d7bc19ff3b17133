import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError, type ErrorDefinition } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import type { StaffCaller } from '../../platform/callers/caller.js';
import { actorOf } from '../../platform/callers/caller.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type Asker, type Blocker, blockerOf, type TaskAction } from './domain/allowed-actions.js';
import { reviewTaskLifecycle } from './domain/review-task-lifecycle.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import { ReviewService } from './review.service.js';
import type { ReviewTaskRow } from './review-task.entity.js';
import { type KindCounts, ReviewTasksStore, type TaskChange, type TaskFilter } from './review-tasks.store.js';

const REFUSALS: Readonly<Record<Blocker, ErrorDefinition>> = {
  ended: REVIEW_ERRORS.task_ended,
  conflict_of_interest: REVIEW_ERRORS.conflict_of_interest,
  held_by_other: REVIEW_ERRORS.task_held_by_other,
  assigned_to_other: REVIEW_ERRORS.task_assigned_to_other,
  not_holder: REVIEW_ERRORS.task_not_held,
  snoozed: REVIEW_ERRORS.task_snoozed,
  leads_only: REVIEW_ERRORS.leads_only,
};

/** Priority of what somebody escalated: before everything ordinary. */
const ESCALATED_PRIORITY = 100;

/** What a moderator does with tasks: look, claim, hold, put off, hand on. Deciding is the subject's own module's. */
@Injectable()
export class ReviewDeskService {
  constructor(
    private readonly store: ReviewTasksStore,
    private readonly review: ReviewService,
    private readonly transactor: Transactor,
    private readonly config: ReviewConfig,
    private readonly clock: Clock,
  ) {}

  list(
    filter: TaskFilter,
    after: readonly (string | number | null)[] | undefined,
    limit: number,
  ): Promise<ReviewTaskRow[]> {
    return this.store.page(this.transactor.reader, filter, after, limit, this.clock.now());
  }

  /** @throws DomainError task_not_found */
  async get(id: string): Promise<ReviewTaskRow> {
    const task = await this.store.find(this.transactor.reader, id);
    if (!task) throw new DomainError(REVIEW_ERRORS.task_not_found);
    return task;
  }

  counts(kinds: readonly string[]): Promise<KindCounts[]> {
    return this.store.counts(this.transactor.reader, kinds, this.clock.now(), this.config.countAtMost);
  }

  /** The server picks: priority, deadline, age; never what the caller has a part in. @throws DomainError queue_empty */
  claimNext(kinds: readonly string[], caller: StaffCaller): Promise<ReviewTaskRow> {
    return this.transactor.run(async (tx) => {
      const next = await this.store.lockNext(tx, kinds, caller.id, this.clock.now());
      if (next === undefined) throw new DomainError(REVIEW_ERRORS.queue_empty);
      return this.take(tx, next, actorOf(caller));
    });
  }

  /** Claiming what one already holds extends the lease. @throws DomainError task_held_by_other with who and until when */
  claim(id: string, caller: StaffCaller): Promise<ReviewTaskRow> {
    return this.act(id, 'claim', caller, undefined, (tx, task) => this.take(tx, task, actorOf(caller)));
  }

  /** "Still working on it". */
  extend(id: string, caller: StaffCaller): Promise<ReviewTaskRow> {
    return this.act(id, 'extend', caller, undefined, (tx, task) =>
      this.review.save(tx, task, { leaseUntil: this.leaseEnd() }),
    );
  }

  release(id: string, caller: StaffCaller, reason: string | undefined): Promise<ReviewTaskRow> {
    return this.act(id, 'release', caller, undefined, (tx, task) =>
      this.step(
        tx,
        task,
        { state: reviewTaskLifecycle.move(task.state, 'release'), ...NOBODY },
        REVIEW_EVENTS.released,
        caller,
        { reason },
      ),
    );
  }

  /** Gives it to one person, or with null to the queue. What another holds comes free. @throws DomainError leads_only */
  assign(id: string, caller: StaffCaller, assignee: string | null, version: number): Promise<ReviewTaskRow> {
    return this.act(id, 'assign', caller, version, (tx, task) => {
      if (assignee !== null && task.excluded.includes(assignee))
        throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
      const free: TaskChange = task.state === 'claimed' && task.holder !== assignee ? { state: 'open', ...NOBODY } : {};
      return this.step(tx, task, { assignee, ...free }, REVIEW_EVENTS.assigned, caller, { assignee });
    });
  }

  snooze(id: string, caller: StaffCaller, until: Date, reason: string, version: number): Promise<ReviewTaskRow> {
    return this.act(id, 'snooze', caller, version, (tx, task) => {
      const now = this.clock.now();
      const latest = addPeriod(now, this.config.longestSnooze);
      if (until <= now || until > latest) {
        throw new DomainError(HTTP_ERRORS.invalid_request, {
          errors: [{ path: '/until', code: 'out_of_range', message: `between now and ${latest.toISOString()}` }],
        });
      }
      // An expired lease is open by time: putting it off then is not putting off somebody's work.
      const state = reviewTaskLifecycle.move(task.state === 'snoozed' ? 'open' : task.state, 'snooze');
      return this.step(tx, task, { state, ...NOBODY, snoozedUntil: until }, REVIEW_EVENTS.snoozed, caller, { reason });
    });
  }

  escalate(id: string, caller: StaffCaller, reason: string, version: number): Promise<ReviewTaskRow> {
    return this.act(id, 'escalate', caller, version, (tx, task) => {
      const change = {
        escalatedAt: this.clock.now(),
        escalation: reason,
        priority: Math.max(task.priority, ESCALATED_PRIORITY),
      };
      return this.step(tx, task, change, REVIEW_EVENTS.escalated, caller, { reason });
    });
  }

  private take(tx: Tx, task: ReviewTaskRow, actor: Actor): Promise<ReviewTaskRow> {
    const mine = task.state === 'claimed' && task.holder === actor.id;
    const change: TaskChange = {
      state: reviewTaskLifecycle.move(task.state, 'claim'),
      holder: actor.id,
      leaseUntil: this.leaseEnd(),
      snoozedUntil: null,
    };
    if (mine) return this.review.save(tx, task, change);
    return this.stepAs(tx, task, change, REVIEW_EVENTS.claimed, actor);
  }

  private async act(
    id: string,
    action: TaskAction,
    caller: StaffCaller,
    version: number | undefined,
    work: (tx: Tx, task: ReviewTaskRow) => Promise<ReviewTaskRow>,
  ): Promise<ReviewTaskRow> {
    return this.transactor.run(async (tx) => {
      const task = await this.store.lock(tx, id);
      if (!task) throw new DomainError(REVIEW_ERRORS.task_not_found);
      if (version !== undefined && task.version !== version)
        throw new DomainError(HTTP_ERRORS.stale_version, { extra: whoAndWhen(task) });
      const blocker = blockerOf(action, task, askerOf(caller), this.clock.now());
      if (blocker !== undefined) throw new DomainError(REFUSALS[blocker], { extra: whoAndWhen(task) });
      return work(tx, task);
    });
  }

  private step(
    tx: Tx,
    task: ReviewTaskRow,
    change: TaskChange,
    type: string,
    caller: StaffCaller,
    data = {},
  ): Promise<ReviewTaskRow> {
    return this.stepAs(tx, task, change, type, actorOf(caller), data);
  }

  private async stepAs(
    tx: Tx,
    task: ReviewTaskRow,
    change: TaskChange,
    type: string,
    actor: Actor,
    data = {},
  ): Promise<ReviewTaskRow> {
    const saved = await this.review.save(tx, task, change);
    await this.review.note(tx, task, type, actor, data);
    return saved;
  }

  private leaseEnd(): Date {
    return addPeriod(this.clock.now(), this.config.lease);
  }
}

const NOBODY = { holder: null, leaseUntil: null, snoozedUntil: null } as const;

const LEAD_ROLES = new Set(['senior_moderator', 'legal', 'admin']);

export const askerOf = (caller: StaffCaller): Asker => ({
  id: caller.id,
  lead: caller.roles.some((role) => LEAD_ROLES.has(role)),
});

/** Who holds or ended it, and when: what a moderator who comes second needs to see (invariant 10). */
const whoAndWhen = (task: ReviewTaskRow): Record<string, unknown> => ({
  state: task.state,
  version: task.version,
  holder: task.holder,
  leaseUntil: task.leaseUntil?.toISOString() ?? null,
  endedBy: task.endedBy,
  endedAt: task.endedAt?.toISOString() ?? null,
  outcome: task.outcome,
});
