import { Injectable } from '@nestjs/common';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { subtractPeriod } from '../../kernel/period.js';
import { SigningKeys } from '../../platform/callers/signing-keys.js';
import { Replica } from '../../platform/database/replica.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AuditConfig } from './audit.config.js';
import { type ChainRange, ChainStore } from './chain.store.js';
import { CheckpointStore } from './checkpoint.store.js';
import { checkpointOpener, type OpenedCheckpoint } from './domain/checkpoint.js';
import { type FoundEvent, type Verification, verifyChain } from './domain/verify-chain.js';

const BATCH = 2_000;
const DAY_MS = 86_400_000;

/** The check of `audit verify`, against the database: keyset batches, so memory stays flat however long the log. */
@Injectable()
export class VerifyLogService {
  private running: Promise<Verification> | undefined;

  constructor(
    private readonly transactor: Transactor,
    private readonly replica: Replica,
    private readonly chain: ChainStore,
    private readonly checkpoints: CheckpointStore,
    private readonly keys: SigningKeys,
    private readonly config: AuditConfig,
    private readonly clock: Clock,
  ) {}

  /** The whole log. Callers who come while a check runs get its answer: a walk is dear and says the same. */
  verify(onProgress?: (count: number) => void): Promise<Verification> {
    this.running ??= this.verifyAll(onProgress).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** What entered the chain in [from, to), one canonical line an event. */
  async *exportLines(from?: string, to?: string): AsyncGenerator<string> {
    const range = await this.chain.rangeOf(this.replica.reader, from, to);
    for await (const event of this.walk(range, this.replica.reader)) {
      if ('lost' in event) throw new Error(`audit: event ${event.seq} is gone; run the verification`);
      yield `${canonicalJson(event)}\n`;
    }
  }

  private async verifyAll(onProgress?: (count: number) => void): Promise<Verification> {
    const { size, head } = await this.chain.head(this.transactor.reader);
    const result = await verifyChain(this.walk({ afterSeq: 0, throughSeq: size }), {
      checkpoints: this.opened(size),
      ...(onProgress ? { onProgress } : {}),
    });
    if (!result.ok) return result;
    if ((result.lastSeq ?? 0) !== size || (size > 0 && result.head !== head)) {
      const message = `the sequencer has written ${size} events`;
      return { ...result, ok: false, finding: { seq: (result.lastSeq ?? 0) + 1, code: 'log_shortened', message } };
    }
    return this.nothingUnchained(result);
  }

  /** One batch ahead: the database looks for the next while this process hashes. */
  private async *walk(range: ChainRange, reader = this.transactor.reader): AsyncGenerator<FoundEvent> {
    const fetch = (afterSeq: number): Promise<FoundEvent[]> =>
      this.chain.links(reader, { afterSeq, throughSeq: range.throughSeq }, BATCH);
    let ahead = fetch(range.afterSeq);
    for (;;) {
      const batch = await ahead;
      const last = batch.at(-1);
      if (last === undefined) return;
      const more = last.seq < range.throughSeq;
      if (more) {
        ahead = fetch(last.seq);
        // Awaited next time round, or never when the walk ends early.
        ahead.catch(() => undefined);
      }
      yield* batch;
      if (!more) return;
    }
  }

  private async *opened(throughSize: number): AsyncGenerator<OpenedCheckpoint> {
    const open = checkpointOpener({ keys: this.keys.published() });
    for (let size = 0; ;) {
      const batch = await this.checkpoints.from(this.transactor.reader, size, BATCH);
      for (const { jws, size: claimed, head } of batch) {
        // Younger than the head that this walk goes to.
        if (claimed > throughSize) return;
        const opened = await open(jws);
        const same = !('refused' in opened) && opened.size === claimed && opened.head === head;
        yield same || 'refused' in opened ? opened : { refused: 'its row says something else', size: claimed };
      }
      const last = batch.at(-1);
      if (last === undefined) return;
      size = last.size + 1;
    }
  }

  /** Every event older than the merge delay has its link: nobody took one out of the queue. */
  private async nothingUnchained(result: Verification): Promise<Verification> {
    const until = subtractPeriod(this.clock.now(), this.config.mergeDelay);
    let from = await this.chain.nextEventAt(this.transactor.reader, new Date(0));
    while (from !== undefined && from < until) {
      const to = new Date(Math.min(from.getTime() + DAY_MS, until.getTime()));
      const id = await this.chain.unchained(this.transactor.reader, from, to);
      if (id !== undefined) {
        const message = `event ${id} is older than the merge delay and has no link`;
        return { ...result, ok: false, finding: { seq: (result.lastSeq ?? 0) + 1, code: 'never_chained', message } };
      }
      from = await this.chain.nextEventAt(this.transactor.reader, to);
    }
    return result;
  }
}
