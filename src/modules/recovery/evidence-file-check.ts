import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { isId } from '../../kernel/ids.js';
import { subtractPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { EvidenceFiles } from './evidence-files.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_EVENTS } from './recovery.events.js';
import { RecoveryJournal } from './recovery-journal.js';
import { type EvidenceRef, RecoveryStore } from './recovery.store.js';

/**
 * Files and rows are two stores that no transaction joins (R26). A file without a row, after an erasure or an upload that
 * was refused, goes. A row without its file is a loss: nothing can mend it here, so it is told: metric, event, audit, log.
 */
@Injectable()
export class EvidenceFileCheck implements OnModuleInit {
  private readonly log = new Logger('EvidenceFiles');

  constructor(
    private readonly store: RecoveryStore,
    private readonly files: EvidenceFiles,
    private readonly journal: RecoveryJournal,
    private readonly transactor: Transactor,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly config: RecoveryConfig,
  ) {}

  onModuleInit(): void {
    const help = 'Rows of evidence whose file is not in the file store';
    this.metrics.gauge('recovery_evidence_files_missing', help, [], async () => [
      { labels: {}, value: await this.store.countMissingFiles(this.transactor.reader) },
    ]);
  }

  /** A file is written before its row, so only files older than any upload under way are judged. @returns how many went */
  async removeOrphans(olderThan: Date): Promise<number> {
    let gone = 0;
    for await (const names of this.files.olderThan(olderThan)) {
      // What nobody here named (a marker of the store, a listing of a backup tool) is not ours to delete.
      const ours = names.filter((name) => isId(idOf(name)));
      if (ours.length === 0) continue;
      const orphans = new Set(await this.store.orphans(this.transactor.reader, ours.map(idOf)));
      for (const name of ours.filter((n) => orphans.has(idOf(n)))) {
        await this.files.remove(name);
        gone += 1;
      }
    }
    return gone;
  }

  /** @returns how many rows were looked at */
  async findMissing(limit: number): Promise<number> {
    const before = subtractPeriod(this.clock.now(), this.config.evidenceCheckEvery);
    const due = await this.store.unchecked(this.transactor.reader, before, limit);
    for (const evidence of due) await this.check(evidence);
    return due.length;
  }

  private async check({ id, appealId, accountId, missing }: EvidenceRef): Promise<void> {
    const present = await this.files.has(id);
    await this.transactor.run(async (tx) => {
      const stands = await this.store.fileChecked(tx, id, present, this.clock.now());
      if (!stands || present || missing) return;
      this.log.error({ evidenceId: id, appealId, problem: 'the file of a row is missing from the file store' });
      await this.journal.note(tx, {
        type: RECOVERY_EVENTS.evidenceMissing,
        actor: SYSTEM,
        target: { kind: 'recovery_appeal', id: appealId },
        accountId,
        data: { evidenceId: id },
      });
    });
  }
}

/** A file that is being written has a suffix. */
const idOf = (name: string): string => name.replace(/\.part$/, '');
