import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import type { GatheredWriter } from '../database/gathered.js';
import { changed, post, row, rows, textByRows } from '../database/sql.js';
import type { Tx } from '../database/transactor.js';
import type { EventRef, NewEvent } from './outbox-event.js';

interface PendingRow {
  readonly position: string;
  readonly event_id: string;
  readonly event_at: Date;
  readonly type: string;
  readonly account_id: string | null;
}

export type PublishedEvent = NewEvent & { readonly id: string; readonly at: Date };

/** Of the columns that `write` fills, in its order. */
const COLUMN_TYPES = ['uuid', 'timestamptz', 'text', 'uuid', 'text', 'jsonb'];

const INSERT = textByRows(
  COLUMN_TYPES,
  (given) => `WITH given (id, at, type, account_id, subject_id, data) AS (VALUES ${given}),
   account AS (
     SELECT DISTINCT hashtextextended(account_id::text, 724005) AS key FROM given WHERE account_id IS NOT NULL ORDER BY 1
   ), turn AS MATERIALIZED (
     SELECT count(pg_advisory_xact_lock(key)::text) AS taken FROM account
   ), event AS (
     INSERT INTO outbox_events (id, at, position, type, account_id, subject_id, data)
     SELECT id, at, nextval('outbox_position'), type, account_id, subject_id, data FROM turn, given
     RETURNING id, at, position, type, account_id
   )
   INSERT INTO outbox_pending (position, event_id, event_at, type, account_id)
   SELECT position, id, at, type, account_id FROM event`,
);

/** Events and the relay's queue of them. */
@Injectable()
export class OutboxStore implements GatheredWriter<PublishedEvent> {
  /**
   * Events and their places in the relay's queue, in the order in which they were published, one statement. The locks on
   * the accounts come before the positions and last until the commit, so that positions of one account are committed in
   * their order.
   */
  async write(tx: Tx, events: readonly PublishedEvent[]): Promise<void> {
    const values = events.flatMap((event) => [
      event.id,
      event.at,
      event.type,
      event.accountId ?? null,
      event.subjectId,
      JSON.stringify(event.data),
    ]);
    await post(tx, INSERT(events.length), values);
  }

  async hasPending(tx: Tx): Promise<boolean> {
    return (await row(tx, 'SELECT 1 FROM outbox_pending LIMIT 1')) !== undefined;
  }

  /**
   * The oldest events that nobody has relayed, in order; none while it is another process's turn. One process relays at a
   * time; who dies gives the turn up with its transaction.
   */
  async takePending(tx: Tx, limit: number): Promise<EventRef[]> {
    const taken = await changed<PendingRow>(
      tx,
      `WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(724004) AS taken)
       DELETE FROM outbox_pending WHERE position IN
         (SELECT position FROM outbox_pending WHERE (SELECT taken FROM turn) ORDER BY position LIMIT $1)
       RETURNING position, event_id, event_at, type, account_id`,
      [limit],
    );
    return taken
      .map((r) => ({ id: r.event_id, at: r.event_at, type: r.type, accountId: r.account_id, position: r.position }))
      .sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1));
  }

  /** One inbox row per event and consumer. */
  async fanOut(tx: Tx, deliveries: readonly { event: EventRef; consumer: string }[], now: Date): Promise<void> {
    if (deliveries.length === 0) return;
    const column = <T>(of: (event: EventRef) => T): T[] => deliveries.map(({ event }) => of(event));
    await rows(
      tx,
      `INSERT INTO event_deliveries
         (id, event_at, event_id, event_type, account_id, position, consumer, state, attempts, due_at, claims)
       SELECT id, event_at, event_id, event_type, account_id, position, consumer, 'pending', 0, $8, 0
         FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::text[])
           AS d (id, event_at, event_id, event_type, account_id, position, consumer)
       ON CONFLICT (event_id, consumer, event_at) DO NOTHING`,
      [
        deliveries.map(() => newId()),
        column((e) => e.at),
        column((e) => e.id),
        column((e) => e.type),
        column((e) => e.accountId),
        column((e) => e.position),
        deliveries.map(({ consumer }) => consumer),
        now,
      ],
    );
  }

  /** When the oldest event that nobody relayed happened: the one with the lowest position. */
  async oldestPendingAt(tx: Tx): Promise<Date | null> {
    const found = await row<{ at: Date }>(tx, 'SELECT event_at AS at FROM outbox_pending ORDER BY position LIMIT 1');
    return found?.at ?? null;
  }
}
