import { canonicalJson } from '../../../kernel/canonical-json.js';
import { type ChainedEvent, GENESIS, hashOf } from './chained-event.js';
import { type Checkpoint, isRefused, type OpenedCheckpoint } from './checkpoint.js';

export type FindingCode =
  | 'malformed'
  | 'not_canonical'
  | 'missing_event'
  | 'gap'
  | 'wrong_previous_hash'
  | 'wrong_hash'
  | 'checkpoint_mismatch'
  | 'checkpoint_refused'
  | 'other_log'
  | 'log_shortened'
  | 'never_chained';

/** The first thing that is wrong. */
export interface Finding {
  readonly seq: number;
  readonly code: FindingCode;
  readonly message: string;
}

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

/** Looks one checkpoint ahead in an ascending stream of them. */
class CheckpointCursor {
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

const found = (seq: number, code: FindingCode, message: string): Finding => ({ seq, code, message });

const refusal = (checkpoint: { refused: string; size: number | null }, near: number): Finding =>
  found(checkpoint.size ?? near, 'checkpoint_refused', `checkpoint: ${checkpoint.refused}`);

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

/** A line of an export that cannot be read as the one text that its event has. */
export class BadLine extends Error {
  constructor(
    readonly code: 'malformed' | 'not_canonical',
    message: string,
  ) {
    super(message);
    this.name = 'BadLine';
  }
}

/**
 * One line of an export. It must be exactly the canonical JSON of its event: a doubled key or another spelling reads
 * differently in different parsers, and what is hashed must be what is read.
 * @throws BadLine
 */
export function parseLine(line: string): ChainedEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new BadLine('malformed', 'the line is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new BadLine('malformed', 'the line is not an event');
  if (canonicalJson(parsed) !== line) throw new BadLine('not_canonical', 'the line is not canonical JSON (RFC 8785)');
  return parsed as ChainedEvent;
}

/** `verifyChain` over the lines of an export. */
export async function verifyLines(
  lines: AsyncIterable<string> | Iterable<string>,
  options: VerifyOptions = {},
): Promise<Verification> {
  let bad: BadLine | undefined;
  async function* events(): AsyncGenerator<ChainedEvent> {
    for await (const line of lines) {
      if (line === '') continue;
      try {
        yield parseLine(line);
      } catch (error) {
        if (!(error instanceof BadLine)) throw error;
        bad = error;
        return;
      }
    }
  }
  const result = await verifyChain(events(), options);
  if (bad === undefined) return result;
  if (result.finding !== null && result.finding.code !== 'log_shortened') return result;
  const seq = (result.lastSeq ?? 0) + 1;
  return { ...result, ok: false, finding: found(seq, bad.code, bad.message) };
}
