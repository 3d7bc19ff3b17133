import { setTimeout as sleep } from 'node:timers/promises';
import { DecideDeregistrationService } from '../../src/modules/deregistration/decide-deregistration.service.js';
import { PHASES } from '../../src/modules/deregistration/domain/unit.js';
import { RecordKeys } from '../../src/modules/retention/keys/record-keys.js';
import { RetentionRuns } from '../../src/modules/retention/retention-runs.js';
import { RUNS_ALWAYS } from '../../src/platform/database/once.js';
import { startApp, type TestApp } from '../support/app.js';
import { appliedInReview, claim, staff } from '../support/leaving.js';
import { placeHold, recordOpens, sealExpired } from '../support/retention.js';
import { Workers } from '../support/workers.js';

const RECORDS = 200;
const BATCH = 20;
/** Where a batch is slow when its worker is killed: before its keys go, after they went and before the commit. */
const MOMENTS = ['retained_records', 'retention_run_classes'];

/** Dying with the work done and not committed, and dying right after the commit, in every step. */
const KILL_POINTS = PHASES.flatMap((phase) => [
  `${phase}/*:claimed`,
  `${phase}/*:worked`,
  `${phase}/*:committed`,
]).filter((point) => !point.startsWith('receipt') && point !== 'release/*:committed');
const LAST = ['receipt/issue:worked', 'receipt/issue:committed', 'receipt/deliver:worked', 'receipt/deliver:committed'];
const order = (point: string): number => PHASES.findIndex((phase) => point.startsWith(phase));
const POINTS = [...KILL_POINTS, ...LAST].sort((a, b) => order(a) - order(b));

/** A real worker is killed in each step of the saga (SIGKILL: nothing is flushed, nothing is closed) and replaced. */
describe('SIGKILL of a real worker in each step of the saga', () => {
  let app: TestApp;
  let workers: Workers;

  beforeAll(async () => {
    app = await startApp({ env: { ROLE: 'api' } });
    workers = new Workers(app, {
      DEREGISTRATION_UNIT_LEASE: 'PT1S',
      DEREGISTRATION_RETRY_BASE: 'PT1S',
      RETENTION_SCHEDULED_RUNS: 'false',
      RETENTION_BATCH_ROWS: String(BATCH),
      RETENTION_RUN_LEASE: 'PT1S',
    });
  }, 120_000);
  // A test that failed leaves no worker that would do the next one's work, nor the second try's.
  afterEach(() => workers.killStarted());
  afterAll(async () => {
    await workers.killAll();
    await app.stop();
  });

  /** Approved and warned: the next worker that looks executes it. */
  const approved = async (): Promise<{ id: string; accountId: string }> => {
    const { id, accountId } = await appliedInReview(app);
    await claim(app, id, await staff(app));
    const { shown, deregistration } = await app.get(DecideDeregistrationService).view(id);
    const decision = { decision: 'approve', reasonCode: 'conditions_met', note: null, planHash: shown.hash } as const;
    const by = { kind: 'staff', id: 'alice', role: 'moderator' } as const;
    await app.get(DecideDeregistrationService).decide(id, deregistration.version, decision, by);
    await app.db.query(`UPDATE deregistrations SET final_notice_at = now() - interval '2 days' WHERE id = $1`, [id]);
    return { id, accountId };
  };

  it(`R16 finishes exactly once after ${POINTS.length} kills`, async () => {
    const { id, accountId } = await approved();
    const survived: string[] = [];
    for (const point of POINTS) {
      const child = workers.start({ DEREGISTRATION_KILL_POINT: point });
      const outcome = await Promise.race([workers.ended(child), sleep(120_000, 'no kill')]);
      if (outcome !== 'SIGKILL') {
        survived.push(point);
        await workers.end(child, 'SIGKILL');
      }
    }
    expect(survived).toEqual([]);
    const last = workers.start();
    await completed(id);
    await workers.end(last, 'SIGTERM');

    const units = await app.db.query<{ state: string; fence: string }>(
      'SELECT state, fence FROM deregistration_units WHERE deregistration_id = $1',
      [id],
    );
    expect(new Set(units.map((u) => u.state))).toEqual(new Set(['done']));
    expect(await events(id)).toEqual({
      'deregistration.completed': 1,
      'deregistration.erasure_requested': 3,
      'deregistration.execution_started': 1,
      'deregistration.fence_requested': 3,
    });
    const once = async (sql: string, value: string): Promise<number> => (await app.db.query(sql, [value])).length;
    expect(
      await once(`SELECT 1 FROM outgoing_messages WHERE dedupe_key = 'deregistration-' || $1 || '-receipt'`, id),
    ).toBe(1);
    expect(
      await once(`SELECT 1 FROM audit_events WHERE type = 'deregistration.completed' AND target_id = $1`, id),
    ).toBe(1);
    expect(await once(`SELECT 1 FROM accounts WHERE id = $1 AND state = 'deregistered'`, accountId)).toBe(1);
    expect(await once('SELECT 1 FROM identifier_claims WHERE account_id = $1', accountId)).toBe(0);
    const sealed = await app.db.query<{ record_class: string }>(
      'SELECT record_class FROM retained_records WHERE account_id = $1',
      [accountId],
    );
    expect(sealed.map((r) => r.record_class)).toEqual(['registration_identity']);
  }, 1_500_000);

  it('R16 a purge killed in the middle of its batches: rows, keys and tombstones agree, and what is held opens', async () => {
    await forgetFirstTry();
    const records: { id: string; accountId: string }[] = [];
    for (let i = 0; i < RECORDS; i += 1) records.push(await sealExpired(app, 'access_log'));
    const held = records.filter((_, i) => i % 50 === 7);
    for (const { accountId } of held) await placeHold(app, { accountId });
    const run = await app
      .get(RetentionRuns)
      .request(RUNS_ALWAYS, false, { recordClasses: ['access_log'] }, { kind: 'system', id: 'test' });
    // Slow at one moment of a batch: its rows are going; its keys are destroyed and nothing is committed.
    for (const [round, table] of [...MOMENTS, ...MOMENTS].entries()) {
      await slowDown(table, 2 * round);
      const child = workers.start();
      await asleep(table);
      await workers.kill(child);
      await app.db.query(`DROP TRIGGER dawdle ON ${table}`);
      // A hold that comes between two workers finds what it names whole, or gone.
      const late = records[RECORDS - 1 - round] as { id: string; accountId: string };
      await placeHold(app, { accountId: late.accountId });
      if ((await rowsOf([late.id])).length > 0) held.push(late);
    }
    const last = workers.start();
    await until(async () => (await app.get(RetentionRuns).find(run)).run.state === 'completed');
    await workers.end(last, 'SIGTERM');

    const ids = records.map((r) => r.id);
    const stays = new Set(held.map((r) => r.id));
    expect(new Set(await rowsOf(ids))).toEqual(stays);
    const buried = await app.db.query<{ id: string; class: string }>(
      `SELECT unnest(record_ids) AS id, record_class AS class FROM retained_record_tombstones WHERE record_ids && $1::uuid[]`,
      [ids],
    );
    expect(buried.map((b) => b.id).sort()).toEqual(ids.filter((id) => !stays.has(id)).sort());
    for (const { id, accountId } of records) {
      const name = { accountId, recordClass: 'access_log' };
      expect(await app.get(RecordKeys).isDestroyed(name)).toBe(!stays.has(id));
    }
    for (const { id } of held) expect(await opens(id)).toBe(true);
    const [line] = (await app.get(RetentionRuns).find(run)).classes;
    expect(line).toMatchObject({ state: 'done', held: held.length, oldest_overdue_at: null });
    expect(line!.erased).toBe(RECORDS - held.length);
  }, 900_000);

  const rowsOf = async (ids: readonly string[]): Promise<string[]> =>
    (await app.db.query<{ id: string }>('SELECT id FROM retained_records WHERE id = ANY ($1)', [ids])).map((r) => r.id);

  const opens = (id: string): Promise<boolean> => recordOpens(app, id);

  /** The counts below are of one purge alone: in its second try nothing is there of the first. */
  const forgetFirstTry = async (): Promise<void> => {
    for (const table of MOMENTS) await app.db.query(`DROP TRIGGER IF EXISTS dawdle ON ${table}`);
    await app.db.query(
      `TRUNCATE retained_records, retained_record_tombstones, retained_record_reads, legal_holds, retention_deferrals,
                retention_run_classes, retention_runs CASCADE`,
    );
  };

  /** @param after how many batches have to be gone first */
  const slowDown = async (table: string, after: number): Promise<void> => {
    await app.db.query(
      `CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF (SELECT count(*) FROM retained_record_tombstones) > ${after} THEN PERFORM pg_sleep(3); END IF;
         RETURN NULL; END $$`,
    );
    await app.db.query(
      `CREATE TRIGGER dawdle AFTER ${table === 'retained_records' ? 'DELETE' : 'UPDATE'} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION dawdle()`,
    );
  };
  /** The worker is in the statement that the trigger makes slow, and a batch of this run is in its hands. */
  const asleep = (table: string): Promise<void> =>
    until(async () => {
      const found = await app.db.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep' AND query ~ $1`,
        [table],
      );
      return found.length > 0;
    });
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(50)) {
      if (await holds()) return;
    }
    throw new Error('it never came to that');
  };

  const completed = async (id: string): Promise<void> => {
    for (let i = 0; i < 300; i += 1) {
      const [row] = await app.db.query<{ state: string }>('SELECT state FROM deregistrations WHERE id = $1', [id]);
      if (row?.state === 'completed') return;
      await sleep(200);
    }
    const left = await app.db.query(
      `SELECT phase, unit, state, last_error FROM deregistration_units WHERE deregistration_id = $1 AND state <> 'done'`,
      [id],
    );
    throw new Error(`not completed: ${JSON.stringify(left)}`);
  };

  const events = async (id: string): Promise<Record<string, number>> => {
    const found = await app.db.query<{ type: string; n: string }>(
      `SELECT type, count(*) AS n FROM outbox_events WHERE subject_id = $1
          AND type ~ '^deregistration.(completed|execution_started|fence_requested|erasure_requested)$' GROUP BY type ORDER BY type`,
      [id],
    );
    return Object.fromEntries(found.map((e) => [e.type, Number(e.n)]));
  };
});
