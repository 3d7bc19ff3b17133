import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { GatheredWriter } from '../../platform/database/gathered.js';
import { post, row, rows, textByRows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { AuditEvent } from './domain/chained-event.js';

export interface SealedDetails {
  readonly salt: Buffer;
  readonly sealed: Buffer;
}

/** What a transaction tells the log. */
export interface ToldEvent {
  readonly event: AuditEvent;
  readonly details: SealedDetails | undefined;
}

/** Of the columns that `write` fills, in its order. */
const COLUMN_TYPES = [
  ...['uuid', 'timestamptz', 'text', 'text', 'text', 'text', 'uuid', 'text', 'text', 'text[]', 'jsonb', 'text'],
  ...['bytea', 'bytea'],
];

export interface EventRow {
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly actor_kind: Actor['kind'];
  readonly actor_id: string;
  readonly actor_role: string | null;
  readonly account_id: string | null;
  readonly target_kind: string;
  readonly target_id: string;
  readonly clauses: string[];
  readonly policies: Record<string, string>;
  readonly data_digest: string | null;
}

/** A listed event; `seq` is null until the sequencer has been here (a second at most). */
export interface ListedEvent extends AuditEvent {
  readonly seq: number | null;
  readonly hash: string | null;
}

export interface EventFilter {
  readonly accountId?: string | undefined;
  readonly type?: string | undefined;
  readonly actorKind?: string | undefined;
  readonly actorId?: string | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const EVENT_COLUMNS = `e.id, e.at, e.type, e.actor_kind, e.actor_id, e.actor_role, e.account_id, e.target_kind, e.target_id,
  e.clauses, e.policies, e.data_digest`;

export const eventOf = (r: EventRow): AuditEvent => ({
  id: r.id,
  at: r.at.toISOString(),
  type: r.type,
  actor: { kind: r.actor_kind, id: r.actor_id, ...(r.actor_role === null ? {} : { role: r.actor_role }) },
  ...(r.account_id === null ? {} : { accountId: r.account_id }),
  target: { kind: r.target_kind, id: r.target_id },
  clauses: r.clauses,
  policies: r.policies,
  ...(r.data_digest === null ? {} : { dataDigest: r.data_digest }),
});

const INSERT = textByRows(
  COLUMN_TYPES,
  (given) => `
  WITH given (id, at, type, actor_kind, actor_id, actor_role, account_id, target_kind, target_id, clauses, policies,
       data_digest, salt, sealed) AS (VALUES ${given}),
     event AS (
       INSERT INTO audit_events (id, at, type, actor_kind, actor_id, actor_role, account_id, target_kind, target_id,
         clauses, policies, data_digest)
       SELECT id, at, type, actor_kind, actor_id, actor_role, account_id, target_kind, target_id,
         clauses, policies, data_digest FROM given),
     details AS (
       INSERT INTO audit_event_details (event_id, at, account_id, salt, sealed)
       SELECT id, at, account_id, salt, sealed FROM given WHERE sealed IS NOT NULL)
   INSERT INTO audit_pending (event_id, at) SELECT id, at FROM given`,
);

/** Events and their details: written once, read by filter. */
@Injectable()
export class AuditStore implements GatheredWriter<ToldEvent> {
  /** Events, their places in the sequencer's queue and their details: one statement, however many a transaction tells. */
  async write(tx: Tx, told: readonly ToldEvent[]): Promise<void> {
    const values = told.flatMap(({ event, details }) => [
      event.id,
      event.at,
      event.type,
      event.actor.kind,
      event.actor.id,
      event.actor.role ?? null,
      event.accountId ?? null,
      event.target.kind,
      event.target.id,
      event.clauses,
      JSON.stringify(event.policies),
      event.dataDigest ?? null,
      details?.salt ?? null,
      details?.sealed ?? null,
    ]);
    await post(tx, INSERT(told.length), values);
  }

  /** Newest first, `limit + 1` rows of them. */
  async list(
    tx: Tx,
    filter: EventFilter,
    after: readonly unknown[] | undefined,
    limit: number,
  ): Promise<ListedEvent[]> {
    const conditions: string[] = [];
    const values: unknown[] = [];
    const where = (text: string, ...given: unknown[]): void => {
      conditions.push(text.replace(/\?/g, () => `$${values.push(given.shift())}`));
    };
    if (filter.accountId !== undefined) where('e.account_id = ?', filter.accountId);
    if (filter.type !== undefined) where('e.type = ?', filter.type);
    if (filter.actorKind !== undefined) where('e.actor_kind = ?', filter.actorKind);
    if (filter.actorId !== undefined) where('e.actor_id = ?', filter.actorId);
    if (filter.targetKind !== undefined) where('e.target_kind = ?', filter.targetKind);
    if (filter.targetId !== undefined) where('e.target_id = ?', filter.targetId);
    if (filter.from !== undefined) where('e.at >= ?', filter.from);
    if (filter.to !== undefined) where('e.at < ?', filter.to);
    if (after !== undefined) where('(e.at, e.id) < (?::timestamptz, ?::uuid)', ...after);
    const found = await rows<EventRow & { seq: string | null; hash: string | null }>(
      tx,
      `SELECT ${EVENT_COLUMNS}, c.seq, c.hash
       FROM audit_events e LEFT JOIN audit_chain c ON c.event_id = e.id AND c.chained_at >= e.at
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY e.at DESC, e.id DESC LIMIT $${values.push(limit + 1)}`,
      values,
    );
    return found.map((r) => ({ ...eventOf(r), seq: r.seq === null ? null : Number(r.seq), hash: r.hash }));
  }

  async details(tx: Tx, eventId: string): Promise<(SealedDetails & { accountId: string | null }) | undefined> {
    const found = await row<{ salt: Buffer; sealed: Buffer; account_id: string | null }>(
      tx,
      'SELECT salt, sealed, account_id FROM audit_event_details WHERE event_id = $1',
      [eventId],
    );
    return found && { salt: found.salt, sealed: found.sealed, accountId: found.account_id };
  }
}
