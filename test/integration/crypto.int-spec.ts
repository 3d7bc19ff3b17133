import { newId } from '../../src/kernel/ids.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { FieldCipher } from '../../src/platform/crypto/field-cipher.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { KeyRotation } from '../../src/platform/crypto/key-rotation.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';

describe('key rotation on real tables', () => {
  let app: TestApp;
  const phones: string[] = [];

  beforeAll(async () => {
    app = await startApp({ env: { RETENTION_SCHEDULED_RUNS: 'false' } });
    for (let i = 0; i < 12; i += 1) phones.push((await openAccount(app)).phone);
  });
  afterAll(() => app.stop());

  const versions = (): Promise<{ field: number; index: string }[]> =>
    app.db.query(
      `SELECT ('x' || encode(substring(value from 2 for 4), 'hex'))::bit(32)::int AS field, split_part(blind_index, ':', 1) AS index
         FROM identifier_claims`,
    );

  it('re-encrypts and re-indexes every registered row, and people still sign in', async () => {
    const ring = app.get(KeyRing);
    ring.add('field', app.clock.now());
    ring.add('blind-index', app.clock.now());
    const progress: string[] = [];
    const done = await app.get(KeyRotation).reseal((p) => progress.push(p.column));
    expect(done.every((c) => c.finished)).toBe(true);
    expect(done.find((c) => c.table === 'identifier_claims' && c.column === 'value')?.changed).toBe(12);
    expect((await versions()).every((v) => v.field === 2 && v.index === 'k2')).toBe(true);
    await signIn(app, phones[0]!);
  });

  it('changes nothing when run again', async () => {
    const before = await app.db.query('SELECT id, value, blind_index FROM identifier_claims ORDER BY id');
    const done = await app.get(KeyRotation).reseal();
    expect(done.filter((c) => c.table === 'identifier_claims').every((c) => c.changed === 0)).toBe(true);
    expect(await app.db.query('SELECT id, value, blind_index FROM identifier_claims ORDER BY id')).toEqual(before);
  });

  it('refuses to call an old version unused while a row is under it', async () => {
    const rotation = app.get(KeyRotation);
    expect(await rotation.inUse('field', 1)).toEqual([]);
    expect((await rotation.inUse('field', 2)).map((c) => c.table)).toContain('identifier_claims');
    app.get(KeyRing).retire('field', 1);
    await signIn(app, phones[1]!);
  });

  it('goes on where a killed rotation stopped, and finds what was written behind its cursor', async () => {
    const ring = app.get(KeyRing);
    const stale = app.get(FieldCipher).seal('late', 'identifier_claims.value:x');
    ring.add('field', app.clock.now());
    const rotation = app.get(KeyRotation);
    let batches = 0;
    const killed = rotation.reseal(() => {
      batches += 1;
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(batches).toBe(1);
    // A process that has not heard of the new version writes under the old one, with the smallest id of all.
    const [account] = await app.db.query<{ account_id: string }>('SELECT account_id FROM identifier_claims LIMIT 1');
    const id = '00000000-0000-7000-8000-000000000001';
    const phone = freshPhone();
    const old = { key: ring.version('field', 2), version: 2 };
    expect(stale.readUInt32BE(1)).toBe(old.version);
    const { sealWith } = await import('../../src/platform/crypto/envelope.js');
    const sealed = sealWith(old.key.key, old.version, Buffer.from(phone), `identifier_claims.value:${id}`);
    await app.db.query(
      `INSERT INTO identifier_claims (id, account_id, kind, blind_index, value, claimed_at) VALUES ($1, $2, 'phone', $3, $4, now())`,
      [id, account?.account_id, app.get(BlindIndex).of('phone', phone), sealed],
    );
    await rotation.reseal();
    expect((await versions()).every((v) => v.field === 3)).toBe(true);
    expect(await rotation.inUse('field', 2)).toEqual([]);
  });

  it('keeps a value where it is: copied to another row it does not open', async () => {
    const [a, b] = await app.db.query<{ id: string; value: Buffer }>(
      `SELECT id, value FROM identifier_claims ORDER BY id DESC LIMIT 2`,
    );
    const cipher = app.get(FieldCipher);
    expect(cipher.openText(a!.value, `identifier_claims.value:${a!.id}`)).toMatch(/^\+86/);
    expect(() => cipher.open(a!.value, `identifier_claims.value:${b!.id}`)).toThrow(/does not open/);
    expect(() => cipher.open(a!.value, `identifier_claims.value:${newId()}`)).toThrow(/does not open/);
  });
});
