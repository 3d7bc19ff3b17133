import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError, isDomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, periodMs, subtractPeriod } from '../../kernel/period.js';
import { actorOf, type StaffCaller } from '../../platform/callers/caller.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { validated } from '../../platform/http/validation.js';
import { AuditService } from '../audit/audit.service.js';
import { heldDecisionLifecycle as lifecycle, mayUndo } from './domain/held-decision-lifecycle.js';
import { type HeldCommand, HeldCommands } from './held-commands.js';
import { type HeldDecision, HeldDecisionsStore } from './held-decisions.store.js';
import { ReviewConfig } from './review.config.js';
import { REVIEW_ERRORS } from './review.errors.js';
import { REVIEW_EVENTS } from './review.events.js';
import { type ReviewTask, ReviewService } from './review.service.js';
import { ReviewStore } from './review.store.js';

export interface GivenDecision {
  readonly command: string;
  readonly version: number | undefined;
  readonly body: unknown;
}

/** How far back somebody is told what became of their decisions, and of how many. */
const MINE_SINCE = 'PT1H';
const MINE_LIMIT = 20;
const BATCH = 50;
/** Somebody else has it, or has decided. */
const OVERTAKEN = [REVIEW_ERRORS.review_task_ended, REVIEW_ERRORS.review_task_taken];

/**
 * The undo window (console, C11). A decision that is given with one is kept as the command that it is; nothing of it is
 * done, so nothing has to be called back. When the window is over the command runs once, with the mark that it ran in
 * the same transaction: whatever dies in between, it takes effect exactly once.
 */
@Injectable()
export class HoldDecisionsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: HeldDecisionsStore,
    private readonly tasks: ReviewStore,
    private readonly review: ReviewService,
    private readonly commands: HeldCommands,
    private readonly audit: AuditService,
    private readonly cipher: FieldCipher,
    private readonly config: ReviewConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError everything that the decision itself would be refused for now */
  async hold(once: Once, taskId: string, given: GivenDecision, caller: StaffCaller): Promise<HeldDecision> {
    const task = await this.tasks.find(this.transactor.reader, taskId);
    if (task === undefined) throw new DomainError(REVIEW_ERRORS.review_task_not_found);
    const command = this.commands.for(given.command, task.kind, caller);
    const body = await validated(command.body, given.body);
    if (command.versioned && given.version === undefined) throw new DomainError(HTTP_ERRORS.precondition_required);
    const actor = actorOf(caller);
    const at = this.clock.now();
    const held: HeldDecision = {
      id: newId(),
      taskId,
      accountId: task.accountId,
      command: command.command,
      subjectId: task.subjectId,
      version: given.version ?? null,
      sealed: null,
      heldBy: actor.id,
      heldRole: actor.role ?? actor.kind,
      state: lifecycle.initial,
      refusal: null,
      heldAt: at,
      takesEffectAt: addPeriod(at, this.config.undoWindow),
      endedAt: null,
    };
    const waits = periodMs(this.config.undoWindow) > 0;
    const refusal = waits ? await this.rehearse(command, held, body) : undefined;
    const kept = this.transactor.once(once, async (tx) => {
      // Inside: the same key again is answered with what was kept, also when the decision has been carried out since.
      if (refusal !== undefined) throw refusal;
      if (!waits) return this.carryOutAtOnce(tx, command, held, body, actor);
      await this.review.requireClaim(tx, taskId, actor.id);
      await this.refuseSecond(tx, taskId);
      const sealed = this.cipher.seal(JSON.stringify(given.body), columnContext('held_decisions', 'sealed', held.id));
      await this.store.insert(tx, { ...held, sealed });
      await this.tasks.hold(
        tx,
        taskId,
        actor.id,
        held.takesEffectAt,
        addPeriod(held.takesEffectAt, this.config.lease),
        at,
      );
      await this.note(tx, REVIEW_EVENTS.decisionHeld, held, actor, {
        takesEffectAt: held.takesEffectAt.toISOString(),
      });
      return { id: held.id };
    });
    const { id } = await kept.catch((error: unknown) => this.sayWhoFirst(error, taskId, actor));
    return this.mustFind(id);
  }

  /**
   * That a version moved on, or a state, says little; that somebody else decided, who, what and when, says what to do now
   * (C4).
   */
  private async sayWhoFirst(error: unknown, taskId: string, actor: Actor): Promise<never> {
    if (!isDomainError(error)) throw error;
    const stale = isDomainError(error, HTTP_ERRORS.stale_version);
    await this.transactor
      .run((tx) => this.review.requireClaim(tx, taskId, actor.id))
      .catch((standing: unknown) => {
        const overtaken = OVERTAKEN.some((definition) => isDomainError(standing, definition));
        throw stale || overtaken ? standing : error;
      });
    throw error;
  }

  /** Takes it back as if it had never been given; the task is its author's again, for a whole lease. */
  async undo(id: string, caller: StaffCaller): Promise<HeldDecision> {
    await this.transactor.run(async (tx) => {
      const held = await this.store.lock(tx, id);
      if (held === undefined) throw new DomainError(REVIEW_ERRORS.held_decision_not_found);
      if (held.heldBy !== caller.id) throw new DomainError(REVIEW_ERRORS.held_by_other);
      // Pressed twice, or the answer was lost: it is undone.
      if (held.state === 'undone') return;
      const now = this.clock.now();
      if (held.state !== 'held' || !mayUndo(held.takesEffectAt, now))
        throw new DomainError(REVIEW_ERRORS.undo_window_over, { extra: { state: held.state } });
      lifecycle.move(held.state, 'undo');
      await this.store.end(tx, id, 'undone', null, now);
      await this.giveBack(tx, held, 'undone', now);
      await this.note(tx, REVIEW_EVENTS.decisionUndone, held, actorOf(caller), {});
    });
    return this.mustFind(id);
  }

  /** Carries out one batch of what is due, each in a transaction of its own. */
  async carryOutDue(): Promise<number> {
    const due = await this.store.dueIds(this.transactor.reader, this.clock.now(), BATCH);
    const failures: unknown[] = [];
    let done = 0;
    for (const id of due) {
      try {
        done += (await this.carryOut(id)) ? 1 : 0;
      } catch (error) {
        // An outage: this one stays due, the others get their turn.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return done;
  }

  mine(caller: StaffCaller): Promise<HeldDecision[]> {
    const since = subtractPeriod(this.clock.now(), MINE_SINCE);
    return this.store.ofStaff(this.transactor.reader, caller.id, since, MINE_LIMIT);
  }

  async mustFind(id: string, caller?: StaffCaller): Promise<HeldDecision> {
    const found = await this.store.find(this.transactor.reader, id);
    if (found === undefined || (caller !== undefined && found.heldBy !== caller.id))
      throw new DomainError(REVIEW_ERRORS.held_decision_not_found);
    return found;
  }

  private async carryOut(id: string): Promise<boolean> {
    try {
      return await this.transactor.run(async (tx) => {
        const held = await this.store.lockHeld(tx, id);
        if (held?.sealed === null || held === undefined) return false;
        const text = this.cipher.openText(held.sealed, columnContext('held_decisions', 'sealed', id));
        const command = this.commands.mustFind(held.command);
        await command.run(tx, givenOf(held, await validated(command.body, JSON.parse(text))));
        lifecycle.move(held.state, 'take_effect');
        await this.store.end(tx, id, 'in_effect', null, this.clock.now());
        return true;
      });
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return this.refuse(id, error);
    }
  }

  /** The matter is not what it was: the person withdrew, the plan changed. Its author hears why and has the task again. */
  private refuse(id: string, error: DomainError): Promise<boolean> {
    return this.transactor.run(async (tx) => {
      const held = await this.store.lockHeld(tx, id);
      if (held === undefined) return false;
      const now = this.clock.now();
      const { code, en, zh } = error.definition;
      lifecycle.move(held.state, 'refuse');
      await this.store.end(tx, id, 'refused', { code, en, zh }, now);
      await this.giveBack(tx, held, 'refused', now);
      await this.note(tx, REVIEW_EVENTS.decisionRefused, held, actorOfHeld(held), { code });
      return true;
    });
  }

  /** Runs the decision and takes all of it back: what would be refused is refused while its author still looks. */
  private async rehearse(command: HeldCommand, held: HeldDecision, body: object): Promise<DomainError | undefined> {
    const curtain = new Error('rehearsed');
    try {
      await this.transactor.run(async (tx) => {
        await command.run(tx, givenOf(held, body));
        throw curtain;
      });
    } catch (error) {
      if (error === curtain) return undefined;
      if (isDomainError(error)) return error;
      throw error;
    }
    return undefined;
  }

  private async carryOutAtOnce(
    tx: Tx,
    command: HeldCommand,
    held: HeldDecision,
    body: object,
    actor: Actor,
  ): Promise<{ id: string }> {
    await command.run(tx, { ...givenOf(held, body), actor });
    await this.store.insert(tx, { ...held, state: 'in_effect', endedAt: held.heldAt });
    return { id: held.id };
  }

  private async refuseSecond(tx: Tx, taskId: string): Promise<void> {
    const other = await this.store.ofTask(tx, taskId);
    if (other !== undefined)
      throw new DomainError(REVIEW_ERRORS.decision_held, { extra: { heldDecisionId: other.id } });
  }

  private giveBack(tx: Tx, held: HeldDecision, how: 'undone' | 'refused', now: Date): Promise<ReviewTask | undefined> {
    return this.tasks.unhold(tx, held.taskId, held.heldBy, `decision_${how}`, addPeriod(now, this.config.lease), now);
  }

  /** For the audit log alone: nothing of a decision leaves the house before it is in effect. */
  private note(tx: Tx, type: string, held: HeldDecision, actor: Actor, data: object): Promise<unknown> {
    return this.audit.record(tx, {
      type,
      actor,
      accountId: held.accountId ?? undefined,
      target: { kind: 'review_task', id: held.taskId },
      clauses: [],
      data: { heldDecisionId: held.id, command: held.command, subjectId: held.subjectId, ...data },
    });
  }
}

const actorOfHeld = (held: HeldDecision): Actor => ({ kind: 'staff', id: held.heldBy, role: held.heldRole });

const givenOf = <B>(held: HeldDecision, body: B): { subjectId: string; version: number; body: B; actor: Actor } => ({
  subjectId: held.subjectId,
  version: held.version ?? 0,
  body,
  actor: actorOfHeld(held),
});
