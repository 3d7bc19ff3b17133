import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { FlowState } from './domain/third-party-flow-lifecycle.js';
import type { FlowPurpose } from './third-party.config.js';

registerEncryptedColumn({ table: 'third_party_flows', column: 'sealed_keys' });
registerEncryptedColumn({ table: 'third_party_flows', column: 'sealed_identity' });

export interface FlowRow {
  readonly id: string;
  readonly accountId: string | null;
  /** The session that began it: a link is of this session or of none. */
  readonly sessionId: string | null;
  readonly registrationId: string | null;
  readonly provider: string;
  readonly purpose: FlowPurpose;
  readonly stepUpFor: string | null;
  readonly state: FlowState;
  readonly secretDigest: string;
  readonly bindingDigest: string | null;
  readonly exchangeDigest: string | null;
  readonly sealedKeys: Buffer | null;
  readonly sealedIdentity: Buffer | null;
  readonly returnTo: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
}

export type NewFlow = Omit<FlowRow, 'state' | 'bindingDigest' | 'exchangeDigest' | 'sealedKeys' | 'sealedIdentity'> & {
  readonly forgetAt: Date;
};

/** What a step writes; whatever it leaves out of the two sealed columns is gone. */
export interface FlowStep {
  readonly to: FlowState;
  readonly failure?: string;
  readonly stateDigest?: string;
  readonly bindingDigest?: string;
  readonly exchangeDigest?: string;
  readonly sealedKeys?: Buffer | null;
  readonly sealedIdentity?: Buffer;
  readonly accountId?: string;
}

const COLUMNS = `id, account_id AS "accountId", session_id AS "sessionId", registration_id AS "registrationId", provider,
  purpose, step_up_for AS "stepUpFor", state, secret_digest AS "secretDigest", binding_digest AS "bindingDigest",
  exchange_digest AS "exchangeDigest", sealed_keys AS "sealedKeys", sealed_identity AS "sealedIdentity",
  return_to AS "returnTo", started_at AS "startedAt", expires_at AS "expiresAt"`;

@Injectable()
export class FlowsStore {
  async add(tx: Tx, f: NewFlow): Promise<void> {
    await rows(
      tx,
      `INSERT INTO third_party_flows (id, account_id, session_id, registration_id, provider, purpose, step_up_for, state,
         secret_digest, return_to, started_at, expires_at, forget_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'started', $8, $9, $10, $11, $12)`,
      [
        f.id,
        f.accountId,
        f.sessionId,
        f.registrationId,
        f.provider,
        f.purpose,
        f.stepUpFor,
        f.secretDigest,
        f.returnTo,
        f.startedAt,
        f.expiresAt,
        f.forgetAt,
      ],
    );
  }

  find(reader: Tx, id: string): Promise<FlowRow | undefined> {
    return row<FlowRow>(reader, `SELECT ${COLUMNS} FROM third_party_flows WHERE id = $1`, [id]);
  }

  findByState(reader: Tx, stateDigest: string): Promise<FlowRow | undefined> {
    return row<FlowRow>(reader, `SELECT ${COLUMNS} FROM third_party_flows WHERE state_digest = $1`, [stateDigest]);
  }

  /** @returns false when the flow is not in `from` any more, or its time is over: of two at once one gets through */
  async step(tx: Tx, id: string, from: FlowState, now: Date, step: FlowStep): Promise<boolean> {
    const moved = await changed(
      tx,
      `UPDATE third_party_flows SET state = $4, failure = $5, state_digest = coalesce($6::text, state_digest),
         binding_digest = coalesce($7::text, binding_digest), exchange_digest = $8, sealed_keys = $9,
         sealed_identity = $10, account_id = coalesce($11::uuid, account_id)
       WHERE id = $1 AND state = $2 AND expires_at > $3 RETURNING 1`,
      [
        id,
        from,
        now,
        step.to,
        step.failure ?? null,
        step.stateDigest ?? null,
        step.bindingDigest ?? null,
        step.exchangeDigest ?? null,
        step.sealedKeys ?? null,
        step.sealedIdentity ?? null,
        step.accountId ?? null,
      ],
    );
    return moved.length === 1;
  }

  /** Flows whose time ran out: said so, and what was sealed in them goes. @returns how many */
  async expire(tx: Tx, now: Date, limit: number): Promise<number> {
    const done = await changed(
      tx,
      `UPDATE third_party_flows SET state = 'expired', sealed_keys = NULL, sealed_identity = NULL, exchange_digest = NULL
        WHERE id IN (SELECT id FROM third_party_flows
                      WHERE state IN ('started', 'redirected', 'answered', 'authenticated') AND expires_at <= $1
                      ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [now, limit],
    );
    return done.length;
  }

  async forget(tx: Tx, now: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM third_party_flows WHERE id IN
         (SELECT id FROM third_party_flows WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING 1`,
      [now, limit],
    );
    return gone.length;
  }
}
