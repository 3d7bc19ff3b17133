import { parse, stringify } from 'uuid';

/**
 * A refresh token names its session and generation and carries a keyed digest over both and the session's salt. So any
 * token that was ever issued can be recognised without keeping one, in clear or hashed: an older generation that comes
 * back means that two parties hold the session (row 15), and a forged one means nothing at all.
 */
export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
  /** Hex, 256 bits. */
  readonly digest: string;
}

const PREFIX = 'rt_';
const ID_BYTES = 16;
const GENERATION_BYTES = 4;
const DIGEST_BYTES = 32;

export function writeRefreshToken({ sessionId, generation, digest }: RefreshToken): string {
  const number = Buffer.alloc(GENERATION_BYTES);
  number.writeUInt32BE(generation);
  return PREFIX + Buffer.concat([parse(sessionId), number, Buffer.from(digest, 'hex')]).toString('base64url');
}

/** @returns undefined for anything that was never one of ours */
export function readRefreshToken(text: string): RefreshToken | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  if (bytes.length !== ID_BYTES + GENERATION_BYTES + DIGEST_BYTES) return undefined;
  // One token, one spelling.
  if (PREFIX + bytes.toString('base64url') !== text) return undefined;
  try {
    return {
      sessionId: stringify(bytes.subarray(0, ID_BYTES)),
      generation: bytes.readUInt32BE(ID_BYTES),
      digest: bytes.subarray(ID_BYTES + GENERATION_BYTES).toString('hex'),
    };
  } catch {
    return undefined;
  }
}

/** What the digest is over. */
export const boundRefresh = (b: { sessionId: string; generation: number; salt: string }): string =>
  JSON.stringify([b.sessionId, b.generation, b.salt]);
