// Round trips to PostgreSQL per registration, requests and everything behind them, and per decision of a moderator, the
// request alone. Only the sweeps, which run by the clock, and the size of batches depend on what else the machine does.
// `node bench/round-trips.mjs [--flows 200] [--clients 32] [--parts registrations,decisions]` after `npm run build`.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { call, load } from './support/client.mjs';
import { startRedis } from './support/redis.mjs';
import {
  expect,
  numbers,
  prepareDatabase,
  realWorld,
  register,
  startIssuer,
  startService,
} from './support/service.mjs';
import { option, printTable } from './support/table.mjs';
import { startPostgres, startSink } from './support/world.mjs';

const COUNT = join(import.meta.dirname, 'support/count-round-trips.mjs');
const flows = option('flows', 200);
const clients = option('clients', 32);
const parts = option('parts', 'registrations,decisions').split(',');
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const open = [];
let failed = false;
try {
  const postgres = await startPostgres();
  const redis = await startRedis();
  const sink = await startSink();
  const issuer = await startIssuer();
  const world = realWorld({ issuer, sink });
  open.push(world, issuer, sink, ...(redis === undefined ? [] : [redis]), postgres);
  await postgres.create('ours');
  prepareDatabase(postgres.url('ours'), world.env);
  const file = join(world.env.DATA_DIR, 'round-trips.json');
  const env = { ...world.env, COUNT_FILE: file, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
  if (parts.includes('registrations')) await registrations();
  if (parts.includes('decisions')) await decisions();

  async function counting(role) {
    const service = await startService(postgres.url('ours'), { ...env, ROLE: role }, { nodeArgs: ['--import', COUNT] });
    open.unshift(service);
    const counted = async () => {
      rmSync(file, { force: true });
      process.kill(service.pid, 'SIGUSR2');
      while (!existsSync(file)) await pause(20);
      return JSON.parse(readFileSync(file, 'utf8'));
    };
    return { service, counted };
  }

  function print(what, counts, wanted = () => true) {
    const kept = counts.filter(([text]) => wanted(text)).sort((a, b) => b[1] - a[1]);
    const total = kept.reduce((sum, [, count]) => sum + count, 0);
    printTable(`Round trips to PostgreSQL per ${what}: ${(total / flows).toFixed(1)}; what travels together`, [
      ...kept.slice(0, 25).map(([text, count]) => ({ what: text.slice(0, 150), count: (count / flows).toFixed(2) })),
    ]);
  }

  async function registrations() {
    const { service, counted } = await counting('all');
    const next = numbers(0);
    const run = async (count, from) => {
      await load(count, clients, (i) => register(service.url, next(), sink, from + i));
      await pause(500);
    };
    await run(100, 1);
    await counted();
    await run(flows, 1_000);
    print('registration', await counted());
    await service.stop();
  }

  /** By a process that only answers requests: what follows a decision is others' work. */
  async function decisions() {
    const { service, counted } = await counting('api');
    const db = new pg.Client({ connectionString: postgres.url('ours') });
    await db.connect();
    const found = await db.query(
      `INSERT INTO accounts (id, state, state_changed_at, version, band, locale, improvement_objection, standing_version,
         standing_changed_at, created_at, updated_at)
       SELECT gen_random_uuid(), 'active', now(), 1, '18_plus', 'zh-CN', false, 1, now(), now(), now()
       FROM generate_series(1, $1::int) RETURNING id`,
      [flows + 100],
    );
    await db.end();
    const authorization = `Bearer ${await issuer.token({ sub: 'mei', roles: ['moderator'] })}`;
    const post = async (path, body) => {
      const headers = { authorization, 'idempotency-key': randomUUID() };
      const answer = await call(service.url, 'POST', path, body, headers);
      expect(answer, 201);
      return answer.body;
    };
    const cases = [];
    await load(found.rows.length, 16, async (i) => {
      const body = { subjectAccountId: found.rows[i].id, clause: '3.3(9)', note: 'Seen while reading.' };
      cases.push((await post('/v1/cases', body)).id);
    });
    const decide = (id) =>
      post(`/v1/cases/${id}/decisions`, {
        clauses: ['3.3(9)'],
        actions: [{ type: 'suspension', duration: 'PT72H' }],
        statementOfReasons: {
          facts: 'Three published answers insult people.',
          explanation: 'Clause 3.3(9) forbids it.',
        },
        deviationReason: 'The measurement wants this measure.',
      });
    for (const id of cases.slice(0, 100)) await decide(id);
    await counted();
    for (const id of cases.slice(100)) await decide(id);
    print('decision', await counted());
    await service.stop();
  }
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const thing of open) await Promise.resolve(thing.stop()).catch((error) => console.error(error.message));
}
process.exit(failed ? 1 : 0);
