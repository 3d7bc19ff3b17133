import { canonicalJson } from '../../../kernel/canonical-json.js';
import { type ChainedEvent } from './chained-event.js';
import { type Verification, verifyChain, type VerifyOptions } from './verify-chain.js';
import { found } from './finding.js';

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
