import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { addPeriod, periodMs } from '../../kernel/period.js';
import { rows } from '../../platform/database/sql.js';
import { sqlState, Transactor, type Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { DeletionGateway } from './deletion-gateway.js';
import { type DueSource, dueSources } from './domain/due-sources.js';
import { reportHash, type RunReport, totalsOf } from './domain/run-report.js';
import { MonthDropper } from './month-dropper.js';
import { PlaceStore } from './place.store.js';
import { type DueBatch, DueRecordsStore } from './due-records.store.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_EVENTS } from './retention.events.js';
import { type RunClassRow, type RunRow, RunStore } from './run.store.js';

export type OnProgress = (recordClass: RunClassRow) => void;

/** The batch behind `at`, chosen in advance; undefined when that failed. */
interface Ahead {
  at?: readonly [string, string] | undefined;
  limit?: number;
  batch?: Promise<DueBatch | undefined> | undefined;
}

/** The run was paused, cancelled or taken over by another worker: stop without a word. */
class RunLost extends Error {}

const STATEMENT_TIMEOUTS = new Set(['57014', '55P03']);
const THROTTLE_MS = 200;
/** How long one look at the pressure counts: looking costs, too. */
const CALM_MS = 200;
const THROTTLE_TRIES = 50;

/**
 * Carries out retention runs: keyset batches, each its own transaction with its own limits, the cursor saved with the
 * work. A class that fails is marked and the others go on (R29); a killed worker's run is taken over at its cursor.
 */
@Injectable()
export class RunWorker {
  private readonly log = new Logger('Retention');
  private calmUntil = 0;

  constructor(
    private readonly transactor: Transactor,
    private readonly runs: RunStore,
    private readonly gateway: DeletionGateway,
    private readonly records: DueRecordsStore,
    private readonly places: PlaceStore,
    private readonly months: MonthDropper,
    private readonly catalogue: Catalogue,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  /** Claims the next run, or the named one, and works it to its end. @returns undefined when there is none */
  async work(id: string | null = null, onProgress: OnProgress = () => undefined): Promise<RunRow | undefined> {
    const run = await this.transactor.run((tx) => this.runs.claim(tx, this.clock.now(), this.leaseEnd(), id));
    if (run === undefined) return undefined;
    try {
      for (const line of await this.runs.classes(this.transactor.reader, run.id)) {
        if (line.state === 'waiting' || line.state === 'running')
          onProgress(await this.workClass(run, line, onProgress));
      }
      await this.finish(run);
    } catch (error) {
      if (!(error instanceof RunLost)) throw error;
    }
    return this.runs.find(this.transactor.reader, run.id);
  }

  private async workClass(run: RunRow, line: RunClassRow, onProgress: OnProgress): Promise<RunClassRow> {
    let current: RunClassRow = { ...line, state: 'running' };
    try {
      const recordClass = await this.catalogue.recordClass(
        this.transactor.reader,
        run.policy_sha256,
        line.record_class,
      );
      const sources = dueSources(recordClass, run.as_of, this.config.destructionGrace);
      if (line.cursor === null)
        current = { ...current, ...(await this.measure(line.record_class, sources)), oldest_overdue_at: null };
      if (!run.dry_run) current = await this.drain(run, current, sources, onProgress);
      const after = await this.measure(line.record_class, sources);
      current = { ...current, state: 'done', held: after.held, oldest_overdue_at: after.oldest_overdue_at };
    } catch (error) {
      if (error instanceof RunLost) throw error;
      // The text of a database error may quote a row: only its code is kept.
      const code = sqlState(error) ?? (error instanceof Error ? error.name : 'unknown');
      this.log.error(`class ${line.record_class} failed in run ${run.id}: ${code}`);
      current = { ...current, state: 'failed', error: code };
    }
    await this.transactor.run(async (tx) => {
      await this.renew(tx, run);
      await this.runs.saveClass(tx, current);
    });
    return current;
  }

  private async drain(
    run: RunRow,
    line: RunClassRow,
    sources: readonly DueSource[],
    onProgress: OnProgress,
  ): Promise<RunClassRow> {
    let current = line;
    let limit = this.config.batchRows;
    const ahead: Ahead = {};
    for (;;) {
      const source = sources[current.cursor?.source ?? 0];
      if (source === undefined) return current;
      await this.waitForCalm();
      try {
        if (source.kind === 'live' && current.cursor?.after === undefined) {
          const gone = await this.months.dropOver(line.record_class, source.place, source.before);
          current = { ...current, erased: current.erased + gone };
        }
        const before = current;
        current = await this.transactor.run((tx) => this.batch(tx, run, before, source, limit, ahead));
        onProgress(current);
      } catch (error) {
        // Too slow for its limits: smaller batches drain what a large one never would (R29).
        if (limit === 1 || !STATEMENT_TIMEOUTS.has(sqlState(error) ?? '')) throw error;
        limit = Math.max(1, Math.floor(limit / 4));
      }
    }
  }

  private async batch(
    tx: Tx,
    run: RunRow,
    line: RunClassRow,
    source: DueSource,
    limit: number,
    ahead: Ahead,
  ): Promise<RunClassRow> {
    // Not one after the other: the second waits behind the first on the same connection anyway.
    await Promise.all([this.limitTime(tx), this.renew(tx, run)]);
    const at = line.cursor?.source ?? 0;
    const { picked, last, result } = await this.take(tx, run, line, source, limit, ahead);
    const exhausted = picked < limit;
    const next: RunClassRow = {
      ...line,
      erased: line.erased + result.erased,
      held: line.held,
      batches: line.batches + 1,
      cursor: exhausted || last === undefined ? { source: at + 1 } : { source: at, after: last },
    };
    await this.runs.saveClass(tx, next);
    return next;
  }

  private async take(
    tx: Tx,
    run: RunRow,
    line: RunClassRow,
    source: DueSource,
    limit: number,
    ahead: Ahead,
  ): Promise<{
    picked: number;
    last: readonly [string, string] | undefined;
    result: { erased: number; held: number };
  }> {
    const after = line.cursor?.after;
    if (source.kind === 'retained') {
      const kept = ahead.at?.[1] === after?.[1] && ahead.limit === limit ? await ahead.batch : undefined;
      const due = kept ?? (await this.records.due(tx, line.record_class, source.expiredBy, after, limit));
      this.lookAhead(ahead, line.record_class, source.expiredBy, due, limit);
      const result = await this.gateway.expireRecords(tx, line.record_class, due, run.id);
      return { picked: due.count, last: due.last ?? undefined, result };
    }
    const due = await this.places.due(tx, source.place, source.before, after, limit);
    const last = due.at(-1);
    const result = await this.gateway.expireLive(tx, line.record_class, source.place, source.before, due);
    return { picked: due.length, last: last && [last.since, last.key], result };
  }

  /**
   * The next batch is chosen while this one goes: choosing takes no lock and decides nothing, what may go is asked anew
   * under the locks.
   */
  private lookAhead(ahead: Ahead, recordClass: string, expiredBy: Date, due: DueBatch, limit: number): void {
    [ahead.at, ahead.limit, ahead.batch] = [due.last ?? undefined, limit, undefined];
    if (due.last === null || due.count < limit) return;
    ahead.batch = this.records
      .due(this.transactor.reader, recordClass, expiredBy, due.last, limit)
      .catch(() => undefined);
  }

  /** How a class stands against a moment: what a dry run of that moment would count now. */
  async measureAt(policySha256: string, recordClass: string, asOf: Date): Promise<{ due: number; held: number }> {
    const found = await this.catalogue.recordClass(this.transactor.reader, policySha256, recordClass);
    const { due, held } = await this.measure(recordClass, dueSources(found, asOf, this.config.destructionGrace));
    return { due, held };
  }

  private async measure(
    recordClass: string,
    sources: readonly DueSource[],
  ): Promise<{ due: number; held: number; oldest_overdue_at: Date | null }> {
    let [due, held] = [0, 0];
    let oldest: Date | null = null;
    for (const source of sources) {
      const found = await this.transactor.run(async (tx) => {
        await this.limitTime(tx);
        return source.kind === 'retained'
          ? this.records.countDue(tx, recordClass, source.expiredBy)
          : this.places.countDue(tx, source.place, recordClass, source.before);
      });
      due += found.due;
      held += found.held;
      if (found.oldest !== null && (oldest === null || found.oldest < oldest)) oldest = found.oldest;
    }
    return { due, held, oldest_overdue_at: oldest };
  }

  private async finish(run: RunRow): Promise<void> {
    await this.transactor.run(async (tx) => {
      const lines = await this.runs.classes(tx, run.id);
      const finishedAt = this.clock.now();
      const state = lines.some((c) => c.state === 'failed') ? 'failed' : 'completed';
      const report = reportOf({ ...run, finished_at: finishedAt }, lines);
      const hash = reportHash(report);
      if (!(await this.runs.finish(tx, run.id, run.fence, state, finishedAt, hash))) throw new RunLost();
      await this.audit.record(tx, {
        type: 'retention_run.finished',
        actor: SYSTEM,
        target: { kind: 'retention_run', id: run.id },
        clauses: ['DER-4', '2.5(1)'],
        policies: { retention: run.policy_sha256 },
        data: { dryRun: run.dry_run, state, reportSha256: hash, totals: report.totals },
      });
      await this.outbox.publish(tx, {
        type: RETENTION_EVENTS.runFinished,
        subjectId: run.id,
        data: { dryRun: run.dry_run, state, totals: report.totals, reportSha256: hash },
      });
    });
  }

  private async renew(tx: Tx, run: RunRow): Promise<void> {
    if (!(await this.runs.renew(tx, run.id, run.fence, this.leaseEnd()))) throw new RunLost();
  }

  private async limitTime(tx: Tx): Promise<void> {
    await rows(tx, `SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)`, [
      String(periodMs(this.config.batchStatementTimeout)),
      String(periodMs(this.config.batchLockTimeout)),
    ]);
  }

  /** People's requests come first: a batch waits while replicas lag or sessions queue for locks, but not for ever. */
  private async waitForCalm(): Promise<void> {
    if (performance.now() < this.calmUntil) return;
    for (let tries = 0; tries < THROTTLE_TRIES; tries += 1) {
      const { lagBytes, lockWaiters } = await this.runs.pressure(this.transactor.reader);
      if (lagBytes <= this.config.maxReplicationLagBytes && lockWaiters <= this.config.maxLockWaiters) {
        this.calmUntil = performance.now() + CALM_MS;
        return;
      }
      await sleep(THROTTLE_MS);
    }
  }

  private leaseEnd(): Date {
    return addPeriod(this.clock.now(), this.config.runLease);
  }
}

export function reportOf(run: RunRow, lines: readonly RunClassRow[]): RunReport {
  const classes = lines.map((c) => ({
    recordClass: c.record_class,
    state: c.state,
    due: c.due,
    erased: c.erased,
    held: c.held,
    batches: c.batches,
    oldestOverdueAt: c.oldest_overdue_at?.toISOString() ?? null,
    error: c.error,
  }));
  return {
    runId: run.id,
    dryRun: run.dry_run,
    cause: run.cause,
    policy: { version: run.policy_version, sha256: run.policy_sha256 },
    asOf: run.as_of.toISOString(),
    startedAt: run.started_at?.toISOString() ?? null,
    finishedAt: run.finished_at?.toISOString() ?? null,
    classes,
    totals: totalsOf(classes),
  };
}
