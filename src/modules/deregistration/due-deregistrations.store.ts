import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Deregistration } from './deregistration.record.js';
import { COLUMNS } from './deregistration.store.js';

/** How long the oldest request of each kind stands there, in seconds; 0 where there is none. */
export interface Ages {
  readonly overdue: number;
  readonly partial: number;
  readonly stuck: number;
}

/** Deregistrations by what is due: taken by the sweep, dated anew with the calendar, watched by operators. */
@Injectable()
export class DueDeregistrationsStore {
  /**
   * Requests with something due, longest due first, each put to the back of the queue until `leaseUntil`: one that keeps
   * failing takes its turn like the others and never holds them up (R30).
   */
  takeDue(tx: Tx, now: Date, leaseUntil: Date, limit: number): Promise<{ id: string; claims: number }[]> {
    return changed<{ id: string; claims: number }>(
      tx,
      `UPDATE deregistrations SET next_due_at = $2, claimed_until = $2, claims = claims + 1 WHERE id IN (
         SELECT id FROM deregistrations WHERE next_due_at <= $1 ORDER BY next_due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id, claims`,
      [now, leaseUntil, limit],
    );
  }

  async isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    const due = 'SELECT 1 FROM deregistrations WHERE next_due_at <= $1';
    const claimed = 'SELECT 1 FROM deregistrations WHERE claimed_until > $1';
    return (await row(tx, `${claimedToo ? `${due} UNION ALL ${claimed}` : due} LIMIT 1`, [now])) !== undefined;
  }

  /** The job is over, whatever it came to; when to look again stands in the due column. */
  async letGo(tx: Tx, id: string): Promise<void> {
    await changed(tx, 'UPDATE deregistrations SET claimed_until = NULL WHERE id = $1 RETURNING 1', [id]);
  }

  /** Open requests whose due date was computed from an older calendar than `edition` and leaves its years. */
  provisional(tx: Tx, edition: string, limit: number): Promise<Deregistration[]> {
    return rows<Deregistration>(
      tx,
      `SELECT ${COLUMNS} FROM deregistrations WHERE due_provisional AND calendar_edition <> $1 AND closed_at IS NULL
        ORDER BY calendar_edition, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [edition, limit],
    );
  }

  /** Ages, 0 where there is none: of what is past due, stopped, or does not move though it waits for nobody. */
  async oldest(tx: Tx, now: Date): Promise<Ages> {
    const found = await row<Ages>(
      tx,
      `SELECT
         coalesce((SELECT extract(epoch FROM $1::timestamptz - min(due_at)) FROM deregistrations
           WHERE state = ANY ($2) AND due_at < $1), 0)::float8 AS overdue,
         coalesce((SELECT extract(epoch FROM $1::timestamptz - min(partial_since)) FROM deregistrations
           WHERE state = 'partially_executed'), 0)::float8 AS partial,
         coalesce((SELECT extract(epoch FROM $1::timestamptz - min(since)) FROM (
           SELECT greatest(d.execution_started_at, max(u.done_at)) AS since
             FROM deregistrations d JOIN deregistration_units u ON u.deregistration_id = d.id
            WHERE d.state = 'executing' GROUP BY d.id
           -- Who waits for an answer is not stuck (R19): that is told by participant.
           HAVING NOT bool_or(u.state = 'running' AND u.told_at IS NOT NULL)) AS standing), 0)::float8 AS stuck`,
      [now, ['cooling_off', 'in_review', 'approved', 'executing', 'partially_executed']],
    );
    return found ?? { overdue: 0, partial: 0, stuck: 0 };
  }
}
