import { Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { sqlState, Transactor } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { dueSources } from './domain/due-sources.js';
import { reportHash } from './domain/run-report.js';
import { DrainClass, type OnProgress } from './drain-class.js';
import { DueCounts } from './due-counts.js';
import { reportOf } from './report-of-run.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_EVENTS } from './retention.events.js';
import { RunLease, RunLost } from './run-lease.js';
import { type RunClassRow, type RunRow, RunStore } from './run.store.js';

/**
 * Carries out retention runs: keyset batches, each its own transaction with its own limits, the cursor saved with the
 * work. A class that fails is marked and the others go on (R29); a killed worker's run is taken over at its cursor.
 */
@Injectable()
export class RunWorker {
  private readonly log = new Logger('Retention');

  constructor(
    private readonly transactor: Transactor,
    private readonly runs: RunStore,
    private readonly lease: RunLease,
    private readonly draining: DrainClass,
    private readonly counts: DueCounts,
    private readonly catalogue: Catalogue,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  /** Claims the next run, or the named one, and works it to its end. @returns undefined when there is none */
  async work(id: string | null = null, onProgress: OnProgress = () => undefined): Promise<RunRow | undefined> {
    const run = await this.transactor.run((tx) => this.runs.claim(tx, this.clock.now(), this.lease.end(), id));
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
        current = { ...current, ...(await this.counts.measure(line.record_class, sources)), oldest_overdue_at: null };
      if (!run.dry_run) current = await this.draining.drain(run, current, sources, onProgress);
      const after = await this.counts.measure(line.record_class, sources);
      current = { ...current, state: 'done', held: after.held, oldest_overdue_at: after.oldest_overdue_at };
    } catch (error) {
      if (error instanceof RunLost) throw error;
      // The text of a database error may quote a row: only its code is kept.
      const code = sqlState(error) ?? (error instanceof Error ? error.name : 'unknown');
      this.log.error(`class ${line.record_class} failed in run ${run.id}: ${code}`);
      current = { ...current, state: 'failed', error: code };
    }
    await this.transactor.run(async (tx) => {
      await this.lease.renew(tx, run);
      await this.runs.saveClass(tx, current);
    });
    return current;
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
}
