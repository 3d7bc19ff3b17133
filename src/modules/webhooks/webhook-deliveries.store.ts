import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { partitionByMonth } from '../../platform/outbox/month-partitions.js';
import type { EventRef } from '../../platform/outbox/outbox-event.js';
import type { DeliveryState } from './domain/delivery-lifecycle.js';

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventAt: Date;
  readonly eventType: string;
  readonly endpointId: string;
  readonly accountId: string | null;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly parkAt: Date;
  readonly lastAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly responseStatus: number | null;
  readonly lastError: string | null;
}

/** A delivery with what is to be sent. */
export interface Outgoing extends Delivery {
  readonly claims: number;
  readonly position: string;
  readonly subjectId: string;
  readonly data: Record<string, unknown>;
}

/** What an attempt came to. */
export interface Attempt {
  readonly state: DeliveryState;
  readonly at: Date;
  readonly dueAt: Date;
  readonly responseStatus: number | null;
  readonly lastError: string | null;
}

const COLUMNS = `d.id, d.event_id AS "eventId", d.event_at AS "eventAt", d.event_type AS "eventType",
  d.endpoint_id AS "endpointId", d.account_id AS "accountId", d.state, d.attempts, d.due_at AS "dueAt", d.park_at AS "parkAt",
  d.last_attempt_at AS "lastAttemptAt", d.delivered_at AS "deliveredAt", d.response_status AS "responseStatus",
  d.last_error AS "lastError"`;

const earlierPending = (more = ''): string => `EXISTS (SELECT 1 FROM webhook_deliveries AS earlier
  WHERE earlier.endpoint_id = next.endpoint_id AND earlier.account_id = next.account_id
    AND earlier.state = 'pending' AND earlier.position < next.position ${more})`;

partitionByMonth('webhook_deliveries');

/** One row per event and endpoint: what is to be sent, and what came of it. */
@Injectable()
export class WebhookDeliveriesStore {
  async insert(
    tx: Tx,
    wanted: readonly { event: EventRef; endpointId: string }[],
    now: Date,
    parkAt: Date,
  ): Promise<void> {
    if (wanted.length === 0) return;
    const column = <T>(of: (event: EventRef) => T): T[] => wanted.map(({ event }) => of(event));
    await rows(
      tx,
      `INSERT INTO webhook_deliveries
         (id, event_at, event_id, event_type, account_id, position, endpoint_id, state, attempts, due_at, park_at, claims)
       SELECT id, event_at, event_id, event_type, account_id, position, endpoint_id, 'pending', 0, $8, $9, 0
         FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::uuid[])
           AS d (id, event_at, event_id, event_type, account_id, position, endpoint_id)
       ON CONFLICT (event_id, endpoint_id, event_at) DO NOTHING`,
      [
        wanted.map(() => newId()),
        column((e) => e.at),
        column((e) => e.id),
        column((e) => e.type),
        column((e) => e.accountId),
        column((e) => e.position),
        wanted.map(({ endpointId }) => endpointId),
        now,
        parkAt,
      ],
    );
  }

  /** The next event of each account for each endpoint, never one behind another that is still to be sent. */
  claim(tx: Tx, now: Date, until: Date, limit: number): Promise<{ id: string; claims: number }[]> {
    return changed(
      tx,
      `UPDATE webhook_deliveries AS d SET claims = d.claims + 1, claimed_until = $2
         FROM (SELECT id, event_at FROM webhook_deliveries AS next
                WHERE state = 'pending' AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
                  AND NOT ${earlierPending()}
                ORDER BY due_at, position LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
        WHERE d.id = due.id AND d.event_at = due.event_at
       RETURNING d.id, d.claims`,
      [now, until, limit],
    );
  }

  async isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM webhook_deliveries AS next WHERE state = 'pending' AND due_at <= $1
          ${claimedToo ? '' : 'AND (claimed_until IS NULL OR claimed_until <= $1)'}
          AND NOT ${earlierPending(claimedToo ? 'AND earlier.due_at > $1' : '')} LIMIT 1`,
      [now],
    );
    return found !== undefined;
  }

  outgoing(tx: Tx, id: string): Promise<Outgoing | undefined> {
    return row<Outgoing>(
      tx,
      `SELECT ${COLUMNS}, d.claims, d.position, e.subject_id AS "subjectId", e.data
         FROM webhook_deliveries d JOIN outbox_events e ON e.id = d.event_id AND e.at = d.event_at
        WHERE d.id = $1 AND d.state = 'pending'`,
      [id],
    );
  }

  /** Only by who claimed it last: a sender that stalled and woke up cannot overwrite what came after. */
  async finish(tx: Tx, delivery: Outgoing, attempt: Attempt): Promise<boolean> {
    const done = await changed(
      tx,
      `UPDATE webhook_deliveries SET state = $4, attempts = attempts + 1, last_attempt_at = $5, due_at = $6,
              response_status = $7, last_error = $8, claimed_until = NULL,
              delivered_at = CASE WHEN $4 = 'delivered' THEN $5::timestamptz ELSE delivered_at END
        WHERE id = $1 AND event_at = $2 AND claims = $3 AND state = 'pending' RETURNING id`,
      [
        delivery.id,
        delivery.eventAt,
        delivery.claims,
        attempt.state,
        attempt.at,
        attempt.dueAt,
        attempt.responseStatus,
        attempt.lastError,
      ],
    );
    return done.length > 0;
  }

  lock(tx: Tx, id: string): Promise<Delivery | undefined> {
    return row<Delivery>(tx, `SELECT ${COLUMNS} FROM webhook_deliveries d WHERE d.id = $1 FOR UPDATE`, [id]);
  }

  async reopen(tx: Tx, delivery: Delivery, now: Date, parkAt: Date): Promise<void> {
    await changed(
      tx,
      `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, due_at = $3, park_at = $4, claimed_until = NULL
        WHERE id = $1 AND event_at = $2 RETURNING id`,
      [delivery.id, delivery.eventAt, now, parkAt],
    );
  }

  async cancelFor(tx: Tx, endpointId: string): Promise<void> {
    await changed(
      tx,
      `UPDATE webhook_deliveries SET state = 'cancelled', claimed_until = NULL
        WHERE endpoint_id = $1 AND state IN ('pending', 'parked') RETURNING id`,
      [endpointId],
    );
  }

  list(
    tx: Tx,
    filter: { readonly endpointId?: string | undefined; readonly state?: string | undefined },
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<Delivery[]> {
    const values: unknown[] = [limit + 1];
    const conditions = ['true'];
    if (filter.endpointId !== undefined) conditions.push(`d.endpoint_id = $${values.push(filter.endpointId)}`);
    if (filter.state !== undefined) conditions.push(`d.state = $${values.push(filter.state)}`);
    if (after !== undefined) {
      conditions.push(`(d.event_at, d.id) < ($${values.push(after[0])}::timestamptz, $${values.push(after[1])}::uuid)`);
    }
    return rows<Delivery>(
      tx,
      `SELECT ${COLUMNS} FROM webhook_deliveries d WHERE ${conditions.join(' AND ')}
        ORDER BY d.event_at DESC, d.id DESC LIMIT $1`,
      values,
    );
  }

  async backlog(tx: Tx): Promise<{ parked: number; oldestDueAt: Date | null }> {
    const found = await row<{ parked: string; oldest: Date | null }>(
      tx,
      `SELECT (SELECT count(*) FROM webhook_deliveries WHERE state = 'parked') AS parked,
              (SELECT min(due_at) FROM webhook_deliveries WHERE state = 'pending') AS oldest`,
    );
    return { parked: Number(found?.parked ?? 0), oldestDueAt: found?.oldest ?? null };
  }
}
