import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplyDeregistrationService } from '../../src/modules/deregistration/apply-deregistration.service.js';
import { DecideDeregistrationService } from '../../src/modules/deregistration/decide-deregistration.service.js';
import { PHASES } from '../../src/modules/deregistration/domain/unit.js';
import { ReviewService } from '../../src/modules/review/review.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { builtService } from '../support/commands.js';
import { claim, staff } from '../support/leaving.js';

const ROOT = join(import.meta.dirname, '../..');

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
  let dist: string;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    dist = builtService();
    app = await startApp({ env: { ROLE: 'api' } });
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await app.stop();
  });

  const worker = (killPoint: string | undefined): ChildProcess => {
    const child = spawn(process.execPath, [join(dist, 'src/main.js')], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', process.env['TEST_LOG_LEVEL'] === undefined ? 'ignore' : 'inherit'],
      env: {
        PATH: process.env['PATH'],
        CONFIG_DIR: process.env['TEST_CONFIG_DIR'] ?? 'config',
        NODE_ENV: 'test',
        PORT: '0',
        ROLE: 'worker',
        RUNTIME_EMBEDDED: 'true',
        DATABASE_URL: app.db.url,
        DATA_DIR: app.dataDir,
        TELEMETRY_LOG_LEVEL: 'fatal',
        DEREGISTRATION_UNIT_LEASE: 'PT1S',
        DEREGISTRATION_RETRY_BASE: 'PT1S',
        ...(killPoint === undefined ? {} : { DEREGISTRATION_KILL_POINT: killPoint }),
      },
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const exit = (child: ChildProcess): Promise<string | null> =>
    new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));

  /** Approved and warned: the next worker that looks executes it. */
  const approved = async (): Promise<{ id: string; accountId: string }> => {
    const account = await openAccount(app, freshPhone());
    const { id } = await app.get(Transactor).run((tx) =>
      app.get(ApplyDeregistrationService).applyVerified(tx, {
        accountId: account.id,
        actor: { kind: 'account', id: account.id },
        sessionId: null,
        reason: null,
        agreed: [],
      }),
    );
    await app.db.query(`UPDATE deregistrations SET state = 'in_review', next_due_at = NULL WHERE id = $1`, [id]);
    const dueAt = new Date(app.clock.now().getTime() + 3_600_000);
    const task = { kind: 'deregistration', subjectId: id, accountId: account.id, dueAt };
    await app.get(Transactor).run(async (tx) => void (await app.get(ReviewService).open(tx, task)));
    await claim(app, id, await staff(app));
    const { shown, deregistration } = await app.get(DecideDeregistrationService).view(id);
    const decision = { decision: 'approve', reasonCode: 'conditions_met', note: null, planHash: shown.hash } as const;
    const by = { kind: 'staff', id: 'alice', role: 'moderator' } as const;
    await app.get(DecideDeregistrationService).decide(id, deregistration.version, decision, by);
    await app.db.query(`UPDATE deregistrations SET final_notice_at = now() - interval '2 days' WHERE id = $1`, [id]);
    return { id, accountId: account.id };
  };

  it(`R16 finishes exactly once after ${POINTS.length} kills`, async () => {
    const { id, accountId } = await approved();
    const survived: string[] = [];
    for (const point of POINTS) {
      const child = worker(point);
      const outcome = await Promise.race([exit(child), sleep(120_000, 'no kill')]);
      if (outcome !== 'SIGKILL') {
        survived.push(point);
        child.kill('SIGKILL');
      }
    }
    expect(survived).toEqual([]);
    const last = worker(undefined);
    await completed(id);
    const ended = exit(last);
    last.kill('SIGTERM');
    await ended;

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
