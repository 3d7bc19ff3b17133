// Deregistrations carried out per second, from the point of no return to the receipt, by one worker; the share that is
// spent in the database, and where the rest goes. Other systems answer over HTTP, as they do.
// `node bench/saga.mjs [--people 200]` after `npm run build`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { call as ask, People, persist } from '../chaos/people.mjs';
import { cli, startParticipants } from '../chaos/world.mjs';
import { cpuOf, cpuOfPostgres } from './support/cpu.mjs';
import { startService } from './support/service.mjs';
import { option, percent, printTable, tenths, whole } from './support/table.mjs';
import { SETTINGS, startPostgres } from './support/world.mjs';

const PEOPLE = option('people', 200);
const AT_ONCE = 8;
const PHASES = [
  'record_intent',
  'fence',
  'snapshot',
  'seal',
  'erase_outside',
  'erase_inside',
  'verify',
  'receipt',
  'release',
];

const stops = [];
const started = (thing) => (stops.unshift(() => thing.stop()), thing);
let failed = false;
try {
  const postgres = started(await startPostgres());
  await postgres.create('saga');
  const url = postgres.url('saga');
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-saga-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    RUNTIME_EMBEDDED: 'true',
    DATA_DIR: folder,
    RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]',
    TELEMETRY_LOG_LEVEL: 'warn',
    LIMITS_PUBLIC_REQUESTS: '1000000',
    CODES_RESEND_COOLDOWN: 'PT0S',
    QUEUES_DASHBOARD: 'false',
    RETENTION_SCHEDULED_RUNS: 'false',
    DEREGISTRATION_COOLING_OFF: 'PT2S',
    DEREGISTRATION_REMINDER_BEFORE: 'PT1S',
    DEREGISTRATION_FINAL_NOTICE_LEAD: 'PT1H',
    DEREGISTRATION_AUTO_APPROVAL: 'true',
    DEREGISTRATION_AUTO_APPROVAL_SAMPLE: '0',
    DEREGISTRATION_DEMO_PARTICIPANTS: '[]',
  };
  const shell = { PATH: process.env.PATH, HOME: process.env.HOME, ...env, DATABASE_URL: url };
  const migrated = cli(shell, 'migrate');
  if (migrated.code !== 0) throw new Error(migrated.output);
  const api = started(await startService(url, { ...env, ROLE: 'api' }));
  const token = (...args) => cli({ ...shell, PUBLIC_URL: api.url }, 'token', '--ttl', 'PT1H', ...args).output;
  const acknowledging = token('--scope', 'erasure:ack', '--sub', 'participants');
  const participants = started(
    await startParticipants(async (id, body) => {
      const answer = await ask(api.url, 'POST', `/v1/deregistrations/${id}/acknowledgements`, {
        token: acknowledging,
        body,
      });
      if (answer.status >= 500) throw new Error(`not heard: ${answer.status}`);
    }),
  );
  const eventTypes = ['deregistration.fence_requested', 'deregistration.erasure_requested'];
  const hook = { token: token('--role', 'ops'), body: { url: participants.url, eventTypes } };
  const hooked = await ask(api.url, 'POST', '/v1/webhook-endpoints', hook);
  if (hooked.status !== 201) throw new Error(`no webhook: ${JSON.stringify(hooked.body)}`);
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  stops.unshift(() => db.end());
  const bench = { url, env, api, db, postgres };

  console.log(
    `PostgreSQL, embedded: ${Object.entries(SETTINGS)
      .map(([k, v]) => `${k}=${v}`)
      .join(' ')}; one api, one worker, three participants over HTTP`,
  );
  await warned(bench, 1, 0);
  const alone = await measure(bench, 1);
  await warned(bench, PEOPLE, 1);
  const many = await measure(bench, PEOPLE);

  printTable('Deregistrations, from the point of no return to the receipt', [
    rowOf('one, nothing else to do', alone),
    rowOf(`${PEOPLE} at once`, many),
  ]);
  printTable(
    'Where the time of one goes, ms by the clock',
    PHASES.map((phase) => ({
      phase,
      alone: whole(alone.phases[phase] ?? 0),
      [`${PEOPLE} at once`]: whole(many.phases[phase] ?? 0),
      'units of one': alone.units[phase] ?? 0,
    })),
  );
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const stop of stops) await Promise.resolve(stop()).catch((error) => console.error(error.message));
}
process.exit(failed ? 1 : 0);

/** People who applied, were approved and warned; they stand before the point of no return until told. */
async function warned({ url, env, api, db }, count, first) {
  const worker = await startService(url, { ...env, ROLE: 'worker' });
  try {
    const people = new People(api.url, [worker]);
    const agreements = await persist(30, () => ask(api.url, 'GET', '/v1/agreements'));
    const acceptances = agreements.body.items.flatMap((d) =>
      d.requiredAtRegistration && d.inEffect ? [{ documentId: d.documentId, version: d.inEffect.version }] : [],
    );
    let next = 0;
    const one = async () => {
      for (let n = next++; n < count; n = next++) await people.apply(await people.register(first + n, acceptances));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    await until(
      db,
      `SELECT count(*) AS n FROM deregistrations WHERE state = 'approved' AND final_notice_at IS NOT NULL`,
      count,
    );
  } finally {
    await worker.stop();
  }
}

async function measure({ url, env, api, db, postgres }, count) {
  // Down to the moment in which nothing but the saga is left to do.
  await db.query(
    `UPDATE deregistrations SET final_notice_at = now() - interval '2 hours', next_due_at = NULL WHERE state = 'approved'`,
  );
  const worker = await startService(url, { ...env, ROLE: 'worker' });
  try {
    await sleep(1_500);
    const before = await look(db, postgres, [worker.pid, api.pid]);
    const { rows } = await db.query(
      `UPDATE deregistrations SET next_due_at = now() WHERE state = 'approved' RETURNING id`,
    );
    const ids = rows.map((row) => row.id);
    await until(db, `SELECT count(*) AS n FROM deregistrations WHERE state = 'completed' AND id = ANY ($1)`, count, [
      ids,
    ]);
    const after = await look(db, postgres, [worker.pid, api.pid]);
    return { count, ...(await clocked(db, ids)), ...difference(before, after) };
  } finally {
    await worker.stop();
  }
}

/** What the database and the processes have spent so far. */
async function look(db, postgres, [worker, api]) {
  // Backends report when they are idle; a moment is enough.
  await sleep(1_100);
  const { rows } = await db.query(
    `SELECT active_time AS active, xact_commit::int AS commits FROM pg_stat_database WHERE datname = current_database()`,
  );
  return {
    active: rows[0].active,
    commits: rows[0].commits,
    postgres: cpuOfPostgres(postgres.folder),
    worker: cpuOf(worker),
    api: cpuOf(api),
  };
}

function difference(before, after) {
  return Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
}

/** By the service's own clock, as it stands in the rows. */
async function clocked(db, ids) {
  const {
    rows: [span],
  } = await db.query(
    `SELECT extract(epoch FROM max(completed_at) - min(execution_started_at))::float8 AS seconds,
            avg(extract(epoch FROM completed_at - execution_started_at))::float8 AS each
       FROM deregistrations WHERE id = ANY ($1)`,
    [ids],
  );
  const { rows } = await db.query(
    `SELECT phase, avg(took)::float8 AS ms, max(units)::int AS units FROM (
       SELECT phase, units, 1000 * extract(epoch FROM ended - coalesce(lag(ended) OVER (PARTITION BY id ORDER BY ended), began)) AS took
         FROM (SELECT u.deregistration_id AS id, u.phase, count(*) AS units, max(u.done_at) AS ended, min(d.execution_started_at) AS began
                 FROM deregistration_units u JOIN deregistrations d ON d.id = u.deregistration_id
                WHERE d.id = ANY ($1) GROUP BY 1, 2) AS phases) AS each GROUP BY phase`,
    [ids],
  );
  return {
    seconds: span.seconds,
    each: span.each,
    phases: Object.fromEntries(rows.map((row) => [row.phase, row.ms])),
    units: Object.fromEntries(rows.map((row) => [row.phase, row.units])),
  };
}

function rowOf(what, m) {
  const cpu = m.worker + m.api + m.postgres;
  return {
    what,
    'per s': tenths(m.count / m.seconds),
    'each, s': tenths(m.each),
    'transactions each': whole(m.commits / m.count),
    'statements run, ms each': whole(m.active / m.count),
    'of the CPU: PostgreSQL': percent(m.postgres / cpu),
    worker: percent(m.worker / cpu),
    api: percent(m.api / cpu),
    'CPU ms each': whole(cpu / m.count),
  };
}

async function until(db, query, wanted, values = []) {
  const deadline = Date.now() + 600_000;
  for (let n = -1; n < wanted;) {
    n = Number((await db.query(query, values)).rows[0].n);
    if (Date.now() > deadline) throw new Error(`only ${n} of ${wanted}: ${query}`);
    await sleep(100);
  }
}
