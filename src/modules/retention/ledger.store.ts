import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { LedgerEntry, LedgerKind } from './ledger/erasure-ledger.js';

interface EntryRow {
  readonly id: string;
  readonly account_id: string | null;
  readonly plan_id: string | null;
  readonly kind: LedgerKind;
  readonly body: Record<string, unknown>;
  readonly created_at: Date;
}

/** What the database knows of the erasure ledger. */
@Injectable()
export class LedgerStore {
  async insert(tx: Tx, entry: LedgerEntry, appendedAt: Date | null): Promise<void> {
    await rows(
      tx,
      `INSERT INTO erasure_ledger_entries (id, account_id, plan_id, kind, body, created_at, appended_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT erasure_ledger_entries_pk DO NOTHING`,
      [
        entry.id,
        entry.accountId ?? null,
        entry.planId ?? null,
        entry.kind,
        JSON.stringify(entry.body),
        entry.at,
        appendedAt,
      ],
    );
  }

  /** Committed entries that the ledger may not have yet, oldest first; another process's share is skipped. */
  async pending(tx: Tx, limit: number): Promise<LedgerEntry[]> {
    const found = await rows<EntryRow>(
      tx,
      `SELECT id, account_id, plan_id, kind, body, created_at FROM erasure_ledger_entries
        WHERE appended_at IS NULL ORDER BY created_at, id LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    return found.map(entryOf);
  }

  async markAppended(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
    await changed(tx, 'UPDATE erasure_ledger_entries SET appended_at = $2 WHERE id = ANY ($1) RETURNING 1', [ids, at]);
  }

  /** Ids of entries that a ledger acknowledged, by id. */
  async acknowledged(tx: Tx, after: string | undefined, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT id FROM erasure_ledger_entries WHERE appended_at IS NOT NULL AND ($1::uuid IS NULL OR id > $1)
        ORDER BY id LIMIT $2`,
      [after ?? null, limit],
    );
    return found.map((r) => r.id);
  }

  /** True when the plan's intent is committed and stands in the ledger. */
  async isAnnounced(tx: Tx, accountId: string, planId: string): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM erasure_ledger_entries
        WHERE account_id = $1 AND plan_id = $2 AND kind = 'erasure_intended' AND appended_at IS NOT NULL LIMIT 1`,
      [accountId, planId],
    );
    return found !== undefined;
  }

  /** The body of the plan's intent. */
  async intentOf(tx: Tx, accountId: string, planId: string): Promise<Record<string, unknown> | undefined> {
    const found = await row<{ body: Record<string, unknown> }>(
      tx,
      `SELECT body FROM erasure_ledger_entries
        WHERE account_id = $1 AND plan_id = $2 AND kind = 'erasure_intended' ORDER BY created_at DESC LIMIT 1`,
      [accountId, planId],
    );
    return found?.body;
  }

  /** The policy under which the account ended, or is ending. */
  async policyOfEnd(tx: Tx, accountId: string): Promise<string | undefined> {
    const found = await row<{ policy: string }>(
      tx,
      `SELECT body->>'policySha256' AS policy FROM erasure_ledger_entries
        WHERE account_id = $1 AND kind = 'erasure_intended' ORDER BY created_at DESC LIMIT 1`,
      [accountId],
    );
    return found?.policy;
  }

  /** Those of `ids` that are not in this database. */
  async unknown(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT given.id FROM unnest($1::uuid[]) AS given(id)
        WHERE NOT EXISTS (SELECT 1 FROM erasure_ledger_entries e WHERE e.id = given.id)`,
      [ids],
    );
    return new Set(found.map((r) => r.id));
  }

  /** Up to where every entry of this ledger is known here. */
  async mark(tx: Tx, ledger: string): Promise<number | undefined> {
    const found = await row<{ mark: string }>(tx, 'SELECT mark FROM erasure_ledger_marks WHERE ledger = $1', [ledger]);
    return found === undefined ? undefined : Number(found.mark);
  }

  async raiseMark(tx: Tx, ledger: string, mark: number, at: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO erasure_ledger_marks (ledger, mark, checked_at) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT erasure_ledger_marks_pk DO UPDATE
         SET mark = greatest(erasure_ledger_marks.mark, excluded.mark), checked_at = excluded.checked_at`,
      [ledger, mark, at],
    );
  }
}

const entryOf = (r: EntryRow): LedgerEntry => ({
  id: r.id,
  at: r.created_at.toISOString(),
  kind: r.kind,
  ...(r.account_id === null ? {} : { accountId: r.account_id }),
  ...(r.plan_id === null ? {} : { planId: r.plan_id }),
  body: r.body,
});
