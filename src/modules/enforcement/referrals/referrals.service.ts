import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { RetentionService } from '../../retention/retention.service.js';
import { ReviewService } from '../../review/review.service.js';
import { type CaseRecord, CasesStore } from '../cases/cases.store.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { REFERRAL_FOLLOW_UP, REFERRAL_TASK, ReferralSteps } from './referral-steps.service.js';
import { type ReferralRecord, ReferralsStore } from './referrals.store.js';

export interface NewReferral {
  /** `request`: the authority asked, and names document and deadline. */
  readonly direction: 'report' | 'request';
  readonly authority: string;
  readonly documentNo?: string | undefined;
  readonly legalGround: string;
  readonly note: string;
  readonly dueAt?: Date | undefined;
}

/** Suspected illegality (ENF-11): preserve, let a second person agree, report in time, keep what was answered. */
@Injectable()
export class ReferralsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReferralsStore,
    private readonly cases: CasesStore,
    private readonly accounts: AccountsService,
    private readonly retention: RetentionService,
    private readonly review: ReviewService,
    private readonly taxonomy: TaxonomyService,
    private readonly texts: SealedTexts,
    private readonly steps: ReferralSteps,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  propose(once: Once, caseId: string, what: NewReferral, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const unlocked = await this.cases.find(tx, caseId);
      if (unlocked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
      await this.accounts.lockForUpdate(tx, unlocked.accountId);
      const found = await this.cases.lock(tx, caseId);
      if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
      const now = this.clock.now();
      // Preserved first: what is referred stays, whatever becomes of the case.
      await this.cases.holdEvidence(tx, caseId, now);
      const evidence = await this.cases.evidenceOf(tx, caseId);
      const manifest = evidence.map((e) => ({
        evidenceId: e.id,
        kind: e.kind,
        sha256: e.contentHash,
        addedAt: e.addedAt.toISOString(),
      }));
      const version = await this.taxonomy.versionOf(tx, found.accountId);
      const clocks = found.clauses.map((ref) => version.clauses.get(ref)?.reportWithin).filter((p) => p != null);
      const own = [...clocks, this.config.referralLimit].map((period) => addPeriod(now, period));
      const dueAt = what.dueAt ?? own.reduce((a, b) => (a < b ? a : b));
      const id = newId();
      const hold = await this.preserve(tx, id, found, what, actor);
      const referral: ReferralRecord = {
        id,
        accountId: found.accountId,
        caseId,
        direction: what.direction,
        state: 'awaiting_approval',
        version: 1,
        authority: what.authority,
        documentNo: what.documentNo ?? null,
        legalGround: what.legalGround,
        manifest,
        manifestDigest: digestOf(manifest),
        dueAt,
        lapsesAt: this.steps.lapsesAt(dueAt),
        proposedBy: actor.id,
        approvedBy: null,
        holdId: hold.id,
        createdAt: now,
        updatedAt: now,
        sentAt: null,
        closedAt: null,
      };
      await this.store.insert(tx, referral);
      await this.steps.addEntry(tx, referral, 'note', what.note, actor);
      await this.steps.askSecondPerson(tx, referral);
      await this.steps.note(tx, ENFORCEMENT_EVENTS.referralProposed, referral, actor);
      return { id: referral.id };
    });
  }

  approve(id: string, approved: boolean, note: string, actor: Actor): Promise<ReferralRecord> {
    return this.transactor.run((tx) => this.approveIn(tx, id, approved, note, actor));
  }

  async approveIn(tx: Tx, id: string, approved: boolean, note: string, actor: Actor): Promise<ReferralRecord> {
    const referral = await this.steps.mustLock(tx, id);
    if (referral.state !== 'awaiting_approval') throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    if (referral.proposedBy === actor.id) throw new DomainError(ENFORCEMENT_ERRORS.second_person_required);
    await this.review.takeAndComplete(
      tx,
      { kind: REFERRAL_TASK, subjectId: id },
      actor,
      approved ? 'approved' : 'declined',
    );
    await this.steps.addEntry(tx, referral, 'note', note, actor);
    const change = { approvedBy: actor.id, ...(approved ? {} : { closedAt: this.clock.now() }) };
    const answered = await this.steps.step(tx, referral, approved ? 'approve' : 'decline', change, actor);
    // Agreed to is not sent: somebody is asked to, before its clock runs out.
    if (approved) await this.steps.askFollowUp(tx, answered);
    return answered;
  }

  /** What was sent, received or produced, with its checksum (意见 14). */
  log(
    once: Once,
    id: string,
    entry: { kind: 'sent' | 'received' | 'produced' | 'note'; text: string; close: boolean },
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      let referral = await this.steps.mustLock(tx, id);
      const now = this.clock.now();
      // A note says something; only the other kinds move the matter on, and nothing leaves before it was approved.
      if (entry.kind === 'sent') {
        referral = await this.steps.step(tx, referral, 'send', { sentAt: now }, actor);
        await this.review.takeAndComplete(tx, { kind: REFERRAL_FOLLOW_UP, subjectId: id }, actor, 'sent');
      } else if (entry.kind !== 'note') referral = await this.steps.step(tx, referral, 'answer', {}, actor);
      await this.steps.addEntry(tx, referral, entry.kind, entry.text, actor);
      if (entry.close) await this.steps.step(tx, referral, 'close', { closedAt: now }, actor);
      return { id };
    });
  }

  async get(id: string): Promise<Record<string, unknown>> {
    const { reader } = this.transactor;
    const referral = await this.store.find(reader, id);
    if (referral === undefined) throw new DomainError(ENFORCEMENT_ERRORS.referral_not_found);
    const entries = await this.store.entriesOf(reader, id);
    return {
      ...referral,
      overdue: this.isOverdue(referral),
      entries: entries.map(({ sealed, ...e }) => ({
        ...e,
        text: this.texts.open<string>('referral_entries', e.id, sealed),
      })),
    };
  }

  async list(
    filter: { direction?: string | undefined; state?: string | undefined },
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Record<string, unknown>>> {
    const found = await this.store.list(this.transactor.reader, filter, decodeCursor(page.cursor), page.limit);
    return pageOf(
      found,
      page.limit,
      (r) => [r.createdAt, r.id],
      ({ manifest, legalGround: _ground, holdId: _hold, ...r }) => ({
        ...r,
        items: manifest.length,
        overdue: this.isOverdue(r),
      }),
    );
  }

  ofCase(caseId: string): Promise<ReferralRecord[]> {
    return this.store.ofCase(this.transactor.reader, caseId);
  }

  /** Until something was sent, the clock of the law runs. */
  private isOverdue({ sentAt, closedAt, dueAt }: Pick<ReferralRecord, 'sentAt' | 'closedAt' | 'dueAt'>): boolean {
    return sentAt === null && closedAt === null && dueAt < this.clock.now();
  }

  /** Places a legal hold: an authority may still ask for the subject's data until the matter is closed. */
  private preserve(
    tx: Tx,
    referralId: string,
    found: CaseRecord,
    what: NewReferral,
    actor: Actor,
  ): Promise<{ id: string }> {
    const order = {
      accountId: found.accountId,
      caseId: found.id,
      reason: what.direction === 'report' ? 'referral_to_authority' : 'investigation_request',
      authority: what.authority,
      reference: what.documentNo ?? referralId,
      reviewAt: addPeriod(this.clock.now(), this.config.holdReview),
    };
    return this.retention.placeHold(tx, order, actor);
  }
}
