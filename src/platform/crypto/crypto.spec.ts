import fc from 'fast-check';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../kernel/clock.js';
import { BlindIndex } from './blind-index.js';
import { SealBroken } from './envelope.js';
import { columnContext, FieldCipher } from './field-cipher.js';
import { KeyRing } from './key-ring.js';
import { DirectoryKeyRingStore, SecretKeyRingStore } from './key-ring.store.js';

const directory = (): string => join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');

function freshRing(at = directory()): { ring: KeyRing; clock: MovableClock; at: string } {
  const clock = new MovableClock();
  const ring = new KeyRing(new DirectoryKeyRingStore(at), clock);
  ring.generateMissing();
  return { ring, clock, at };
}

describe('FieldCipher', () => {
  const { ring } = freshRing();
  const cipher = new FieldCipher(ring);
  const bytes = fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b));

  it('opens what it sealed, for any bytes and any context', () => {
    fc.assert(
      fc.property(bytes, fc.string({ maxLength: 2000 }), (plaintext, context) => {
        expect(cipher.open(cipher.seal(plaintext, context), context).equals(plaintext)).toBe(true);
      }),
    );
  });

  it('opens under no other context', () => {
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (plaintext, context, other) => {
        fc.pre(context !== other);
        const sealed = cipher.seal(plaintext, context);
        expect(() => cipher.open(sealed, other)).toThrow(SealBroken);
      }),
    );
  });

  it('notices every altered bit and every cut', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat({ max: 7 }), (plaintext, at, bit) => {
        const sealed = cipher.seal(plaintext, 'accounts.name:1');
        const altered = Buffer.from(sealed);
        const index = at % altered.length;
        altered[index] = (altered[index] ?? 0) ^ (1 << bit);
        expect(() => cipher.open(altered, 'accounts.name:1')).toThrow();
        expect(() => cipher.open(sealed.subarray(0, index), 'accounts.name:1')).toThrow();
      }),
    );
  });

  it('never seals the same bytes twice the same way', () => {
    const context = columnContext('accounts', 'display_name', '1');
    expect(cipher.seal('阿明', context).equals(cipher.seal('阿明', context))).toBe(false);
    expect(cipher.openText(cipher.seal('阿明', context), context)).toBe('阿明');
  });
});

describe('KeyRing', () => {
  it('keeps its files to their owner and refuses what others can read', () => {
    const { at } = freshRing();
    expect(statSync(join(at, 'field.json')).mode & 0o777).toBe(0o600);
  });

  it('seals under the new version once it is active, and opens both at all times', () => {
    const { ring, clock } = freshRing();
    const cipher = new FieldCipher(ring);
    const before = cipher.seal('x', 'c');
    ring.add('field', new Date(clock.now().getTime() + 15_000));
    expect(ring.current('field').version).toBe(1);
    clock.advance(15_001);
    const after = cipher.seal('x', 'c');
    expect([before.readUInt32BE(1), after.readUInt32BE(1)]).toEqual([1, 2]);
    expect([cipher.openText(before, 'c'), cipher.openText(after, 'c')]).toEqual(['x', 'x']);
  });

  it('is found by a process that started before the rotation', () => {
    const { ring, clock, at } = freshRing();
    const other = new FieldCipher(new KeyRing(new DirectoryKeyRingStore(at), clock));
    other.seal('warm', 'c');
    ring.add('field', clock.now());
    expect(other.openText(new FieldCipher(ring).seal('new', 'c'), 'c')).toBe('new');
  });

  it('refuses to retire the version in use, and forgets a retired one', () => {
    const { ring, clock } = freshRing();
    const sealed = new FieldCipher(ring).seal('x', 'c');
    expect(() => ring.retire('field', 1)).toThrow(/in use/);
    ring.add('field', clock.now());
    ring.retire('field', 1);
    expect(() => new FieldCipher(ring).open(sealed, 'c')).toThrow(/not in the ring/);
  });

  it('reads a ring from a secret, and says nothing of a broken one but its purpose', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const ring = new KeyRing(
      new SecretKeyRingStore(JSON.stringify({ field: [{ version: 3, key }] })),
      new MovableClock(),
    );
    expect(ring.current('field').version).toBe(3);
    expect(ring.missing()).toEqual(['blind-index', 'record-key']);
    expect(() => new SecretKeyRingStore('{"field": hunter2')).toThrow(/^crypto.keyRing is not a JSON object$/);
  });
});

describe('BlindIndex', () => {
  const { ring, clock } = freshRing();
  const index = new BlindIndex(ring);

  it('is the same for the same value and kind, and different for every other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(index.of('phone', a)).toBe(index.of('phone', a));
        expect(index.of('phone', a)).not.toBe(index.of('oidc', a));
        if (a !== b) expect(index.of('phone', a)).not.toBe(index.of('phone', b));
      }),
    );
  });

  it('looks for every version during a rotation, the current one first', () => {
    const old = index.of('phone', '+8613800138000');
    expect(old).toMatch(/^k1:[0-9a-f]{64}$/);
    ring.add('blind-index', new Date(clock.now().getTime() - 1));
    const now = index.of('phone', '+8613800138000');
    expect(now).toMatch(/^k2:/);
    expect(index.allVersions('phone', '+8613800138000')).toEqual([now, old]);
  });

  it('R13 gives a dictionary attack nothing without the key', () => {
    const stranger = new BlindIndex(freshRing().ring);
    const stolen = index.of('phone', '+8613800138000').split(':')[1];
    const dictionary = Array.from({ length: 2000 }, (_, i) => `+86138001${String(37000 + i)}`);
    expect(dictionary.some((phone) => stranger.of('phone', phone).endsWith(String(stolen)))).toBe(false);
  });
});
