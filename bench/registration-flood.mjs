// A flood from one subnet: numbers one after the other, from every address of a /24, as fast as the service answers. Says what
// became of each attempt, and fails when the rules let one more through than they say, or one less.
// `node bench/registration-flood.mjs [--attempts 10000] [--clients 32]` after `npm run build`. Needs nothing but Node.
import pg from 'pg';
import { call, load } from './support/client.mjs';
import { prepareDatabase, realWorld, startIssuer, startService } from './support/service.mjs';
import { option, printTable } from './support/table.mjs';
import { startPostgres, startSink } from './support/world.mjs';

/** What config/registration-rules.yaml says: `subnet-very-often` and `numbers-in-a-run-asked`. */
const SUBNET_A_DAY = 2_000;
const RUN = 12;
const AGREEMENT = { documentId: 'user_agreement', version: '2025-01-20' };
const attempts = option('attempts', 10_000);
const clients = option('clients', 32);

const open = [];
let failed = true;
try {
  const postgres = await startPostgres();
  const sink = await startSink();
  const issuer = await startIssuer();
  const world = realWorld({ issuer, sink });
  open.push(world, issuer, sink, postgres);
  await postgres.create('flood');
  prepareDatabase(postgres.url('flood'), world.env);
  const service = await startService(postgres.url('flood'), world.env);
  open.unshift(service);
  const seen = { free: 0, challenged: 0, 'sent a code': 0, refused: 0, other: 0 };
  const took = await load(attempts, clients, async (i) => {
    const headers = { 'x-forwarded-for': `203.0.113.${1 + (i % 254)}` };
    const form = {
      method: 'phone',
      phone: `+86138${String(20_000_000 + i)}`,
      birthDate: '1990-05-17',
      channel: 'web',
      acceptances: [AGREEMENT],
      sendCode: true,
    };
    const { status, body } = await call(service.url, 'POST', '/v1/registrations', form, headers);
    if (status === 201 && body.status === 'code_sent') seen['sent a code'] += 1;
    if (status === 201) seen[body.challenge === undefined ? 'free' : 'challenged'] += 1;
    else if (status === 429 && body.code === 'registration_limited') seen.refused += 1;
    else seen.other += 1;
  });
  const db = new pg.Client({ connectionString: postgres.url('flood') });
  await db.connect();
  const count = async (sql) => Number((await db.query(sql)).rows[0].n);
  const begun = await count('SELECT count(*) AS n FROM registrations');
  const decided = await count('SELECT count(*) AS n FROM registration_decisions');
  const accounts = await count('SELECT count(*) AS n FROM accounts');
  await db.end();
  printTable(
    `${attempts} attempts from one /24, numbers one after the other, ${clients} at a time: ${Math.round(took.rate)}/s, ` +
      `p50 ${took.p50.toFixed(1)} ms, p99 ${took.p99.toFixed(1)} ms`,
    Object.entries(seen).map(([what, times]) => ({ what, times })),
  );
  const through = Math.min(attempts, SUBNET_A_DAY);
  const checks = [
    ['exactly the limit of the subnet begins', begun === through && seen.free + seen.challenged === through],
    ['everything after it is refused', seen.refused === attempts - through && seen.other === 0],
    // Of those under way at once some are judged before the run is long enough: no more than that many.
    ['no more than a short run gets by without a challenge', seen.free <= RUN + clients],
    ['codes go out to those alone', seen['sent a code'] === seen.free],
    ['each decision is on record with its rules', decided === attempts],
    ['no account', accounts === 0],
  ];
  printTable(
    'Held',
    checks.map(([what, holds]) => ({ what, holds: holds ? 'yes' : 'no' })),
  );
  failed = checks.some(([, holds]) => !holds);
} catch (error) {
  console.error(error);
} finally {
  for (const one of open) await one.stop();
}
process.exit(failed ? 1 : 0);
