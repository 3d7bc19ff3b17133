import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { RetentionService } from '../../retention/retention.service.js';
import { defineOutcomes, type NewReviewTask, ReviewService } from '../../review/review.service.js';
import { CasesStore } from '../cases/cases.store.js';
import { type ReferralCommand, referralLifecycle } from '../domain/referral-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { type ReferralEntry, type ReferralRecord, ReferralsStore } from './referrals.store.js';

/** A second person agrees or declines. */
export const REFERRAL_TASK = 'referral_approval';
defineOutcomes(REFERRAL_TASK, ['approved', 'declined', 'lapsed']);
/** Agreed to: it wants to be sent. Lapsed: it wants to be proposed again, or dropped. */
export const REFERRAL_FOLLOW_UP = 'referral_followup';
defineOutcomes(REFERRAL_FOLLOW_UP, ['sent', 'proposed_again', 'dropped']);

/** Before anything else: a clock of the law runs. */
const PRIORITY = 95;

/**
 * One step of a referral and everything that goes with it: the legal hold, the log entry, and the task for whoever
 * acts next.
 */
@Injectable()
export class ReferralSteps {
  constructor(
    private readonly store: ReferralsStore,
    private readonly cases: CasesStore,
    private readonly retention: RetentionService,
    private readonly review: ReviewService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  async mustLock(tx: Tx, id: string): Promise<ReferralRecord> {
    const found = await this.store.lock(tx, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.referral_not_found);
    return found;
  }

  /** @throws DomainError wrong_state, stale_version */
  async step(
    tx: Tx,
    referral: ReferralRecord,
    command: ReferralCommand,
    change: Partial<ReferralRecord>,
    actor: Actor,
  ): Promise<ReferralRecord> {
    const state = referralLifecycle.move(referral.state, command);
    const next = { ...referral, lapsesAt: null, ...change, state, updatedAt: this.clock.now() };
    const saved = await this.store.save(tx, next);
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
    if (saved.holdId !== null && referralLifecycle.isTerminal(state)) {
      await this.retention.releaseHold(tx, saved.holdId, `referral_${state}`, actor);
    }
    await this.note(tx, ENFORCEMENT_EVENTS.referralChanged, saved, actor);
    return saved;
  }

  async addEntry(tx: Tx, r: ReferralRecord, kind: ReferralEntry['kind'], text: string, actor: Actor): Promise<void> {
    const id = newId();
    const sealed = this.texts.seal('referral_entries', id, text);
    const at = this.clock.now();
    await this.store.addEntry(tx, r, { id, kind, author: actor.id, sealed, checksum: sha256Hex(text), at });
  }

  /** While the clock of the law or of the authority runs, a proposal does not lapse. */
  lapsesAt(dueAt: Date): Date {
    const limit = addPeriod(this.clock.now(), this.config.approvalLimit);
    return limit > dueAt ? limit : dueAt;
  }

  askSecondPerson(tx: Tx, r: ReferralRecord): Promise<unknown> {
    return this.ask(tx, r, REFERRAL_TASK, ['legal', 'senior_moderator'], [r.proposedBy]);
  }

  /** The proposer and the approver may do this as well: it only follows up, and judges nothing. */
  askFollowUp(tx: Tx, r: ReferralRecord): Promise<unknown> {
    return this.ask(tx, r, REFERRAL_FOLLOW_UP, ['legal'], []);
  }

  async note(tx: Tx, type: string, r: ReferralRecord, actor: Actor): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: r.accountId,
      target: { kind: 'referral', id: r.id },
      clauses: ['ENF-11', '7.1'],
      data: { state: r.state, direction: r.direction, dueAt: r.dueAt.toISOString(), manifestDigest: r.manifestDigest },
    });
  }

  /** Nobody who is part of the case handles it (invariant 9). */
  private async ask(
    tx: Tx,
    r: ReferralRecord,
    kind: string,
    roles: NewReviewTask['roles'] & object,
    conflicted: readonly string[],
  ): Promise<void> {
    const found = await this.cases.find(tx, r.caseId);
    await this.review.open(tx, {
      kind,
      subjectId: r.id,
      accountId: r.accountId,
      dueAt: r.dueAt,
      priority: PRIORITY,
      roles,
      conflictIds: [...new Set([...conflicted, ...(found?.conflictIds ?? [])])],
      refs: { caseId: r.caseId, direction: r.direction, state: r.state },
    });
  }
}
