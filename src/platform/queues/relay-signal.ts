import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A hint inside one process: there is something to relay. Losing it costs a poll interval and nothing else, since what
 * is to be done stands in the database.
 */
@Injectable()
export class RelaySignal {
  private waiting: AbortController | undefined;
  private woken = false;

  wake(): void {
    this.woken = true;
    this.waiting?.abort();
  }

  /** Resolves after `ms`, or at once when woken, also when woken since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.woken) {
      this.waiting = new AbortController();
      await sleep(ms, undefined, { signal: this.waiting.signal }).catch(() => undefined);
      this.waiting = undefined;
    }
    this.woken = false;
  }
}
