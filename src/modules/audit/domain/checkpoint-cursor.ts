import { type Checkpoint, isRefused, type OpenedCheckpoint } from './checkpoint.js';
import { type Finding, found } from './finding.js';

/** Looks one checkpoint ahead in an ascending stream of them. */
export class CheckpointCursor {
  private readonly iterator: AsyncIterator<OpenedCheckpoint> | Iterator<OpenedCheckpoint>;
  private ahead: OpenedCheckpoint | undefined;
  private log: string | undefined;

  constructor(source: AsyncIterable<OpenedCheckpoint> | Iterable<OpenedCheckpoint>) {
    this.iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  async peek(): Promise<OpenedCheckpoint | undefined> {
    if (this.ahead === undefined) {
      const next = await this.iterator.next();
      this.ahead = next.done ? undefined : next.value;
    }
    return this.ahead;
  }

  advance(): void {
    this.ahead = undefined;
  }

  /** The checkpoint of exactly `size`, those before it passed over; a refused one is given back as it is. */
  async skipTo(size: number): Promise<OpenedCheckpoint | undefined> {
    for (;;) {
      const next = await this.peek();
      if (next === undefined || isRefused(next)) return next;
      if (next.size > size) return undefined;
      this.advance();
      if (next.size === size) return next;
    }
  }

  /** Checkpoints of two logs prove nothing about one. */
  otherLog(checkpoint: Checkpoint): Finding | null {
    this.log ??= checkpoint.log;
    if (this.log === checkpoint.log) return null;
    return found(checkpoint.size, 'other_log', `a checkpoint of log ${checkpoint.log} among those of ${this.log}`);
  }
}
