import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Unit } from './deregistration.record.js';
import type { Disposition } from './domain/acknowledgement.js';
import type { Phase, UnitKey } from './domain/unit.js';

const COLUMNS = `deregistration_id AS "deregistrationId", account_id AS "accountId", phase, unit, ordinal, state, attempts,
  fence::text, lease_until AS "leaseUntil", next_attempt_at AS "nextAttemptAt", told_at AS "toldAt", result,
  last_error AS "lastError", done_at AS "doneAt"`;

type Counts = Readonly<Record<string, number>>;

export interface NewAcknowledgement {
  readonly id: string;
  readonly deregistrationId: string;
  readonly accountId: string;
  readonly participant: string;
  readonly phase: string;
  readonly disposition: Disposition;
  readonly late: boolean;
  readonly counts: Counts;
  readonly reasonCode: string | null;
  readonly serviceId: string;
  readonly receivedAt: Date;
}

export interface AcceptedAcknowledgement {
  readonly participant: string;
  readonly phase: Phase;
  readonly counts: Counts;
  readonly receivedAt: Date;
}

/** Units of work: PostgreSQL alone knows what is left (R19). */
@Injectable()
export class UnitStore {
  async plan(tx: Tx, of: { id: string; accountId: string }, units: readonly UnitKey[], now: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO deregistration_units
         (deregistration_id, account_id, phase, unit, ordinal, state, attempts, fence, next_attempt_at)
       SELECT $1, $2, u.phase, u.unit, u.ordinal, 'planned', 0, 0, $5
         FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS u (phase, unit, ordinal)`,
      [of.id, of.accountId, units.map((u) => u.phase), units.map((u) => u.unit), now],
    );
  }

  of(tx: Tx, deregistrationId: string): Promise<Unit[]> {
    return rows<Unit>(tx, `SELECT ${COLUMNS} FROM deregistration_units WHERE deregistration_id = $1 ORDER BY ordinal`, [
      deregistrationId,
    ]);
  }

  /** One unit, locked: its worker, its acknowledgement and its deadline meet here. */
  locked(tx: Tx, deregistrationId: string, key: UnitKey): Promise<Unit | undefined> {
    return row<Unit>(
      tx,
      `SELECT ${COLUMNS} FROM deregistration_units
        WHERE deregistration_id = $1 AND phase = $2 AND unit = $3 FOR UPDATE`,
      [deregistrationId, key.phase, key.unit],
    );
  }

  /**
   * Takes the workable units of a phase, each under a new fencing number, in order of work. A unit in somebody's transaction
   * is skipped.
   */
  async claim(
    tx: Tx,
    deregistrationId: string,
    phase: Phase,
    by: { owner: string; now: Date; leaseUntil: Date; limit: number },
  ): Promise<Unit[]> {
    const claimed = await changed<Unit>(
      tx,
      `UPDATE deregistration_units SET state = 'running', attempts = attempts + 1, fence = fence + 1,
              lease_owner = $3, lease_until = $5
        WHERE (deregistration_id, phase, unit) IN (
          SELECT deregistration_id, phase, unit FROM deregistration_units
           WHERE deregistration_id = $1 AND phase = $2
             AND ((state IN ('planned', 'failed') AND next_attempt_at <= $4)
               OR (state = 'running' AND lease_until <= $4 AND told_at IS NULL))
           ORDER BY next_attempt_at, ordinal LIMIT $6 FOR UPDATE SKIP LOCKED)
        RETURNING ${COLUMNS}`,
      [deregistrationId, phase, by.owner, by.now, by.leaseUntil, by.limit],
    );
    return claimed.sort((a, b) => a.ordinal - b.ordinal);
  }

  /** @returns false when one of the worker's numbers is no longer the newest: it woke up too late and may not commit */
  async stillMine(tx: Tx, units: readonly Unit[]): Promise<boolean> {
    const found = await rows(
      tx,
      `SELECT 1 FROM deregistration_units WHERE deregistration_id = $1 AND state = 'running'
          AND (phase, unit, fence) IN (SELECT * FROM unnest($2::text[], $3::text[], $4::bigint[]))
        ORDER BY ordinal FOR UPDATE`,
      [units[0]?.deregistrationId, units.map((u) => u.phase), units.map((u) => u.unit), units.map((u) => u.fence)],
    );
    return found.length === units.length;
  }

  /** The done-marker: last write of the transaction that did the work (R16). */
  finish(tx: Tx, unit: Unit, result: unknown, now: Date): Promise<void> {
    return this.set(
      tx,
      unit,
      `state = 'done', done_at = $4, result = $5, lease_owner = NULL, lease_until = NULL, last_error = NULL`,
      [now, JSON.stringify(result)],
    );
  }

  /** The participant was asked; its answer is awaited until the deadline. Waiting is not being stuck (R19). */
  markTold(tx: Tx, unit: Unit, now: Date, deadline: Date): Promise<void> {
    return this.set(tx, unit, 'told_at = $4, lease_owner = NULL, lease_until = $5', [now, deadline]);
  }

  /** @param result what is known about the failure; absent: what there was of a result stays */
  fail(tx: Tx, unit: Unit, error: string, nextAttemptAt: Date, result?: object): Promise<void> {
    return this.set(
      tx,
      unit,
      `state = 'failed', last_error = $4, next_attempt_at = $5, result = coalesce($6::jsonb, result), told_at = NULL,
       lease_owner = NULL, lease_until = NULL`,
      [error, nextAttemptAt, result === undefined ? null : JSON.stringify(result)],
    );
  }

  /** Stopped by a legal hold; does not count as an attempt. */
  defer(tx: Tx, unit: Unit): Promise<void> {
    return this.set(
      tx,
      unit,
      `state = 'deferred', attempts = attempts - 1, lease_owner = NULL, lease_until = NULL`,
      [],
    );
  }

  /** More batches to do: gives the unit back, done nothing wrong. */
  giveBack(tx: Tx, unit: Unit, progress: unknown, now: Date): Promise<void> {
    return this.set(
      tx,
      unit,
      `state = 'planned', attempts = 0, result = $4, next_attempt_at = $5, lease_owner = NULL, lease_until = NULL`,
      [JSON.stringify(progress), now],
    );
  }

  /** Makes failed units due at once: a person asked for it. */
  async retryNow(tx: Tx, deregistrationId: string, now: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE deregistration_units SET next_attempt_at = $2, attempts = 0
        WHERE deregistration_id = $1 AND state = 'failed' RETURNING 1`,
      [deregistrationId, now],
    );
  }

  /** The hold on a class is gone: its deferred unit is work again. @returns the requests concerned */
  async undefer(tx: Tx, accountId: string, units: readonly string[], now: Date): Promise<string[]> {
    const found = await changed<{ id: string }>(
      tx,
      `UPDATE deregistration_units SET state = 'planned', next_attempt_at = $3
        WHERE account_id = $1 AND state = 'deferred' AND phase = 'erase_inside' AND unit = ANY($2)
        RETURNING deregistration_id AS id`,
      [accountId, units, now],
    );
    return [...new Set(found.map((f) => f.id))];
  }

  /** The same for participants, of one account or, after a hold on a class, of all. */
  async undeferParticipants(tx: Tx, accountId: string | undefined, now: Date): Promise<string[]> {
    const found = await changed<{ id: string }>(
      tx,
      `UPDATE deregistration_units SET state = 'planned', next_attempt_at = $2
        WHERE state = 'deferred' AND phase = 'erase_outside' AND ($1::uuid IS NULL OR account_id = $1)
        RETURNING deregistration_id AS id`,
      [accountId ?? null, now],
    );
    return [...new Set(found.map((f) => f.id))];
  }

  async acknowledge(tx: Tx, a: NewAcknowledgement): Promise<void> {
    await rows(
      tx,
      `INSERT INTO deregistration_acknowledgements (id, deregistration_id, account_id, participant, phase, disposition,
         late, counts, reason_code, service_id, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        a.id,
        a.deregistrationId,
        a.accountId,
        a.participant,
        a.phase,
        a.disposition,
        a.late,
        JSON.stringify(a.counts),
        a.reasonCode,
        a.serviceId,
        a.receivedAt,
      ],
    );
  }

  accepted(tx: Tx, deregistrationId: string): Promise<AcceptedAcknowledgement[]> {
    return rows<AcceptedAcknowledgement>(
      tx,
      `SELECT participant, phase, counts, received_at AS "receivedAt" FROM deregistration_acknowledgements
        WHERE deregistration_id = $1 AND disposition = 'accepted' ORDER BY received_at`,
      [deregistrationId],
    );
  }

  /** Done stays done, whatever else was under way at that moment. */
  private async set(tx: Tx, unit: Unit, assignments: string, values: readonly unknown[]): Promise<void> {
    await changed(
      tx,
      `UPDATE deregistration_units SET ${assignments} WHERE deregistration_id = $1 AND phase = $2 AND unit = $3 AND state <> 'done' RETURNING 1`,
      [unit.deregistrationId, unit.phase, unit.unit, ...values],
    );
  }
}
