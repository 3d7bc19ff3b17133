import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { RECORD_KEY_LIFECYCLE, type RecordKeyState } from '../domain/record-key-lifecycle.js';
import { MASTER_KEYS, type MasterKeyName, type WrappedKey } from './master-key.js';
import type { KeyRef, RecordKeyName, StoredKey } from './record-key-store.js';

/**
 * One key on disk, 128 bytes, so that a slot never crosses a sector and a torn write cannot mix two states:
 * magic (2) ‖ state (1) ‖ who wrapped it (1) ‖ master version (4) ‖ name digest (32) ‖ nonce, wrapped key, tag (60) ‖ crc32 (4) ‖ zeros.
 */
export const SLOT_BYTES = 128;
const MAGIC = 0x4b31;
const STATE_AT = 2;
const HOLDER_AT = 3;
const NAME_AT = 8;
const KEY_AT = 40;
const CRC_AT = 100;
export const WRAPPED_BYTES = CRC_AT - KEY_AT;
const HOLDERS = Object.keys(MASTER_KEYS) as MasterKeyName[];
const STATES: readonly RecordKeyState[] = ['live', 'destroy_scheduled', 'destroyed'];

/** A name as it stands on disk: no account id can be read from the store. */
export const nameDigest = ({ accountId, recordClass }: RecordKeyName): Buffer =>
  createHash('sha256').update(`${accountId}\n${recordClass}`).digest();

/** `nameDigest` in SQL, so that a batch need not send its account ids here. */
export const nameDigestSql = (accountId: string, recordClass: string): string =>
  `sha256(convert_to(${accountId}::text || E'\\n' || ${recordClass}, 'UTF8'))`;

export function encodeSlot(name: Buffer, stored: StoredKey): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt16BE(MAGIC, 0);
  slot.writeUInt8(STATES.indexOf(stored.state), STATE_AT);
  slot.writeUInt8(stored.key === undefined ? 0 : MASTER_KEYS[stored.key.by], HOLDER_AT);
  slot.writeUInt32BE(stored.key?.masterVersion ?? 0, 4);
  name.copy(slot, NAME_AT);
  stored.key?.wrapped.copy(slot, KEY_AT);
  slot.writeUInt32BE(crc32(slot.subarray(0, CRC_AT)), CRC_AT);
  return slot;
}

/*
 * A purge looks at every slot of a chunk: these read where the slot stands in it, and make nothing for each.
 */

const NOTHING = Buffer.alloc(SLOT_BYTES);
const checked = Buffer.alloc(CRC_AT);

function crcOf(bytes: Buffer, at: number): number {
  bytes.copy(checked, 0, at, at + CRC_AT);
  return crc32(checked);
}

/** What a crash can leave of slots that nobody was told of: zeros. */
export const isVoid = (bytes: Buffer, at = 0): boolean =>
  bytes.length >= at + SLOT_BYTES && bytes.compare(NOTHING, 0, SLOT_BYTES, at, at + SLOT_BYTES) === 0;

export const slotName = (slot: Buffer): Buffer => slot.subarray(NAME_AT, KEY_AT);

/** The slot at `at` has the name that stands at `nameAt` of `names`. */
export const isNamed = (bytes: Buffer, at: number, names: Buffer, nameAt: number): boolean =>
  bytes.compare(names, nameAt, nameAt + KEY_AT - NAME_AT, at + NAME_AT, at + KEY_AT) === 0;

/** What the store calls a key by: it never sees an account id. */
export const keyRef = (name: RecordKeyName): KeyRef => ({
  recordClass: name.recordClass,
  digest: nameDigest(name),
  slot: name.slot,
});

/** A key of a batch: address (4, negative: unknown) ‖ digest of the name (32), as `DueRecordsStore.expire` returns them. */
export const PACKED_BYTES = 36;
export const PACKED_NAME_AT = 4;

export function packKeys(refs: readonly KeyRef[]): Buffer {
  const packed = Buffer.alloc(refs.length * PACKED_BYTES);
  for (const [i, { digest, slot }] of refs.entries()) {
    packed.writeInt32BE(slot ?? -1, i * PACKED_BYTES);
    digest.copy(packed, i * PACKED_BYTES + PACKED_NAME_AT);
  }
  return packed;
}

/** As it was written: neither torn nor damaged. */
export const isWhole = (bytes: Buffer, at = 0): boolean =>
  bytes.length >= at + SLOT_BYTES &&
  bytes.readUInt16BE(at) === MAGIC &&
  bytes.readUInt32BE(at + CRC_AT) === crcOf(bytes, at);

const DESTROYED = STATES.indexOf('destroyed');

export const isTombstone = (bytes: Buffer, at = 0): boolean =>
  isWhole(bytes, at) && bytes.readUInt8(at + STATE_AT) === DESTROYED;

/** Makes a tombstone of a whole slot where it stands. @returns false when it is one: doing it twice is success */
export function entomb(bytes: Buffer, at = 0): boolean {
  const state = STATES[bytes.readUInt8(at + STATE_AT)] ?? 'destroyed';
  const end = RECORD_KEY_LIFECYCLE.next(RECORD_KEY_LIFECYCLE.next(state, 'schedule') ?? state, 'destroy');
  if (end === undefined) return false;
  bytes.writeUInt8(STATES.indexOf(end), at + STATE_AT);
  bytes.fill(0, at + HOLDER_AT, at + NAME_AT).fill(0, at + KEY_AT, at + CRC_AT);
  bytes.writeUInt32BE(crcOf(bytes, at), at + CRC_AT);
  return true;
}

/** @throws Error when the slot is not whole: a damaged key store is told, never taken for an absent key */
export function decodeSlot(slot: Buffer): StoredKey {
  const state = STATES[slot.readUInt8(STATE_AT)];
  if (!isWhole(slot) || state === undefined) throw new Error('the record key store is damaged');
  if (state === 'destroyed') return { state };
  const by = HOLDERS[slot.readUInt8(HOLDER_AT)];
  if (by === undefined) throw new Error('the record key store was written by a newer version of this service');
  const key: WrappedKey = {
    by,
    masterVersion: slot.readUInt32BE(4),
    wrapped: Buffer.from(slot.subarray(KEY_AT, CRC_AT)),
  };
  return { state, key };
}
