import { Logger } from '@nestjs/common';
import { type Count, type Counted, LimitStore } from './limit-store.js';

/**
 * Redis first; when it does not answer, PostgreSQL. Never "let it pass": a limiter that fails open is an invitation to
 * make it fail (attack row 12). Counters begin anew on the other side, so at most twice the limit passes in that window.
 */
export class FallbackLimitStore extends LimitStore {
  private readonly log = new Logger('Limits');
  private failing = false;

  constructor(
    private readonly first: LimitStore,
    private readonly second: LimitStore,
  ) {
    super();
  }

  override add(counts: readonly Count[], now: Date): Promise<Counted[]> {
    return this.either((store) => store.add(counts, now));
  }

  override takeBack(counts: readonly (Count & { windowEndsAt: Date })[]): Promise<void> {
    return this.either((store) => store.takeBack(counts));
  }

  /** On both: what was counted may stand on either. */
  override async reset(keys: readonly string[]): Promise<void> {
    await this.second.reset(keys);
    await this.first.reset(keys).catch(() => undefined);
  }

  private async either<T>(work: (store: LimitStore) => Promise<T>): Promise<T> {
    try {
      const result = await work(this.first);
      if (this.failing) this.log.log('counters are back on Redis');
      this.failing = false;
      return result;
    } catch {
      if (!this.failing) this.log.warn('Redis does not answer: counting in PostgreSQL');
      this.failing = true;
      return work(this.second);
    }
  }
}
