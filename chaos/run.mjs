/**
 * Two hundred people leave while everything that can break breaks: workers are killed (SIGKILL), Redis is flushed,
 * participants answer 500 or refuse, PostgreSQL goes down without a goodbye. At the end nobody may be lost, nothing may
 * have happened twice, and nothing of anybody may be left (clause 2.5; DER-3, DER-5).
 *
 *   npm run chaos -- --minutes 5 [--people 200] [--seed 7]
 *
 * Everything runs on this machine, on databases of its own in a temporary folder; whatever is started is ended.
 */
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { call, People, persist, review } from './people.mjs';
import { doubled, lost, parked, residue } from './verify.mjs';
import { cli, freePort, makeFolder, Service, startParticipants, startPostgres, startRedis } from './world.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    people: { type: 'string', default: '200' },
    seed: { type: 'string' },
  },
});
const minutes = Number(options.minutes);
const size = Number(options.people);
const seed = Number(options.seed ?? randomInt(1_000_000));
if (!(minutes > 0 && minutes <= 60) || !(size > 0 && size <= 5000))
  throw new Error('--minutes 1 to 60, --people 1 to 5000');
if (!existsSync('dist/src/main.js')) throw new Error('not built: npm run build:service');

/** After the weather has calmed down: given up when nobody has come through for so long, and at the latest after so long. */
const STANDSTILL_SECONDS = 90;
const SETTLE_SECONDS = 900;
const AT_ONCE = 8;

/** The same seed, the same weather: mulberry32. */
const random = ((state) => () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
})(seed);

const began = performance.now();
const say = (text) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}`);

const cleanups = [];
const processes = [];
const started = (thing) => {
  cleanups.push(() => thing.stop());
  if (thing instanceof Service) processes.push(thing);
  return thing;
};
let ending;
/** Once, however many ask for it; whoever asks waits until everything has ended. */
function end() {
  ending ??= (async () => {
    for (const cleanup of cleanups.toReversed())
      await Promise.resolve(cleanup()).catch((error) => console.error(String(error)));
  })();
  return ending;
}
/** What there is to tell when somebody does not wait for the end. */
const soFar = { registered: 0, applied: 0, faults: {}, database: undefined };
async function tellSoFar() {
  const { registered, applied, faults, database } = soFar;
  const counted = Object.entries(faults).map(([what, n]) => `${what} ${n}`);
  console.log(`\ninterrupted        ${registered} registered, ${applied} applied`);
  console.log(`faults             ${counted.join(', ') || 'none yet'}`);
  const states = await database?.query('SELECT state, count(*)::int AS n FROM deregistrations GROUP BY 1 ORDER BY 1');
  for (const { state, n } of states ?? []) console.log(`${state.padEnd(18)} ${n}`);
}
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    const told = Promise.race([tellSoFar().catch(() => undefined), sleep(5_000)]);
    void told.then(end).finally(() => process.exit(130));
  });

async function main() {
  const { folder, remove } = makeFolder();
  cleanups.push(remove);
  // The embedded server has an exit hook of its own, which may end this process before the last of our cleanups.
  process.once('exit', () => {
    for (const process_ of processes) process_.child?.kill('SIGKILL');
    remove();
  });
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const database = started(await startPostgres(folder));
  soFar.database = database;
  const redis = started(await startRedis(folder));
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    RUNTIME_EMBEDDED: 'true',
    DATA_DIR: dataDir,
    // The issuer of staff tokens in the demo world is the service itself.
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]',
    TELEMETRY_LOG_LEVEL: 'error',
    TOKENS_ACCESS_TTL: 'PT2H',
    LIMITS_PUBLIC_REQUESTS: '1000000',
    CODES_RESEND_COOLDOWN: 'PT1S',
    QUEUES_CLAIM_LEASE: 'PT5S',
    QUEUES_DASHBOARD: 'false',
    WEBHOOKS_RETRY_AFTER: 'PT1S',
    WEBHOOKS_RETRY_CAP: 'PT4S',
    // Seconds instead of days, and nobody is played by the demo world.
    DEREGISTRATION_COOLING_OFF: 'PT6S',
    DEREGISTRATION_REMINDER_BEFORE: 'PT3S',
    DEREGISTRATION_FINAL_NOTICE_LEAD: 'PT3S',
    DEREGISTRATION_ACKNOWLEDGEMENT_DEADLINE: 'PT20S',
    DEREGISTRATION_PARTIAL_RETRY: 'PT4S',
    DEREGISTRATION_UNIT_LEASE: 'PT5S',
    DEREGISTRATION_RETRY_BASE: 'PT1S',
    DEREGISTRATION_RETRY_CAP: 'PT4S',
    DEREGISTRATION_DEMO_PARTICIPANTS: '[]',
  };
  const migrated = cli(env, 'migrate');
  if (migrated.code !== 0) throw new Error(migrated.output);
  const token = (...args) => {
    const { code, output } = cli(env, 'token', '--ttl', 'PT3H', ...args);
    if (code !== 0) throw new Error(output);
    return output;
  };

  // Before anything listens: a command is awaited with the whole process standing still.
  const tokens = {
    participants: token('--scope', 'erasure:ack', '--sub', 'participants'),
    ops: token('--role', 'ops'),
    moderator: token('--role', 'moderator', '--sub', 'alice'),
  };

  const api = started(new Service('api', { ...env, ROLE: 'api' }, port));
  api.start();
  await api.ready();
  const workers = [];
  for (const n of [1, 2]) {
    const worker = started(new Service(`worker ${n}`, { ...env, ROLE: 'worker' }, await freePort()));
    workers.push(worker);
    worker.start();
  }
  await Promise.all(workers.map((w) => w.ready()));

  const participants = started(
    await startParticipants(async (id, said) => {
      const answer = await call(api.url, 'POST', `/v1/deregistrations/${id}/acknowledgements`, {
        token: tokens.participants,
        body: said,
      });
      if (answer.status >= 500) throw new Error(`not heard: ${answer.status}`);
    }),
  );
  const endpoint = {
    url: participants.url,
    eventTypes: ['deregistration.fence_requested', 'deregistration.erasure_requested'],
  };
  const hooked = await call(api.url, 'POST', '/v1/webhook-endpoints', {
    token: tokens.ops,
    body: endpoint,
  });
  if (hooked.status !== 201) throw new Error(`no webhook: ${JSON.stringify(hooked.body)}`);
  say(
    `PostgreSQL, Redis, 1 api, 2 workers, ${endpoint.eventTypes.length} kinds of event to participants; seed ${seed}`,
  );

  const people = new People(api.url, workers);
  const agreements = await persist(30, () => call(api.url, 'GET', '/v1/agreements'));
  const acceptances = agreements.body.items.flatMap((d) =>
    d.requiredAtRegistration && d.inEffect ? [{ documentId: d.documentId, version: d.inEffect.version }] : [],
  );
  const registered = await inParallel(size, AT_ONCE, async (n) => {
    const person = await people.register(n, acceptances);
    soFar.registered += 1;
    return person;
  });
  say(`${registered.length} people registered`);

  const stormEnds = performance.now() + minutes * 60_000;
  const weather = storm({ stormEnds, workers, redis, participants, database });
  let reviewing = true;
  const reviewer = review(api.url, tokens.moderator, () => !reviewing);
  // Spread over the first half of the storm, so that every step of somebody's leaving meets some of it.
  const pace = (minutes * 30_000) / size;
  const paceBegan = performance.now();
  const failures = [];
  const applied = await inParallel(size, AT_ONCE, async (n) => {
    await sleep(Math.max(0, paceBegan + n * pace - performance.now()));
    const leaver = await people.apply(registered[n]).catch((error) => void failures.push(error.message));
    if (leaver !== undefined) soFar.applied += 1;
    return leaver;
  });
  const leavers = applied.filter((p) => p !== undefined);
  say(`${leavers.length} applied in the storm`);
  const faults = await weather;
  say(
    `the storm is over: ${Object.entries(faults)
      .map(([what, n]) => `${n} × ${what}`)
      .join(', ')}`,
  );

  const missing = await settle(database, leavers);
  reviewing = false;
  const decided = await reviewer;
  // Who is lost is counted as lost, not also as residue.
  const through = leavers.filter((p) => !missing.includes(p.id));
  const twice = await doubled(database, api.url, through);
  const left = await residue(database, redis.client, dataDir, through);
  const audit = cli(env, 'audit', 'verify');
  const stuck = await parked(database);

  const { received, failed, refused, repeated } = participants.state;
  console.log(`
people             ${size} registered, ${leavers.length} applied, ${decided} decided by a person
faults             ${Object.entries(faults)
    .map(([what, n]) => `${what} ${n}`)
    .join(', ')}
participants       ${received} requests, ${failed} answered 500, ${refused} refused, ${repeated} acknowledged twice
receipts           ${twice.receipts} verified, each once
acknowledgements   ${twice.acknowledgements} accepted
searched           ${left.columns} columns, the queues in Redis, every file beside the database
lost               ${missing.length + failures.length}
doubled            ${twice.problems.length}
residue            ${left.found.length}
parked deliveries  ${stuck}
audit verify       ${audit.code === 0 ? 'ok' : 'BROKEN'}: ${audit.output.split('\n').at(-1)}`);
  const problems = [
    ...failures.map((f) => `not applied: ${f}`),
    ...missing.map((id) => `lost: ${id}`),
    ...twice.problems,
    ...left.found,
    ...(stuck > 0 ? [`${stuck} deliveries are parked`] : []),
    ...(audit.code === 0 ? [] : [audit.output]),
  ];
  for (const problem of problems.slice(0, 40)) console.error(`PROBLEM  ${problem}`);
  if (missing.length > 0) console.error(JSON.stringify(await whereTheyAre(database, missing), null, 1));
  for (const id of missing)
    for (const { name, failures } of workers) console.error(name, failures.get(id) ?? 'said nothing');
  return problems.length === 0;
}

/** @returns who is not through when all are, or when nothing moves any more */
async function settle(database, leavers) {
  const latest = performance.now() + SETTLE_SECONDS * 1000;
  let missing = await lost(database, leavers);
  let moved = performance.now();
  let told = leavers.length;
  while (missing.length > 0 && performance.now() < Math.min(latest, moved + STANDSTILL_SECONDS * 1000)) {
    if (missing.length <= told - 25) say(`${(told = missing.length)} on their way`);
    await sleep(1000);
    const before = missing.length;
    missing = await lost(database, leavers);
    if (missing.length < before) moved = performance.now();
  }
  return missing;
}

const whereTheyAre = (database, ids) =>
  database.query(
    `SELECT d.state, u.phase, u.unit, u.state AS unit_state, u.last_error, count(*)::int AS n
       FROM deregistrations d LEFT JOIN deregistration_units u ON u.deregistration_id = d.id AND u.state <> 'done'
      WHERE d.id = ANY ($1) GROUP BY 1, 2, 3, 4, 5 ORDER BY n DESC LIMIT 20`,
    [ids],
  );

/** Something breaks every few seconds until `stormEnds`. @returns how often what; everything runs again */
async function storm({ stormEnds, workers, redis, participants, database }) {
  const faults = {
    'worker killed': 0,
    'Redis flushed': 0,
    'participants down': 0,
    'participants refusing': 0,
    'PostgreSQL restarted': 0,
  };
  soFar.faults = faults;
  // What takes its time goes on beside the next fault; a worker that is still coming up is left to come up.
  const beside = new Set();
  const goesOn = (work) => {
    const running = work.finally(() => beside.delete(running));
    beside.add(running);
  };
  const starting = new Set();
  const killOne = async () => {
    const up = workers.filter((w) => !starting.has(w));
    const worker = up[Math.floor(random() * up.length)];
    if (worker === undefined) return false;
    starting.add(worker);
    await worker.kill();
    goesOn(
      sleep(random() * 1500)
        .then(() => worker.start())
        .then(() => worker.ready())
        .finally(() => starting.delete(worker)),
    );
    return true;
  };
  const mood = (name, seconds) => {
    if (participants.state.mood !== 'well') return false;
    participants.state.mood = name;
    goesOn(sleep(seconds * 1000).then(() => void (participants.state.mood = 'well')));
    return true;
  };
  const kinds = [
    [0.4, 'worker killed', killOne],
    [0.2, 'Redis flushed', () => redis.client.flushall()],
    [0.15, 'participants down', () => mood('down', 2 + random() * 3)],
    [0.1, 'participants refusing', () => mood('refusing', 1 + random() * 2)],
    [0.15, 'PostgreSQL restarted', () => database.restart().then(() => true)],
  ];
  // Each kind at least once, in an order of the seed's choosing; then as they come.
  const first = kinds
    .map((kind) => [random(), kind])
    .sort((a, b) => a[0] - b[0])
    .map(([, kind]) => kind);
  while (performance.now() < stormEnds || first.length > 0) {
    const [, name, happen] = first.shift() ?? pick(kinds);
    if ((await happen()) !== false) faults[name] += 1;
    await sleep(500 + random() * 2500);
  }
  await Promise.all(beside);
  await Promise.all(workers.map((w) => w.ready()));
  return faults;
}

function pick(kinds) {
  let at = random();
  return kinds.find(([weight]) => (at -= weight) < 0) ?? kinds[0];
}

async function inParallel(count, clients, work) {
  const results = [];
  let next = 0;
  const client = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return results;
}

let well = false;
try {
  well = await main();
} catch (error) {
  console.error(error);
} finally {
  await end();
}
process.exit(well ? 0 : 1);
