import { Injectable } from '@nestjs/common';
import { changed, post, row, rows } from '../database/sql.js';
import type { Tx } from '../database/transactor.js';
import type { OutboxEvent } from './outbox-event.js';

export interface ClaimedDelivery {
  readonly id: string;
  readonly consumer: string;
  readonly claims: number;
}

export interface TakenDelivery {
  readonly id: string;
  readonly consumer: string;
  readonly attempts: number;
  readonly event: OutboxEvent;
}

export interface ParkedDelivery {
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly accountId: string | null;
  readonly attempts: number;
  readonly parkedAt: Date;
  readonly lastError: string | null;
}

interface TakenRow {
  readonly id: string;
  readonly consumer: string;
  readonly attempts: number;
  readonly event_id: string;
  readonly at: Date;
  readonly type: string;
  readonly account_id: string | null;
  readonly subject_id: string;
  readonly data: Record<string, unknown>;
  readonly position: string;
}

const DUE = `state = 'pending' AND due_at <= $2`;

/** The consumers' inboxes: one row per event and consumer. */
@Injectable()
export class InboxStore {
  /**
   * Claims the next event of each account for each consumer, never one behind another that is still to be handled.
   * Consumers that this process does not know (a newer release runs beside it) are left alone.
   */
  claim(tx: Tx, consumers: readonly string[], now: Date, until: Date, limit: number): Promise<ClaimedDelivery[]> {
    return changed<ClaimedDelivery>(
      tx,
      `UPDATE event_deliveries AS d SET claims = d.claims + 1, claimed_until = $3
         FROM (SELECT id, event_at FROM event_deliveries AS next
                WHERE consumer = ANY($1) AND ${DUE} AND (claimed_until IS NULL OR claimed_until <= $2)
                  AND NOT EXISTS (SELECT 1 FROM event_deliveries AS earlier
                                   WHERE earlier.consumer = next.consumer AND earlier.account_id = next.account_id
                                     AND earlier.state = 'pending' AND earlier.position < next.position)
                ORDER BY due_at, position LIMIT $4 FOR UPDATE SKIP LOCKED) AS due
        WHERE d.id = due.id AND d.event_at = due.event_at
       RETURNING d.id, d.consumer, d.claims`,
      [consumers, now, until, limit],
    );
  }

  /** An event that waits for an earlier one of its account is not due before that one is. */
  async isDue(tx: Tx, consumers: readonly string[], now: Date, claimedToo: boolean): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM event_deliveries AS next
        WHERE consumer = ANY($1) AND ${DUE} ${claimedToo ? '' : 'AND (claimed_until IS NULL OR claimed_until <= $2)'}
          AND NOT EXISTS (SELECT 1 FROM event_deliveries AS earlier
                           WHERE earlier.consumer = next.consumer AND earlier.account_id = next.account_id
                             AND earlier.state = 'pending' AND earlier.position < next.position
                             ${claimedToo ? 'AND earlier.due_at > $2' : ''})
        LIMIT 1`,
      [consumers, now],
    );
    return found !== undefined;
  }

  /**
   * The event, locked for this consumer's transaction; undefined when it was handled. It waits for a lock: a relay that
   * comes a moment too late for a claim holds one until its own transaction ends, and is not at the event's work. Who went
   * on instead would leave the event claimed, with nobody at it, until the lease is over.
   */
  async take(tx: Tx, id: string): Promise<TakenDelivery | undefined> {
    const found = await row<TakenRow>(
      tx,
      `SELECT d.id, d.consumer, d.attempts, d.event_id, d.position, e.at, e.type, e.account_id, e.subject_id, e.data
         FROM event_deliveries d JOIN outbox_events e ON e.id = d.event_id AND e.at = d.event_at
        WHERE d.id = $1 AND d.state = 'pending' FOR UPDATE OF d`,
      [id],
    );
    if (found === undefined) return undefined;
    const { event_id, at, type, account_id, subject_id, data, position } = found;
    const event = { id: event_id, at, type, accountId: account_id, subjectId: subject_id, data, position };
    return { id: found.id, consumer: found.consumer, attempts: found.attempts, event };
  }

  async markHandled(tx: Tx, delivery: TakenDelivery, now: Date): Promise<void> {
    await post(
      tx,
      `UPDATE event_deliveries SET state = 'handled', handled_at = $3, claimed_until = NULL, last_error = NULL
        WHERE id = $1 AND event_at = $2`,
      [delivery.id, delivery.event.at, now],
    );
  }

  /** @param retryAt undefined: parked */
  async markFailed(tx: Tx, delivery: TakenDelivery, code: string, retryAt: Date | undefined, now: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE event_deliveries SET attempts = attempts + 1, last_error = $3, claimed_until = NULL,
              state = CASE WHEN $4::timestamptz IS NULL THEN 'parked' ELSE 'pending' END,
              due_at = coalesce($4, due_at), parked_at = CASE WHEN $4::timestamptz IS NULL THEN $5::timestamptz END
        WHERE id = $1 AND event_at = $2 AND state = 'pending' RETURNING id`,
      [delivery.id, delivery.event.at, code, retryAt ?? null, now],
    );
  }

  /** Back to pending with its attempts forgiven; false when it is not parked. */
  async retry(tx: Tx, id: string, now: Date): Promise<boolean> {
    const found = await changed(
      tx,
      `UPDATE event_deliveries SET state = 'pending', attempts = 0, due_at = $2, parked_at = NULL, claimed_until = NULL
        WHERE id = $1 AND state = 'parked' RETURNING id`,
      [id, now],
    );
    return found.length > 0;
  }

  async parked(tx: Tx, after: readonly unknown[] | undefined, limit: number): Promise<ParkedDelivery[]> {
    return rows<ParkedDelivery>(
      tx,
      `SELECT id, consumer, event_id AS "eventId", event_type AS "eventType", account_id AS "accountId", attempts,
              parked_at AS "parkedAt", last_error AS "lastError"
         FROM event_deliveries
        WHERE state = 'parked' ${after ? 'AND (parked_at, id) < ($2::timestamptz, $3::uuid)' : ''}
        ORDER BY parked_at DESC, id DESC LIMIT $1`,
      [limit + 1, ...(after ?? [])],
    );
  }

  /** For the gauges: how many are parked, and since when the oldest due one waits. */
  async backlog(tx: Tx): Promise<{ parked: number; oldestDueAt: Date | null }> {
    const found = await row<{ parked: string; oldest: Date | null }>(
      tx,
      `SELECT (SELECT count(*) FROM event_deliveries WHERE state = 'parked') AS parked,
              (SELECT min(due_at) FROM event_deliveries WHERE state = 'pending') AS oldest`,
    );
    return { parked: Number(found?.parked ?? 0), oldestDueAt: found?.oldest ?? null };
  }
}
