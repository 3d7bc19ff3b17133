// One bulk decision carried to its end, and taken back as one, with the worker killed (SIGKILL) half-way each time: another
// worker goes on where the rows say, and at the end every account was decided exactly once (issue: enforcement, bulk).
// `node bench/bulk.mjs [--accounts 10000] [--minutes 20]` after `npm run build:service`. Ends with 1 when a count is wrong.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { call } from './support/client.mjs';
import { expect, prepareDatabase, realWorld, startIssuer, startService } from './support/service.mjs';
import { option, printTable, tenths, whole } from './support/table.mjs';
import { SETTINGS, startPostgres } from './support/world.mjs';

const ACCOUNTS = option('accounts', 10_000);
/** For each way; longer has failed. */
const MINUTES = option('minutes', 20);
const DECISION = {
  clauses: ['2.3(3)'],
  actions: [{ type: 'suspension', duration: 'P7D' }],
  statementOfReasons: { facts: 'All of them from one device.', explanation: 'Clause 2.3(3) forbids it.' },
};

const open = [];
const started = async (promise) => {
  const thing = await promise;
  open.unshift(thing);
  return thing;
};

let failed;
try {
  const postgres = await started(startPostgres());
  const issuer = await started(startIssuer());
  const world = await started(realWorld({ issuer }));
  console.log(
    `PostgreSQL, embedded: ${Object.entries(SETTINGS)
      .map(([k, v]) => `${k}=${v}`)
      .join(' ')}`,
  );
  await postgres.create('bulk');
  const url = postgres.url('bulk');
  prepareDatabase(url, world.env);
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  open.unshift({ stop: () => db.end() });
  const api = await started(startService(url, { ...world.env, ROLE: 'api' }));
  const tokens = {
    mei: `Bearer ${await issuer.token({ sub: 'mei', roles: ['moderator'] })}`,
    lead: `Bearer ${await issuer.token({ sub: 'lead', roles: ['senior_moderator'] })}`,
  };
  const post = (path, token, body) =>
    call(api.url, 'POST', path, body, { authorization: token, 'idempotency-key': randomUUID() });
  const { rows } = await db.query(
    `INSERT INTO accounts (id, state, state_changed_at, version, band, locale, improvement_objection, standing_version,
       standing_changed_at, created_at, updated_at)
     SELECT gen_random_uuid(), 'active', now(), 1, '18_plus', 'zh-CN', false, 1, now(), now(), now()
     FROM generate_series(1, $1::int) RETURNING id`,
    [ACCOUNTS],
  );
  const order = { accountIds: rows.map((row) => row.id), decision: DECISION, note: 'One ring.' };
  const proposed = await post('/v1/bulk-decisions', tokens.mei, order);
  expect(proposed, 201);
  const path = `/v1/bulk-decisions/${proposed.body.id}`;
  if (proposed.body.state === 'awaiting_approval')
    expect(await post(`${path}/approval`, tokens.lead, { approved: true, note: 'Seen.' }), 200);
  const read = async () => (await call(api.url, 'GET', path, undefined, { authorization: tokens.mei })).body;
  const worker = () => started(startService(url, { ...world.env, ROLE: 'worker' }));

  /** One way of it with a worker that dies half-way. @returns how long it took, and how far it was when the worker died */
  const carryOut = async (waiting, reached) => {
    const began = performance.now();
    let running = await worker();
    let diedAt;
    for (let said = 0; ;) {
      await sleep(200);
      const { state, counts } = await read();
      const done = ACCOUNTS - (counts[waiting] ?? 0);
      const seconds = (performance.now() - began) / 1000;
      if (state === reached) return { seconds, diedAt, counts };
      if (seconds > MINUTES * 60) throw new Error(`after ${MINUTES} minutes ${done} of ${ACCOUNTS}`);
      if (diedAt === undefined && done >= ACCOUNTS / 2) {
        process.kill(running.pid, 'SIGKILL');
        diedAt = done;
        console.log(`  killed the worker at ${whole(done)} of ${whole(ACCOUNTS)}, ${tenths(seconds)} s`);
        running = await worker();
      }
      if (seconds > said + 15) console.log(`  … ${whole(done)} of ${whole(ACCOUNTS)} after ${tenths(seconds)} s`);
      if (seconds > said + 15) said = seconds;
    }
  };

  const count = async (text) => Number((await db.query(`SELECT count(*) AS n FROM ${text}`)).rows[0].n);
  const once = (type) =>
    `(SELECT account_id FROM audit_events WHERE type = '${type}' GROUP BY account_id HAVING count(*) = 1) t`;
  const wrong = [];
  const check = async (what, text, wanted) => {
    const found = await count(text);
    if (found !== wanted) wrong.push(`${what}: ${found} instead of ${wanted}`);
  };

  const there = await carryOut('waiting', 'done');
  await check('items done', `bulk_items WHERE state = 'done'`, ACCOUNTS);
  await check('decisions', 'decisions', ACCOUNTS);
  await check(
    'accounts suspended once',
    `(SELECT account_id FROM sanctions WHERE state = 'active' GROUP BY 1 HAVING count(*) = 1) t`,
    ACCOUNTS,
  );
  await check('strikes', 'strikes', ACCOUNTS);
  await check('accounts told of one decision', once('decision.taken'), ACCOUNTS);
  const back = await (async () => {
    expect(await post(`${path}/reversal`, tokens.lead, {}), 200);
    return carryOut('done', 'reversed');
  })();
  await check('items reversed', `bulk_items WHERE state = 'reversed'`, ACCOUNTS);
  await check('sanctions that stand', `sanctions WHERE state = 'active'`, 0);
  await check('accounts given back once', once('decision.reversed'), ACCOUNTS);
  await check('strikes that count', 'strikes WHERE revoked_at IS NULL', 0);
  printTable(
    `A bulk decision about ${whole(ACCOUNTS)} accounts; its worker killed half-way, there and back`,
    Object.entries({ 'carried out': there, 'taken back': back }).map(([way, { seconds, diedAt, counts }]) => ({
      way,
      seconds: tenths(seconds),
      'accounts per s': whole(ACCOUNTS / seconds),
      'killed at': whole(diedAt),
      outcome: JSON.stringify(counts),
    })),
  );
  for (const each of wrong) console.error(`WRONG  ${each}`);
  if (wrong.length === 0) console.log('\nEvery account was decided once and given back once.');
  failed = wrong.length > 0;
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  for (const thing of open) await Promise.resolve(thing.stop()).catch((error) => console.error(error.message));
}
process.exit(failed ? 1 : 0);
