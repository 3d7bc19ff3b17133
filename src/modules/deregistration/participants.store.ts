import { Injectable } from '@nestjs/common';
import { rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { PARTICIPANT_PHASES, type ParticipantPhase } from './domain/unit.js';

export interface OpenUnitRow {
  readonly deregistrationId: string;
  readonly accountId: string;
  readonly participant: string;
  readonly phase: ParticipantPhase;
  readonly state: string;
  readonly attempts: number;
  readonly since: Date;
  readonly toldAt: Date | null;
  readonly nextAt: Date | null;
  readonly lastError: string | null;
  readonly refusedBecause: string | null;
}

export interface OwingRow {
  readonly participant: string;
  readonly waiting: number;
  readonly failed: number;
  readonly oldestAt: Date | null;
}

export interface AnsweringRow {
  readonly participant: string;
  readonly acknowledged: number;
  readonly refusals: number;
  readonly lastHeardAt: Date | null;
}

/** The text of the partial index `deregistration_units_outside`, so that it is used. */
const OUTSIDE = `u.state <> 'done' AND u.phase IN (${PARTICIPANT_PHASES.map((p) => `'${p}'`).join(', ')})`;
/** A participant owes an answer once it was asked, or is about to be asked again; before its turn it owes nothing. */
const ASKED = `(u.told_at IS NOT NULL OR u.attempts > 0 OR u.state IN ('failed', 'deferred'))`;
/** Only where the execution has begun. */
const BEGUN = `JOIN deregistrations d ON d.id = u.deregistration_id AND d.execution_started_at IS NOT NULL`;

/** What other systems owe, over all deregistrations under way (DER-3). */
@Injectable()
export class ParticipantsStore {
  /** The longest waiting first. */
  open(
    tx: Tx,
    participant: string | undefined,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<OpenUnitRow[]> {
    const values: unknown[] = [limit + 1];
    const mine = participant === undefined ? '' : `AND u.unit = $${values.push(participant)}`;
    const keyset = after
      ? `AND (d.execution_started_at, u.deregistration_id, u.phase, u.unit) >
           ($${values.push(after[0])}::timestamptz, $${values.push(after[1])}::uuid, $${values.push(after[2])}, $${values.push(after[3])})`
      : '';
    return rows(
      tx,
      `SELECT u.deregistration_id AS "deregistrationId", u.account_id AS "accountId", u.unit AS participant, u.phase, u.state,
              u.attempts, d.execution_started_at AS since, u.told_at AS "toldAt",
              CASE WHEN u.told_at IS NULL THEN u.next_attempt_at ELSE u.lease_until END AS "nextAt", u.last_error AS "lastError",
              (SELECT a.reason_code FROM deregistration_acknowledgements a
                WHERE a.deregistration_id = u.deregistration_id AND a.participant = u.unit AND a.phase = u.phase
                  AND a.disposition = 'refusal' ORDER BY a.received_at DESC LIMIT 1) AS "refusedBecause"
         FROM deregistration_units u ${BEGUN}
        WHERE ${OUTSIDE} AND ${ASKED} ${mine} ${keyset}
        ORDER BY d.execution_started_at, u.deregistration_id, u.phase, u.unit LIMIT $1`,
      values,
    );
  }

  owing(tx: Tx): Promise<OwingRow[]> {
    return rows(
      tx,
      `SELECT u.unit AS participant, count(*) FILTER (WHERE u.state IN ('planned', 'running'))::int AS waiting,
              count(*) FILTER (WHERE u.state = 'failed')::int AS failed, min(d.execution_started_at) AS "oldestAt"
         FROM deregistration_units u ${BEGUN} WHERE ${OUTSIDE} AND ${ASKED} GROUP BY u.unit`,
    );
  }

  /**
   * Seconds since the execution began of which an answer is still owed, by participant. Not since it was last asked: that
   * begins anew with every deadline, and would never grow old.
   */
  unanswered(tx: Tx, now: Date): Promise<{ participant: string; seconds: number }[]> {
    return rows(
      tx,
      `SELECT u.unit AS participant, extract(epoch FROM $1::timestamptz - min(d.execution_started_at))::float8 AS seconds
         FROM deregistration_units u ${BEGUN} WHERE ${OUTSIDE} AND ${ASKED} AND u.state <> 'deferred' GROUP BY u.unit`,
      [now],
    );
  }

  answering(tx: Tx, since: Date): Promise<AnsweringRow[]> {
    return rows(
      tx,
      `SELECT participant, count(*) FILTER (WHERE disposition = 'accepted')::int AS acknowledged,
              count(*) FILTER (WHERE disposition = 'refusal')::int AS refusals, max(received_at) AS "lastHeardAt"
         FROM deregistration_acknowledgements WHERE received_at >= $1 GROUP BY participant`,
      [since],
    );
  }
}
