import { Injectable } from '@nestjs/common';
import { MoreThanOrEqual } from 'typeorm';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type AppealSubject, isAboutGuardian } from './domain/appeal-subject.js';
import type { ChangeState } from './domain/identifier-change-lifecycle.js';
import type { AppealState } from './domain/recovery-appeal-lifecycle.js';
import { IdentifierChangeRow } from './identifier-change.entity.js';
import { RecoveryAppealRow } from './recovery-appeal.entity.js';
import { RecoveryEvidenceRow } from './recovery-evidence.entity.js';

registerEncryptedColumn({ table: 'identifier_changes', column: 'new_value' });
registerEncryptedColumn({ table: 'recovery_appeals', column: 'claim' });
registerEncryptedColumn({ table: 'recovery_appeals', column: 'note' });
registerEncryptedColumn({ table: 'recovery_evidence', column: 'file_name' });
registerEncryptedColumn({ table: 'recovery_evidence', column: 'file_key' });

@Injectable()
export class RecoveryStore {
  insertChange(tx: Tx, change: IdentifierChangeRow): Promise<unknown> {
    return tx.insert(IdentifierChangeRow, change);
  }

  async findChange(reader: Tx, id: string): Promise<IdentifierChangeRow | undefined> {
    return (await reader.findOneBy(IdentifierChangeRow, { id })) ?? undefined;
  }

  async lockChange(tx: Tx, id: string): Promise<IdentifierChangeRow | undefined> {
    const found = await tx.findOne(IdentifierChangeRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    return found ?? undefined;
  }

  /** The one change of an account's own number, or of its guardian's, that is under way; the account is locked. */
  async liveChange(tx: Tx, accountId: string, about: AppealSubject): Promise<IdentifierChangeRow | undefined> {
    const live: ChangeState[] = ['requested', 'cooling_off'];
    const found = await tx.find(IdentifierChangeRow, { where: live.map((state) => ({ accountId, state })) });
    return found.find((c) => isAboutGuardian(c.about) === isAboutGuardian(about));
  }

  /** How often an accepted appeal about the minor's guardian was stopped by an objection. */
  async guardianObjections(reader: Tx, accountId: string): Promise<number> {
    const found = await row<{ n: number }>(
      reader,
      `SELECT count(*)::int AS n FROM identifier_changes WHERE account_id = $1 AND about <> 'account'
          AND origin = 'recovery' AND state = 'objected'`,
      [accountId],
    );
    return found?.n ?? 0;
  }

  /** Of the account's own number; what becomes of its guardian's is not the minor's business. */
  changesOf(reader: Tx, accountId: string): Promise<IdentifierChangeRow[]> {
    return reader.find(IdentifierChangeRow, {
      where: { accountId, about: 'account' },
      order: { requestedAt: 'DESC', id: 'DESC' },
      take: 50,
    });
  }

  /** Of the guardian's number, as the guardian behind a link may see them: not what an earlier guardian did. */
  guardianChangesOf(reader: Tx, accountId: string, since: Date): Promise<IdentifierChangeRow[]> {
    return reader.find(IdentifierChangeRow, {
      where: { accountId, about: 'guardian_number', requestedAt: MoreThanOrEqual(since) },
      order: { requestedAt: 'DESC', id: 'DESC' },
      take: 50,
    });
  }

  async saveChange(tx: Tx, change: IdentifierChangeRow): Promise<void> {
    await tx.update(IdentifierChangeRow, { id: change.id }, { ...change, version: change.version + 1 });
  }

  /** Ids only: each is taken up again, locked, in a transaction of its own. */
  async dueChanges(reader: Tx, now: Date, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      reader,
      `(SELECT id FROM identifier_changes WHERE state = 'cooling_off' AND effective_at <= $1 ORDER BY effective_at LIMIT $2)
       UNION ALL
       (SELECT id FROM identifier_changes WHERE state = 'requested' AND expires_at <= $1 ORDER BY expires_at LIMIT $2)`,
      [now, limit],
    );
    return found.map((r) => r.id);
  }

  /** @returns false when the account has a live appeal already; the transaction is over then */
  async insertAppeal(tx: Tx, appeal: RecoveryAppealRow): Promise<boolean> {
    const done = await rows(
      tx,
      `INSERT INTO recovery_appeals (id, account_id, about, state, claim, locale, version, filed_at, due_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING 1`,
      [
        appeal.id,
        appeal.accountId,
        appeal.about,
        appeal.state,
        appeal.claim,
        appeal.locale,
        appeal.version,
        appeal.filedAt,
        appeal.dueAt,
      ],
    );
    return done.length === 1;
  }

  async findAppeal(reader: Tx, id: string): Promise<RecoveryAppealRow | undefined> {
    return (await reader.findOneBy(RecoveryAppealRow, { id })) ?? undefined;
  }

  async lockAppeal(tx: Tx, id: string): Promise<RecoveryAppealRow | undefined> {
    const found = await tx.findOne(RecoveryAppealRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
    return found ?? undefined;
  }

  async saveAppeal(tx: Tx, appeal: RecoveryAppealRow): Promise<void> {
    await tx.update(RecoveryAppealRow, { id: appeal.id }, { ...appeal, version: appeal.version + 1 });
  }

  async endAppeal(tx: Tx, id: string, state: AppealState, now: Date): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE recovery_appeals SET state = $2, ended_at = $3, version = version + 1
        WHERE id = $1 AND state = 'accepted' RETURNING 1`,
      [id, state, now],
    );
    return done.length === 1;
  }

  evidenceOf(reader: Tx, appealId: string): Promise<RecoveryEvidenceRow[]> {
    return reader.find(RecoveryEvidenceRow, { where: { appealId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  async findEvidence(reader: Tx, appealId: string, id: string): Promise<RecoveryEvidenceRow | undefined> {
    return (await reader.findOneBy(RecoveryEvidenceRow, { id, appealId })) ?? undefined;
  }

  async countEvidence(tx: Tx, appealId: string): Promise<number> {
    const found = await row<{ n: number }>(
      tx,
      'SELECT count(*)::int AS n FROM recovery_evidence WHERE appeal_id = $1',
      [appealId],
    );
    return found?.n ?? 0;
  }

  insertEvidence(tx: Tx, evidence: RecoveryEvidenceRow): Promise<unknown> {
    return tx.insert(RecoveryEvidenceRow, evidence);
  }

  /** Of these file names, those whose row is gone. */
  async orphans(tx: Tx, ids: readonly string[]): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      'SELECT f.id FROM unnest($1::uuid[]) AS f (id) WHERE NOT EXISTS (SELECT 1 FROM recovery_evidence e WHERE e.id = f.id)',
      [ids],
    );
    return found.map((r) => r.id);
  }

  /** Rows whose file nobody has looked for since `before`, those never looked for first. */
  unchecked(reader: Tx, before: Date, limit: number): Promise<EvidenceRef[]> {
    return rows<EvidenceRef>(
      reader,
      `SELECT id, appeal_id AS "appealId", account_id AS "accountId", file_missing_since IS NOT NULL AS missing
         FROM recovery_evidence WHERE coalesce(file_checked_at, created_at) < $1
        ORDER BY coalesce(file_checked_at, created_at) LIMIT $2`,
      [before, limit],
    );
  }

  /** @returns false when the row went meanwhile: then its file may */
  async fileChecked(tx: Tx, id: string, present: boolean, at: Date): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE recovery_evidence SET file_checked_at = $2,
              file_missing_since = CASE WHEN $3 THEN NULL ELSE coalesce(file_missing_since, $2) END
        WHERE id = $1 RETURNING 1`,
      [id, at, present],
    );
    return done.length === 1;
  }

  async countMissingFiles(reader: Tx): Promise<number> {
    const found = await row<{ n: number }>(
      reader,
      'SELECT count(*)::int AS n FROM recovery_evidence WHERE file_missing_since IS NOT NULL',
    );
    return found?.n ?? 0;
  }
}

export interface EvidenceRef {
  readonly id: string;
  readonly appealId: string;
  readonly accountId: string | null;
  readonly missing: boolean;
}
