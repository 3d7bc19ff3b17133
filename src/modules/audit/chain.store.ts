import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import { eventOf, EVENT_COLUMNS, type EventRow } from './audit.store.js';
import type { AuditEvent, ChainedEvent } from './domain/chained-event.js';
import type { FoundEvent } from './domain/verify-chain.js';

export interface ChainHead {
  readonly logId: string;
  readonly size: number;
  readonly head: string;
}

/** The right to add links until it runs out; `fence` grows with every change of holder. */
export interface Turn extends ChainHead {
  readonly fence: number;
}

export interface ChainRange {
  readonly afterSeq: number;
  readonly throughSeq: number;
}

/** The columns of an event in one JSON array: sixteen parsed columns a row cost more than all the hashing. */
type PackedEvent = readonly [
  id: string,
  at: string,
  type: string,
  actorKind: Actor['kind'],
  actorId: string,
  actorRole: string | null,
  accountId: string | null,
  targetKind: string,
  targetId: string,
  clauses: string[],
  policies: Record<string, string>,
  dataDigest: string | null,
];

const PACKED = `json_build_array(e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.type,
  e.actor_kind, e.actor_id, e.actor_role, e.account_id, e.target_kind, e.target_id, e.clauses, e.policies, e.data_digest)`;

interface LinkRow {
  readonly seq: string;
  readonly previous_hash: string;
  readonly hash: string;
  readonly event: PackedEvent | null;
}

function unpacked(row: LinkRow): FoundEvent {
  const seq = Number(row.seq);
  if (row.event === null) return { seq, lost: true };
  const [id, at, type, kind, actorId, role, accountId, targetKind, targetId, clauses, policies, dataDigest] = row.event;
  return {
    seq,
    id,
    at,
    type,
    actor: { kind, id: actorId, ...(role === null ? {} : { role }) },
    ...(accountId === null ? {} : { accountId }),
    target: { kind: targetKind, id: targetId },
    clauses,
    policies,
    ...(dataDigest === null ? {} : { dataDigest }),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** Links, the sequencer's one row, and its queue. */
@Injectable()
export class ChainStore {
  /** Takes or keeps the turn; undefined while another holder's lease runs. */
  async takeTurn(tx: Tx, holder: string, now: Date, until: Date): Promise<Turn | undefined> {
    const [taken] = await changed<{ log_id: string; size: string; head: string; fence: string }>(
      tx,
      `UPDATE audit_sequencer
       SET fence = fence + CASE WHEN holder IS NOT DISTINCT FROM $1 THEN 0 ELSE 1 END, holder = $1, lease_until = $3
       WHERE id = 1 AND (holder IS NULL OR holder = $1 OR lease_until < $2)
       RETURNING log_id, size, head, fence`,
      [holder, now, until],
    );
    return taken && { logId: taken.log_id, size: Number(taken.size), head: taken.head, fence: Number(taken.fence) };
  }

  /** A stopping process gives its turn back, so that the next one need not wait. */
  async giveTurnBack(tx: Tx, holder: string): Promise<void> {
    await changed(tx, 'UPDATE audit_sequencer SET holder = NULL, lease_until = NULL WHERE id = 1 AND holder = $1', [
      holder,
    ]);
  }

  /** Committed events without a link, oldest first; each looked up by its key, however few of a large log are pending. */
  async pending(tx: Tx, limit: number): Promise<AuditEvent[]> {
    const found = await rows<EventRow>(
      tx,
      `SELECT ${EVENT_COLUMNS}
       FROM (SELECT event_id, at FROM audit_pending ORDER BY event_id LIMIT $1) p
       CROSS JOIN LATERAL (SELECT * FROM audit_events WHERE id = p.event_id AND at = p.at OFFSET 0) e
       ORDER BY e.id`,
      [limit],
    );
    return found.map(eventOf);
  }

  async oldestPending(tx: Tx): Promise<Date | undefined> {
    const found = await row<{ at: Date }>(tx, 'SELECT at FROM audit_pending ORDER BY event_id LIMIT 1');
    return found?.at;
  }

  /**
   * Moves the head and adds the links, if the turn still holds and nobody moved the head meanwhile.
   * @returns false when the fence stands higher by now: a stalled sequencer woke up, and writes nothing
   */
  async append(tx: Tx, turn: Turn, links: readonly ChainedEvent[], now: Date): Promise<boolean> {
    const last = links.at(-1);
    if (last === undefined) return true;
    const moved = await changed(
      tx,
      `UPDATE audit_sequencer SET size = $1, head = $2, chained_at = $3
       WHERE id = 1 AND fence = $4 AND size = $5 AND head = $6 RETURNING id`,
      [last.seq, last.hash, now, turn.fence, turn.size, turn.head],
    );
    if (moved.length === 0) return false;
    const ids = links.map((l) => l.id);
    // Never before the event itself, so that a reader who knows the event prunes the months before it.
    await rows(
      tx,
      `INSERT INTO audit_chain (seq, chained_at, event_id, event_at, previous_hash, hash)
       SELECT seq, greatest($6::timestamptz, at), id, at, previous_hash, hash
       FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[]) AS l (seq, id, at, previous_hash, hash)`,
      [
        links.map((l) => l.seq),
        ids,
        links.map((l) => l.at),
        links.map((l) => l.previousHash),
        links.map((l) => l.hash),
        now,
      ],
    );
    const taken = await changed(tx, 'DELETE FROM audit_pending WHERE event_id = ANY($1::uuid[]) RETURNING event_id', [
      ids,
    ]);
    if (taken.length !== links.length) throw new Error('audit: the queue lost events between reading and chaining');
    return true;
  }

  async head(tx: Tx): Promise<ChainHead> {
    const found = await row<{ log_id: string; size: string; head: string }>(
      tx,
      'SELECT log_id, size, head FROM audit_sequencer WHERE id = 1',
    );
    if (found === undefined) throw new Error('audit: the sequencer row is gone');
    return { logId: found.log_id, size: Number(found.size), head: found.head };
  }

  /** What entered the chain in [from, to): one run of links, because every batch is later than the one before. */
  async rangeOf(tx: Tx, from: string | undefined, to: string | undefined): Promise<ChainRange> {
    const first = await row<{ seq: string }>(
      tx,
      'SELECT seq FROM audit_chain WHERE chained_at >= $1 ORDER BY chained_at, seq LIMIT 1',
      [from ?? '-infinity'],
    );
    const last = await row<{ seq: string }>(
      tx,
      'SELECT seq FROM audit_chain WHERE chained_at < $1 ORDER BY chained_at DESC, seq DESC LIMIT 1',
      [to ?? 'infinity'],
    );
    if (first === undefined || last === undefined) return { afterSeq: 0, throughSeq: 0 };
    return { afterSeq: Number(first.seq) - 1, throughSeq: Number(last.seq) };
  }

  /** The next links of a range with their events; a link whose event is gone says so. */
  async links(tx: Tx, { afterSeq, throughSeq }: ChainRange, limit: number): Promise<FoundEvent[]> {
    const found = await rows<LinkRow>(
      tx,
      `SELECT c.seq, c.previous_hash, c.hash, CASE WHEN e.id IS NOT NULL THEN ${PACKED} END AS event
       FROM (SELECT * FROM audit_chain WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3) c
       LEFT JOIN audit_events e ON e.id = c.event_id AND e.at = c.event_at
       ORDER BY c.seq`,
      [afterSeq, throughSeq, limit],
    );
    return found.map(unpacked);
  }

  /** First day with events at or after `from`. */
  async nextEventAt(tx: Tx, from: Date): Promise<Date | undefined> {
    const found = await row<{ at: Date }>(tx, 'SELECT at FROM audit_events WHERE at >= $1 ORDER BY at, id LIMIT 1', [
      from,
    ]);
    return found?.at;
  }

  /** An event of [from, to) that no link points at. */
  async unchained(tx: Tx, from: Date, to: Date): Promise<string | undefined> {
    const found = await row<{ id: string }>(
      tx,
      `SELECT e.id FROM audit_events e
       WHERE e.at >= $1 AND e.at < $2
         AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id AND c.chained_at >= $1)
       LIMIT 1`,
      [from, to],
    );
    return found?.id;
  }

  /** @returns true when the month was missing */
  async createMonth(tx: Tx, month: string): Promise<boolean> {
    const made = await row<{ made: boolean }>(tx, 'SELECT audit_create_month($1::date) AS made', [month]);
    return made?.made === true;
  }
}
