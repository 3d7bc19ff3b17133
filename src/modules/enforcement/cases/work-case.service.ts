import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson, sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { REVIEW_ERRORS } from '../../review/review.errors.js';
import { ReviewService } from '../../review/review.service.js';
import { type CaseCommand, caseLifecycle, UNDECIDED_CASES } from '../domain/case-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ReportsStore } from '../intake/reports.store.js';
import { SealedTexts } from '../sealed-texts.js';
import { type CaseRecord, CasesStore, type EvidenceRecord } from './cases.store.js';
import { CASE_TASK, OpenCaseService } from './open-case.service.js';

const MOST_EVIDENCE_BYTES = 64 * 1024;

/** What happens to a case besides its decision: evidence, dismissal, merging, reopening. */
@Injectable()
export class WorkCaseService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: CasesStore,
    private readonly reports: ReportsStore,
    private readonly opening: OpenCaseService,
    private readonly review: ReviewService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** Evidence is hashed as it comes and never changed. */
  async addEvidence(
    once: Once,
    caseId: string,
    evidence: { kind: string; content: unknown },
    actor: Actor,
  ): Promise<Omit<EvidenceRecord, 'sealed'>> {
    return this.transactor.once(once, async (tx) => {
      const found = await this.mustLock(tx, caseId);
      const id = newId();
      const text = canonicalJson(evidence.content);
      const sizeBytes = Buffer.byteLength(text);
      if (sizeBytes > MOST_EVIDENCE_BYTES) throw new DomainError(ENFORCEMENT_ERRORS.evidence_too_large);
      const record: EvidenceRecord = {
        id,
        kind: evidence.kind,
        sealed: this.texts.seal('case_evidence', id, evidence.content),
        contentHash: sha256Hex(text),
        sizeBytes,
        addedBy: actor.id,
        addedAt: this.clock.now(),
        heldSince: null,
      };
      await this.store.addEvidence(tx, caseId, found.accountId, record);
      await this.review.renew(tx, caseId);
      await this.note(tx, ENFORCEMENT_EVENTS.evidenceAdded, found, actor, {
        evidenceId: id,
        contentHash: record.contentHash,
      });
      const { sealed: _sealed, ...added } = record;
      return added;
    });
  }

  /** No violation: the reporters are answered, nobody is measured. */
  async dismiss(caseId: string, version: number, reason: string, actor: Actor): Promise<CaseRecord> {
    return this.transactor.run((tx) => this.dismissIn(tx, caseId, version, reason, actor));
  }

  async dismissIn(tx: Tx, caseId: string, version: number, reason: string, actor: Actor): Promise<CaseRecord> {
    const found = await this.mustLock(tx, caseId, version);
    await this.review.takeAndComplete(tx, { kind: CASE_TASK, subjectId: caseId }, actor, 'dismissed');
    const now = this.clock.now();
    const saved = await this.move(tx, found, 'dismiss', actor, { closedAt: now });
    await this.answerReports(tx, saved, 'no_violation', actor);
    await this.note(tx, ENFORCEMENT_EVENTS.caseChanged, saved, actor, { to: saved.state }, { reason });
    return saved;
  }

  /** New evidence: the case is looked at again. */
  async reopen(caseId: string, version: number, reason: string, actor: Actor): Promise<CaseRecord> {
    return this.transactor.run(async (tx) => {
      const found = await this.mustLock(tx, caseId, version);
      if (await this.store.awaitsApproval(tx, caseId)) throw new DomainError(ENFORCEMENT_ERRORS.decision_pending);
      return this.reopenIn(tx, found, reason, actor);
    });
  }

  async reopenIn(
    tx: Tx,
    found: CaseRecord,
    reason: string,
    actor: Actor,
    keepAway: readonly string[] = [],
  ): Promise<CaseRecord> {
    // Refused before anything else is touched.
    caseLifecycle.move(found.state, 'reopen');
    const whole = await this.takeIn(tx, found, actor);
    const conflictIds = [...new Set([...whole.conflictIds, ...keepAway])];
    const saved = await this.move(tx, { ...whole, conflictIds }, 'reopen', actor, { closedAt: null });
    await this.opening.openTask(tx, saved, keepAway);
    await this.note(tx, ENFORCEMENT_EVENTS.caseChanged, saved, actor, { to: saved.state }, { reason });
    return saved;
  }

  /** Two undecided cases of one account become one. */
  async merge(caseId: string, version: number, intoId: string, actor: Actor): Promise<CaseRecord> {
    return this.transactor.run(async (tx) => {
      // One order of locks, whichever way round two people merge.
      const ids = [caseId, intoId].sort();
      for (const id of ids) await this.store.lock(tx, id);
      const from = await this.mustLock(tx, caseId, version);
      const into = await this.mustLock(tx, intoId);
      const fits = caseId !== intoId && from.accountId === into.accountId && UNDECIDED_CASES.includes(into.state);
      if (!fits) throw new DomainError(ENFORCEMENT_ERRORS.merge_not_possible);
      if ([...from.conflictIds, ...into.conflictIds].includes(actor.id)) {
        throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
      }
      return (await this.absorb(tx, from, into, actor)).merged;
    });
  }

  /** `from` ends in `into`: reports, clauses, urgency and conflicts of interest come along, also in its task. */
  private async absorb(
    tx: Tx,
    from: CaseRecord,
    into: CaseRecord,
    actor: Actor,
  ): Promise<{ merged: CaseRecord; into: CaseRecord }> {
    const now = this.clock.now();
    const merged = await this.move(tx, from, 'merge', actor, { mergedInto: into.id, closedAt: now });
    await this.store.moveReports(tx, from.id, into.id);
    const whole = await this.store.save(
      tx,
      {
        ...into,
        clauses: [...new Set([...into.clauses, ...from.clauses])].sort(),
        conflictIds: [...new Set([...into.conflictIds, ...from.conflictIds])],
        priority: Math.max(into.priority, from.priority),
        dueAt: from.dueAt < into.dueAt ? from.dueAt : into.dueAt,
        reportCount: into.reportCount + from.reportCount,
      },
      actor.id,
      'merged_in',
      now,
    );
    if (whole === undefined) throw new DomainError(HTTP_ERRORS.stale_version, { extra: changeOf(into) });
    await this.review.cancelAll(tx, from.id, actor, 'merged');
    const task = { kind: CASE_TASK, subjectId: into.id };
    if (from.conflictIds.length > 0) await this.review.addConflicts(tx, task, from.conflictIds);
    await this.review.reprioritise(tx, task, { priority: whole.priority, dueAt: whole.dueAt });
    await this.review.renew(tx, into.id);
    await this.note(tx, ENFORCEMENT_EVENTS.caseChanged, merged, actor, { to: merged.state, into: into.id });
    return { merged, into: whole };
  }

  /** A case that becomes undecided again takes in what came about the same matter meanwhile: one undecided case stays one. */
  async takeIn(tx: Tx, found: CaseRecord, actor: Actor): Promise<CaseRecord> {
    const newer = await this.store.findUndecided(tx, found.accountId, found.matter);
    if (newer === undefined || newer.id === found.id) return found;
    const from = await this.mustLock(tx, newer.id);
    if (!UNDECIDED_CASES.includes(from.state)) return found;
    return (await this.absorb(tx, from, found, actor)).into;
  }

  /** How many reports wait for the answer of a case. */
  reportsWaiting(tx: Tx, caseId: string): Promise<number> {
    return this.reports.waiting(tx, caseId);
  }

  /**
   * Every reporter of a case is answered once, without a word about whom or what. The case is locked, so that nobody reports
   * meanwhile. @param waiting how many wait, where it was read since then
   */
  async answerReports(
    tx: Tx,
    found: CaseRecord,
    outcome: 'measures_taken' | 'no_violation',
    actor: Actor,
    waiting?: number,
  ): Promise<void> {
    const count = waiting ?? (await this.reports.waiting(tx, found.id));
    if (count === 0) return;
    await this.reports.answer(tx, found.id, outcome, this.clock.now());
    await this.note(tx, ENFORCEMENT_EVENTS.reportAnswered, found, actor, { outcome, count });
  }

  /** @param found locked by this transaction, so that nobody else can have moved it on */
  move(
    tx: Tx,
    found: CaseRecord,
    command: CaseCommand,
    actor: Actor,
    change: Partial<CaseRecord> = {},
  ): Promise<CaseRecord> {
    const state = caseLifecycle.move(found.state, command);
    return this.store.saveLocked(tx, { ...found, ...change, state }, actor.id, command, this.clock.now());
  }

  async mustLock(tx: Tx, caseId: string, version?: number): Promise<CaseRecord> {
    const found = await this.store.lock(tx, caseId);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
    if (version !== undefined && found.version !== version) {
      throw new DomainError(HTTP_ERRORS.stale_version, { extra: changeOf(found) });
    }
    return found;
  }

  private async note(
    tx: Tx,
    type: string,
    found: CaseRecord,
    actor: Actor,
    data: Readonly<Record<string, unknown>>,
    details?: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { accountId, clauses } = found;
    const target = { kind: 'case', id: found.id };
    await this.journal.note(tx, { type, actor, accountId, target, clauses, data, ...(details ? { details } : {}) });
  }
}

const changeOf = (c: CaseRecord): Record<string, unknown> => ({
  caseId: c.id,
  version: c.version,
  state: c.state,
  changedBy: c.changedBy,
  change: c.change,
  changedAt: c.updatedAt.toISOString(),
});
