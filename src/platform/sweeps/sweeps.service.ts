import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, periodMs } from '../../kernel/period.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { Transactor } from '../database/transactor.js';
import { failureCode } from '../queues/failure-code.js';
import { type MarkedMethod, MarkedMethods } from '../queues/marked-methods.js';
import { Metrics } from '../telemetry/metrics.js';
import { SWEEP_KEY, type SweepRun, type SweepSpec } from './sweep.js';
import { SweepLeaseStore } from './sweep-lease.store.js';

const LEASE = 'PT1M';
/** A sweep with more to do than this lets the others have a turn, and goes on at once afterwards. */
const BATCHES_PER_TURN = 50;
const TICK_MS = 100;
const LOOK_AGAIN_MS = 1_000;
const WAIT_FOR_OTHERS_MS = 30_000;

type Found = MarkedMethod<SweepSpec>;

/**
 * Runs sweeps. A timer in every worker asks the lease row whether it is time, so that what is due gets done whether or
 * not a queue or Redis is there.
 */
@Injectable()
export class Sweeps implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Sweeps');
  private readonly holder = newId();
  private readonly lookAgainAt = new Map<string, number>();
  private readonly inHand = new Map<Found, Promise<void>>();
  private readonly failures;
  private found: readonly Found[] = [];
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly methods: MarkedMethods,
    private readonly leases: SweepLeaseStore,
    private readonly transactor: Transactor,
    private readonly runtime: RuntimeConfig,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.failures = metrics.counter('sweep_failures_total', 'Runs of a sweep that threw.', ['sweep']);
    metrics.gauge(
      'sweep_overdue_seconds',
      'How late a sweep is: its next run should have begun so long ago.',
      ['sweep'],
      () => this.overdueSeconds(),
    );
  }

  /** @throws Error when two sweeps have one name: they would share a lease */
  async onApplicationBootstrap(): Promise<void> {
    this.found = this.methods.find<SweepSpec>(SWEEP_KEY);
    const names = this.names;
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    if (twice.length > 0) throw new Error(`two sweeps are named ${twice.join(', ')}`);
    if (names.length > 0) await this.transactor.run((tx) => this.leases.ensure(tx, names, this.clock.now()));
    if (this.runtime.role !== 'api') this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  get names(): string[] {
    return this.found.map(({ mark }) => mark.name);
  }

  /**
   * Runs one sweep, or all, now and here until nothing is left, whether or not their next run is due. Waits for a runner
   * elsewhere to finish first. For tests and the command line.
   * @returns how many rows were done
   * @throws what the sweep threw
   */
  async runDue(name?: string): Promise<number> {
    const chosen = this.found.filter(({ mark }) => name === undefined || mark.name === name);
    if (name !== undefined && chosen.length === 0) throw new Error(`no sweep ${name}`);
    let done = 0;
    for (const sweep of chosen) done += await this.runWhenFree(sweep);
    return done;
  }

  private async runWhenFree(sweep: Found): Promise<number> {
    for (let waited = 0; waited < WAIT_FOR_OTHERS_MS; waited += TICK_MS / 4) {
      const fence = await this.acquire(sweep, true);
      if (fence !== undefined) return this.run(sweep, fence, Number.POSITIVE_INFINITY);
      await sleep(TICK_MS / 4);
    }
    throw new Error(`sweep ${sweep.mark.name} is running elsewhere and does not end`);
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      // Side by side: a long sweep does not hold up the others.
      for (const sweep of await this.due()) this.start(sweep);
      await sleep(TICK_MS);
    }
    await Promise.all(this.inHand.values());
  }

  private start(sweep: Found): void {
    const run = this.runIfDue(sweep).finally(() => this.inHand.delete(sweep));
    this.inHand.set(sweep, run);
  }

  /** Asks for all of them at once, a second after each was last asked for; a clock that was moved back asks again too. */
  private async due(): Promise<Found[]> {
    const now = this.clock.now();
    const free = this.found.filter((sweep) => {
      const wait = (this.lookAgainAt.get(sweep.mark.name) ?? 0) - now.getTime();
      return !this.inHand.has(sweep) && (wait <= 0 || wait > periodMs(sweep.mark.every));
    });
    if (free.length === 0) return [];
    for (const { mark } of free)
      this.lookAgainAt.set(mark.name, now.getTime() + Math.min(periodMs(mark.every), LOOK_AGAIN_MS));
    try {
      const names = free.map(({ mark }) => mark.name);
      const due = await this.leases.due(this.transactor.reader, names, now);
      return free.filter(({ mark }) => due.includes(mark.name));
    } catch (error) {
      if (!this.stopping) this.log.error(`sweeps: ${failureCode(error)}`);
      return [];
    }
  }

  private async runIfDue(sweep: Found): Promise<void> {
    const { name } = sweep.mark;
    try {
      const fence = await this.acquire(sweep, false);
      if (fence !== undefined) await this.run(sweep, fence, BATCHES_PER_TURN);
    } catch (error) {
      if (!this.stopping)
        this.log.error(`sweep ${name}: ${failureCode(error)}`, error instanceof Error ? error.stack : undefined);
    }
  }

  private acquire({ mark }: Found, evenIfNotDue: boolean): Promise<string | undefined> {
    const now = this.clock.now();
    const times = { now, until: addPeriod(now, LEASE), nextRunAt: addPeriod(now, mark.every), evenIfNotDue };
    return this.leases.acquire(this.transactor.reader, mark.name, this.holder, times);
  }

  private async run(sweep: Found, fence: string, batches: number): Promise<number> {
    const { name } = sweep.mark;
    let failure: string | undefined;
    let more = false;
    try {
      let done = 0;
      for (let batch = 1; ; batch += 1) {
        const some = Number(await sweep.call(this.runOf(name, fence)));
        if (!(some > 0)) return done;
        done += some;
        more = batch >= batches;
        if (more || this.stopping || !(await this.extend(name, fence))) return done;
      }
    } catch (error) {
      failure = failureCode(error);
      this.failures.inc({ sweep: name });
      throw error;
    } finally {
      if (more) this.lookAgainAt.delete(name);
      const end = { ...(failure === undefined ? {} : { failure }), more };
      await this.leases.release(this.transactor.reader, name, fence, this.clock.now(), end).catch(() => undefined);
    }
  }

  private extend(name: string, fence: string): Promise<boolean> {
    const until = addPeriod(this.clock.now(), LEASE);
    return this.leases.extend(this.transactor.reader, name, fence, until);
  }

  private runOf(name: string, fence: string): SweepRun {
    return {
      name,
      fence,
      confirm: async (tx) => {
        if (!(await this.leases.isHeld(tx, name, fence))) throw new Error(`sweep ${name}: another runner took over`);
      },
    };
  }

  private async overdueSeconds(): Promise<{ labels: { sweep: string }; value: number }[]> {
    const now = this.clock.now();
    const late = await this.leases.overdue(this.transactor.reader, this.names, now);
    return late.map(({ name, nextRunAt }) => ({
      labels: { sweep: name },
      value: (now.getTime() - nextRunAt.getTime()) / 1000,
    }));
  }
}
