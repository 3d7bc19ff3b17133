import { LRUCache } from 'lru-cache';
import { type Count, type Counted, LimitStore } from './limit-store.js';

const MAX_COUNTERS = 100_000;

/** Counters of one process, for the coarse wall only: bounded, so that a flood of addresses cannot fill the memory. */
export class MemoryLimitStore extends LimitStore {
  private readonly counters = new LRUCache<string, { points: number; endsMs: number }>({ max: MAX_COUNTERS });

  override add(counts: readonly Count[], now: Date): Promise<Counted[]> {
    return Promise.resolve(
      counts.map(({ key, cost, windowMs }) => {
        const known = this.counters.get(key);
        const counter =
          known !== undefined && known.endsMs > now.getTime() ? known : { points: 0, endsMs: now.getTime() + windowMs };
        counter.points += cost;
        this.counters.set(key, counter);
        return { points: counter.points, windowEndsAt: new Date(counter.endsMs) };
      }),
    );
  }

  override takeBack(counts: readonly (Count & { windowEndsAt: Date })[]): Promise<void> {
    for (const { key, cost, windowEndsAt } of counts) {
      const known = this.counters.get(key);
      if (known?.endsMs === windowEndsAt.getTime()) known.points = Math.max(0, known.points - cost);
    }
    return Promise.resolve();
  }

  override reset(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.counters.delete(key);
    return Promise.resolve();
  }
}
