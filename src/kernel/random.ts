import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);

/** Bytes of the system's generator, fetched many at a time: a request needs some dozens of nonces and salts. Each is given out once. */
export function takeRandom(bytes: number): Buffer {
  if (pool.length < bytes) pool = randomFillSync(Buffer.allocUnsafeSlow(Math.max(POOL_BYTES, bytes)));
  const taken = pool.subarray(0, bytes);
  pool = pool.subarray(bytes);
  return taken;
}
