import { jest } from '@jest/globals';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/kernel/ids.js';
import { Catalogue } from '../../src/modules/retention/catalogue.js';
import { LegalHolds } from '../../src/modules/retention/legal-holds.js';
import { RetentionRuns } from '../../src/modules/retention/retention-runs.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { RunWorker } from '../../src/modules/retention/run-worker.js';
import { RunStore } from '../../src/modules/retention/run.store.js';
import { RUNS_ALWAYS } from '../../src/platform/database/once.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { LEGAL, leave, placeHold, runNow } from '../support/retention.js';

const OPS = { kind: 'staff', id: 'olga', role: 'ops' } as const;
const CLASS = 'erasure_receipt';

describe('retention runs', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({
      env: {
        ROLE: 'api',
        RETENTION_SCHEDULED_RUNS: 'false',
        RETENTION_SECOND_PERSON: 'false',
        RETENTION_BATCH_ROWS: '1000',
        RETENTION_BATCH_STATEMENT_TIMEOUT: 'PT1S',
        RETENTION_MAX_LOCK_WAITERS: '1',
      },
    });
  });
  afterAll(() => app.stop());

  /** Expired records of nobody in particular, straight into the table: a backlog. */
  const backlog = (rows: number, recordClass = CLASS): Promise<unknown> =>
    app.db.query(
      `INSERT INTO retained_records (id, account_id, record_class, plan_id, policy_sha256, basis, readers, at_expiry,
         trigger_kind, trigger_at, expires_at, case_ids, item_count, sealed, created_at)
       SELECT gen_random_uuid(), gen_random_uuid(), $2, 'p', 'x', '{"kind":"claim","references":[]}', '{legal}', 'shred',
              'account_ended', now() - interval '4 years', now() - interval '1 year' + n * interval '1 ms', '{}', 1, '\\x00', now()
         FROM generate_series(1, $1::int) AS n`,
      [rows, recordClass],
    );
  const left = async (recordClass = CLASS): Promise<number> =>
    (
      await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM retained_records WHERE record_class = $1', [
        recordClass,
      ])
    )[0]!.n;

  // First: how one look went counts for a moment, whoever looked.
  it('R29 a batch waits while people queue for locks, and goes on when they have them', async () => {
    await backlog(10);
    const [holder, waiters] = [new pg.Client(app.db.url), [1, 2].map(() => new pg.Client(app.db.url))];
    await Promise.all([holder, ...waiters].map((client) => client.connect()));
    try {
      await holder.query('SELECT pg_advisory_lock(1, 1)');
      const queued = waiters.map((client) => client.query('SELECT pg_advisory_lock_shared(1, 1)'));
      for (let n = 0; n < 2; await sleep(10)) {
        const [found] = await app.db.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        n = found?.n ?? 0;
      }
      const looks = jest.spyOn(app.get(RunStore), 'pressure');
      const run = runNow(app, [CLASS]);
      // It has looked again and again, and touched nothing.
      while (looks.mock.calls.length < 3) await sleep(10);
      expect(await left()).toBe(10);
      await holder.query('SELECT pg_advisory_unlock(1, 1)');
      await Promise.all(queued);
      expect((await run).run.state).toBe('completed');
      expect(await left()).toBe(0);
    } finally {
      await Promise.all([holder, ...waiters].map((client) => client.end()));
    }
  });

  it('R29 drains a backlog in batches although a batch as large as configured would not fit its time', async () => {
    await backlog(4_000);
    // A row costs a millisecond: 1,000 of them pass the limit of a second, 250 do not.
    await app.db.query(
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.0011); RETURN OLD; END $$`,
    );
    await app.db.query('CREATE TRIGGER slow BEFORE DELETE ON retained_records FOR EACH ROW EXECUTE FUNCTION slow()');
    try {
      const { run, classes } = await runNow(app, [CLASS]);
      expect(run.state).toBe('completed');
      expect(classes[0]).toMatchObject({ due: 4_000, erased: 4_000, oldest_overdue_at: null });
      expect(classes[0]!.batches).toBeGreaterThanOrEqual(16);
      expect(await left()).toBe(0);
    } finally {
      await app.db.query('DROP TRIGGER slow ON retained_records');
    }
  });

  it('R29 a class that fails does not stop the others, and the gauge tells its age', async () => {
    await backlog(10);
    const account = await openAccount(app);
    await app.db.query(
      `INSERT INTO sessions (id, account_id, generation, salt, method, created_at, last_used_at, expires_at)
       VALUES ($1, $2, 1, 's', 'phone', now(), now() - interval '2 years', now())`,
      [newId(), account.id],
    );
    await app.db.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'P0001'; END $$`,
    );
    await app.db.query('CREATE TRIGGER refuse BEFORE DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION refuse()');
    const { run, classes } = await runNow(app, ['access_log', CLASS]);
    expect(run.state).toBe('failed');
    expect(classes.map((c) => [c.record_class, c.state, c.error])).toEqual([
      ['access_log', 'failed', 'P0001'],
      [CLASS, 'done', null],
    ]);
    const metrics = await app.get(Metrics).registry.metrics();
    const age = /retention_oldest_overdue_seconds\{record_class="access_log"\} ([\d.]+)/.exec(metrics)?.[1];
    expect(Number(age)).toBeGreaterThan(86_400 * 365);
    await app.db.query('DROP TRIGGER refuse ON sessions');
    expect((await runNow(app, ['access_log'])).classes[0]).toMatchObject({ state: 'done', erased: 1 });
  });

  it('pauses after the present batch, resumes where it stopped, and can be cancelled', async () => {
    await backlog(5_000);
    const runs = app.get(RetentionRuns);
    const id = await runs.request(RUNS_ALWAYS, false, { recordClasses: [CLASS] }, OPS);
    let paused: Promise<unknown> | undefined;
    await app.get(RunWorker).work(id, () => (paused ??= runs.steer(id, 'pause', OPS)));
    await paused;
    expect((await runs.find(id)).run.state).toBe('paused');
    const after = await left();
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(5_000);
    expect(await app.get(RunWorker).work(id)).toBeUndefined();
    await runs.steer(id, 'resume', OPS);
    await app.get(RunWorker).work(id);
    expect((await runs.find(id)).classes[0]).toMatchObject({ state: 'done', erased: 5_000 });

    await backlog(10);
    const other = await runs.request(RUNS_ALWAYS, false, { recordClasses: [CLASS] }, OPS);
    await runs.steer(other, 'cancel', OPS);
    expect(await app.get(RunWorker).work(other)).toBeUndefined();
    await expect(runs.steer(other, 'resume', OPS)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await left()).toBe(10);
  });

  it('R17 a worker that stalled past its lease commits nothing more; the one that took over finishes', async () => {
    const runs = app.get(RetentionRuns);
    const store = app.get(RunStore);
    const transactor = app.get(Transactor);
    const id = await runs.request(RUNS_ALWAYS, false, { recordClasses: [CLASS] }, OPS);
    const lease = (): Date => new Date(app.clock.now().getTime() + 30_000);
    const stalled = await transactor.run((tx) => store.claim(tx, app.clock.now(), lease(), id));
    expect(await app.get(RunWorker).work(id)).toBeUndefined();
    app.clock.advance(31_000);
    expect((await app.get(RunWorker).work(id))?.state).toBe('completed');
    expect(await transactor.run((tx) => store.renew(tx, id, stalled!.fence, lease()))).toBe(false);
    expect(await left()).toBe(0);
  });

  it('a dry run changes nothing but its own record', async () => {
    await backlog(7);
    const digest = (): Promise<unknown> =>
      app.db.query(`SELECT md5(string_agg(r::text, '' ORDER BY r.id)) AS d FROM retained_records r`);
    const before = await digest();
    const { run, classes } = await runNow(app, [CLASS], true);
    expect(run.state).toBe('completed');
    expect(classes[0]).toMatchObject({ due: 7, erased: 0 });
    expect(await digest()).toEqual(before);
    await runNow(app, [CLASS]);
  });

  it('R41 a dry run stops new work only: what a released hold left half done is finished meanwhile', async () => {
    const account = await openAccount(app);
    const hold = await placeHold(app, { accountId: account.id, recordClasses: ['registration_identity'] });
    await leave(app, account.id);
    await app.get(LegalHolds).release(hold.id, 'over', LEGAL);
    await runNow(app, ['registration_identity'], true);
    await app.drain();
    expect(
      await app.db.query('SELECT 1 FROM retention_deferrals WHERE account_id = $1 AND done_at IS NULL', [account.id]),
    ).toEqual([]);
  });

  it('R20 a plan is carried out under the policy it was made from, also after the policy changed', async () => {
    const account = await openAccount(app);
    const retention = app.get(RetentionService);
    const catalogue = app.get(Catalogue);
    const { policy } = catalogue.current;
    const older = {
      ...policy,
      version: 'older',
      classes: policy.classes.map((c) =>
        c.name === 'registration_identity' ? { ...c, keeping: { ...c.keeping!, period: 'P9Y' } } : c,
      ),
    };
    await app.db.query(
      `INSERT INTO retention_policies (sha256, version, body, pinned_at) VALUES ('older', 'older', $1, now())`,
      [JSON.stringify(older)],
    );
    const plan = { planId: newId(), policySha256: 'older' };
    const sealed = await app
      .get(Transactor)
      .run((tx) => retention.sealClassForSubject(tx, account.id, 'registration_identity', plan, app.clock.now()));
    expect(new Date(sealed!.until).getFullYear() - app.clock.now().getFullYear()).toBe(9);
    const unknown = { planId: newId(), policySha256: 'never seen' };
    await expect(
      app
        .get(Transactor)
        .run((tx) => retention.sealClassForSubject(tx, account.id, 'registration_identity', unknown, app.clock.now())),
    ).rejects.toMatchObject({ code: 'unknown_policy' });
  });

  describe('R31 months', () => {
    const month = async (name: string, from: string, to: string): Promise<void> => {
      await app.db.query(
        `CREATE TABLE ${name} PARTITION OF registration_decisions FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    };
    const decide = (at: string, accountId: string): Promise<unknown> =>
      app.db.query(
        `INSERT INTO registration_decisions
           (id, at, registration_id, account_id, stage, outcome, fired, facts, keys, policy_version, policy_digest)
         VALUES ($1, $2, $1, $3, 's', 'o', '[]', '{}', '{}', '1', 'd')`,
        [newId(), at, accountId],
      );
    const there = async (name: string): Promise<boolean> =>
      (await app.db.query<{ t: string | null }>('SELECT to_regclass($1)::text AS t', [name]))[0]!.t !== null;

    it('go whole, unless something in them is held: then all but that goes', async () => {
      await month('registration_decisions_202001', '2020-01-01', '2020-02-01');
      await month('registration_decisions_202002', '2020-02-01', '2020-03-01');
      const held = newId();
      for (let i = 0; i < 3; i += 1) await decide('2020-01-15T00:00:00Z', newId());
      await decide('2020-02-15T00:00:00Z', newId());
      await decide('2020-02-15T00:00:00Z', held);
      await placeHold(app, { accountId: held });
      const { classes } = await runNow(app, ['registration_attempt']);
      expect(classes[0]).toMatchObject({ state: 'done', erased: 4, held: 1 });
      expect([await there('registration_decisions_202001'), await there('registration_decisions_202002')]).toEqual([
        false,
        true,
      ]);
    });

    it('are left for the next run behind a long reader, and no writer waits', async () => {
      await month('registration_decisions_202003', '2020-03-01', '2020-04-01');
      await decide('2020-03-15T00:00:00Z', newId());
      const reader = new pg.Client({ connectionString: app.db.url });
      await reader.connect();
      try {
        await reader.query('BEGIN');
        await reader.query('SELECT count(*) FROM registration_decisions');
        const run = runNow(app, ['registration_attempt']);
        const began = performance.now();
        await decide('2020-03-16T00:00:00Z', newId());
        expect(performance.now() - began).toBeLessThan(2_000);
        expect((await run).run.state).toBe('completed');
        expect(await there('registration_decisions_202003')).toBe(true);
      } finally {
        await reader.query('COMMIT');
        await reader.end();
      }
      await runNow(app, ['registration_attempt']);
      expect(await there('registration_decisions_202003')).toBe(false);
    });
  });

  it('R33 writes no value of a person into runs, deferrals, holds, audit events or the outbox', async () => {
    const account = await openAccount(app);
    await placeHold(app, { accountId: account.id, recordClasses: ['access_log'] });
    await leave(app, account.id);
    await runNow(app, [CLASS]);
    for (const table of [
      'audit_events',
      'outbox_events',
      'retention_runs',
      'retention_run_classes',
      'retention_deferrals',
      'retained_records',
      'erasure_ledger_entries',
    ]) {
      const found = await app.db.query(
        `SELECT 1 FROM ${table} t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%小鲸%'`,
        [account.phone.slice(1)],
      );
      expect([table, found]).toEqual([table, []]);
    }
  });
});
