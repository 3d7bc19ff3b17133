import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/kernel/ids.js';
import { DeletionGateway } from '../../src/modules/retention/deletion-gateway.js';
import { LOCK_SCHEME, stripeOf, WIDE_LOCK } from '../../src/modules/retention/hold.store.js';
import { LegalHolds } from '../../src/modules/retention/legal-holds.js';
import { RecordKeys } from '../../src/modules/retention/keys/record-keys.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { leave, LEGAL, placeHold, recordOpens, runNow, sealExpired } from '../support/retention.js';

const CLASS = 'erasure_receipt';

describe('legal holds against everything that erases', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { RETENTION_SCHEDULED_RUNS: 'false', RUNTIME_ROLE: 'api', ROLE: 'api' } });
  });
  afterAll(() => app.stop());

  const exists = async (id: string): Promise<boolean> =>
    (await app.db.query('SELECT 1 FROM retained_records WHERE id = $1', [id])).length === 1;
  const opens = (id: string): Promise<boolean> => recordOpens(app, id);

  it('R2 a hold placed between the select and the delete of a batch loses no row', async () => {
    const records = [];
    for (let i = 0; i < 5; i += 1) records.push(await sealExpired(app, CLASS));
    const held = records[2]!;
    const client = new pg.Client({ connectionString: app.db.url });
    await client.connect();
    try {
      // The hold's transaction has the subject's lock first; the run has already chosen its rows when it commits.
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock(7241, $1)', [stripeOf(held.accountId)]);
      const run = runNow(app, [CLASS]);
      for (let waiting = 0; waiting === 0; await sleep(10)) {
        const found = await app.db.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
        );
        waiting = found[0]?.n ?? 0;
      }
      await client.query(
        `INSERT INTO legal_holds (id, account_id, reason, authority, reference, review_at, placed_by, placed_at)
         VALUES ($1, $2, 'r', 'a', 'x', now() + interval '1 day', 'lei', now())`,
        [newId(), held.accountId],
      );
      await client.query('COMMIT');
      const { classes } = await run;
      expect(classes[0]).toMatchObject({ state: 'done', erased: 4, held: 1 });
      expect(await opens(held.id)).toBe(true);
      expect((await Promise.all(records.map((r) => exists(r.id)))).filter(Boolean)).toHaveLength(1);
    } finally {
      await client.end();
    }
  });

  it('R6 hold and key destruction 200 times behind a barrier: what is there opens, what is gone has no key', async () => {
    const transactor = app.get(Transactor);
    const seen = { held: 0, erased: 0 };
    for (let i = 0; i < 200; i += 1) {
      const { id, accountId } = await sealExpired(app, CLASS);
      const due = { count: 1, ids: `{${id}}`, stripes: `{${stripeOf(accountId)}}` };
      const hold = (): Promise<unknown> => placeHold(app, { accountId });
      const purge = (): Promise<unknown> =>
        transactor.run((tx) => app.get(DeletionGateway).expireRecords(tx, CLASS, due, null));
      await Promise.all(i % 2 === 0 ? [hold(), purge()] : [purge(), hold()]);
      if (await exists(id)) {
        expect(await opens(id)).toBe(true);
        seen.held += 1;
      } else {
        expect(await app.get(RecordKeys).isDestroyed({ accountId, recordClass: CLASS })).toBe(true);
        seen.erased += 1;
      }
      // Whoever won: the hold stands now, and nothing of its subject goes any more.
      const before = await exists(id);
      await purge();
      expect(await exists(id)).toBe(before);
    }
    expect(seen.held + seen.erased).toBe(200);
  });

  it('R6 a hold that comes when the keys are gone and nothing is committed yet keeps no row that opens nothing', async () => {
    const caseId = newId();
    const scopes = [
      (of: { accountId: string }) => ({ accountId: of.accountId }),
      () => ({ recordClasses: [CLASS] }),
      () => ({ caseId }),
    ];
    for (const scope of scopes) {
      const shredded = await sealExpired(app, CLASS, newId(), [caseId]);
      const alive = await sealExpired(app, CLASS, newId(), [caseId]);
      // As a worker leaves it that died between the keys of its batch and the commit.
      await app.get(RecordKeys).destroy([{ accountId: shredded.accountId, recordClass: CLASS }]);
      const hold = await placeHold(app, scope(shredded));
      expect([await exists(shredded.id), await opens(alive.id)]).toEqual([false, true]);
      expect(
        await app.db.query('SELECT 1 FROM retained_record_tombstones WHERE $1 = ANY (record_ids)', [shredded.id]),
      ).toHaveLength(1);
      await app.get(LegalHolds).release(hold.id, 'over', LEGAL);
      await runNow(app, [CLASS]);
      expect(await exists(alive.id)).toBe(false);
    }
  });

  it('R5 a hold on one class lets the others go', async () => {
    const account = await openAccount(app);
    const held = await placeHold(app, { accountId: account.id, recordClasses: ['registration_identity'] });
    const { deferred } = await leave(app, account.id);
    expect(deferred).toEqual(['registration_identity']);
    const [row] = await app.db.query<{ display_name: Buffer | null }>(
      'SELECT display_name FROM accounts WHERE id = $1',
      [account.id],
    );
    expect(row?.display_name).not.toBeNull();
    expect(await app.db.query('SELECT 1 FROM audit_event_details WHERE account_id = $1', [account.id])).toEqual([]);
    await app.get(LegalHolds).release(held.id, 'over', LEGAL);
  });

  it('R4 the release enqueues what was deferred in its own transaction, and one tick finishes it', async () => {
    const account = await openAccount(app);
    const first = await placeHold(app, { accountId: account.id });
    const second = await placeHold(app, { accountId: account.id, recordClasses: ['registration_identity'] });
    const { deferred } = await leave(app, account.id);
    expect(deferred).toContain('registration_identity');
    await app.get(LegalHolds).release(first.id, 'over', LEGAL);
    const due = await app.db.query<{ record_class: string }>(
      'SELECT record_class FROM retention_deferrals WHERE account_id = $1 AND due_at IS NULL AND done_at IS NULL',
      [account.id],
    );
    expect(due.map((d) => d.record_class)).toEqual(['registration_identity']);
    await app.get(LegalHolds).release(second.id, 'over', LEGAL);
    expect(
      await app.db.query(`SELECT 1 FROM outbox_events WHERE type = 'retention.unit_released' AND account_id = $1`, [
        account.id,
      ]),
    ).toHaveLength(deferred.length);
    await app.drain();
    const [row] = await app.db.query<{ display_name: Buffer | null }>(
      'SELECT display_name FROM accounts WHERE id = $1',
      [account.id],
    );
    expect(row?.display_name).toBeNull();
    expect(
      await app.db.query('SELECT 1 FROM retention_deferrals WHERE account_id = $1 AND done_at IS NULL', [account.id]),
    ).toEqual([]);
  });

  it('keeps every refused attempt on record', async () => {
    const account = await openAccount(app);
    await placeHold(app, { accountId: account.id });
    const { plan } = await leave(app, account.id);
    await leave(app, account.id, plan);
    const [row] = await app.db.query<{ attempts: number }>(
      `SELECT attempts FROM retention_deferrals WHERE account_id = $1 AND record_class = 'audit_detail'`,
      [account.id],
    );
    expect(row?.attempts).toBe(2);
  });

  it('a hold on a case keeps the records of that case and no others', async () => {
    const caseId = newId();
    const [ofCase, other] = [await sealExpired(app, CLASS, newId(), [caseId]), await sealExpired(app, CLASS)];
    const hold = await placeHold(app, { caseId });
    await runNow(app, [CLASS]);
    expect([await exists(ofCase.id), await exists(other.id)]).toEqual([true, false]);
    await app.get(LegalHolds).release(hold.id, 'over', LEGAL);
    await app.drain();
    expect(await exists(ofCase.id)).toBe(false);
  });

  it('a hold on a record class waits for batches under way and then stops the class everywhere', async () => {
    const record = await sealExpired(app, CLASS);
    const hold = await placeHold(app, { recordClasses: [CLASS] });
    const { classes } = await runNow(app, [CLASS]);
    expect(classes[0]).toMatchObject({ erased: 0 });
    expect(await exists(record.id)).toBe(true);
    await app.get(LegalHolds).release(hold.id, 'over', LEGAL);
  });

  it('a hold stops live rows past their age too', async () => {
    const [kept, gone] = [await openAccount(app), await openAccount(app)];
    for (const account of [kept, gone]) await signIn(app, account.phone);
    await placeHold(app, { accountId: kept.id, recordClasses: ['access_log'] });
    await app.db.query(`UPDATE sessions SET last_used_at = now() - interval '2 years' WHERE account_id = ANY ($1)`, [
      [kept.id, gone.id],
    ]);
    await runNow(app, ['access_log']);
    const left = await app.db.query<{ account_id: string }>(
      'SELECT account_id FROM sessions WHERE account_id = ANY ($1)',
      [[kept.id, gone.id]],
    );
    expect(left.map((r) => r.account_id)).toEqual([kept.id]);
  });

  it('a hold that nobody looked at again by its day rings, and goes on holding', async () => {
    const record = await sealExpired(app, CLASS);
    const overdue = async (): Promise<number> =>
      Number(/^legal_hold_reviews_overdue (\d+)/m.exec(await app.get(Metrics).registry.metrics())?.[1]);
    const before = await overdue();
    const hold = await placeHold(app, { accountId: record.accountId });
    await app.db.query(`UPDATE legal_holds SET review_at = now() - interval '1 minute' WHERE id = $1`, [hold.id]);
    expect(await overdue()).toBe(before + 1);
    await runNow(app, [CLASS]);
    expect(await exists(record.id)).toBe(true);
    await app.get(LegalHolds).release(hold.id, 'over', LEGAL);
    expect(await overdue()).toBe(before);
  });

  it('R2 R6 a process that numbers its locks otherwise than the database destroys and holds nothing more, and none starts', async () => {
    // What other versions shut each other out by is never another number.
    expect(WIDE_LOCK).toBe(7242);
    const record = await sealExpired(app, CLASS);
    const client = new pg.Client({ connectionString: app.db.url });
    await client.connect();
    try {
      // The migration of a later version, while a run of this one is under way.
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1, 0)', [WIDE_LOCK]);
      const run = runNow(app, [CLASS]);
      for (let waiting = 0; waiting === 0; await sleep(10)) {
        const found = await app.db.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
        );
        waiting = found[0]?.n ?? 0;
      }
      await client.query(`UPDATE advisory_lock_scheme SET scheme = 'another'`);
      await client.query('COMMIT');
      expect((await run).classes[0]).toMatchObject({ state: 'failed', erased: 0 });
      await expect(placeHold(app, { accountId: record.accountId })).rejects.toMatchObject({
        code: 'lock_scheme_changed',
      });
      await expect(startApp({ db: app.db, dataDir: app.dataDir, env: { ROLE: 'api' } })).rejects.toThrow(
        /numbers its locks/,
      );
    } finally {
      await client.end();
      await app.db.query('UPDATE advisory_lock_scheme SET scheme = $1', [LOCK_SCHEME]);
    }
    expect(await opens(record.id)).toBe(true);
    await runNow(app, [CLASS]);
    expect(await exists(record.id)).toBe(false);
  });
});
