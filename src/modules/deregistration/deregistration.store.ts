import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import {
  type AgreementRef,
  type Deregistration,
  EXPIRED_RECEIPT,
  type Ground,
  type ToldConsent,
} from './deregistration.record.js';
import type { DeregistrationState } from './domain/deregistration-lifecycle.js';

export interface NewDeregistration {
  readonly id: string;
  readonly accountId: string;
  readonly state: DeregistrationState;
  readonly requestedBy: Actor;
  readonly ground?: Ground | null;
  readonly reasonSealed: Buffer | null;
  readonly accountStateBefore: string;
  readonly locale: Locale;
  readonly agreement: AgreementRef;
  readonly toldConsents: readonly ToldConsent[];
  readonly requestedAt: Date;
  readonly coolingOffEndsAt: Date;
  readonly dueDay: string;
  readonly dueAt: Date;
  readonly dueProvisional: boolean;
  readonly calendarEdition: string;
  readonly reminderDueAt: Date;
  readonly nextDueAt: Date;
  readonly accessTokenHash: string;
}

/** Columns that a change may set, by their names in the table. */
export interface DeregistrationChange {
  readonly state?: DeregistrationState;
  readonly reminded_at?: Date;
  readonly final_notice_at?: Date;
  readonly next_due_at?: Date | null;
  readonly decided_at?: Date;
  readonly decided_by?: Actor;
  readonly decision_reason_code?: string;
  readonly decision_note_sealed?: Buffer | null;
  readonly automatic?: unknown;
  readonly approved_at?: Date;
  readonly plan?: unknown;
  readonly plan_hash?: string;
  readonly execution_started_at?: Date;
  readonly partial_since?: Date | null;
  readonly partial_reasons?: unknown;
  readonly completed_at?: Date;
  readonly closed_at?: Date;
  readonly receipt?: string;
  readonly reason_sealed?: null;
  readonly due_day?: string;
  readonly due_at?: Date;
  readonly due_provisional?: boolean;
  readonly calendar_edition?: string;
}

export interface ListFilter {
  readonly states?: readonly DeregistrationState[] | undefined;
  readonly overdueAt?: Date | undefined;
  readonly accountId?: string | undefined;
  readonly after?: readonly (string | number | null)[] | undefined;
  readonly limit: number;
}

/** The columns of a `Deregistration`, for every store that reads whole ones. */
export const COLUMNS = `id, account_id AS "accountId", state, version, requested_by AS "requestedBy", ground,
  account_state_before AS "accountStateBefore", locale, agreement, told_consents AS "toldConsents",
  requested_at AS "requestedAt", cooling_off_ends_at AS "coolingOffEndsAt", due_day::text AS "dueDay", due_at AS "dueAt",
  due_provisional AS "dueProvisional", reminder_due_at AS "reminderDueAt", reminded_at AS "remindedAt",
  final_notice_at AS "finalNoticeAt", next_due_at AS "nextDueAt", decided_at AS "decidedAt", decided_by AS "decidedBy",
  decision_reason_code AS "decisionReasonCode", automatic, approved_at AS "approvedAt", plan, plan_hash AS "planHash",
  execution_started_at AS "executionStartedAt", partial_since AS "partialSince", partial_reasons AS "partialReasons",
  completed_at AS "completedAt", closed_at AS "closedAt", receipt, access_token_hash AS "accessTokenHash",
  receipt_token_hash AS "receiptTokenHash"`;

const JSON_COLUMNS = new Set(['decided_by', 'automatic', 'plan', 'partial_reasons']);
registerEncryptedColumn({ table: 'deregistrations', column: 'reason_sealed' });
registerEncryptedColumn({ table: 'deregistrations', column: 'decision_note_sealed' });
registerEncryptedColumn({ table: 'deregistration_snapshots', column: 'sealed', idColumn: 'deregistration_id' });

/** The unique index that allows one open request an account. */
export const ONE_OPEN = 'deregistrations_one_open';

@Injectable()
export class DeregistrationStore {
  async insert(tx: Tx, d: NewDeregistration): Promise<void> {
    await rows(
      tx,
      `INSERT INTO deregistrations (id, account_id, state, version, requested_by, reason_sealed, account_state_before,
         locale, agreement, told_consents, requested_at, cooling_off_ends_at, due_day, due_at, due_provisional,
         calendar_edition, reminder_due_at, next_due_at, access_token_hash, ground)
       VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        d.id,
        d.accountId,
        d.state,
        JSON.stringify(d.requestedBy),
        d.reasonSealed,
        d.accountStateBefore,
        d.locale,
        JSON.stringify(d.agreement),
        JSON.stringify(d.toldConsents),
        d.requestedAt,
        d.coolingOffEndsAt,
        d.dueDay,
        d.dueAt,
        d.dueProvisional,
        d.calendarEdition,
        d.reminderDueAt,
        d.nextDueAt,
        d.accessTokenHash,
        d.ground ?? null,
      ],
    );
  }

  find(tx: Tx, id: string): Promise<Deregistration | undefined> {
    return row<Deregistration>(tx, `SELECT ${COLUMNS} FROM deregistrations WHERE id = $1`, [id]);
  }

  /** Locks the row until the end of the transaction; the account's row is locked before it (lock order). */
  findLocked(tx: Tx, id: string): Promise<Deregistration | undefined> {
    return row<Deregistration>(tx, `SELECT ${COLUMNS} FROM deregistrations WHERE id = $1 FOR UPDATE`, [id]);
  }

  /** Receipts that were issued about the account and are still kept. */
  async receiptsOf(tx: Tx, accountId: string): Promise<string[]> {
    const found = await rows<{ receipt: string }>(
      tx,
      `SELECT receipt FROM deregistrations WHERE account_id = $1 AND state = 'completed' AND receipt <> $2 ORDER BY id`,
      [accountId, EXPIRED_RECEIPT],
    );
    return found.map((r) => r.receipt);
  }

  /** The newest request of an account, open or not. */
  latestOf(tx: Tx, accountId: string): Promise<Deregistration | undefined> {
    return row<Deregistration>(
      tx,
      `SELECT ${COLUMNS} FROM deregistrations WHERE account_id = $1 ORDER BY requested_at DESC, id DESC LIMIT 1`,
      [accountId],
    );
  }

  /**
   * The compare-and-set of every state change.
   * @returns false when version or state is not what the caller saw: somebody else was first, and nothing was changed
   */
  async change(
    tx: Tx,
    seen: Pick<Deregistration, 'id' | 'state' | 'version'>,
    set: DeregistrationChange,
  ): Promise<boolean> {
    const columns = Object.entries(set);
    const assignments = columns.map(([column], i) => `${column} = $${i + 4}`);
    const values = columns.map(([column, value]) =>
      JSON_COLUMNS.has(column) && value !== null ? JSON.stringify(value) : (value as unknown),
    );
    const found = await changed(
      tx,
      `UPDATE deregistrations SET ${['version = version + 1', ...assignments].join(', ')}
        WHERE id = $1 AND state = $2 AND version = $3 RETURNING 1`,
      [seen.id, seen.state, seen.version, ...values],
    );
    return found.length === 1;
  }

  /** Moves only the due time: bookkeeping that nobody's screen depends on, so the version stays. */
  async setNextDue(tx: Tx, id: string, at: Date | null): Promise<void> {
    await changed(tx, 'UPDATE deregistrations SET next_due_at = $2 WHERE id = $1 RETURNING 1', [id, at]);
  }

  list(tx: Tx, filter: ListFilter): Promise<Deregistration[]> {
    const values: unknown[] = [filter.limit];
    const where: string[] = [];
    if (filter.states !== undefined) where.push(`state = ANY($${values.push(filter.states)})`);
    if (filter.overdueAt !== undefined) where.push(`due_at < $${values.push(filter.overdueAt)} AND closed_at IS NULL`);
    if (filter.accountId !== undefined) where.push(`account_id = $${values.push(filter.accountId)}`);
    if (filter.after !== undefined) {
      where.push(
        `(due_at, id) > ($${values.push(filter.after[0])}::timestamptz, $${values.push(filter.after[1])}::uuid)`,
      );
    }
    return rows<Deregistration>(
      tx,
      `SELECT ${COLUMNS} FROM deregistrations ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
        ORDER BY due_at, id LIMIT $1`,
      values,
    );
  }

  /** A new link takes the place of one whose message failed; the version is nobody's business here. */
  async setReceiptToken(tx: Tx, id: string, hash: string): Promise<void> {
    await changed(tx, 'UPDATE deregistrations SET receipt_token_hash = $2 WHERE id = $1 RETURNING 1', [id, hash]);
  }

  /** What the person wrote, still sealed; null once it is gone. */
  async sealedTexts(tx: Tx, id: string): Promise<{ reason: Buffer | null; note: Buffer | null }> {
    const found = await row<{ reason: Buffer | null; note: Buffer | null }>(
      tx,
      'SELECT reason_sealed AS reason, decision_note_sealed AS note FROM deregistrations WHERE id = $1',
      [id],
    );
    return found ?? { reason: null, note: null };
  }
}
