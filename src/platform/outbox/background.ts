import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobDispatcher } from '../queues/job-dispatcher.js';
import { Sweeps } from '../sweeps/sweeps.service.js';
import { Relay } from './relay.js';

const MAX_ROUNDS = 500;
const PAUSE_MS = 10;
const WAIT_ROUNDS = 1_500;

/** All background work of this process, for who has to know that it is done: tests, the command line, the demo. */
@Injectable()
export class Background {
  constructor(
    private readonly relay: Relay,
    private readonly dispatcher: JobDispatcher,
    private readonly sweeps: Sweeps,
  ) {}

  /**
   * Relays, delivers, works and sweeps what is due by the Clock until nothing is left, helping the workers rather than
   * waiting for them. What is due later (a retry, a due date) stays for later.
   * @throws Error when it does not come to rest, naming what still moves
   */
  async drain(): Promise<void> {
    let busy: readonly string[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      await this.settle();
      const swept = await this.sweeps.runDue();
      busy = await this.busyWith();
      if (swept === 0 && busy.length === 0) return;
    }
    throw new Error(`background work does not come to rest: ${busy.length === 0 ? 'a sweep' : busy.join(', ')}`);
  }

  /** Like `drain`, without the sweeps. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < WAIT_ROUNDS;) {
      const moved = (await this.relay.relayBatch()) + (await this.dispatcher.workDue());
      if (moved > 0) {
        idle = 0;
        continue;
      }
      if ((await this.busyWith()).length === 0) return;
      // A worker of this or another process has it.
      idle += 1;
      await sleep(PAUSE_MS);
    }
    throw new Error(`claimed, and not getting done: ${(await this.busyWith()).join(', ')}`);
  }

  private async busyWith(): Promise<string[]> {
    const jobs = await this.dispatcher.busyWith();
    return (await this.relay.isBusy()) ? ['relay', ...jobs] : jobs;
  }
}
