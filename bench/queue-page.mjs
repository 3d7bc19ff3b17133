// The review queue's page of 50 at ten thousand and at a million tasks, and the plans of the hot queries at a million rows.
// `node bench/queue-page.mjs [--tasks 1000000] [--reads 300] [--rows 1000000]` after `npm run build`.
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { newId } from '../dist/src/kernel/ids.js';
import { STANDING_SQL } from '../dist/src/modules/accounts/standing.store.js';
import { PURGE_SQL } from '../dist/src/modules/retention/due-records.store.js';
import { keyOf, QUEUE_ORDERS } from '../dist/src/modules/review/queue-orders.js';
import { listStatement } from '../dist/src/modules/review/review-queue.store.js';
import { NEXT_SQL } from '../dist/src/modules/review/review.store.js';
import { call } from './support/client.mjs';
import { expect, prepareDatabase, realWorld, startIssuer, startService } from './support/service.mjs';
import { median, option, printTable, tenths, times, whole } from './support/table.mjs';
import { SETTINGS, startPostgres } from './support/world.mjs';

const FEW = 10_000;
const MANY = option('tasks', 1_000_000);
const READS = option('reads', 300);
/** Of the other modules' tables, for the plans. */
const ROWS = option('rows', MANY);
const WARM_UP = 20;
const PATHS = {
  'the queue': '/v1/review-tasks?limit=50',
  'open of a kind': '/v1/review-tasks?status=open&kind=registration&limit=50',
  overdue: '/v1/review-tasks?overdue=true&limit=50',
  'most urgent first': '/v1/review-tasks?sort=priority&limit=50',
  'newest of a kind': '/v1/review-tasks?sort=newest&kind=case&limit=50',
  'skipped by me': '/v1/review-tasks?skipped=me&limit=50',
};

const postgres = await startPostgres();
const issuer = await startIssuer();
const world = realWorld({ issuer });
const services = [];
try {
  const moderator = { authorization: `Bearer ${await issuer.token({ sub: 'mei', roles: ['moderator'] })}` };
  const sides = [];
  for (const [name, tasks] of [
    ['few', FEW],
    ['many', MANY],
  ]) {
    await postgres.create(name);
    const url = postgres.url(name);
    prepareDatabase(url, world.env);
    const db = new pg.Client({ connectionString: url });
    await db.connect();
    await fillTasks(db, tasks);
    const service = await startService(url, { ...world.env, ROLE: 'api', TELEMETRY_LOG_LEVEL: 'warn' });
    services.push(service);
    sides.push({ name, db, service, times: {} });
  }
  // Turn by turn, one request each: what else the machine does hits both.
  for (const [label, path] of Object.entries(PATHS)) {
    for (const side of sides) side.times[label] = [];
    for (let read = 0; read < READS; read += 1)
      for (const side of sides) {
        const began = performance.now();
        expect(await call(side.service.url, 'GET', path, undefined, moderator), 200);
        side.times[label].push(performance.now() - began);
      }
    for (const side of sides) side.times[label] = median(side.times[label].slice(WARM_UP));
  }
  const [few, many] = sides;
  console.log(
    `PostgreSQL, embedded: ${Object.entries(SETTINGS)
      .map(([k, v]) => `${k}=${v}`)
      .join(' ')}`,
  );
  printTable(
    'Review queue, page of 50 over HTTP, p50',
    Object.keys(PATHS).map((label) => ({
      page: label,
      [`${whole(FEW)} tasks`]: `${tenths(few.times[label])} ms`,
      [`${whole(MANY)} tasks`]: `${tenths(many.times[label])} ms`,
      ratio: times(many.times[label] / few.times[label]),
      wanted: '≤ 1.50 ×',
    })),
  );
  await fillOthers(many.db, ROWS);
  await explain(many.db);
  for (const { db } of sides) await db.end();
} finally {
  for (const service of services) await service.stop();
  await issuer.stop();
  await postgres.stop();
  world.stop();
}

/** Most tasks of a platform are done; what is live is spread over kinds, hours and priorities. */
async function fillTasks(db, count) {
  await db.query(
    `INSERT INTO review_tasks (id, account_id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due, roles,
       conflict_ids, refs, changed_by, change, created_at, updated_at, ended_at)
     SELECT uuidv7(), gen_random_uuid(), (ARRAY['registration', 'deregistration', 'case', 'appeal'])[1 + n % 4], gen_random_uuid(),
       CASE WHEN n % 10 < 7 THEN 'done' ELSE 'open' END, 1, n % 100, at, date_trunc('hour', at, 'UTC'), false,
       '{moderator,senior_moderator}', '{}', '{}', 'system', 'opened', at - interval '3 days', at - interval '3 days',
       CASE WHEN n % 10 < 7 THEN at END
     FROM (SELECT n, now() + (n % 20000 - 10000) * interval '1 minute' AS at FROM generate_series(1, $1::int) AS n) AS given`,
    [count],
  );
  // What one moderator and their colleagues passed by, at the head of the queue: where dealing has to pass it.
  await db.query(
    `INSERT INTO task_skips (staff_id, task_id, skipped_at)
     SELECT staff, id, now() FROM (VALUES ('mei'), ('bo'), ('lin')) AS who (staff),
       (SELECT id FROM review_tasks WHERE state = 'open' AND kind = 'registration' ORDER BY due_hour, priority DESC, id LIMIT 500) AS head`,
  );
  await db.query('VACUUM ANALYZE review_tasks, task_skips');
}

/** A million rows where the hot queries of the other modules look. */
async function fillOthers(db, count) {
  const fill = (text) => db.query(text, [count]);
  await fill(
    `INSERT INTO accounts (id, state, state_changed_at, version, band, locale, improvement_objection, standing_version,
       standing_changed_at, standing_xid, created_at, updated_at)
     SELECT gen_random_uuid(), 'active', now(), 1, '18_plus', 'zh-CN', false, 1, now(), (n % 500 + 3)::text::xid8, now(), now()
       FROM generate_series(1, $1::int) AS n`,
  );
  await db.query(
    `INSERT INTO identifier_claims (id, account_id, kind, blind_index, value, claimed_at)
     SELECT gen_random_uuid(), id, 'phone', 'k1:' || encode(sha256(id::text::bytea), 'hex'), '\\x00', now() FROM accounts`,
  );
  await db.query(
    `INSERT INTO sessions (id, account_id, generation, salt, method, created_at, last_used_at, expires_at)
     SELECT gen_random_uuid(), id, 1, 's', 'phone_code', now(), now(), now() + interval '30 days' FROM accounts`,
  );
  await db.query(
    `INSERT INTO standing_entries (id, account_id, kind, code, clause, feature, source_kind, source_id, since, blocks_when_due, created_at)
     SELECT gen_random_uuid(), id, 'block', 'suspension', '7.1', '', 'sanction', id::text, now(), false, now() FROM accounts`,
  );
  await fill(
    `INSERT INTO retained_records (id, account_id, record_class, plan_id, policy_sha256, basis, readers, at_expiry, trigger_kind,
       trigger_at, expires_at, case_ids, item_count, key_slot, sealed, created_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'access_log', 'bench', '', '{}', '{}', 'shred', 'account_ended', now(),
       now() + (n - 10000) * interval '1 minute', '{}', 1, n, '\\x00', now() FROM generate_series(1, $1::int) AS n`,
  );
  await fill(
    `INSERT INTO event_deliveries (id, event_at, event_id, event_type, account_id, position, consumer, state, attempts, due_at, claims)
     SELECT gen_random_uuid(), now(), gen_random_uuid(), 'account.registered', gen_random_uuid(), n, 'reconsent',
       CASE WHEN n % 1000 = 0 THEN 'pending' ELSE 'handled' END, 0, now() - interval '1 minute', 0
     FROM generate_series(1, $1::int) AS n`,
  );
  await db.query('ANALYZE');
}

/** The statements as the stores send them, with the plan that PostgreSQL has for them. */
async function explain(db) {
  const account = (await db.query('SELECT id FROM accounts LIMIT 1')).rows[0].id;
  const { snapshot } = (await db.query('SELECT pg_current_snapshot()::text AS snapshot')).rows[0];
  // The store's own statements, of a batch as large as a run takes by default.
  const now = new Date();
  const purged = ['access_log', now, 5_000];
  const batch = (await db.query(PURGE_SQL.due(false), purged)).rows[0];
  const middle = (
    await db.query(`SELECT id, due_at AS "dueAt", created_at AS "createdAt", priority FROM review_tasks
    WHERE state = 'open' ORDER BY due_at OFFSET 1000 LIMIT 1`)
  ).rows[0];
  const page = (order, filter) => {
    const place = keyOf(order, middle).map((part) => (part instanceof Date ? part.toISOString() : part));
    const { text, values } = listStatement({ notPartOf: 'mei', ...filter }, order, place, 50, now);
    return [text, values];
  };
  const hot = {
    ...Object.fromEntries(QUEUE_ORDERS.map((order) => [`review list, ${order}, a page further down`, page(order, {})])),
    ...Object.fromEntries(
      QUEUE_ORDERS.map((order) => [`review list of a kind, ${order}`, page(order, { kind: 'registration' })]),
    ),
    'review claim-next, past 500 skipped': [NEXT_SQL, [now, ['registration'], 'mei', ['moderator'], []]],
    'identifier lookup': [
      'SELECT account_id FROM identifier_claims WHERE kind = $1 AND blind_index = ANY($2::text[])',
      ['phone', ['k1:none']],
    ],
    'standing facts': [STANDING_SQL.facts, [[account]]],
    'standing: what others changed': [STANDING_SQL.changes, [snapshot]],
    'events due': [
      `SELECT id, event_at FROM event_deliveries AS next WHERE consumer = ANY($1) AND state = 'pending' AND due_at <= now()
         AND (claimed_until IS NULL OR claimed_until <= now())
         AND NOT EXISTS (SELECT 1 FROM event_deliveries AS earlier WHERE earlier.consumer = next.consumer
           AND earlier.account_id = next.account_id AND earlier.state = 'pending' AND earlier.position < next.position)
       ORDER BY due_at, position LIMIT 500 FOR UPDATE SKIP LOCKED`,
      [['reconsent']],
    ],
    'purge: records due': [PURGE_SQL.due(false), purged],
    'purge: records due, further on': [PURGE_SQL.due(true), [...purged, ...batch.last]],
    'purge: a batch goes': [PURGE_SQL.expire, [batch.ids, newId(), null, now, 'access_log']],
    'is a session live': [
      'SELECT 1 FROM sessions WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > now()',
      [account, account],
    ],
  };
  console.log(`\nPlans at ${whole(ROWS)} rows (tasks: ${whole(MANY)})`);
  for (const [name, [text, values]] of Object.entries(hot)) {
    await db.query('BEGIN');
    const { rows } = await db.query(
      `EXPLAIN (ANALYZE, COSTS off, BUFFERS off, TIMING off, SUMMARY on) ${text}`,
      values,
    );
    await db.query('ROLLBACK');
    const lines = rows.map((row) => row['QUERY PLAN']);
    const scans = lines.filter((line) => /Seq Scan on (?!.*_(default|\d{4}))/.test(line));
    console.log(`\n${name}: ${lines.at(-1)}${scans.length > 0 ? '   << reads a whole table' : ''}`);
    for (const line of lines.slice(0, -2)) console.log(`  ${line.slice(0, 200)}`);
  }
}
