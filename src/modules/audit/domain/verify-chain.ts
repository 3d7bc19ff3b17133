import { type ChainedEvent, GENESIS, hashOf } from './chained-event.js';
import { isRefused, type OpenedCheckpoint } from './checkpoint.js';
import { type Finding, found, refusal } from './finding.js';
import { CheckpointCursor } from './checkpoint-cursor.js';

export interface Verification {
  readonly ok: boolean;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly count: number;
  /** Hash of the last event that is right. */
  readonly head: string;
  /** What vouches for the beginning: the start of the log, a checkpoint just before, or nobody (a cut-out taken alone). */
  readonly anchor: 'genesis' | 'checkpoint' | 'none';
  readonly checkpointsMatched: number;
  readonly finding: Finding | null;
}

export interface VerifyOptions {
  /** Signed checkpoints, ascending by size. */
  readonly checkpoints?: AsyncIterable<OpenedCheckpoint> | Iterable<OpenedCheckpoint>;
  /** A cut-out on purpose: it may begin anywhere, and a checkpoint beyond its end is no finding. */
  readonly partial?: boolean;
  readonly onProgress?: (count: number) => void;
}

/** A link whose event is not there any more. */
export interface LostEvent {
  readonly seq: number;
  readonly lost: true;
}

export type FoundEvent = ChainedEvent | LostEvent;

const PROGRESS_EVERY = 10_000;

/**
 * Walks a chain once, one event in memory at a time, and stops at the first thing that is wrong. What one cannot see
 * from the chain alone (a whole rewritten or shortened log) is seen against checkpoints that others kept.
 */
export async function verifyChain(
  events: AsyncIterable<FoundEvent> | Iterable<FoundEvent>,
  options: VerifyOptions = {},
): Promise<Verification> {
  const walk = new Walk(new CheckpointCursor(options.checkpoints ?? []), options.partial === true);
  for await (const event of events) {
    const finding = await walk.step(event);
    if (finding !== null) return walk.result(finding);
    if (walk.count % PROGRESS_EVERY === 0) options.onProgress?.(walk.count);
  }
  return walk.result(options.partial ? null : await walk.unreached());
}

class Walk {
  count = 0;
  private firstSeq: number | null = null;
  private lastSeq: number | null = null;
  private head = GENESIS;
  private anchor: Verification['anchor'] = 'none';
  private matched = 0;

  constructor(
    private readonly checkpoints: CheckpointCursor,
    private readonly partial: boolean,
  ) {}

  async step(event: FoundEvent): Promise<Finding | null> {
    const expected = this.lastSeq === null ? undefined : this.lastSeq + 1;
    if ('lost' in event) return found(event.seq, 'missing_event', 'the event of this link is gone');
    const fault = formFault(event, expected);
    if (fault !== null) return fault;
    if (this.lastSeq === null) {
      const refused = await this.begin(event);
      if (refused !== null) return refused;
    }
    if (event.previousHash !== this.head) {
      return found(event.seq, 'wrong_previous_hash', 'it does not follow from the event before');
    }
    if (hashOf(event) !== event.hash) return found(event.seq, 'wrong_hash', 'its content is not what was hashed');
    this.head = event.hash;
    this.lastSeq = event.seq;
    this.count += 1;
    return this.meetCheckpoints(event.seq, event.hash);
  }

  /** The first event of the walk: event 1 follows from nothing; any other from what a checkpoint says, or on trust. */
  private async begin(event: ChainedEvent): Promise<Finding | null> {
    this.firstSeq = event.seq;
    if (event.seq === 1) {
      this.anchor = 'genesis';
      return this.meetCheckpoints(0, GENESIS);
    }
    const before = await this.checkpoints.skipTo(event.seq - 1);
    if (before !== undefined && isRefused(before)) return refusal(before, event.seq);
    if (before === undefined) {
      if (!this.partial)
        return found(1, 'gap', `the log begins at ${event.seq}, and no checkpoint vouches for what was before`);
      this.head = event.previousHash;
      return null;
    }
    this.anchor = 'checkpoint';
    this.head = before.head;
    this.matched += 1;
    return this.checkpoints.otherLog(before);
  }

  private async meetCheckpoints(size: number, head: string): Promise<Finding | null> {
    for (;;) {
      const checkpoint = await this.checkpoints.peek();
      if (checkpoint === undefined) return null;
      if (isRefused(checkpoint)) return refusal(checkpoint, size);
      if (checkpoint.size > size) return null;
      if (checkpoint.size === size && checkpoint.head !== head) {
        return found(size, 'checkpoint_mismatch', `a checkpoint of ${checkpoint.at} vouches for another head`);
      }
      const other = this.checkpoints.otherLog(checkpoint);
      if (other !== null) return other;
      if (checkpoint.size === size) this.matched += 1;
      this.checkpoints.advance();
    }
  }

  /** A checkpoint beyond the end: events that once were there are gone. */
  async unreached(): Promise<Finding | null> {
    if (this.lastSeq === null) {
      const atStart = await this.meetCheckpoints(0, GENESIS);
      if (atStart !== null) return atStart;
    }
    const checkpoint = await this.checkpoints.peek();
    if (checkpoint === undefined) return null;
    if (isRefused(checkpoint)) return refusal(checkpoint, this.lastSeq ?? 0);
    const text = `a checkpoint of ${checkpoint.at} vouches for ${checkpoint.size} events`;
    return found((this.lastSeq ?? 0) + 1, 'log_shortened', text);
  }

  result(finding: Finding | null): Verification {
    return {
      ok: finding === null,
      firstSeq: this.firstSeq,
      lastSeq: this.lastSeq,
      count: this.count,
      head: this.head,
      anchor: this.anchor,
      checkpointsMatched: this.matched,
      finding,
    };
  }
}

function formFault(event: ChainedEvent, expected: number | undefined): Finding | null {
  const { seq } = event as { seq: unknown };
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) {
    return found(expected ?? 1, 'malformed', 'it has no sequence number');
  }
  if (expected !== undefined && seq !== expected) {
    return found(expected, 'gap', `event ${seq} stands where ${expected} belongs`);
  }
  const wellFormed = typeof event.previousHash === 'string' && typeof event.hash === 'string';
  return wellFormed ? null : found(seq, 'malformed', 'it has no hash or no previous hash');
}
