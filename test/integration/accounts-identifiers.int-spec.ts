import { isDomainError } from '../../src/kernel/domain-error.js';
import { newId } from '../../src/kernel/ids.js';
import { IdentifiersService, thirdPartyValue } from '../../src/modules/accounts/identifiers.service.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { KeyRotation } from '../../src/platform/crypto/key-rotation.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';

describe('identifiers', () => {
  let app: TestApp;
  let identifiers: IdentifiersService;
  let transactor: Transactor;
  beforeAll(async () => {
    app = await startApp();
    identifiers = app.get(IdentifiersService);
    transactor = app.get(Transactor);
  });
  afterAll(() => app.stop());

  const codeOf = (error: unknown): string => (isDomainError(error) ? error.code : String(error));

  it('invariant 1: of 50 concurrent registrations of one number exactly one gets an account', async () => {
    const phone = freshPhone();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => openAccount(app, phone)));
    const refused = outcomes.filter((o) => o.status === 'rejected').map((o) => codeOf(o.reason));
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    expect(new Set(refused)).toEqual(new Set(['identifier_taken']));
    const accounts = await app.db.query(
      'SELECT account_id FROM identifier_claims JOIN accounts a ON a.id = account_id WHERE kind = $1',
      ['phone'],
    );
    expect(accounts).toHaveLength(1);
    const orphans = await app.db.query(
      'SELECT 1 FROM accounts WHERE id NOT IN (SELECT account_id FROM identifier_claims)',
    );
    expect(orphans).toHaveLength(0);
  });

  it('a refused claim leaves the transaction usable', async () => {
    const phone = freshPhone();
    const holder = await openAccount(app, phone);
    const seen = await transactor.run(async (tx) => {
      await expect(identifiers.claim(tx, newId(), { kind: 'phone', value: phone })).rejects.toMatchObject({
        code: 'identifier_taken',
      });
      return identifiers.findAccountBy(tx, 'phone', phone);
    });
    expect(seen).toBe(holder.id);
  });

  it('row 6: a third-party account is issuer and subject; another issuer with the same subject is another', async () => {
    const [a, b] = [thirdPartyValue('https://a.example', 'joe'), thirdPartyValue('https://b.example', 'joe')];
    const first = await openAccount(app, freshPhone(), { identifiers: [{ kind: 'third_party', value: a }] });
    const second = await openAccount(app, freshPhone(), { identifiers: [{ kind: 'third_party', value: b }] });
    const { reader } = transactor;
    expect(await identifiers.findAccountBy(reader, 'third_party', a)).toBe(first.id);
    expect(await identifiers.findAccountBy(reader, 'third_party', b)).toBe(second.id);
  });

  it('a released number is free, and its former holder stays known as linked', async () => {
    const phone = freshPhone();
    const before = await openAccount(app, phone);
    expect(await transactor.run((tx) => identifiers.release(tx, before.id, { kind: 'phone' }, 'test'))).toBe(1);
    const after = await openAccount(app, phone);
    const { reader } = transactor;
    expect(await identifiers.findAccountBy(reader, 'phone', phone)).toBe(after.id);
    expect((await identifiers.linkedAccounts(reader, after.id)).map((l) => [l.accountId, l.kind])).toEqual([
      [before.id, 'phone'],
    ]);
    expect(await identifiers.contactsOf(reader, before.id)).toEqual([phone]);
  });

  it('a bar stands for its term, whoever keeps the number, and its digest goes when the term ends (7.1)', async () => {
    const phone = freshPhone();
    const account = await openAccount(app, phone);
    const until = new Date(app.clock.now().getTime() + 60_000);
    const source = { kind: 'sanction', id: newId() } as const;
    await transactor.run(async (tx) => {
      await identifiers.barAccount(tx, account.id, ['phone'], { until, reason: 'evasion', source });
      await identifiers.release(tx, account.id, {}, 'deregistered');
    });
    const { reader } = transactor;
    expect(await identifiers.isBarred(reader, 'phone', phone)).toMatchObject({ until, source });
    expect(await identifiers.isBarred(reader, 'phone', freshPhone())).toBeUndefined();
    app.clock.advance(60_001);
    expect(await identifiers.isBarred(reader, 'phone', phone)).toBeUndefined();
    await transactor.run((tx) => identifiers.forgetEndedBars(tx, 100));
    expect(await app.db.query('SELECT 1 FROM barred_identifiers')).toHaveLength(0);
  });

  it('a bar without an end is refused by the database', async () => {
    const until = new Date('9999-12-31');
    await app.db.query(`SELECT $1::timestamptz`, [until]);
    await expect(
      app.db.query(
        `INSERT INTO barred_identifiers VALUES ($1, 'ban-phone', 'k1:00', now(), 'infinity', 'x', 'sanction', $1)`,
        [newId()],
      ),
    ).rejects.toThrow('barred_identifiers_finite');
  });

  it('no number stands in clear anywhere', async () => {
    const phone = freshPhone();
    await openAccount(app, phone);
    const [dump] = await app.db.query<{ found: boolean }>(
      `SELECT (SELECT string_agg(c::text, '') FROM identifier_claims c) LIKE '%' || $1 || '%' AS found`,
      [phone.slice(1)],
    );
    expect(dump?.found).toBe(false);
  });

  it('a number claimed under an older key version is still taken while keys rotate, and after', async () => {
    const phone = freshPhone();
    const holder = await openAccount(app, phone);
    const ring = app.get(KeyRing);
    ring.add('blind-index', app.clock.now());
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => openAccount(app, phone)));
    expect(outcomes.every((o) => o.status === 'rejected')).toBe(true);
    const fresh = freshPhone();
    const race = await Promise.allSettled(Array.from({ length: 8 }, () => openAccount(app, fresh)));
    expect(race.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    expect(await identifiers.findAccountBy(transactor.reader, 'phone', phone)).toBe(holder.id);
    await app.get(KeyRotation).reseal();
    expect(await identifiers.findAccountBy(transactor.reader, 'phone', phone)).toBe(holder.id);
    const versions = await app.db.query(`SELECT DISTINCT split_part(blind_index, ':', 1) AS v FROM identifier_claims`);
    expect(versions).toEqual([{ v: 'k2' }]);
  });
});
