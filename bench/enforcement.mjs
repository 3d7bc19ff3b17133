// Decisions of moderators per second against Ozone, on one durable PostgreSQL, the two taking turns; the raw SQL of the
// same statements beside them; a queue page; ten thousand accounts at once; how stale standing is after a decision.
// `node bench/enforcement.mjs [--rounds 5] [--decisions 200] [--bulk 10000] [--stale 200] [--parts decisions,queue]` after
// `npm run build`.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { call, load } from './support/client.mjs';
import { startOzone } from './support/ozone.mjs';
import { startRedis } from './support/redis.mjs';
import { openReplay, statementsOf } from './support/replay.mjs';
import { expect, prepareDatabase, realWorld, startIssuer, startService } from './support/service.mjs';
import { median, option, percent, printTable, tenths, times, whole } from './support/table.mjs';
import { SETTINGS, startPostgres } from './support/world.mjs';

const CAPTURE = join(import.meta.dirname, 'support/capture-statements.mjs');
const CLIENTS = [1, 8, 32];
const ROUNDS = option('rounds', 5);
const DECISIONS = option('decisions', 200);
const BULK = option('bulk', 10_000);
const STALE = option('stale', 200);
/** `decisions,queue,stale,bulk`, or some of them. */
const PARTS = option('parts', 'decisions,queue,stale,bulk').split(',');
/** A bulk decision that takes longer has failed. */
const BULK_MINUTES = option('bulk-minutes', 10);
const CLAUSE = '3.3(9)';
/** A suspension for 72 hours, with what the agreement's statement of reasons asks for. */
const SUSPENSION = {
  clauses: [CLAUSE],
  actions: [{ type: 'suspension', duration: 'PT72H' }],
  statementOfReasons: { facts: 'Three published answers insult people.', explanation: 'Clause 3.3(9) forbids it.' },
  deviationReason: 'The measurement wants this measure.',
};

const open = [];
const started = async (promise) => {
  const thing = await promise;
  if (thing !== undefined) open.unshift(thing);
  return thing;
};

let failed = false;
try {
  const postgres = await started(startPostgres());
  const redis = await started(startRedis());
  const issuer = await started(startIssuer());
  const world = await started(realWorld({ issuer }));
  const env = { ...world.env, ...(redis && { REDIS_URL: redis.url }) };
  console.log(`PostgreSQL, embedded, one server for all: ${settings()}; everything else its default`);
  console.log(`${ROUNDS} rounds of ${DECISIONS} decisions; medians; new subject each time`);
  const tokens = {
    mei: `Bearer ${await issuer.token({ sub: 'mei', roles: ['moderator'] })}`,
    lead: `Bearer ${await issuer.token({ sub: 'lead', roles: ['moderator', 'senior_moderator'] })}`,
    reader: `Bearer ${await issuer.token({ scope: 'standing:read' })}`,
  };
  const at = { postgres, redis, world, env, tokens };
  await postgres.create('ours');
  prepareDatabase(postgres.url('ours'), world.env);
  const db = await connect(postgres.url('ours'));
  open.unshift({ stop: () => db.end() });
  const ours = await started(startService(postgres.url('ours'), env));
  if (PARTS.includes('decisions') || PARTS.includes('queue')) {
    await postgres.create('ozone');
    const ozone = await started(startOzone(postgres.url('ozone')));
    if (PARTS.includes('decisions')) await decisions(at, ours, db, ozone);
    if (PARTS.includes('queue')) await queuePages(at, ours, db, ozone);
    await ozone.stop();
  }
  if (PARTS.includes('stale')) await staleness(at, ours, db);
  if (PARTS.includes('bulk')) await bulk(at, ours, db);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const thing of open) await Promise.resolve(thing.stop()).catch((error) => console.error(error.message));
}
process.exit(failed ? 1 : 0);

function settings() {
  return Object.entries(SETTINGS)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** Suspension decisions at 1, 8 and 32 clients, the contestants taking turns in small rounds. */
async function decisions(at, ours, db, ozone) {
  const raw = await rawSql(at);
  let subject = 0;
  const contestants = {
    ours: async (clients, count) => {
      const cases = await openCases(ours, db, at.tokens.mei, count);
      return load(count, clients, (i) => decide(ours, at.tokens.mei, cases[i]));
    },
    ozone: (clients, count) => load(count, clients, () => ozone.suspend((subject += 1))),
    raw: (clients, count) => raw.round(clients, count),
  };
  for (const run of Object.values(contestants)) await run(8, Math.min(DECISIONS, 100));
  const rows = [];
  for (const clients of CLIENTS) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const measured = {};
      for (const [name, run] of Object.entries(contestants)) measured[name] = await run(clients, DECISIONS);
      rounds.push(measured);
    }
    const of = (name, key) => median(rounds.map((r) => r[name][key]));
    rows.push({
      clients,
      'ours per s': whole(of('ours', 'rate')),
      'Ozone per s': whole(of('ozone', 'rate')),
      'ours ÷ Ozone': times(median(rounds.map((r) => r.ours.rate / r.ozone.rate))),
      'raw SQL per s': whole(of('raw', 'rate')),
      'ours ÷ raw': percent(median(rounds.map((r) => r.ours.rate / r.raw.rate))),
      'ours p50, p99 ms': `${tenths(of('ours', 'p50'))}, ${tenths(of('ours', 'p99'))}`,
      'Ozone p50, p99 ms': `${tenths(of('ozone', 'p50'))}, ${tenths(of('ozone', 'p99'))}`,
      wanted: clients === 8 ? '≥ 1.50 ×, lower p99' : '',
    });
  }
  printTable(`Suspensions for 72 hours over HTTP (raw SQL: the ${raw.statements} statements of a decision)`, rows);
}

async function decide(service, token, { id }) {
  const answer = await call(service.url, 'POST', `/v1/cases/${id}/decisions`, SUSPENSION, {
    authorization: token,
    'idempotency-key': randomUUID(),
  });
  expect(answer, 201);
  return answer.body;
}

/** Accounts by SQL, a case about each over HTTP: the state in which a moderator finds them. Not timed. */
async function openCases(service, db, token, count) {
  const accounts = await fillAccounts(db, count);
  const cases = [];
  await load(count, 16, async (i) => {
    const body = { subjectAccountId: accounts[i], clause: CLAUSE, note: 'Seen while reading.' };
    const headers = { authorization: token, 'idempotency-key': randomUUID() };
    const answer = await call(service.url, 'POST', '/v1/cases', body, headers);
    expect(answer, 201);
    cases.push({ id: answer.body.id, accountId: accounts[i] });
  });
  return cases;
}

async function fillAccounts(db, count) {
  const { rows } = await db.query(
    `INSERT INTO accounts (id, state, state_changed_at, version, band, locale, improvement_objection, standing_version,
       standing_changed_at, created_at, updated_at)
     SELECT gen_random_uuid(), 'active', now(), 1, '18_plus', 'zh-CN', false, 1, now(), now(), now()
     FROM generate_series(1, $1::int) RETURNING id`,
    [count],
  );
  return rows.map((row) => row.id);
}

/** The statements of decisions, captured one at a time, replayed by plain clients on fresh copies of the database. */
async function rawSql({ postgres, world, env, tokens }) {
  await postgres.create('capture');
  prepareDatabase(postgres.url('capture'), world.env);
  const file = join(world.env.DATA_DIR, 'decisions.jsonl');
  const db = await connect(postgres.url('capture'));
  const api = { ...env, ROLE: 'api', CAPTURE_FILE: file, QUEUES_PREFIX: 'capture' };
  const url = postgres.url('capture');
  const count = Math.max(DECISIONS, 100);
  const opening = await startService(url, api);
  const cases = await openCases(opening, db, tokens.mei, count);
  await opening.stop();
  await db.end();
  const admin = await connect(postgres.url('postgres'));
  const copies = Array.from({ length: CLIENTS.length * ROUNDS + 1 }, (_, i) => `raw${i}`);
  for (const copy of copies) await admin.query(`CREATE DATABASE ${copy} TEMPLATE capture`);
  await admin.end();
  const service = await startService(url, api, { nodeArgs: ['--import', CAPTURE] });
  const flows = [];
  let { end } = statementsOf(file, 0);
  for (const one of cases) {
    await decide(service, tokens.mei, one);
    const taken = statementsOf(file, end);
    flows.push(taken.statements);
    end = taken.end;
  }
  await service.stop();
  return {
    statements: Math.round(median(flows.map((flow) => flow.length))),
    round: async (clients, count) => {
      const replay = await openReplay(postgres.url(copies.shift()), clients);
      try {
        return await load(count, clients, (i) => replay.flow(flows[i]));
      } finally {
        await replay.stop();
      }
    },
  };
}

/** What a moderator waits for all day: fifty rows of the queue, beside Ozone's list of subjects by status. */
async function queuePages({ tokens }, ours, db, ozone) {
  await openCases(ours, db, tokens.mei, 1000);
  const headers = { authorization: tokens.mei };
  const read = async () => expect(await call(ours.url, 'GET', '/v1/review-tasks?limit=50', undefined, headers), 200);
  const times_ = { ours: [], ozone: [] };
  for (let i = 0; i < 220; i += 1)
    for (const [name, page] of [
      ['ours', read],
      ['ozone', ozone.queuePage],
    ]) {
      const began = performance.now();
      await page();
      if (i >= 20) times_[name].push(performance.now() - began);
    }
  const ratio = median(times_.ours) / median(times_.ozone);
  printTable('Queue page of 50, one client, p50', [
    {
      'ours ms': tenths(median(times_.ours)),
      'Ozone ms': tenths(median(times_.ozone)),
      'ours ÷ Ozone': times(ratio),
      wanted: '≤ 0.50 ×',
    },
  ]);
}

/** A decision on one process, standing read on it and on another at once: how long the old answer is still given. */
async function staleness({ postgres, redis, env, tokens }, ours, db) {
  if (redis === undefined) return console.log('\nno redis-server here: staleness across processes not measured');
  const other = await started(startService(postgres.url('ours'), { ...env, ROLE: 'api' }));
  const cases = await openCases(ours, db, tokens.mei, STALE);
  const standing = async (service, accountId) => {
    const headers = { authorization: tokens.reader };
    const answer = await call(service.url, 'GET', `/v1/accounts/${accountId}/standing`, undefined, headers);
    expect(answer, 200);
    return answer.body.status;
  };
  const late = { 'the same process': [], 'another process': [] };
  for (const one of cases) {
    await standing(ours, one.accountId);
    await standing(other, one.accountId);
    await decide(ours, tokens.mei, one);
    const since = performance.now();
    const wait = async (service) => {
      // The first right answer at the first try counts as nothing late.
      for (let tries = 0; ; tries += 1)
        if ((await standing(service, one.accountId)) === 'suspended')
          return tries === 0 ? 0 : performance.now() - since;
    };
    const [same, another] = await Promise.all([wait(ours), wait(other)]);
    late['the same process'].push(same);
    late['another process'].push(another);
  }
  const p99 = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)];
  printTable(
    `Standing after a decision, ${STALE} decisions, Redis as the shared cache: for how long the old answer is given`,
    Object.entries(late).map(([reader, values]) => ({
      'read on': reader,
      'right on the very next read': percent(values.filter((ms) => ms === 0).length / values.length),
      'p99 ms': tenths(p99(values)),
      wanted: reader === 'the same process' ? '0' : '≤ 50',
    })),
  );
}

/** Ten thousand accounts in one bulk decision, agreed to by a second person, while single readers and moderators go on. */
async function bulk({ tokens }, ours, db) {
  const accountIds = await fillAccounts(db, BULK);
  const others = await openCases(ours, db, tokens.mei, 200);
  const post = (path, token, body) =>
    call(ours.url, 'POST', path, body, { authorization: token, 'idempotency-key': randomUUID() });
  const quiet = await load(100, 1, (i) => decide(ours, tokens.mei, others[i]));
  const began = performance.now();
  const proposed = await post('/v1/bulk-decisions', tokens.mei, {
    accountIds,
    decision: SUSPENSION,
    note: 'One ring.',
  });
  expect(proposed, 201);
  const path = `/v1/bulk-decisions/${proposed.body.id}`;
  expect(await post(`${path}/approval`, tokens.lead, { approved: true, note: 'Seen.' }), 200);
  const during = await load(100, 1, (i) => decide(ours, tokens.mei, others[100 + i]));
  let now;
  for (let said = 0; ;) {
    await new Promise((done) => setTimeout(done, 250));
    now = (await call(ours.url, 'GET', path, undefined, { authorization: tokens.mei })).body;
    const minutes = (performance.now() - began) / 60_000;
    const done = BULK - (now.counts.waiting ?? 0);
    if (now.state === 'done') break;
    if (minutes > BULK_MINUTES) throw new Error(`after ${BULK_MINUTES} minutes ${done} of ${BULK} are done`);
    if (minutes * 6 > said + 1) console.log(`  … ${whole(done)} of ${whole(BULK)} after ${tenths(minutes * 60)} s`);
    said = Math.floor(minutes * 6);
  }
  const seconds = (performance.now() - began) / 1000;
  printTable(`Bulk decision about ${whole(BULK)} accounts, proposed, agreed to and carried out`, [
    {
      state: now.state,
      outcome: JSON.stringify(now.counts),
      seconds: tenths(seconds),
      'accounts per s': whole(BULK / seconds),
      'single decision, quiet p50, p99 ms': `${tenths(quiet.p50)}, ${tenths(quiet.p99)}`,
      'meanwhile p50, p99 ms': `${tenths(during.p50)}, ${tenths(during.p99)}`,
    },
  ]);
}

async function connect(url) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
