import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { PinnedPolicy } from './catalogue.js';
import type { RunState } from './domain/run-lifecycle.js';

export interface RunScope {
  readonly recordClasses?: readonly string[];
}

export interface RunRow {
  readonly id: string;
  readonly dry_run: boolean;
  readonly scope: RunScope;
  readonly state: RunState;
  readonly requested_by: Actor;
  readonly cause: string;
  readonly policy_sha256: string;
  readonly policy_version: string;
  readonly as_of: Date;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly report_sha256: string | null;
  readonly lease_until: Date | null;
  readonly fence: string;
  readonly version: number;
  /** For a dry run: who proposed to carry it out, and when. */
  readonly proposal: RunProposal | null;
  /** Of a run: the dry run that two people carried out. */
  readonly based_on: string | null;
}

export interface RunProposal {
  readonly by: string;
  readonly at: string;
}

export interface RunClassRow {
  readonly run_id: string;
  readonly record_class: string;
  readonly position: number;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly due: number;
  readonly erased: number;
  readonly held: number;
  readonly batches: number;
  readonly oldest_overdue_at: Date | null;
  readonly cursor: { readonly source: number; readonly after?: readonly [string, string] } | null;
  readonly error: string | null;
}

export interface RunRequest {
  readonly id: string;
  readonly dryRun: boolean;
  readonly cause: string;
  readonly requestedBy: Actor;
  readonly scope: RunScope;
  readonly policy: PinnedPolicy;
  readonly now: Date;
  readonly basedOn?: { readonly id: string; readonly asOf: Date };
}

const CLASS_COLUMNS = `run_id, record_class, position, state, due::int AS due, erased::int AS erased, held::int AS held,
  batches::int AS batches, oldest_overdue_at, cursor, error`;

@Injectable()
export class RunStore {
  async request(tx: Tx, r: RunRequest): Promise<RunRow> {
    const found = await rows<RunRow>(
      tx,
      `INSERT INTO retention_runs (id, dry_run, scope, state, requested_by, cause, policy_sha256, policy_version, as_of, requested_at, based_on)
       VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
      [
        r.id,
        r.dryRun,
        JSON.stringify(r.scope),
        JSON.stringify(r.requestedBy),
        r.cause,
        r.policy.sha256,
        r.policy.version,
        r.basedOn?.asOf ?? r.now,
        r.now,
        r.basedOn?.id ?? null,
      ],
    );
    const names = r.policy.policy.classes
      .map((c) => c.name)
      .filter((name) => r.scope.recordClasses?.includes(name) ?? true);
    await rows(
      tx,
      `INSERT INTO retention_run_classes (run_id, record_class, position, state)
       SELECT $1, name, n, 'waiting' FROM unnest($2::text[]) WITH ORDINALITY AS given(name, n)`,
      [r.id, names],
    );
    return found[0] as RunRow;
  }

  find(tx: Tx, id: string, lock = false): Promise<RunRow | undefined> {
    return row<RunRow>(tx, `SELECT * FROM retention_runs WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  }

  async propose(tx: Tx, id: string, proposal: RunProposal): Promise<void> {
    await changed(
      tx,
      `UPDATE retention_runs SET proposal = $2::jsonb, version = version + 1 WHERE id = $1 AND proposal IS NULL RETURNING id`,
      [id, JSON.stringify(proposal)],
    );
  }

  /** The run that carried out this dry run. */
  basedOn(tx: Tx, id: string): Promise<{ id: string } | undefined> {
    return row(tx, 'SELECT id FROM retention_runs WHERE based_on = $1', [id]);
  }

  classes(tx: Tx, id: string): Promise<RunClassRow[]> {
    return rows<RunClassRow>(
      tx,
      `SELECT ${CLASS_COLUMNS} FROM retention_run_classes WHERE run_id = $1 ORDER BY position`,
      [id],
    );
  }

  list(tx: Tx, after: readonly unknown[] | undefined, limit: number): Promise<RunRow[]> {
    return rows<RunRow>(
      tx,
      `SELECT * FROM retention_runs WHERE ($1::timestamptz IS NULL OR (requested_at, id) < ($1, $2::uuid))
        ORDER BY requested_at DESC, id DESC LIMIT $3`,
      [after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
  }

  /** The next run that nobody works on: queued, or its worker fell silent. The fence shuts the silent one out. */
  async claim(tx: Tx, now: Date, leaseUntil: Date, id: string | null): Promise<RunRow | undefined> {
    const found = await changed<RunRow>(
      tx,
      `UPDATE retention_runs SET state = 'running', started_at = COALESCE(started_at, $1), lease_until = $2,
              fence = fence + 1, version = version + 1
        WHERE id = (SELECT id FROM retention_runs
                     WHERE state IN ('queued', 'running') AND (lease_until IS NULL OR lease_until <= $1)
                       AND ($3::uuid IS NULL OR id = $3)
                     ORDER BY requested_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING *`,
      [now, leaseUntil, id],
    );
    return found[0];
  }

  /** Called first in every batch's transaction. @returns false when the run was paused, cancelled or taken over */
  async renew(tx: Tx, id: string, fence: string, leaseUntil: Date): Promise<boolean> {
    const found = await changed(
      tx,
      `UPDATE retention_runs SET lease_until = $3 WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING 1`,
      [id, fence, leaseUntil],
    );
    return found.length > 0;
  }

  /** @returns false when the state was another one by now */
  async move(tx: Tx, id: string, from: RunState, to: RunState): Promise<boolean> {
    const found = await changed(
      tx,
      `UPDATE retention_runs SET state = $3, lease_until = NULL, version = version + 1 WHERE id = $1 AND state = $2 RETURNING 1`,
      [id, from, to],
    );
    return found.length > 0;
  }

  async finish(tx: Tx, id: string, fence: string, state: RunState, at: Date, reportSha256: string): Promise<boolean> {
    const found = await changed(
      tx,
      `UPDATE retention_runs SET state = $3, finished_at = $4, report_sha256 = $5, lease_until = NULL, version = version + 1
        WHERE id = $1 AND fence = $2 AND state = 'running' RETURNING 1`,
      [id, fence, state, at, reportSha256],
    );
    return found.length > 0;
  }

  async setReportHash(tx: Tx, id: string, at: Date, reportSha256: string): Promise<void> {
    await changed(tx, 'UPDATE retention_runs SET finished_at = $2, report_sha256 = $3 WHERE id = $1 RETURNING 1', [
      id,
      at,
      reportSha256,
    ]);
  }

  async saveClass(tx: Tx, c: RunClassRow): Promise<void> {
    await changed(
      tx,
      `UPDATE retention_run_classes SET state = $3, due = $4, erased = $5, held = $6, batches = $7,
              oldest_overdue_at = $8, cursor = $9, error = $10
        WHERE run_id = $1 AND record_class = $2 RETURNING 1`,
      [
        c.run_id,
        c.record_class,
        c.state,
        c.due,
        c.erased,
        c.held,
        c.batches,
        c.oldest_overdue_at,
        c.cursor === null ? null : JSON.stringify(c.cursor),
        c.error,
      ],
    );
  }

  /** True when a scheduled run is due: none is open, and the last one began long enough ago. */
  async scheduleDue(tx: Tx, since: Date): Promise<boolean> {
    const found = await row(
      tx,
      `SELECT 1 FROM retention_runs
        WHERE cause = 'schedule' AND (state IN ('queued', 'running', 'paused') OR requested_at > $1) LIMIT 1`,
      [since],
    );
    return found === undefined;
  }

  /** What tells whether a batch should wait: how far replicas are behind, how many sessions wait for locks. */
  async pressure(tx: Tx): Promise<{ lagBytes: number; lockWaiters: number }> {
    const found = await row<{ lag: string | null; waiters: number }>(
      tx,
      `SELECT (SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FROM pg_stat_replication)::text AS lag,
              (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') AS waiters`,
    );
    return { lagBytes: Number(found?.lag ?? 0), lockWaiters: found?.waiters ?? 0 };
  }
}
