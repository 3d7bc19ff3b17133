import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { defineOutcomes, ReviewService } from '../../review/review.service.js';
import type { Source } from '../domain/statement.js';
import type { Clause } from '../domain/taxonomy.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { type CaseRecord, CasesStore } from './cases.store.js';

export const CASE_TASK = 'case';
defineOutcomes(CASE_TASK, ['decided', 'dismissed', 'merged']);

export interface Filing {
  readonly accountId: string;
  readonly clause: Clause;
  readonly source: Source;
  readonly actor: Actor;
  readonly staffReporter?: string | undefined;
  /** Decided in the same transaction: nobody has to look, so nothing goes to the queue. */
  readonly decidedAtOnce?: boolean;
}

/** Where every report, detector hit and observation of our own lands: one undecided case per subject and matter. */
@Injectable()
export class OpenCaseService {
  constructor(
    private readonly store: CasesStore,
    private readonly review: ReviewService,
    private readonly journal: EnforcementJournal,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** @returns the case, and whether this opened it */
  async fileUnder(tx: Tx, what: Filing): Promise<{ record: CaseRecord; opened: boolean }> {
    const now = this.clock.now();
    const { clause, accountId } = what;
    const dueAt = addPeriod(now, clause.sla);
    const conflictIds = [...this.staffOf(accountId), ...(what.staffReporter === undefined ? [] : [what.staffReporter])];
    const add = { clauses: [clause.ref], priority: clause.priority, dueAt, conflictIds, now };
    const fresh: CaseRecord = {
      id: newId(),
      accountId,
      matter: clause.matter,
      state: 'open',
      version: 1,
      clauses: [clause.ref],
      priority: clause.priority,
      dueAt,
      reportCount: 0,
      source: what.source,
      conflictIds: [...new Set(conflictIds)],
      openedBy: what.actor.kind === 'staff' ? what.actor.id : what.actor.kind,
      changedBy: what.actor.kind === 'staff' ? what.actor.id : what.actor.kind,
      change: 'opened',
      mergedInto: null,
      openedAt: now,
      updatedAt: now,
      decidedAt: null,
      closedAt: null,
    };
    const [opened, record] = await Promise.all([
      this.store.insert(tx, fresh),
      this.store.addReport(tx, accountId, clause.matter, add),
    ]);
    // Decided between our two statements: the report belongs to a new case.
    if (record === undefined) return this.fileUnder(tx, what);
    if (opened) await this.announceOpening(tx, record, what);
    else await this.tightenTask(tx, record, conflictIds);
    return { record, opened };
  }

  /** Most reports of a crowd change nothing about the work: then the task is not touched. */
  private async tightenTask(tx: Tx, record: CaseRecord, conflictIds: readonly string[]): Promise<void> {
    const ref = { kind: CASE_TASK, subjectId: record.id };
    if (conflictIds.length > 0) await this.review.addConflicts(tx, ref, conflictIds);
    const task = await this.review.findLive(tx, ref);
    if (task !== undefined && (task.priority < record.priority || task.dueAt > record.dueAt)) {
      await this.review.reprioritise(tx, ref, { priority: record.priority, dueAt: record.dueAt });
    }
  }

  /** The task in the queue: opened with the case and again when it is reopened. */
  async openTask(tx: Tx, record: CaseRecord, extraConflicts: readonly string[] = []): Promise<void> {
    await this.review.open(tx, {
      kind: CASE_TASK,
      subjectId: record.id,
      accountId: record.accountId,
      dueAt: record.dueAt,
      priority: record.priority,
      conflictIds: [...new Set([...record.conflictIds, ...extraConflicts])],
      refs: { clauses: record.clauses, matter: record.matter, source: record.source },
    });
  }

  private async announceOpening(tx: Tx, record: CaseRecord, { actor, decidedAtOnce }: Filing): Promise<void> {
    if (decidedAtOnce !== true) await this.openTask(tx, record);
    // Who reported stays out of what leaves the service: the subject never learns it.
    await this.journal.note(tx, {
      type: ENFORCEMENT_EVENTS.caseOpened,
      actor,
      accountId: record.accountId,
      target: { kind: 'case', id: record.id },
      clauses: record.clauses,
      data: { matter: record.matter, source: record.source, dueAt: record.dueAt.toISOString() },
    });
  }

  private staffOf(accountId: string): string[] {
    return Object.entries(this.config.staffAccounts)
      .filter(([, account]) => account === accountId)
      .map(([staff]) => staff);
  }
}
