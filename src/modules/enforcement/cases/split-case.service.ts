import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { REVIEW_ERRORS } from '../../review/review.errors.js';
import { UNDECIDED_CASES } from '../domain/case-lifecycle.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { type CaseRecord, CasesStore } from './cases.store.js';
import { OpenCaseService } from './open-case.service.js';
import { SplitCaseStore } from './split-case.store.js';
import { WorkCaseService } from './work-case.service.js';

export interface Split {
  /** What the new case is about. */
  readonly clause: string;
  readonly reportIds: readonly string[];
  readonly evidenceIds: readonly string[];
  readonly reason: string;
}

/**
 * Two matters that came as one become two cases. Reports go along, for each is answered with one case; evidence is
 * append-only and stays where it was added, so the new case refers to it and a decision of either cites it.
 */
@Injectable()
export class SplitCaseService {
  constructor(
    private readonly transactor: Transactor,
    private readonly cases: CasesStore,
    private readonly store: SplitCaseStore,
    private readonly work: WorkCaseService,
    private readonly opening: OpenCaseService,
    private readonly taxonomy: TaxonomyService,
    private readonly journal: EnforcementJournal,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError case_not_found, split_not_possible, unknown_clause, conflict_of_interest, stale_version */
  split(once: Once, caseId: string, version: number, split: Split, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      const from = await this.work.mustLock(tx, caseId, version);
      this.refuseBad(from, split, actor);
      const [clause] = this.taxonomy.clausesOf(await this.taxonomy.versionOf(tx, from.accountId), [split.clause]);
      if (clause === undefined) throw new DomainError(ENFORCEMENT_ERRORS.unknown_clause);
      const id = newId();
      const free = (await this.cases.findUndecided(tx, from.accountId, clause.matter)) === undefined;
      const now = this.clock.now();
      const fresh: CaseRecord = {
        ...from,
        id,
        // One undecided case per subject and matter: what is split off within a matter is a matter of its own.
        matter: free ? clause.matter : `${clause.matter}-${id.slice(-8)}`,
        state: 'open',
        version: 1,
        clauses: [clause.ref],
        reportCount: 0,
        openedBy: actor.id,
        change: 'opened',
        mergedInto: null,
        openedAt: now,
        updatedAt: now,
        decidedAt: null,
        closedAt: null,
      };
      await this.cases.insert(tx, fresh);
      const reports = await this.store.moveReports(tx, from.id, id, split.reportIds);
      const evidence = await this.store.referTo(tx, from.id, fresh, split.evidenceIds, now);
      if (reports.length !== split.reportIds.length || evidence !== split.evidenceIds.length) {
        throw new DomainError(ENFORCEMENT_ERRORS.split_not_possible);
      }
      const clauses = [...new Set([clause.ref, ...reports.map((r) => r.clause)])].sort();
      const opened = await this.mustSave(tx, { ...fresh, clauses, reportCount: reports.length }, actor, 'split');
      const left = { ...from, reportCount: from.reportCount - reports.length };
      const rest = await this.mustSave(tx, left, actor, 'split');
      await this.opening.openTask(tx, opened);
      const { reason } = split;
      await this.note(tx, opened, actor, { to: opened.state, splitFrom: from.id }, reason);
      await this.note(tx, rest, actor, { to: rest.state, splitInto: id, reports: reports.length, evidence }, reason);
      return { id };
    });
  }

  private refuseBad(from: CaseRecord, split: Split, actor: Actor): void {
    const empty = split.reportIds.length + split.evidenceIds.length === 0;
    if (empty || !UNDECIDED_CASES.includes(from.state)) throw new DomainError(ENFORCEMENT_ERRORS.split_not_possible);
    if (from.conflictIds.includes(actor.id)) throw new DomainError(REVIEW_ERRORS.conflict_of_interest);
  }

  private async mustSave(tx: Tx, c: CaseRecord, actor: Actor, change: string): Promise<CaseRecord> {
    const saved = await this.cases.save(tx, c, actor.id, change, this.clock.now());
    if (saved === undefined) throw new DomainError(HTTP_ERRORS.stale_version);
    return saved;
  }

  private async note(tx: Tx, c: CaseRecord, actor: Actor, data: object, reason: string): Promise<void> {
    await this.journal.note(tx, {
      type: ENFORCEMENT_EVENTS.caseChanged,
      actor,
      accountId: c.accountId,
      target: { kind: 'case', id: c.id },
      clauses: c.clauses,
      data: { ...data },
      details: { reason },
    });
  }
}
