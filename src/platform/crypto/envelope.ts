import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { takeRandom } from '../../kernel/random.js';

/**
 * The envelope of everything sealed here: format (1 byte) ‖ key version (4, big endian) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
 * AES-256-GCM; header and context are authenticated. Each context gets its own key out of the ring's key (HKDF-SHA-256),
 * so the 2^32 messages that one key stands with random nonces are counted per row and never reached.
 */
export const FORMAT = 1;
export const HEADER_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Nothing more is told: which of context, key and bytes did not fit is no business of whoever tries. */
export class SealBroken extends Error {
  constructor() {
    super('the sealed value does not open: wrong context, wrong key or altered bytes');
    this.name = 'SealBroken';
  }
}

export const headerOf = (version: number): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(FORMAT, 0);
  header.writeUInt32BE(version, 1);
  return header;
};

/** @throws SealBroken when it is no envelope */
export function versionOf(sealed: Buffer): number {
  if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed.readUInt8(0) !== FORMAT) throw new SealBroken();
  return sealed.readUInt32BE(1);
}

export function sealWith(key: Buffer, version: number, plaintext: Buffer, context: string): Buffer {
  const header = headerOf(version);
  const nonce = takeRandom(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', contextKey(key, context), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  return Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws SealBroken */
export function openWith(key: Buffer, sealed: Buffer, context: string): Buffer {
  const header = headerOf(versionOf(sealed));
  const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', contextKey(key, context), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const body = sealed.subarray(HEADER_BYTES + NONCE_BYTES, sealed.length - TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    throw new SealBroken();
  }
}

/** HKDF takes 1024 bytes of info at most, so a context of any length enters as its digest. */
const contextKey = (key: Buffer, context: string): Buffer => {
  const info = createHash('sha256').update('account-lifecycle seal\0').update(context).digest();
  // HKDF-Expand of one block (RFC 5869, 2.3).
  return createHmac('sha256', extracted(key)).update(info).update(FIRST_BLOCK).digest();
};

const FIRST_BLOCK = Buffer.from([1]);
const NO_SALT = Buffer.alloc(32);
const pseudoRandomKeys = new WeakMap<Buffer, Buffer>();

/** HKDF-Extract (RFC 5869, 2.2): depends on the ring's key alone, so once per key and not once per sealed value. */
function extracted(key: Buffer): Buffer {
  const known = pseudoRandomKeys.get(key);
  if (known !== undefined) return known;
  const made = createHmac('sha256', NO_SALT).update(key).digest();
  pseudoRandomKeys.set(key, made);
  return made;
}
