import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { RegistrationState } from './domain/registration-lifecycle.js';
import type { Outcome } from './domain/policy.js';
import { decisionValues, type StoredDecision } from './rules.store.js';

export interface RegistrationRow {
  readonly id: string;
  readonly accountId: string | null;
  readonly version: number;
  readonly method: string;
  readonly state: RegistrationState;
  /** The strictest outcome of the rules so far; `refuse` never gets a row. */
  readonly verdict: Outcome;
  readonly phoneIndex: string | null;
  readonly deviceIndex: string | null;
  /** What the person filled in; gone once the attempt has ended. */
  readonly sealedPerson: Buffer | null;
  readonly channel: string;
  readonly locale: string;
  readonly challenge: string | null;
  readonly challengePassedAt: Date | null;
  readonly refusal: string | null;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  readonly verifiedAt: Date | null;
  readonly endedAt: Date | null;
}

export type NewRegistration = Omit<
  RegistrationRow,
  'accountId' | 'version' | 'state' | 'challengePassedAt' | 'refusal' | 'verifiedAt' | 'endedAt'
>;

/** What changes with a move. */
export interface Move {
  readonly id: string;
  readonly version: number;
  readonly to: RegistrationState;
  readonly now: Date;
  /** When the attempt began: no decision about it is older. */
  readonly startedAt: Date;
  readonly accountId?: string;
  readonly refusal?: string;
  readonly challengePassed?: boolean;
  readonly verified?: boolean;
  readonly verdict?: Outcome;
  /** Set when the attempt is over: the sealed column goes at once, or at this time. */
  readonly ended?: boolean;
  readonly keepPerson: boolean;
  readonly forgetAt?: Date;
}

const COLUMNS = `id, account_id AS "accountId", version, method, state, verdict, phone_index AS "phoneIndex",
  device_index AS "deviceIndex", sealed_person AS "sealedPerson", channel, locale, challenge,
  challenge_passed_at AS "challengePassedAt", refusal, started_at AS "startedAt", expires_at AS "expiresAt",
  verified_at AS "verifiedAt", ended_at AS "endedAt"`;

const DECISION = `INSERT INTO registration_decisions
  (id, at, registration_id, stage, outcome, fired, facts, keys, elapsed_ms, policy_version, policy_digest, account_id)`;

@Injectable()
export class RegistrationStore {
  /** The attempt and the decision that let it begin, in one round trip. */
  async add(tx: Tx, r: NewRegistration, decision: StoredDecision): Promise<void> {
    await post(
      tx,
      `WITH decided AS (${DECISION}
         VALUES ($12, $13, $14, $15, $16, $17::jsonb, $18::jsonb, $19::jsonb, $20, $21, $22, NULL))
       INSERT INTO registrations (id, version, method, state, verdict, phone_index, device_index, sealed_person,
         channel, locale, challenge, started_at, expires_at)
       VALUES ($1, 1, $2, 'started', $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        r.id,
        r.method,
        r.verdict,
        r.phoneIndex,
        r.deviceIndex,
        r.sealedPerson,
        r.channel,
        r.locale,
        r.challenge,
        r.startedAt,
        r.expiresAt,
        ...decisionValues(decision),
      ],
    );
  }

  find(tx: Tx, id: string): Promise<RegistrationRow | undefined> {
    return row<RegistrationRow>(tx, `SELECT ${COLUMNS} FROM registrations WHERE id = $1`, [id]);
  }

  findForUpdate(tx: Tx, id: string): Promise<RegistrationRow | undefined> {
    return row<RegistrationRow>(tx, `SELECT ${COLUMNS} FROM registrations WHERE id = $1 FOR UPDATE`, [id]);
  }

  /** Locks the row for `move`. @returns false when somebody else has moved it since `version` was read */
  async lock(tx: Tx, { id, version }: Pick<RegistrationRow, 'id' | 'version'>): Promise<boolean> {
    const found = await row(tx, 'SELECT 1 FROM registrations WHERE id = $1 AND version = $2 FOR UPDATE', [id, version]);
    return found !== undefined;
  }

  findByAccountForUpdate(tx: Tx, accountId: string): Promise<RegistrationRow | undefined> {
    return row<RegistrationRow>(tx, `SELECT ${COLUMNS} FROM registrations WHERE account_id = $1 FOR UPDATE`, [
      accountId,
    ]);
  }

  /** For who has locked the row, and so knows that it is still the one that was read. */
  async move(tx: Tx, m: Move, decision?: StoredDecision): Promise<void> {
    await post(
      tx,
      `${withDecision(decision)}UPDATE registrations SET state = $3, version = version + 1,
         account_id = coalesce($4::uuid, account_id), refusal = coalesce($5::text, refusal),
         challenge_passed_at = CASE WHEN $6::boolean THEN $7::timestamptz ELSE challenge_passed_at END,
         verified_at = CASE WHEN $8::boolean THEN $7 ELSE verified_at END,
         verdict = coalesce($9::text, verdict),
         ended_at = CASE WHEN $10::boolean THEN $7 ELSE ended_at END,
         sealed_person = CASE WHEN $11::boolean THEN sealed_person END,
         forget_at = coalesce($12::timestamptz, forget_at)
       WHERE id = $1 AND version = $2`,
      [
        m.id,
        m.version,
        m.to,
        m.accountId ?? null,
        m.refusal ?? null,
        m.challengePassed ?? false,
        m.now,
        m.verified ?? false,
        m.verdict ?? null,
        m.ended ?? false,
        m.keepPerson,
        m.forgetAt ?? null,
        m.startedAt,
        ...(decision === undefined ? [] : decisionValues(decision)),
      ],
    );
  }

  /** What was filled in, with what has been proven since. */
  async reseal(tx: Tx, id: string, sealedPerson: Buffer): Promise<void> {
    await changed(tx, 'UPDATE registrations SET sealed_person = $2 WHERE id = $1 RETURNING 1', [id, sealedPerson]);
  }

  /** Asked for a challenge after all: the way of a third-party account, which is known only when it comes back. */
  async askChallenge(tx: Tx, id: string, kind: string): Promise<void> {
    await changed(
      tx,
      `UPDATE registrations SET challenge = $2, version = version + 1
        WHERE id = $1 AND state = 'started' AND challenge_passed_at IS NULL RETURNING 1`,
      [id, kind],
    );
  }

  /** Passed its challenge, still `started`: the way of a third-party account, which asks for no code. */
  async passChallenge(tx: Tx, id: string, now: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE registrations SET challenge_passed_at = $2, version = version + 1
        WHERE id = $1 AND state = 'started' AND challenge_passed_at IS NULL RETURNING 1`,
      [id, now],
    );
  }

  /** Attempts whose time ran out; locked, so that two sweeps never take the same. */
  expired(tx: Tx, now: Date, limit: number): Promise<RegistrationRow[]> {
    return rows<RegistrationRow>(
      tx,
      `SELECT ${COLUMNS} FROM registrations WHERE state IN ('started', 'code_sent') AND expires_at <= $1
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [now, limit],
    );
  }

  /** Marks a batch of due attempts expired in one statement. */
  async expire(tx: Tx, ids: readonly string[], now: Date, forgetAt: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE registrations SET state = 'expired', version = version + 1, ended_at = $2, sealed_person = NULL, forget_at = $3
        WHERE id = ANY($1::uuid[]) RETURNING 1`,
      [ids, now, forgetAt],
    );
  }

  /** Drops attempts that ended without an account and whose time of keeping is over. */
  async forget(tx: Tx, now: Date, limit: number): Promise<number> {
    const gone = await changed(
      tx,
      `DELETE FROM registrations WHERE id IN
         (SELECT id FROM registrations WHERE forget_at <= $1 ORDER BY forget_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING 1`,
      [now, limit],
    );
    return gone.length;
  }

  /** Follows an account that goes (2.5). */
  async forgetAccount(tx: Tx, accountId: string): Promise<number> {
    const gone = await changed(tx, 'DELETE FROM registrations WHERE account_id = $1 RETURNING 1', [accountId]);
    const judged = await changed(tx, 'DELETE FROM registration_decisions WHERE account_id = $1 RETURNING 1', [
      accountId,
    ]);
    return gone.length + judged.length;
  }
}

/**
 * What is written beside a move, in the same round trip: the decision that led to it, and, where an account was opened,
 * whose decisions these are, so that they go with it (2.5). No decision about an attempt is older than the attempt.
 */
function withDecision(decision: StoredDecision | undefined): string {
  const since = `linked AS (UPDATE registration_decisions SET account_id = $4::uuid
    WHERE registration_id = $1 AND at >= $13::timestamptz AND $4::uuid IS NOT NULL)`;
  if (decision === undefined) return `WITH ${since} `;
  return `WITH ${since}, decided AS (${DECISION}
    SELECT $14::uuid, $15::timestamptz, $16::uuid, $17::text, $18::text, $19::jsonb, $20::jsonb, $21::jsonb, $22::bigint,
           $23::text, $24::text, $4::uuid) `;
}
