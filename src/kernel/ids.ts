import { v7, validate } from 'uuid';
import { takeRandom } from './random.js';

const last = { msecs: 0, seq: 0 };

/**
 * A new UUIDv7 (RFC 9562): sorts by creation time, so that keyset pages and B-trees stay in order. Within a millisecond
 * this process counts up from a random start (RFC 9562, 6.2), so that its own ids are in order there too.
 */
export function newId(): string {
  const random = takeRandom(16);
  const now = Date.now();
  if (now > last.msecs) {
    last.msecs = now;
    last.seq = random.readUInt32BE(6) >>> 1;
  } else {
    last.seq += 1;
  }
  return v7({ random, ...last });
}

export const isId = (value: unknown): value is string => typeof value === 'string' && validate(value);
