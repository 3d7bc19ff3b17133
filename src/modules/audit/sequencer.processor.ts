import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../kernel/clock.js';
import { periodMs, subtractPeriod } from '../../kernel/period.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { AuditConfig } from './audit.config.js';
import { ChainEventsService } from './chain-events.service.js';
import { CheckpointChainService } from './checkpoint-chain.service.js';
import { KeepMonthsService } from './keep-months.service.js';

const MAX_PAUSE_MS = 30_000;

/**
 * The loop of a worker: chain what is there, swear to it once a minute, keep the months ahead. It is no queue job,
 * because the merge delay is below a second and the events' own queue is the table.
 */
@Injectable()
export class SequencerProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('AuditSequencer');
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly chain: ChainEventsService,
    private readonly checkpoints: CheckpointChainService,
    private readonly months: KeepMonthsService,
    private readonly config: AuditConfig,
    private readonly runtime: RuntimeConfig,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.runtime.role === 'api') return;
    this.loop = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.loop === undefined) return;
    this.stopping.abort();
    await this.loop;
    await this.chain.giveTurnBack().catch(() => undefined);
  }

  private async run(): Promise<void> {
    const pause = periodMs(this.config.sequencerPause);
    for (let failures = 0; !this.stopping.signal.aborted;) {
      try {
        await this.months.keepAhead();
        await this.chain.chainAll();
        await this.checkpoints.checkpointIfDue(subtractPeriod(this.clock.now(), this.config.checkpointEvery));
        failures = 0;
      } catch (error) {
        failures += 1;
        this.log.error('chaining failed; it goes on after a pause', error instanceof Error ? error.stack : undefined);
      }
      await this.rest(Math.min(pause * 2 ** failures, MAX_PAUSE_MS));
    }
  }

  private async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
