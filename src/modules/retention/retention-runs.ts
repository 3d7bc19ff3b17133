import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { subtractPeriod } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { rows } from '../../platform/database/sql.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { assertKnownClasses } from './known-classes.js';
import { RUN_LIFECYCLE, type RunCommand } from './domain/run-lifecycle.js';
import { reportHash, type RunReport } from './domain/run-report.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_ERRORS } from './retention.errors.js';
import { reportOf } from './report-of-run.js';
import { type RunClassRow, type RunRow, type RunScope, RunStore } from './run.store.js';

export interface RunView {
  readonly run: RunRow;
  readonly classes: readonly RunClassRow[];
}

const SCHEDULE_LOCK = 7243;

/** Asking for retention runs, steering and reading them. The work itself is the run worker's. */
@Injectable()
export class RetentionRuns {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: RunStore,
    private readonly catalogue: Catalogue,
    private readonly audit: AuditService,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  /** @returns the id of the queued run */
  request(once: Once, dryRun: boolean, scope: RunScope, by: Actor): Promise<string> {
    assertKnownClasses(this.catalogue.current.policy, scope.recordClasses);
    if (!dryRun && this.config.secondPerson && by.kind === 'staff')
      throw new DomainError(RETENTION_ERRORS.run_second_person_required);
    return this.transactor.once(once, (tx) => this.requestIn(tx, dryRun, scope, by, 'person'));
  }

  /** Called by the sweep: one scheduled run at a time, and only when the last one is long enough ago. */
  async requestScheduled(): Promise<string | undefined> {
    if (!this.config.scheduledRuns) return undefined;
    return this.transactor.run(async (tx) => {
      await rows(tx, 'SELECT pg_advisory_xact_lock($1, 0)', [SCHEDULE_LOCK]);
      const since = subtractPeriod(this.clock.now(), this.config.runEvery);
      if (!(await this.store.scheduleDue(tx, since))) return undefined;
      return this.requestIn(tx, false, {}, SYSTEM, 'schedule');
    });
  }

  async steer(id: string, command: Extract<RunCommand, 'pause' | 'resume' | 'cancel'>, by: Actor): Promise<RunView> {
    await this.transactor.run(async (tx) => {
      const run = await this.store.find(tx, id, true);
      if (run === undefined) throw new DomainError(HTTP_ERRORS.not_found);
      const next = RUN_LIFECYCLE.move(run.state, command);
      await this.store.move(tx, id, run.state, next);
      if (RUN_LIFECYCLE.isTerminal(next)) {
        const finishedAt = this.clock.now();
        const report = reportOf({ ...run, finished_at: finishedAt }, await this.store.classes(tx, id));
        await this.store.setReportHash(tx, id, finishedAt, reportHash(report));
      }
      await this.record(tx, `retention_run.${PAST[command]}`, id, by);
    });
    return this.find(id);
  }

  async find(id: string): Promise<RunView> {
    const run = await this.store.find(this.transactor.reader, id);
    if (run === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    return { run, classes: await this.store.classes(this.transactor.reader, id) };
  }

  list(after: readonly unknown[] | undefined, limit: number): Promise<RunRow[]> {
    return this.store.list(this.transactor.reader, after, limit);
  }

  async report(id: string): Promise<{ report: RunReport; hash: string }> {
    const { run, classes } = await this.find(id);
    const report = reportOf(run, classes);
    return { report, hash: reportHash(report) };
  }

  private async requestIn(tx: Tx, dryRun: boolean, scope: RunScope, by: Actor, cause: string): Promise<string> {
    const id = newId();
    await this.store.request(tx, {
      id,
      dryRun,
      cause,
      requestedBy: by,
      scope,
      policy: this.catalogue.current,
      now: this.clock.now(),
    });
    await this.record(tx, 'retention_run.requested', id, by);
    return id;
  }

  private async record(tx: Tx, type: string, id: string, actor: Actor): Promise<void> {
    const policies = { retention: this.catalogue.current.sha256 };
    await this.audit.record(tx, {
      type,
      actor,
      target: { kind: 'retention_run', id },
      clauses: ['DER-4', '2.5(1)'],
      policies,
    });
  }
}

const PAST = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;
