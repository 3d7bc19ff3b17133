import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AccountRow } from './account.entity.js';
import { DataUseObjectionRow } from './data-use-objection.entity.js';
import type { AccountStatus } from './domain/account-lifecycle.js';

registerEncryptedColumn({ table: 'accounts', column: 'birth_date' });
registerEncryptedColumn({ table: 'accounts', column: 'display_name' });

export type NewAccountRow = Omit<AccountRow, 'tombstonedAt' | 'stateBeforeClosure' | 'stateBeforeDeregistration'>;

/** What the holder may change about an account. */
export type ProfileChange = Partial<Pick<AccountRow, 'displayName' | 'birthDate' | 'locale' | 'band' | 'bandCheckAt'>>;

const COLUMNS = `id, state, state_changed_at AS "stateChangedAt", state_before_closure AS "stateBeforeClosure",
  state_before_deregistration AS "stateBeforeDeregistration", version, band, band_check_at AS "bandCheckAt",
  birth_date AS "birthDate", display_name AS "displayName", locale, improvement_objection AS "improvementObjection",
  standing_version AS "standingVersion", standing_changed_at AS "standingChangedAt", standing_due_at AS "standingDueAt",
  tombstoned_at AS "tombstonedAt", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Plain SQL on the ways that every request takes: locking an account, opening one. */
@Injectable()
export class AccountsStore {
  async insert(tx: Tx, a: NewAccountRow): Promise<void> {
    await post(
      tx,
      `INSERT INTO accounts (id, state, state_changed_at, version, band, band_check_at, birth_date, display_name, locale,
         improvement_objection, standing_version, standing_changed_at, standing_due_at, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        a.id,
        a.state,
        a.stateChangedAt,
        a.version,
        a.band,
        a.bandCheckAt,
        a.birthDate,
        a.displayName,
        a.locale,
        a.improvementObjection,
        a.standingVersion,
        a.standingChangedAt,
        a.standingDueAt,
        a.createdAt,
        a.updatedAt,
      ],
    );
  }

  /** FOR UPDATE: who holds this is alone with the account until commit. */
  async lock(tx: Tx, accountId: string): Promise<AccountRow | undefined> {
    return row<AccountRow>(tx, `SELECT ${COLUMNS} FROM accounts WHERE id = $1 FOR UPDATE`, [accountId]);
  }

  /** FOR SHARE: others may read along, nobody may change the state before commit. */
  async lockShared(tx: Tx, accountId: string): Promise<AccountRow | undefined> {
    return row<AccountRow>(tx, `SELECT ${COLUMNS} FROM accounts WHERE id = $1 FOR SHARE`, [accountId]);
  }

  async find(reader: EntityManager, accountId: string): Promise<AccountRow | undefined> {
    return row<AccountRow>(reader, `SELECT ${COLUMNS} FROM accounts WHERE id = $1`, [accountId]);
  }

  /** @returns false when the account has moved on since `version` was read */
  async saveStatus(
    tx: Tx,
    account: { id: string; version: number },
    status: AccountStatus,
    now: Date,
  ): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE accounts SET state = $3, state_before_closure = $4, state_before_deregistration = $5,
              state_changed_at = CASE WHEN state = $3 THEN state_changed_at ELSE $6::timestamptz END,
              tombstoned_at = CASE WHEN $3 = 'deregistered' THEN coalesce(tombstoned_at, $6::timestamptz) ELSE tombstoned_at END,
              version = version + 1, updated_at = $6
        WHERE id = $1 AND version = $2 RETURNING 1`,
      [account.id, account.version, status.state, status.stateBeforeClosure, status.stateBeforeDeregistration, now],
    );
    return done.length === 1;
  }

  /** @returns false when the account has moved on since `version` was read */
  async saveProfile(
    tx: Tx,
    account: { id: string; version: number },
    change: ProfileChange,
    now: Date,
  ): Promise<boolean> {
    const { affected } = await tx.update(
      AccountRow,
      { id: account.id, version: account.version },
      { ...change, version: account.version + 1, updatedAt: now },
    );
    return affected === 1;
  }

  /** The point of no return: idempotent, and never taken back. */
  async tombstone(tx: Tx, accountId: string, now: Date): Promise<void> {
    await changed(tx, 'UPDATE accounts SET tombstoned_at = $2 WHERE id = $1 AND tombstoned_at IS NULL RETURNING 1', [
      accountId,
      now,
    ]);
  }

  async saveObjection(tx: Tx, accountId: string, entry: Omit<DataUseObjectionRow, 'accountId'>): Promise<void> {
    await changed(tx, 'UPDATE accounts SET improvement_objection = $2, updated_at = $3 WHERE id = $1 RETURNING 1', [
      accountId,
      entry.objects,
      entry.at,
    ]);
    await tx.insert(DataUseObjectionRow, { ...entry, accountId });
  }

  objections(reader: EntityManager, accountId: string): Promise<DataUseObjectionRow[]> {
    return reader.find(DataUseObjectionRow, { where: { accountId }, order: { at: 'DESC', id: 'DESC' }, take: 200 });
  }

  /** Accounts whose birthday may have come, locked, each by one worker only. */
  async claimBirthdays(tx: Tx, now: Date, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `SELECT id FROM accounts WHERE band_check_at <= $1 ORDER BY band_check_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
    return found.map((r) => r.id);
  }

  async saveBand(tx: Tx, accountId: string, band: string, checkAt: Date | null, now: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE accounts SET band = $2, band_check_at = $3, updated_at = $4,
              version = version + CASE WHEN band = $2 THEN 0 ELSE 1 END WHERE id = $1 RETURNING 1`,
      [accountId, band, checkAt, now],
    );
  }

  async stopBirthdays(tx: Tx, accountId: string): Promise<void> {
    await changed(tx, 'UPDATE accounts SET band_check_at = NULL WHERE id = $1 RETURNING 1', [accountId]);
  }

  async exists(reader: EntityManager, accountId: string): Promise<boolean> {
    return (await row(reader, 'SELECT 1 FROM accounts WHERE id = $1', [accountId])) !== undefined;
  }

  async createdBetween(
    reader: EntityManager,
    span: { from?: Date | undefined; to?: Date | undefined; among?: readonly string[] | undefined },
    limit: number,
  ): Promise<string[]> {
    const found = await rows<{ id: string }>(
      reader,
      `SELECT id FROM accounts WHERE created_at >= coalesce($1, '-infinity'::timestamptz)
          AND created_at < coalesce($2, 'infinity'::timestamptz) AND ($3::uuid[] IS NULL OR id = ANY ($3))
        ORDER BY created_at, id LIMIT $4`,
      [span.from ?? null, span.to ?? null, span.among ?? null, limit],
    );
    return found.map((r) => r.id);
  }
}
