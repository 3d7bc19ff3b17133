import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../src/kernel/ids.js';
import type { LedgerEntry } from '../../src/modules/retention/ledger/erasure-ledger.js';
import { LedgerKeeper } from '../../src/modules/retention/ledger-keeper.js';
import { lineOf } from '../../src/modules/retention/ledger/ledger-line.js';
import { S3ErasureLedger } from '../../src/modules/retention/ledger/s3-erasure-ledger.js';
import { ErasureReplay } from '../../src/modules/retention/erasure-replay.js';
import { MoveLedgerService } from '../../src/modules/retention/move-ledger.service.js';
import { S3Bucket } from '../../src/platform/objects/s3-bucket.js';
import { S3Config } from '../../src/platform/objects/s3.config.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { backupOf, createDatabase, type TestDatabase } from '../support/database.js';
import { leave, placeHold } from '../support/retention.js';
import { S3Server } from '../support/s3-server.js';

const KEY = (n: number): string => `ledgers/erasure-ledger/${String(n).padStart(12, '0')}.jsonl`;
const entry = (n: number): LedgerEntry => ({
  id: newId(),
  at: '2026-11-23T00:00:00.000Z',
  kind: 'erasure_intended',
  accountId: newId(),
  planId: newId(),
  body: { n },
});

describe('the erasure ledger in a bucket', () => {
  let server: S3Server;
  let endpoint: string;
  beforeEach(async () => {
    server = new S3Server();
    endpoint = await server.open();
  });
  afterEach(() => server.close());

  const ledger = (): S3ErasureLedger =>
    new S3ErasureLedger(
      new S3Bucket(Object.assign(new S3Config(), { endpoint, ...server.account }), 'ledgers', 'erasure-ledger/'),
    );
  const numbers = async (of: S3ErasureLedger, after?: number): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const { entries } of of.read(after)) found.push(...entries.map((e) => e.body['n']));
    return found;
  };

  it('numbers what is appended, reads it in order, and from a mark on', async () => {
    for (let n = 1; n <= 12; n += 1) await ledger().append([entry(n)]);
    expect([...server.objects.keys()].sort().at(-1)).toBe(KEY(12));
    expect(await numbers(ledger())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await numbers(ledger(), 10)).toEqual([11, 12]);
    expect(await numbers(ledger(), 12)).toEqual([]);
  });

  it('five processes at once write over nothing and leave no gap', async () => {
    await Promise.all(
      Array.from({ length: 5 }, async (_, p) => {
        const own = ledger();
        for (let i = 0; i < 4; i += 1) await own.append([entry(p * 4 + i)]);
      }),
    );
    expect(new Set(await numbers(ledger())).size).toBe(20);
    expect(server.objects.size).toBe(20);
  });

  it('an answer that is lost on its way appends nothing twice', async () => {
    let lost = false;
    server.fault = (method) => {
      if (method !== 'PUT' || lost) return undefined;
      lost = true;
      return 'drop_after';
    };
    const own = ledger();
    await own.append([entry(1)]);
    await own.append([entry(2)]);
    expect(await numbers(ledger())).toEqual([1, 2]);
    expect(server.objects.size).toBe(2);
  });

  it('tells a gap, a lost end and a damaged object apart from an empty ledger', async () => {
    for (let n = 1; n <= 3; n += 1) await ledger().append([entry(n)]);
    const [second, third] = [server.objects.get(KEY(2))!, server.objects.get(KEY(3))!];
    server.objects.delete(KEY(2));
    await expect(numbers(ledger())).rejects.toMatchObject({ name: 'LedgerDamaged' });
    server.objects.set(KEY(2), { ...second, body: Buffer.from(second.body.toString().replace('erasure', 'arasure')) });
    await expect(numbers(ledger())).rejects.toMatchObject({ name: 'LedgerDamaged' });
    server.objects.set(KEY(2), second);
    server.objects.delete(KEY(3));
    await expect(numbers(ledger(), 3)).rejects.toMatchObject({ name: 'LedgerDamaged' });
    server.objects.set(KEY(3), third);
    expect(await numbers(ledger(), 3)).toEqual([]);
  });

  it('never asks to delete or to overwrite', async () => {
    for (let n = 1; n <= 3; n += 1) await ledger().append([entry(n)]);
    await numbers(ledger());
    const writes = server.seen.filter((s) => s.method !== 'GET' && s.method !== 'HEAD');
    expect(writes.every((s) => s.method === 'PUT' && s.headers['if-none-match'] === '*')).toBe(true);
  });
});

describe('a service whose ledger is in a bucket', () => {
  let server: S3Server;
  let db: TestDatabase;
  let app: TestApp;
  let env: Record<string, string>;

  beforeAll(async () => {
    server = new S3Server();
    env = {
      RETENTION_SCHEDULED_RUNS: 'false',
      RETENTION_LEDGER_STORE: 's3',
      RETENTION_LEDGER_BUCKET: 'ledgers',
      S3_ENDPOINT: await server.open(),
      S3_REGION: server.account.region,
      S3_ACCESS_KEY_ID: server.account.accessKeyId,
      S3_SECRET_ACCESS_KEY: server.account.secretAccessKey,
    };
    db = await createDatabase();
    app = await startApp({ env, db });
  });
  afterAll(async () => {
    await app.stop();
    await db.drop();
    server.close();
  });
  const ready = async (of: TestApp): Promise<number> => (await of.http.get('/health/ready')).status;
  /** Another flush may be under way, whose entries this one skips. */
  const flushed = async (of: TestApp): Promise<void> => {
    const pending = 'SELECT 1 FROM erasure_ledger_entries WHERE appended_at IS NULL';
    do await of.get(LedgerKeeper).flush();
    while ((await of.db.query(pending)).length > 0);
  };
  const mark = async (of: TestDatabase): Promise<number> =>
    Number((await of.query<{ mark: string }>('SELECT mark FROM erasure_ledger_marks'))[0]?.mark ?? 0);

  it('announces there before it destroys, and destroys nothing while the bucket cannot be reached', async () => {
    const account = await openAccount(app);
    server.fault = (method) => (method === 'PUT' ? 503 : undefined);
    await expect(leave(app, account.id)).rejects.toThrow();
    const [row] = await db.query<{ display_name: Buffer | null }>('SELECT display_name FROM accounts WHERE id = $1', [
      account.id,
    ]);
    expect(row?.display_name).not.toBeNull();
    server.fault = () => undefined;
    await flushed(app);
    expect([...server.objects.values()].some((o) => o.body.toString().includes(account.id))).toBe(true);
    expect([...server.objects.values()].map((o) => o.body.toString()).join('')).not.toContain('+86');
  });

  it('raises its mark, and reads only from there', async () => {
    expect(await app.get(ErasureReplay).look()).toBe(0);
    const reached = await mark(db);
    expect(reached).toBeGreaterThan(0);
    server.seen.length = 0;
    expect(await app.get(LedgerKeeper).missing()).toEqual([]);
    expect(server.seen.filter((s) => s.method === 'GET' && s.path.includes('.jsonl') && !s.path.includes('?'))).toEqual(
      [],
    );
  });

  it('R9 a restored backup is not ready until the replay, and does not lose its place by appending itself', async () => {
    const kept = await openAccount(app);
    await flushed(app);
    await app.get(ErasureReplay).look();
    await app.stop();
    const restored = await backupOf(db);
    app = await startApp({ env, db });
    await placeHold(app, { accountId: kept.id });
    await flushed(app);
    const old = await startApp({ env, db: restored });
    try {
      expect(await ready(old)).toBe(503);
      const before = await mark(restored);
      await placeHold(old, { accountId: newId() });
      await flushed(old);
      expect(await old.get(ErasureReplay).look()).toBe(1);
      expect(await mark(restored)).toBe(before);
      expect(await old.get(ErasureReplay).replay()).toMatchObject({ holds: 1 });
      expect(await ready(old)).toBe(200);
      expect(await mark(restored)).toBe(server.objects.size);
    } finally {
      await old.stop();
      await restored.drop();
    }
  });

  it('starts without its ledger, says that it is not ready, and is once the ledger answers', async () => {
    server.fault = () => 503;
    const blind = await startApp({ env, db });
    try {
      expect(await ready(blind)).toBe(503);
      server.fault = () => undefined;
      await blind.get(ErasureReplay).replay();
      expect(await ready(blind)).toBe(200);
    } finally {
      server.fault = () => undefined;
      await blind.stop();
    }
  });

  it('a ledger that lost its end is no ledger: not ready', async () => {
    await app.get(ErasureReplay).replay();
    server.objects.delete(KEY(server.objects.size));
    const cheated = await startApp({ env, db });
    try {
      expect(await ready(cheated)).toBe(503);
    } finally {
      await cheated.stop();
    }
  });
});

describe('moving the erasure ledger from its file into a bucket', () => {
  let server: S3Server;
  let db: TestDatabase;
  let env: Record<string, string>;
  const dataDir = mkdtempSync(join(tmpdir(), 'account-lifecycle-ledger-'));
  const file = join(dataDir, 'ledger', 'erasures.jsonl');
  beforeAll(async () => {
    server = new S3Server();
    db = await createDatabase();
    env = {
      ROLE: 'api',
      RETENTION_SCHEDULED_RUNS: 'false',
      RETENTION_LEDGER_BUCKET: 'ledgers',
      S3_ENDPOINT: await server.open(),
      S3_REGION: server.account.region,
      S3_ACCESS_KEY_ID: server.account.accessKeyId,
      S3_SECRET_ACCESS_KEY: server.account.secretAccessKey,
    };
  });
  afterAll(async () => {
    server.close();
    await db.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('copies everything once, also after the store failed in the middle; then the bucket is all that is needed', async () => {
    const app = await startApp({ db, dataDir, env });
    for (let i = 0; i < 3; i += 1) await leave(app, (await openAccount(app)).id);
    await placeHold(app, { accountId: newId() });
    await app.get(LedgerKeeper).flush();
    const move = app.get(MoveLedgerService);
    server.fault = (method) => (method === 'PUT' ? 500 : undefined);
    await expect(move.copy('s3')).rejects.toThrow(/object store/);
    server.fault = () => undefined;
    expect(await move.copy('s3')).toEqual({ found: 4, copied: 4 });
    expect(await move.copy('s3')).toEqual({ found: 4, copied: 0 });
    await leave(app, (await openAccount(app)).id);
    expect(await move.copy('s3')).toEqual({ found: 5, copied: 1 });
    await app.stop();
    rmSync(file);
    const moved = await startApp({ db, dataDir, env: { ...env, RETENTION_LEDGER_STORE: 's3' } });
    expect(await moved.get(LedgerKeeper).missing()).toEqual([]);
    // And back, as somebody would who leaves a provider.
    expect(await moved.get(MoveLedgerService).copy('file')).toEqual({ found: 5, copied: 5 });
    await moved.stop();
  });

  it('tells an entry that was changed, and one that is nowhere any more', async () => {
    const app = await startApp({ db, dataDir, env });
    const move = app.get(MoveLedgerService);
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const [first = ''] = lines;
    const entry = JSON.parse(first.slice(65)) as LedgerEntry;
    writeFileSync(file, [lineOf({ ...entry, at: '2020-01-01T00:00:00.000Z' }), ...lines.slice(1)].join('\n'));
    await expect(move.copy('s3')).rejects.toThrow(/told in two ways/);
    writeFileSync(file, lines.slice(1).join('\n'));
    server.objects.clear();
    await expect(move.copy('s3')).rejects.toThrow(`acknowledged once and in neither place: ${entry.id}`);
    await app.stop();
  });
});
