import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AuditService } from '../audit/audit.service.js';
import { Catalogue } from './catalogue.js';
import { changedClasses, type Counted, type RunChange } from './domain/run-changes.js';
import { DueCounts } from './due-counts.js';
import { RETENTION_ERRORS } from './retention.errors.js';
import { type RunRow, RunStore } from './run.store.js';

/** Retries of an answer that was lost find the run that there is. */
export interface StartedRun {
  readonly id: string;
}

/**
 * A run that a person wants (console, C27): a dry run is proposed by one and started by another, and what is started is
 * that dry run: its moment, its policy, its counts. If anything differs by then, nothing starts.
 */
@Injectable()
export class StartProposedRunService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: RunStore,
    private readonly counts: DueCounts,
    private readonly catalogue: Catalogue,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async propose(id: string, confirm: string, by: Actor): Promise<void> {
    await this.transactor.run(async (tx) => {
      const run = await this.mustFind(tx, id, true);
      if (!run.dry_run || run.state !== 'completed') throw new DomainError(RETENTION_ERRORS.run_not_proposable);
      this.confirmed(run, confirm);
      if (run.proposal?.by === by.id) return;
      if (run.proposal !== null) throw new DomainError(RETENTION_ERRORS.run_not_proposable);
      await this.store.propose(tx, id, { by: by.id, at: this.clock.now().toISOString() });
      await this.note(tx, 'retention_run.proposed', id, by, { reportSha256: run.report_sha256 });
    });
  }

  /** @throws DomainError run_changed_since_dry_run with what changed, run_second_person_required for the proposer */
  async start(id: string, given: { confirm: string; reportSha256: string }, by: Actor): Promise<StartedRun> {
    const seen = await this.mustFind(this.transactor.reader, id);
    const started = await this.store.basedOn(this.transactor.reader, id);
    if (started !== undefined) return started;
    if (seen.proposal === null) throw new DomainError(RETENTION_ERRORS.run_not_proposable);
    if (seen.proposal.by === by.id) throw new DomainError(RETENTION_ERRORS.run_second_person_required);
    this.confirmed(seen, given.confirm);
    const changed = await this.changes(id);
    const same = given.reportSha256 === seen.report_sha256 && this.catalogue.current.sha256 === seen.policy_sha256;
    if (!same || changed.length > 0)
      throw new DomainError(RETENTION_ERRORS.run_changed_since_dry_run, { extra: { changed } });
    return this.transactor.run(async (tx) => {
      const run = await this.mustFind(tx, id, true);
      const other = await this.store.basedOn(tx, id);
      if (other !== undefined) return other;
      const next = newId();
      await this.store.request(tx, {
        id: next,
        dryRun: false,
        cause: 'person',
        requestedBy: by,
        scope: run.scope,
        policy: this.catalogue.current,
        now: this.clock.now(),
        basedOn: { id, asOf: run.as_of },
      });
      const data = { basedOn: id, reportSha256: run.report_sha256, proposedBy: run.proposal?.by };
      await this.note(tx, 'retention_run.requested', next, by, data);
      return { id: next };
    });
  }

  /** Counted again, against the moment of the dry run: what went, came under a hold or came free since. */
  async changes(id: string): Promise<RunChange[]> {
    const run = await this.mustFind(this.transactor.reader, id);
    const then = await this.store.classes(this.transactor.reader, id);
    const now: Counted[] = [];
    for (const { record_class: recordClass } of then)
      now.push({ recordClass, ...(await this.counts.measureAt(run.policy_sha256, recordClass, run.as_of)) });
    return changedClasses(
      then.map((c) => ({ recordClass: c.record_class, due: c.due, held: c.held })),
      now,
    );
  }

  startedFrom(id: string): Promise<StartedRun | undefined> {
    return this.store.basedOn(this.transactor.reader, id);
  }

  private confirmed(run: RunRow, typed: string): void {
    if (typed.trim() !== run.policy_version) throw new DomainError(RETENTION_ERRORS.run_confirmation_wrong);
  }

  private async mustFind(tx: Tx, id: string, lock = false): Promise<RunRow> {
    const run = await this.store.find(tx, id, lock);
    if (run === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    return run;
  }

  private note(tx: Tx, type: string, id: string, actor: Actor, data: object): Promise<string> {
    return this.audit.record(tx, {
      type,
      actor,
      target: { kind: 'retention_run', id },
      clauses: ['DER-4', '2.5(1)'],
      policies: { retention: this.catalogue.current.sha256 },
      data: { ...data },
    });
  }
}
