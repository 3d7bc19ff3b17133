import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../src/kernel/ids.js';
import { ErasureReplay } from '../../src/modules/retention/erasure-replay.js';
import { LedgerKeeper } from '../../src/modules/retention/ledger-keeper.js';
import { RecordKeys } from '../../src/modules/retention/keys/record-keys.js';
import { recordContext } from '../../src/modules/retention/record-sealer.js';
import { RecordStore } from '../../src/modules/retention/record.store.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { backupOf, createDatabase, type TestDatabase } from '../support/database.js';
import { leave, placeHold, runNow, sealExpired } from '../support/retention.js';

const env = { RETENTION_SCHEDULED_RUNS: 'false' };

describe('a restored backup', () => {
  let dataDir: string;
  let db: TestDatabase;
  let restored: TestDatabase;
  let app: TestApp;
  const ids = { erased: '', held: '', shredded: '', stays: '' };
  let shreddedSubject = '';

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'replay-'));
    db = await createDatabase();
    const before = await startApp({ env, db, dataDir });
    ids.erased = (await openAccount(before)).id;
    ids.held = (await openAccount(before)).id;
    ids.stays = (await openAccount(before)).id;
    const record = await sealExpired(before, 'erasure_receipt');
    [ids.shredded, shreddedSubject] = [record.id, record.accountId];
    await before.get(LedgerKeeper).flush();
    await before.stop();
    restored = await backupOf(db);

    // After the backup: one person leaves, one is held, one record expires.
    const after = await startApp({ env, db, dataDir });
    await placeHold(after, { accountId: ids.held });
    await leave(after, ids.erased);
    await runNow(after, ['erasure_receipt']);
    await after.get(LedgerKeeper).flush();
    await after.stop();
    app = await startApp({ env, db: restored, dataDir });
  });
  afterAll(async () => {
    await app.stop();
    await db.drop();
    await restored.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const readiness = async (): Promise<number> => (await app.http.get('/health/ready')).status;
  const nameOf = async (id: string): Promise<Buffer | null | undefined> =>
    (await restored.query<{ display_name: Buffer | null }>('SELECT display_name FROM accounts WHERE id = $1', [id]))[0]
      ?.display_name;

  it('opens nothing that was shredded: the key store is not in the backup', async () => {
    const row = await app.get(RecordStore).find(app.get(Transactor).reader, ids.shredded);
    expect(row).toBeDefined();
    const name = { accountId: shreddedSubject, recordClass: 'erasure_receipt' };
    await expect(app.get(RecordKeys).open(name, row!.sealed, recordContext(ids.shredded))).rejects.toMatchObject({
      code: 'record_key_destroyed',
    });
  });

  it('R9 is not ready while it is older than the erasure ledger, and erases nothing by itself', async () => {
    expect(await nameOf(ids.erased)).not.toBeNull();
    expect(app.get(RetentionService).ledgerEntriesBehind).toBe(2);
    expect(await readiness()).toBe(503);
    await app.drain();
    expect(await restored.query('SELECT 1 FROM retention_runs WHERE cause = $1', ['schedule'])).toEqual([]);
  });

  it('R9 R10 is ready after the replay: holds first, then erasures, and nobody came back', async () => {
    const order: string[] = [];
    const fenced: string[] = [];
    app.get(RetentionService).onReplay((entry) => {
      fenced.push(String(entry.accountId));
      return Promise.resolve();
    });
    const done = await app.get(ErasureReplay).replay((entry) => order.push(entry.kind));
    expect(order).toEqual(['hold_placed', 'erasure_intended']);
    expect(done).toEqual({ holds: 1, erasures: 1, shreddedRows: 1 });
    expect(fenced).toEqual([ids.erased]);
    expect(await nameOf(ids.erased)).toBeNull();
    expect(await nameOf(ids.stays)).not.toBeNull();
    expect(await readiness()).toBe(200);
    expect(await restored.query('SELECT 1 FROM retained_records WHERE id = $1', [ids.shredded])).toEqual([]);
  });

  it('R10 the hold of after the backup holds again', async () => {
    const { deferred } = await leave(app, ids.held);
    expect(deferred).toContain('registration_identity');
    expect(await nameOf(ids.held)).not.toBeNull();
  });

  it('replays once: a second time there is nothing', async () => {
    expect(await app.get(ErasureReplay).replay()).toEqual({ holds: 0, erasures: 0, shreddedRows: 0 });
  });

  it('skips a line that a crash cut short, and takes an entry twice as once', async () => {
    const file = join(dataDir, 'ledger', 'erasures.jsonl');
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    appendFileSync(file, `${lines[0]}\n${String(lines[0]).slice(0, 90)}`);
    expect(await app.get(LedgerKeeper).missing()).toEqual([]);
    const account = await openAccount(app);
    await leave(app, account.id);
    const kept = readFileSync(file, 'utf8');
    expect(kept).toContain(account.id);
  });

  it('R33 carries ids and codes only', () => {
    const kept = readFileSync(join(dataDir, 'ledger', 'erasures.jsonl'), 'utf8');
    expect(kept).not.toContain('小鲸');
    expect(kept).not.toContain('+86');
    expect(kept).not.toContain('dispute');
  });

  it('an intent whose transaction rolled back never reaches the ledger', async () => {
    const accountId = newId();
    const retention = app.get(RetentionService);
    const plan = { planId: newId(), policySha256: retention.policy.sha256 };
    const work = app.get(Transactor).run(async (tx) => {
      await retention.announceErasure(tx, accountId, plan);
      throw new Error('the compare-and-set was lost');
    });
    await expect(work).rejects.toThrow('compare-and-set');
    await retention.flushLedger();
    expect(readFileSync(join(dataDir, 'ledger', 'erasures.jsonl'), 'utf8')).not.toContain(accountId);
  });
});
