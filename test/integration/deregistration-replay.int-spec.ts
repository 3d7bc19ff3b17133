import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ErasureReplay } from '../../src/modules/retention/erasure-replay.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { applyAs, approve, pass, QUICK, reach, toReview } from '../support/leaving.js';

describe('R9 a backup from before somebody left', () => {
  let dataDir: string;
  let db: TestDatabase;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'account-lifecycle-replay-'));
    db = await createDatabase();
  });
  afterAll(async () => {
    await db.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('brings nobody back: fenced by the replay, their saga runs once more to its end', async () => {
    const phone = freshPhone();
    const before = await startApp({ db, dataDir, env: QUICK });
    const { id: accountId } = await openAccount(before, phone);
    await before.drain();
    await before.stop();

    const backup = await copyOf(db);
    const { clock } = before;
    const app = await startApp({ db, dataDir, env: QUICK, clock });
    const leaver = await applyAs(app, await signIn(app, phone), phone);
    await toReview(app);
    await approve(app, leaver.id);
    for (const seconds of [0, 2, 21, 2, 2, 2]) await pass(app, seconds);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    await app.stop();

    const restored = await startApp({ db: backup, dataDir, env: QUICK, clock });
    try {
      expect((await restored.http.get('/health/ready')).status).toBe(503);
      await restored.get(ErasureReplay).replay();
      expect((await restored.http.get('/health/ready')).status).toBe(200);
      for (let i = 0; i < 6; i += 1) await pass(restored, 2);
      expect(await reach(restored, leaver.id, 'completed')).toBe('completed');
      const [account] = await backup.query('SELECT state, birth_date, display_name FROM accounts WHERE id = $1', [
        accountId,
      ]);
      expect(account).toEqual({ state: 'deregistered', birth_date: null, display_name: null });
      expect(await backup.query('SELECT 1 FROM identifier_claims WHERE account_id = $1', [accountId])).toEqual([]);
      expect((await openAccount(restored, phone)).id).not.toBe(accountId);
    } finally {
      await restored.stop();
      await backup.drop();
    }
  });

  /** A copy as `pg_dump | pg_restore` would make it. */
  const copyOf = async (source: TestDatabase): Promise<TestDatabase> => {
    const copy = await createDatabase();
    const name = new URL(copy.url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: copy.url.replace(/[^/]*$/, 'postgres') });
    await admin.connect();
    const from = new URL(source.url).pathname.slice(1);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY ($1)', [
      [name, from],
    ]);
    await admin.query(`DROP DATABASE ${name}`);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
    await admin.end();
    return copy;
  };
});
