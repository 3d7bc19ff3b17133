import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import pg from 'pg';
import { call, load } from './support/client.mjs';
import { cpuOf, cpuOfPostgres } from './support/cpu.mjs';
import { sharesOf } from './support/profile.mjs';
import { openReplay, statementsOf } from './support/replay.mjs';
import { expect, numbers, prepareDatabase, register, registerInTwo, startService } from './support/service.mjs';
import { median, percent, tenths, times, whole } from './support/table.mjs';
import { freePort, startProcess } from './support/world.mjs';

const CAPTURE = join(import.meta.dirname, 'support/capture-statements.mjs');
const FLOOR = join(import.meta.dirname, 'peers/floor-server.mjs');
const SERVER = join(import.meta.dirname, 'peers/better-auth-server.mjs');

/**
 * Phone registrations per second: this service with its queues and counters on PostgreSQL and on Redis, better-auth, the
 * floor under all of them, and the statements of the service's requests replayed one by one by plain clients.
 */
export async function measureRegistrations(at) {
  const { postgres, redis, world, options } = at;
  const next = numbers(0);
  const ours = await contestant(at, 'ours', 'this service, queues and counters on PostgreSQL', world.env, next);
  const onRedis =
    redis && (await contestant(at, 'redis', 'this service, on Redis', { ...world.env, REDIS_URL: redis.url }, next));
  const two = await contestant(
    at,
    'two',
    'this service, code sent with the form: two requests',
    world.env,
    next,
    registerInTwo,
  );
  const raw = await rawSql(at, next);
  const all = [ours, two, ...(onRedis ? [onRedis] : []), await betterAuth(at, next), await floor(at, next), raw];
  for (const one of all) await one.round(Math.min(100, options.flows));
  const rounds = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const measured = {};
    for (const one of all) measured[one.name] = await measureRound(postgres, one, options.flows);
    rounds.push(measured);
  }
  const accounts = ours.accounts;
  for (const one of all) await one.stop();
  const shares = await whereTimeGoes(at, next);
  const rate = (name) => median(rounds.map((r) => r[name].rate));
  const ratio = (name, to) => median(rounds.map((r) => r[name].rate / r[to].rate));
  const rules = shares.find(([part]) => part.startsWith('rules'))?.[1] ?? 0;
  return {
    accounts,
    shares: shares.map(([part, share]) => ({ part, share: `${(100 * share).toFixed(1)} %` })),
    rows: all.map((one) => rowOf(one, rounds, rate, ratio)),
    targets: [
      target('registrations ÷ better-auth', ratio('ours', 'better-auth'), 5, times),
      ...(onRedis ? [target('registrations on Redis ÷ better-auth', ratio('redis', 'better-auth'), 5, times)] : []),
      {
        what: 'the floor ÷ better-auth: as many requests, each one durable INSERT and nothing else',
        reached: times(ratio('floor', 'better-auth')),
        wanted: '',
        met: '',
      },
      {
        // As many requests as better-auth has; a row of its own, for the target is the flow of three that most clients use.
        what: 'registrations in two requests ÷ better-auth, which has two',
        reached: times(ratio('two', 'better-auth')),
        wanted: '',
        met: '',
      },
      target('registrations ÷ raw SQL', ratio('ours', 'raw'), 0.35, percent),
      {
        what: "rule evaluation, share of the process's CPU time",
        reached: `${(100 * rules).toFixed(1)} %`,
        wanted: '≤ 15 %',
        met: rules <= 0.15 ? 'yes' : 'no',
      },
    ],
  };
}

export const target = (what, reached, wanted, form) => ({
  what,
  reached: form(reached),
  wanted: `≥ ${form(wanted)}`,
  met: reached >= wanted ? 'yes' : 'no',
});

async function measureRound(postgres, one, flows) {
  const before = { process: one.pid === undefined ? 0 : cpuOf(one.pid), postgres: cpuOfPostgres(postgres.folder) };
  const { rate, p50, p99 } = await one.round(flows);
  const began = performance.now();
  await one.settle?.();
  return {
    rate,
    p50,
    p99,
    behindMs: performance.now() - began,
    // What a contestant still does afterwards is its own work too: it is measured and waited for.
    processMs: ((one.pid === undefined ? Number.NaN : cpuOf(one.pid)) - before.process) / flows,
    postgresMs: (cpuOfPostgres(postgres.folder) - before.postgres) / flows,
  };
}

function rowOf(one, rounds, rate, ratio) {
  const of = (key) => median(rounds.map((r) => r[one.name][key]));
  return {
    contestant: one.title,
    'per s': whole(rate(one.name)),
    'p50 ms': whole(of('p50')),
    'p99 ms': whole(of('p99')),
    '÷ better-auth': times(ratio(one.name, 'better-auth')),
    '÷ raw SQL': percent(ratio(one.name, 'raw')),
    'CPU ms, process': one.pid === undefined ? '' : tenths(of('processMs')),
    'CPU ms, PostgreSQL': tenths(of('postgresMs')),
    'behind by ms': one.settle === undefined ? '' : whole(of('behindMs')),
  };
}

/** One process of the service, all roles: requests, relay, jobs, sequencer. */
async function contestant({ postgres, sink, options }, name, title, env, next, flow = register) {
  await postgres.create(name);
  prepareDatabase(postgres.url(name), world(env));
  const service = await startService(postgres.url(name), env);
  const watch = new pg.Client({ connectionString: postgres.url(name) });
  watch.on('error', () => undefined);
  await watch.connect();
  const accounts = [];
  let people = 0;
  return {
    name,
    title,
    pid: service.pid,
    accounts,
    round: (flows) =>
      load(flows, options.clients, async () => {
        const { account } = await flow(service.url, next(), sink, (people += 1));
        accounts.push(account.id);
      }),
    settle: () => untilIdle(watch),
    stop: async () => {
      await watch.end();
      await service.stop();
    },
  };
}

/** One more process, profiled: the profiler would slow the contestants. */
async function whereTimeGoes({ postgres, world, sink, options }, next) {
  const folder = join(world.env.DATA_DIR, 'profile');
  const service = await startService(postgres.url('ours'), world.env, {
    nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${folder}`],
  });
  let people = 2_000_000;
  await load(Math.max(400, options.flows), options.clients, () => register(service.url, next(), sink, (people += 1)));
  await service.stop();
  return sharesOf(folder);
}

/** The command line needs no queue: preparing a database leaves Redis alone. */
const world = (env) => ({ ...env, REDIS_URL: undefined });

/** Relayed, delivered, chained: nothing that the registrations caused is left to do. */
async function untilIdle(watch) {
  for (;;) {
    const { rows } = await watch.query(
      `SELECT EXISTS (SELECT FROM outbox_pending) OR EXISTS (SELECT FROM audit_pending)
           OR EXISTS (SELECT FROM event_deliveries WHERE state = 'pending') AS busy`,
    );
    if (!rows[0].busy) return;
    await new Promise((done) => setTimeout(done, 10));
  }
}

async function betterAuth({ postgres, sink, options }, next) {
  await postgres.create('peer');
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const peer = await startProcess(
    [SERVER],
    { NODE_ENV: 'production', PORT: String(port), SINK_URL: sink.url, DATABASE_URL: postgres.url('peer') },
    async () => (await call(base, 'GET', '/api/auth/ok')).status === 200,
  );
  const headers = { origin: base };
  return {
    name: 'better-auth',
    title: 'better-auth, phone plugin, default settings, no rate limit',
    pid: peer.pid,
    round: (flows) =>
      load(flows, options.clients, async () => {
        const phoneNumber = next();
        const code = sink.codeFor(phoneNumber);
        expect(await call(base, 'POST', '/api/auth/phone-number/send-otp', { phoneNumber }, headers), 200);
        const proof = { phoneNumber, code: await code };
        expect(await call(base, 'POST', '/api/auth/phone-number/verify', proof, headers), 200);
      }),
    stop: () => peer.stop(),
  };
}

/** As many requests as a registration has, each with one durable INSERT: what nobody on this machine can be faster than. */
async function floor({ postgres, options }, next) {
  await postgres.create('floor');
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const server = await startProcess(
    [FLOOR],
    { NODE_ENV: 'production', PORT: String(port), DATABASE_URL: postgres.url('floor') },
    async () => (await call(base, 'GET', '/ready')).status === 200,
  );
  return {
    name: 'floor',
    title: 'the floor: bare Fastify, one durable INSERT a request',
    pid: server.pid,
    round: (flows) =>
      load(flows, options.clients, async () => {
        const phone = next();
        for (const step of ['form', 'code', 'proof'])
          expect(await call(base, 'POST', `/steps/${step}`, { phone }), 201);
      }),
    stop: () => server.stop(),
  };
}

/**
 * The statements that the service's requests send, background work left out, captured one person at a time and replayed
 * from plain clients, each round on a fresh copy of the database as it was before the capture.
 */
async function rawSql({ postgres, world, sink, options }, next) {
  await postgres.create('capture');
  prepareDatabase(postgres.url('capture'), world.env);
  const admin = new pg.Client({ connectionString: postgres.url('postgres') });
  await admin.connect();
  const copies = Array.from({ length: options.rounds + 1 }, (_, i) => `raw${i}`);
  for (const copy of copies) await admin.query(`CREATE DATABASE ${copy} TEMPLATE capture`);
  await admin.end();
  const flows = await capture({ postgres, world, sink }, Math.max(options.flows, 100), next);
  return {
    name: 'raw',
    title: `raw SQL: the ${Math.round(median(flows.map((f) => f.length)))} statements of the requests, plain clients`,
    round: async (count) => {
      const replay = await openReplay(postgres.url(copies.shift()), options.clients);
      try {
        return await load(count, options.clients, (i) => replay.flow(flows[i]));
      } finally {
        await replay.stop();
      }
    },
    stop: () => Promise.resolve(),
  };
}

async function capture({ postgres, world, sink }, count, next) {
  const file = join(world.env.DATA_DIR, 'statements.jsonl');
  const url = postgres.url('capture');
  const api = await startService(
    url,
    { ...world.env, ROLE: 'api', CAPTURE_FILE: file },
    { nodeArgs: ['--import', CAPTURE] },
  );
  const worker = await startService(url, { ...world.env, ROLE: 'worker' });
  const flows = [];
  let { end } = statementsOf(file, 0);
  for (let i = 0; i < count; i += 1) {
    await register(api.url, next(), sink, 1_000_000 + i);
    const taken = statementsOf(file, end);
    flows.push(taken.statements);
    end = taken.end;
  }
  await api.stop();
  await worker.stop();
  return flows;
}
