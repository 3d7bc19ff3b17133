import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { changed, post, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { CaseState } from '../domain/case-lifecycle.js';
import type { Source } from '../domain/statement.js';

export interface CaseRecord {
  readonly id: string;
  readonly accountId: string;
  readonly matter: string;
  readonly state: CaseState;
  readonly version: number;
  readonly clauses: readonly string[];
  readonly priority: number;
  readonly dueAt: Date;
  readonly reportCount: number;
  readonly source: Source;
  readonly conflictIds: readonly string[];
  readonly openedBy: string;
  readonly changedBy: string;
  readonly change: string;
  readonly mergedInto: string | null;
  readonly openedAt: Date;
  readonly updatedAt: Date;
  readonly decidedAt: Date | null;
  readonly closedAt: Date | null;
}

export interface EvidenceRecord {
  readonly id: string;
  readonly kind: string;
  readonly sealed: Buffer | null;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly addedBy: string;
  readonly addedAt: Date;
  readonly heldSince: Date | null;
}

export interface CaseFilter {
  readonly accountId?: string | undefined;
  readonly state?: CaseState | undefined;
  readonly clause?: string | undefined;
  readonly source?: string | undefined;
}

const COLUMNS = `id, account_id AS "accountId", matter, state, version, clauses, priority, due_at AS "dueAt",
  report_count AS "reportCount", source, conflict_ids AS "conflictIds", opened_by AS "openedBy", changed_by AS "changedBy",
  change, merged_into AS "mergedInto", opened_at AS "openedAt", updated_at AS "updatedAt", decided_at AS "decidedAt",
  closed_at AS "closedAt"`;
const WITH_MERGED = `ARRAY(
  SELECT m.id FROM cases m WHERE m.account_id = (SELECT account_id FROM cases WHERE id = $1) AND (m.id = $1 OR m.merged_into = $1))`;
/**
 * A case, what was merged into it, and what it refers to since it was split off another: evidence stays where it was added,
 * and is cited by the case that goes on.
 */
const WHOLE_CASE = `(case_id = ANY (${WITH_MERGED}) OR id = ANY (ARRAY(
  SELECT r.evidence_id FROM case_evidence_references r WHERE r.case_id = ANY (${WITH_MERGED}))))`;
const MOST_REMEMBERED = 20_000;
const UNDECIDED = `state IN ('open', 'in_review', 'reopened')`;

const SAVE = `UPDATE cases SET state = $3, clauses = $4, priority = $5, due_at = $6, report_count = $7, conflict_ids = $8,
         merged_into = $9, decided_at = $10, closed_at = $11, changed_by = $12, change = $13, updated_at = $14,
         version = version + 1
   WHERE id = $1 AND version = $2`;

const savedValues = (c: CaseRecord, by: string, change: string, now: Date): unknown[] => [
  c.id,
  c.version,
  c.state,
  c.clauses,
  c.priority,
  c.dueAt,
  c.reportCount,
  c.conflictIds,
  c.mergedInto,
  c.decidedAt,
  c.closedAt,
  by,
  change,
  now,
];

@Injectable()
export class CasesStore {
  private readonly accounts = new LRUCache<string, string>({ max: MOST_REMEMBERED });

  /** @returns false when this subject and matter have an undecided case already */
  async insert(tx: Tx, c: CaseRecord): Promise<boolean> {
    const added = await changed(
      tx,
      `INSERT INTO cases (id, account_id, matter, state, version, clauses, priority, due_at, report_count, source, conflict_ids,
              opened_by, changed_by, change, opened_at, updated_at)
       VALUES ($1, $2, $3, 'open', 1, $4, $5, $6, 0, $7, $8, $9, $9, 'opened', $10, $10)
       ON CONFLICT (account_id, matter) WHERE ${UNDECIDED} DO NOTHING RETURNING id`,
      [c.id, c.accountId, c.matter, c.clauses, c.priority, c.dueAt, c.source, c.conflictIds, c.openedBy, c.openedAt],
    );
    if (added.length === 1) this.accounts.set(c.id, c.accountId);
    return added.length === 1;
  }

  /** One more report: clauses unite, priority and due time only tighten. The version stays: what was read is still true. */
  async addReport(
    tx: Tx,
    accountId: string,
    matter: string,
    add: { clauses: readonly string[]; priority: number; dueAt: Date; conflictIds: readonly string[]; now: Date },
  ): Promise<CaseRecord | undefined> {
    const [found] = await changed<CaseRecord>(
      tx,
      `UPDATE cases SET report_count = report_count + 1, priority = greatest(priority, $4), due_at = least(due_at, $5),
              clauses = ARRAY(SELECT DISTINCT unnest(clauses || $3::text[]) ORDER BY 1),
              conflict_ids = ARRAY(SELECT DISTINCT unnest(conflict_ids || $6::text[]) ORDER BY 1), updated_at = $7
        WHERE account_id = $1 AND matter = $2 AND ${UNDECIDED} RETURNING ${COLUMNS}`,
      [accountId, matter, add.clauses, add.priority, add.dueAt, add.conflictIds, add.now],
    );
    return found;
  }

  async find(tx: Tx, id: string): Promise<CaseRecord | undefined> {
    const found = await row<CaseRecord>(tx, `SELECT ${COLUMNS} FROM cases WHERE id = $1`, [id]);
    if (found !== undefined) this.accounts.set(id, found.accountId);
    return found;
  }

  /** Whose a case is, where this process has seen it: that never changes, so its account can be locked without asking. */
  accountOf(id: string): string | undefined {
    return this.accounts.get(id);
  }

  lock(tx: Tx, id: string): Promise<CaseRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM cases WHERE id = $1 FOR UPDATE`, [id]);
  }

  findUndecided(tx: Tx, accountId: string, matter: string): Promise<CaseRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM cases WHERE account_id = $1 AND matter = $2 AND ${UNDECIDED}`, [
      accountId,
      matter,
    ]);
  }

  /** @returns undefined when the version is not that any more */
  async save(tx: Tx, c: CaseRecord, by: string, change: string, now: Date): Promise<CaseRecord | undefined> {
    const [saved] = await changed<CaseRecord>(tx, `${SAVE} RETURNING ${COLUMNS}`, savedValues(c, by, change, now));
    return saved;
  }

  /** A case that this transaction has locked: it is the one that was read, and nobody waits to hear so. */
  async saveLocked(tx: Tx, c: CaseRecord, by: string, change: string, now: Date): Promise<CaseRecord> {
    await post(tx, SAVE, savedValues(c, by, change, now));
    return { ...c, version: c.version + 1, changedBy: by, change, updatedAt: now };
  }

  list(tx: Tx, filter: CaseFilter, after: readonly unknown[] | undefined, limit: number): Promise<CaseRecord[]> {
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['true'];
    if (filter.accountId !== undefined) conditions.push(`account_id = ${bind(filter.accountId)}`);
    if (filter.state !== undefined) conditions.push(`state = ${bind(filter.state)}`);
    if (filter.clause !== undefined) conditions.push(`${bind(filter.clause)} = ANY (clauses)`);
    if (filter.source !== undefined) conditions.push(`source = ${bind(filter.source)}`);
    if (after) conditions.push(`(opened_at, id) < (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM cases WHERE ${conditions.join(' AND ')} ORDER BY opened_at DESC, id DESC LIMIT ${bind(limit + 1)}`,
      values,
    );
  }

  /** Accounts with an undecided case like this. */
  async accountsUnderExamination(
    tx: Tx,
    by: {
      readonly clause?: string | undefined;
      readonly leastReports?: number | undefined;
      readonly among?: readonly string[] | undefined;
    },
    limit: number,
  ): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT DISTINCT account_id AS id FROM cases WHERE ${UNDECIDED} AND ($1::text IS NULL OR $1 = ANY (clauses))
          AND report_count >= $2 AND ($3::uuid[] IS NULL OR account_id = ANY ($3)) ORDER BY 1 LIMIT $4`,
      [by.clause ?? null, by.leastReports ?? 0, by.among ?? null, limit],
    );
    return found.map((r) => r.id);
  }

  async hasUndecided(tx: Tx, accountId: string): Promise<boolean> {
    return (
      (await row(tx, `SELECT 1 FROM cases WHERE account_id = $1 AND ${UNDECIDED} LIMIT 1`, [accountId])) !== undefined
    );
  }

  async awaitsApproval(tx: Tx, caseId: string): Promise<boolean> {
    const waiting = `SELECT 1 FROM decisions WHERE case_id = $1 AND state = 'awaiting_approval' LIMIT 1`;
    return (await row(tx, waiting, [caseId])) !== undefined;
  }

  async addEvidence(tx: Tx, caseId: string, accountId: string, e: EvidenceRecord): Promise<void> {
    await post(
      tx,
      `INSERT INTO case_evidence (id, case_id, account_id, kind, sealed, content_hash, size_bytes, added_by, added_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [e.id, caseId, accountId, e.kind, e.sealed, e.contentHash, e.sizeBytes, e.addedBy, e.addedAt],
    );
  }

  evidenceOf(tx: Tx, caseId: string): Promise<EvidenceRecord[]> {
    return rows(
      tx,
      `SELECT id, kind, sealed, content_hash AS "contentHash", size_bytes AS "sizeBytes", added_by AS "addedBy",
              added_at AS "addedAt", held_since AS "heldSince"
         FROM case_evidence WHERE ${WHOLE_CASE} ORDER BY added_at, id LIMIT 500`,
      [caseId],
    );
  }

  /**
   * A decision cites the case: its evidence stays until the decision can no longer be questioned.
   * @returns hashes of all that is held now, in the order in which it was added
   */
  async holdEvidence(tx: Tx, caseId: string, now: Date): Promise<string[]> {
    const held = await changed<{ contentHash: string; addedAt: Date; id: string }>(
      tx,
      `UPDATE case_evidence SET held_since = coalesce(held_since, $2) WHERE ${WHOLE_CASE}
       RETURNING id, content_hash AS "contentHash", added_at AS "addedAt"`,
      [caseId, now],
    );
    const inOrder = held.sort((a, b) => a.addedAt.getTime() - b.addedAt.getTime() || (a.id < b.id ? -1 : 1));
    return inOrder.map((e) => e.contentHash);
  }

  /** Evidence is append-only and stays where it was added; the reports of a merged case are answered with the other one. */
  async moveReports(tx: Tx, from: string, to: string): Promise<number> {
    await changed(
      tx,
      `UPDATE cases SET merged_into = $2 WHERE merged_into = $1 AND account_id = (SELECT account_id FROM cases WHERE id = $2)
       RETURNING id`,
      [from, to],
    );
    return (await changed(tx, 'UPDATE reports SET case_id = $2 WHERE case_id = $1 RETURNING id', [from, to])).length;
  }
}
