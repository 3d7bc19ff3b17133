import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import type { Actor } from '../../kernel/actor.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { periodMs } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx, violates } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { newAccessToken, tokenHash } from './access-token.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import type { Deregistration, Ground } from './deregistration.record.js';
import { DeregistrationStore, ONE_OPEN } from './deregistration.store.js';
import { deregistrationLifecycle } from './domain/deregistration-lifecycle.js';
import { blocks, type Obstacle, obstaclesOf } from './domain/obstacles.js';
import { type AgreedRecordClass, needsAgreement, toldDigest } from './domain/plan.js';
import { timelineOf } from './domain/timeline.js';
import { DueDates } from './due-dates.service.js';
import { NotifyPersonService } from './notify-person.service.js';
import { ObligationStore } from './obligation.store.js';
import { PlanDeregistrationService, type ShownPlan } from './plan-deregistration.service.js';
import { AccountGate, AgreementGate } from './ports.js';
import { toldConsents } from './told-consents.js';

export interface Application {
  readonly accountId: string;
  readonly actor: Actor;
  /** The session that applied; it alone goes on, to see, download and withdraw. Null: applied for by somebody else. */
  readonly sessionId: string | null;
  readonly reason: string | null;
  readonly ground?: Ground;
  /** Classes that the person agrees to leave with us, by the digest of the words they were told. */
  readonly agreed: readonly AgreedRecordClass[];
}

export interface Applied {
  readonly id: string;
  /** Shown once: opens status and receipt when no session is left. */
  readonly accessToken: string;
}

/** What whoever applied for somebody else is told at once: when it can still be stopped, and when it has to be done. */
export interface AppliedFor extends Applied, Dates {}

export interface Dates {
  readonly coolingOffEndsAt: Date;
  readonly dueDay: string;
  readonly dueProvisional: boolean;
}

export interface Preview extends ShownPlan {
  readonly obstacles: readonly Obstacle[];
  /** Classes that stay only if the person agrees, each with the digest to send back. */
  readonly needsAgreement: readonly { readonly recordClass: string; readonly digest: string }[];
  readonly mayApply: boolean;
}

type CodeOutcome<T> = { readonly wrong: { attemptsLeft: number } } | { readonly done: T };

/** Applying to leave (DER-1, DER-2): what will happen, a fresh proof of identity, then the clock. */
@Injectable()
export class ApplyDeregistrationService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: DeregistrationStore,
    private readonly obligations: ObligationStore,
    private readonly plans: PlanDeregistrationService,
    private readonly changes: ChangeDeregistrationService,
    private readonly accounts: AccountGate,
    private readonly agreements: AgreementGate,
    private readonly codes: VerificationService,
    private readonly person: NotifyPersonService,
    private readonly dueDates: DueDates,
    private readonly cipher: FieldCipher,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** What goes, what stays and why, what stands in the way and how to clear it; told before anything is asked. */
  async preview(accountId: string): Promise<Preview> {
    return this.transactor.run(async (tx) => {
      const shown = await this.plans.offer(tx, accountId);
      const obstacles = await this.obstacles(tx, accountId);
      const asked = shown.plan.classes.filter(needsAgreement);
      return {
        ...shown,
        obstacles,
        needsAgreement: asked.map((c) => ({ recordClass: c.recordClass, digest: toldDigest(c) })),
        mayApply: !blocks(obstacles),
      };
    });
  }

  /** A fresh one-time code to the account's own number. */
  async sendCode(accountId: string, locale: Locale): Promise<{ expiresAt: Date; resendAfterSeconds: number }> {
    return this.transactor.run(async (tx) => {
      const phone = await this.accounts.phoneOf(tx, accountId);
      if (phone === undefined) throw new DomainError(DEREGISTRATION_ERRORS.account_cannot_leave);
      return this.codes.issue(tx, { purpose: 'deregistration', subjectId: accountId, to: phone, locale, accountId });
    });
  }

  /** @throws DomainError code_invalid, deregistration_open, deregistration_obstructed, told_text_changed */
  async apply(once: Once, code: string, application: Application): Promise<Applied> {
    const outcome = await this.guarded(() =>
      this.transactor.once(once, async (tx): Promise<CodeOutcome<Applied>> => {
        const check = await this.codes.check(tx, { purpose: 'deregistration', subjectId: application.accountId, code });
        // Returned, not thrown: the spent try has to commit.
        if (!check.right) return { wrong: check };
        const { id, accessToken } = await this.open(tx, application);
        // Whoever has taken the account over has its codes, too: its number hears of it now, while it can be withdrawn.
        await this.tell(tx, id, 'requested');
        return { done: { id, accessToken } };
      }),
    );
    if ('wrong' in outcome) throw refusalOfCode(outcome.wrong);
    return outcome.done;
  }

  /**
   * The same for whom somebody else has proved: a guardian for a ward (MIN-4), staff for a holder who died. The number is
   * told at once, so that whoever did not want it can say so.
   */
  async applyVerified(tx: Tx, application: Application): Promise<AppliedFor> {
    const applied = await this.open(tx, application);
    const { kind } = application.actor;
    if (kind === 'guardian' || kind === 'staff') await this.tell(tx, applied.id, 'opened');
    return applied;
  }

  /** Until the compare-and-set into `executing`; afterwards the answer is no, and honest (R1). */
  async withdraw(accountId: string, actor: Actor): Promise<void> {
    await this.transactor.run((tx) => this.withdrawIn(tx, accountId, actor));
  }

  async withdrawIn(tx: Tx, accountId: string, actor: Actor): Promise<void> {
    const account = await this.accounts.lock(tx, accountId);
    const current = await this.store.latestOf(tx, account.id);
    if (current === undefined) throw new DomainError(DEREGISTRATION_ERRORS.no_application);
    await this.changes.withdraw(tx, current, actor);
  }

  async current(accountId: string): Promise<Deregistration | undefined> {
    return this.store.latestOf(this.transactor.reader, accountId);
  }

  private async open(tx: Tx, application: Application): Promise<AppliedFor> {
    const { accountId, actor } = application;
    const account = await this.accounts.lock(tx, accountId);
    if (account.state === 'deregistering') throw new DomainError(DEREGISTRATION_ERRORS.deregistration_open);
    const obstacles = await this.blocking(tx, accountId);
    if (obstacles.length > 0) {
      throw new DomainError(DEREGISTRATION_ERRORS.deregistration_obstructed, { extra: { obstacles } });
    }
    const now = this.clock.now();
    const id = newId();
    const accessToken = newAccessToken();
    const shown = await this.plans.offer(tx, accountId);
    const timeline = timelineOf(now, this.config);
    const { due_day, due_at, due_provisional, calendar_edition } = this.dueDates.of(now);
    await this.store.insert(tx, {
      id,
      accountId,
      // Both steps at once: the request exists from the moment its proof is checked.
      state: deregistrationLifecycle.move('requested', 'start_cooling_off'),
      requestedBy: actor,
      ground: application.ground ?? null,
      reasonSealed:
        application.reason === null
          ? null
          : this.cipher.seal(application.reason, columnContext('deregistrations', 'reason_sealed', id)),
      accountStateBefore: account.state,
      locale: account.locale,
      agreement: await this.agreements.accepted(tx, accountId),
      toldConsents: toldConsents(shown, application.agreed, now),
      requestedAt: now,
      coolingOffEndsAt: timeline.coolingOffEndsAt,
      dueDay: due_day,
      dueAt: due_at,
      dueProvisional: due_provisional,
      calendarEdition: calendar_edition,
      reminderDueAt: timeline.reminderDueAt,
      nextDueAt: timeline.reminderDueAt,
      accessTokenHash: tokenHash(accessToken),
    });
    await this.accounts.begin(tx, accountId, { actor, keepSessionId: application.sessionId });
    // Not the others of the account: a guardian may just be taking consent back.
    await this.codes.forgetProof(tx, { purpose: 'deregistration', subjectId: accountId });
    await this.changes.tell(tx, { id, accountId }, 'requested', actor, {
      coolingOffEndsAt: timeline.coolingOffEndsAt.toISOString(),
      dueAt: due_at.toISOString(),
      dueProvisional: due_provisional,
      ...(application.ground === undefined ? {} : { ground: application.ground }),
    });
    const { coolingOffEndsAt } = timeline;
    return { id, accessToken, coolingOffEndsAt, dueDay: due_day, dueProvisional: due_provisional };
  }

  private async tell(tx: Tx, id: string, notice: 'requested' | 'opened'): Promise<void> {
    const d = await this.store.find(tx, id);
    if (d !== undefined) await this.person.tell(tx, d, notice, { endsAt: d.coolingOffEndsAt.toISOString() });
  }

  /** What stands in the way now, each with how to clear it (DER-1). */
  async blocking(tx: Tx, accountId: string): Promise<Obstacle[]> {
    return (await this.obstacles(tx, accountId)).filter((o) => o.blocking);
  }

  private async obstacles(tx: Tx, accountId: string): Promise<Obstacle[]> {
    const reported = await this.obligations.of(tx, accountId);
    return obstaclesOf(reported, this.clock.now(), periodMs(this.config.obligationFreshness));
  }

  /** The unique index speaks for the concurrent second application. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (violates(error, ONE_OPEN)) throw new DomainError(DEREGISTRATION_ERRORS.deregistration_open, { cause: error });
      throw error;
    }
  }
}
