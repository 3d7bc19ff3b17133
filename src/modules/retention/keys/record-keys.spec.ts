import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../../kernel/clock.js';
import { isDomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { KeyRing } from '../../../platform/crypto/key-ring.js';
import { DirectoryKeyRingStore } from '../../../platform/crypto/key-ring.store.js';
import { RETENTION_ERRORS } from '../retention.errors.js';
import { DirectoryRecordKeyStore } from './directory-record-key-store.js';
import { RecordKeys } from './record-keys.js';
import { RingMasterKey } from './ring-master-key.js';

function fresh(): { keys: RecordKeys; ring: KeyRing; directory: string; clock: MovableClock } {
  const directory = mkdtempSync(join(tmpdir(), 'record-keys-'));
  const clock = new MovableClock();
  const ring = new KeyRing(new DirectoryKeyRingStore(join(directory, 'ring')), clock);
  ring.generateMissing();
  const store = new DirectoryRecordKeyStore(join(directory, 'store'));
  return { keys: new RecordKeys(store, [new RingMasterKey(ring)]), ring, directory, clock };
}

/** Files of slots, wherever they lie. */
const slotFiles = (directory: string): string[] =>
  readdirSync(join(directory, 'store'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.keys'))
    .map((name) => join(directory, 'store', name));

const text = (value: string): Buffer => Buffer.from(value);
const refused = async (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    (error: unknown) => isDomainError(error, RETENTION_ERRORS.record_key_destroyed),
  );

describe('record keys', () => {
  it('R7 one key a class: destroying one leaves the other readable', async () => {
    const { keys } = fresh();
    const accountId = newId();
    const [a, b] = ['class_a', 'class_b'].map((recordClass) => ({ accountId, recordClass })) as [never, never];
    const sealedA = await keys.seal(a, text('kept under A'), 'x');
    const sealedB = await keys.seal(b, text('kept under B'), 'y');
    await keys.destroy([a]);
    expect(await refused(keys.open(a, sealedA.sealed, 'x'))).toBe(true);
    expect((await keys.open(b, sealedB.sealed, 'y')).toString()).toBe('kept under B');
  });

  it('R8 a destroyed key is never made again: a late write is refused and leaves nothing', async () => {
    const { keys, directory } = fresh();
    const name = { accountId: newId(), recordClass: 'identity' };
    await keys.seal(name, text('before'), 'x');
    await keys.destroy([name]);
    const slots = (): number => slotFiles(directory).reduce((n, f) => n + readFileSync(f).length, 0);
    const before = slots();
    expect(await refused(keys.seal(name, text('late'), 'x'))).toBe(true);
    expect(slots()).toBe(before);
    // Another process with a store of its own reads the same tombstone.
    expect(await keys.isDestroyed(name)).toBe(true);
  });

  it('leaves no material behind: the slot of a destroyed key holds zeros', async () => {
    const { keys, directory } = fresh();
    const name = { accountId: newId(), recordClass: 'identity' };
    await keys.seal(name, text('x'), 'x');
    const file = slotFiles(directory)[0] as string;
    expect(
      readFileSync(file)
        .subarray(40, 100)
        .every((byte) => byte === 0),
    ).toBe(false);
    await keys.destroy([name]);
    expect(
      readFileSync(file)
        .subarray(40, 100)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('destroys many at once, with right hints, wrong hints and none', async () => {
    const { keys } = fresh();
    const names = Array.from({ length: 60 }, () => ({ accountId: newId(), recordClass: 'many' }));
    const sealed: { slot: number | undefined }[] = [];
    for (const name of names) sealed.push(await keys.seal(name, text('x'), 'x'));
    const hinted = names.map((name, i) => ({
      ...name,
      slot: i % 3 === 0 ? sealed[i]?.slot : i % 3 === 1 ? 9_999 : undefined,
    }));
    await keys.destroy(hinted.slice(0, 50));
    for (const [i, name] of names.entries()) expect(await keys.isDestroyed(name)).toBe(i < 50);
  });

  it('rewraps under a new master key, after which the old one can go', async () => {
    const { keys, ring, clock } = fresh();
    const name = { accountId: newId(), recordClass: 'identity' };
    const { sealed } = await keys.seal(name, text('kept'), 'x');
    ring.add('record-key', clock.now());
    expect(await keys.rewrap()).toBe(1);
    expect(await keys.rewrap()).toBe(0);
    ring.retire('record-key', 1);
    expect((await keys.open(name, sealed, 'x')).toString()).toBe('kept');
  });

  it('tells a damaged store apart from an absent key', async () => {
    const { keys, directory } = fresh();
    const name = { accountId: newId(), recordClass: 'identity' };
    await keys.seal(name, text('x'), 'x');
    const file = slotFiles(directory)[0] as string;
    const bytes = readFileSync(file);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    await expect(keys.isDestroyed(name)).rejects.toThrow(/damaged/);
  });
});
