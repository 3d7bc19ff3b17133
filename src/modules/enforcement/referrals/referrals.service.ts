import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { digestOf, sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { RetentionService } from '../../retention/retention.service.js';
import { ReviewService } from '../../review/review.service.js';
import { type CaseRecord, CasesStore } from '../cases/cases.store.js';
import { type ReferralCommand, referralLifecycle } from '../domain/referral-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { type ReferralEntry, type ReferralRecord, ReferralsStore } from './referrals.store.js';

export const REFERRAL_TASK = 'referral_approval';

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
    private readonly journal: EnforcementJournal,
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
        proposedBy: actor.id,
        approvedBy: null,
        holdId: hold.id,
        createdAt: now,
        updatedAt: now,
        sentAt: null,
        closedAt: null,
      };
      await this.store.insert(tx, referral);
      await this.addEntry(tx, referral, 'note', what.note, actor);
      await this.review.open(tx, {
        kind: REFERRAL_TASK,
        subjectId: referral.id,
        accountId: referral.accountId,
        dueAt,
        priority: 95,
        roles: ['legal', 'senior_moderator'],
        conflictIds: [...new Set([actor.id, ...found.conflictIds])],
        refs: { caseId, direction: what.direction },
      });
      await this.note(tx, ENFORCEMENT_EVENTS.referralProposed, referral, actor);
      return { id: referral.id };
    });
  }

  approve(id: string, approved: boolean, note: string, actor: Actor): Promise<ReferralRecord> {
    return this.transactor.run((tx) => this.approveIn(tx, id, approved, note, actor));
  }

  async approveIn(tx: Tx, id: string, approved: boolean, note: string, actor: Actor): Promise<ReferralRecord> {
    const referral = await this.mustLock(tx, id);
    if (referral.state !== 'awaiting_approval') throw new DomainError(ENFORCEMENT_ERRORS.not_awaiting_approval);
    if (referral.proposedBy === actor.id) throw new DomainError(ENFORCEMENT_ERRORS.second_person_required);
    await this.review.takeAndComplete(
      tx,
      { kind: REFERRAL_TASK, subjectId: id },
      actor,
      approved ? 'approved' : 'declined',
    );
    await this.addEntry(tx, referral, 'note', note, actor);
    const change = { approvedBy: actor.id, ...(approved ? {} : { closedAt: this.clock.now() }) };
    return this.step(tx, referral, approved ? 'approve' : 'decline', change, actor);
  }

  /** What was sent, received or produced, with its checksum (意见 14). */
  log(
    once: Once,
    id: string,
    entry: { kind: 'sent' | 'received' | 'produced' | 'note'; text: string; close: boolean },
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      let referral = await this.mustLock(tx, id);
      const now = this.clock.now();
      // A note says something; only the other kinds move the matter on, and nothing leaves before it was approved.
      if (entry.kind === 'sent') referral = await this.step(tx, referral, 'send', { sentAt: now }, actor);
      else if (entry.kind !== 'note') referral = await this.step(tx, referral, 'answer', {}, actor);
      await this.addEntry(tx, referral, entry.kind, entry.text, actor);
      if (entry.close) await this.step(tx, referral, 'close', { closedAt: now }, actor);
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

  /** Whoever erases now erases what an authority will ask for: everything of the subject stays until the matter is closed. */
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

  private async step(
    tx: Tx,
    referral: ReferralRecord,
    command: ReferralCommand,
    change: Partial<ReferralRecord>,
    actor: Actor,
  ): Promise<ReferralRecord> {
    const state = referralLifecycle.move(referral.state, command);
    const saved = await this.store.save(tx, { ...referral, ...change, state, updatedAt: this.clock.now() });
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
    if (saved.holdId !== null && referralLifecycle.isTerminal(state)) {
      await this.retention.releaseHold(tx, saved.holdId, `referral_${state}`, actor);
    }
    await this.note(tx, ENFORCEMENT_EVENTS.referralChanged, saved, actor);
    return saved;
  }

  private async addEntry(
    tx: Tx,
    r: ReferralRecord,
    kind: ReferralEntry['kind'],
    text: string,
    actor: Actor,
  ): Promise<void> {
    const id = newId();
    const sealed = this.texts.seal('referral_entries', id, text);
    await this.store.addEntry(tx, r, {
      id,
      kind,
      author: actor.id,
      sealed,
      checksum: sha256Hex(text),
      at: this.clock.now(),
    });
  }

  private async mustLock(tx: Tx, id: string): Promise<ReferralRecord> {
    const found = await this.store.lock(tx, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.referral_not_found);
    return found;
  }

  private async note(tx: Tx, type: string, r: ReferralRecord, actor: Actor): Promise<void> {
    await this.journal.note(tx, {
      type,
      actor,
      accountId: r.accountId,
      target: { kind: 'referral', id: r.id },
      clauses: ['ENF-11', '7.1'],
      data: { state: r.state, direction: r.direction, dueAt: r.dueAt.toISOString(), manifestDigest: r.manifestDigest },
    });
  }
}
