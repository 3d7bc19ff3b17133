import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../kernel/clock.js';
import { periodMs } from '../../kernel/period.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { Transactor } from '../database/transactor.js';
import { JobDispatcher } from '../queues/job-dispatcher.js';
import { RelaySignal } from '../queues/relay-signal.js';
import { EventFanouts } from './event-fanouts.js';
import { OutboxConfig } from './outbox.config.js';
import { OutboxStore } from './outbox.store.js';
import { Subscribers } from './subscribers.js';

/**
 * Moves events from the outbox to their consumers' rows, and due rows to the queues. The only producer of jobs.
 * Every worker runs it; one at a time relays, all of them dispatch.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Relay');
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private failing = false;

  constructor(
    private readonly store: OutboxStore,
    private readonly subscribers: Subscribers,
    private readonly fanouts: EventFanouts,
    private readonly dispatcher: JobDispatcher,
    private readonly signal: RelaySignal,
    private readonly transactor: Transactor,
    private readonly config: OutboxConfig,
    private readonly runtime: RuntimeConfig,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.runtime.role !== 'api') this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.signal.wake();
    await this.running;
  }

  /** @returns how many events were relayed; 0 also when another process has the turn */
  async relayBatch(): Promise<number> {
    if (!(await this.store.hasPending(this.transactor.reader))) return 0;
    return this.transactor.run(async (tx) => {
      const events = await this.store.takePending(tx, this.config.batchSize);
      if (events.length === 0) return 0;
      const now = this.clock.now();
      const deliveries = events.flatMap((event) =>
        this.subscribers.consumersOf(event.type).map((consumer) => ({ event, consumer })),
      );
      await this.store.fanOut(tx, deliveries, now);
      for (const fanout of this.fanouts.all) await fanout.fanOut(tx, events, now);
      return events.length;
    });
  }

  /** Is anything published that no consumer has a row for yet? */
  isBusy(): Promise<boolean> {
    return this.store.hasPending(this.transactor.reader);
  }

  /**
   * The first commit after a quiet moment is relayed at once; of those that follow close behind, one round takes many:
   * a round costs the same however few it moves.
   */
  private async loop(): Promise<void> {
    const [pollMs, restMs] = [periodMs(this.config.pollEvery), periodMs(this.config.rest)];
    while (!this.stopping) {
      const moved = await this.step();
      const ended = performance.now();
      if (moved >= this.config.batchSize) continue;
      if (moved === 0) await this.signal.wait(pollMs);
      await sleep(Math.max(0, ended + restMs - performance.now()));
    }
  }

  /** A lost database is a pause, not an end. */
  private async step(): Promise<number> {
    try {
      const moved = (await this.relayBatch()) + (await this.dispatcher.dispatchDue());
      this.failing = false;
      return moved;
    } catch (error) {
      if (!this.failing && !this.stopping) this.log.error(`relay: ${(error as Error).message}`);
      this.failing = true;
      return 0;
    }
  }
}
