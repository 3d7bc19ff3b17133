import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { ClaimState } from '../domain/claim-lifecycle.js';

export interface ClaimRecord {
  readonly id: string;
  readonly accountId: string;
  readonly caseId: string;
  readonly kind: string;
  /** In the currency's smallest unit; as text, because PostgreSQL's bigint is wider than a number. */
  readonly amountMinor: string;
  readonly paidMinor: string;
  readonly currency: string;
  readonly state: ClaimState;
  readonly version: number;
  readonly reference: string | null;
  readonly recordedBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PaymentRecord {
  readonly id: string;
  readonly amountMinor: string;
  readonly reference: string;
  readonly recordedBy: string;
  readonly at: Date;
}

const COLUMNS = `id, account_id AS "accountId", case_id AS "caseId", kind, amount_minor AS "amountMinor", paid_minor AS "paidMinor",
  currency, state, version, reference, recorded_by AS "recordedBy", created_at AS "createdAt", updated_at AS "updatedAt"`;

@Injectable()
export class ClaimsStore {
  async insert(tx: Tx, c: ClaimRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO loss_claims (id, account_id, case_id, kind, amount_minor, paid_minor, currency, state, version, reference,
              recorded_by, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, 0, $6, 'recorded', 1, $7, $8, $9, $9)`,
      [c.id, c.accountId, c.caseId, c.kind, c.amountMinor, c.currency, c.reference, c.recordedBy, c.createdAt],
    );
  }

  lock(tx: Tx, id: string): Promise<ClaimRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM loss_claims WHERE id = $1 FOR UPDATE`, [id]);
  }

  find(tx: Tx, id: string): Promise<ClaimRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM loss_claims WHERE id = $1`, [id]);
  }

  /** @returns false when a payment with this reference stands already */
  async addPayment(
    tx: Tx,
    claim: ClaimRecord,
    p: { id: string; amountMinor: string; reference: string; by: string; at: Date },
  ): Promise<boolean> {
    const added = await changed(
      tx,
      `INSERT INTO claim_payments (id, claim_id, account_id, amount_minor, reference, recorded_by, at, case_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT case_id FROM loss_claims WHERE id = $2)) ON CONFLICT ON CONSTRAINT claim_payments_once DO NOTHING RETURNING id`,
      [p.id, claim.id, claim.accountId, p.amountMinor, p.reference, p.by, p.at],
    );
    return added.length === 1;
  }

  async save(tx: Tx, c: ClaimRecord): Promise<void> {
    await changed(
      tx,
      `UPDATE loss_claims SET state = $2, paid_minor = $3, updated_at = $4, version = version + 1 WHERE id = $1 RETURNING id`,
      [c.id, c.state, c.paidMinor, c.updatedAt],
    );
  }

  /** Newest first. */
  list(
    tx: Tx,
    filter: { state?: string | undefined; accountId?: string | undefined },
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<ClaimRecord[]> {
    const values: unknown[] = [];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['true'];
    if (filter.state !== undefined) conditions.push(`state = ${bind(filter.state)}`);
    if (filter.accountId !== undefined) conditions.push(`account_id = ${bind(filter.accountId)}`);
    if (after) conditions.push(`(created_at, id) < (${bind(after[0])}::timestamptz, ${bind(after[1])}::uuid)`);
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM loss_claims WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ${bind(limit + 1)}`,
      values,
    );
  }

  paymentsOf(tx: Tx, claimId: string): Promise<PaymentRecord[]> {
    return rows(
      tx,
      `SELECT id, amount_minor AS "amountMinor", reference, recorded_by AS "recordedBy", at FROM claim_payments
        WHERE claim_id = $1 ORDER BY at, id LIMIT 500`,
      [claimId],
    );
  }

  ofCase(tx: Tx, caseId: string): Promise<ClaimRecord[]> {
    return rows(tx, `SELECT ${COLUMNS} FROM loss_claims WHERE case_id = $1 ORDER BY created_at, id LIMIT 200`, [
      caseId,
    ]);
  }

  /** What an account owes, by currency; waived claims aside. */
  totals(tx: Tx, accountId: string): Promise<{ currency: string; claimedMinor: string; paidMinor: string }[]> {
    return rows(
      tx,
      `SELECT currency, sum(amount_minor)::text AS "claimedMinor", sum(paid_minor)::text AS "paidMinor" FROM loss_claims
        WHERE account_id = $1 AND state <> 'waived' GROUP BY currency ORDER BY currency`,
      [accountId],
    );
  }
}
