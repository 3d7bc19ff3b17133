// A retention run over many expired records against plain chunked SQL: rate, memory, and what callers of the API feel.
// `node bench/retention.mjs [--rows 2000000]` after `npm run build`.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '../dist/src/kernel/ids.js';
import { DirectoryRecordKeyStore } from '../dist/src/modules/retention/keys/directory-record-key-store.js';
import { keyRef, WRAPPED_BYTES } from '../dist/src/modules/retention/keys/key-slot.js';
import { call } from './support/client.mjs';
import { expect, prepareDatabase, realWorld, startIssuer, startService } from './support/service.mjs';
import { median, option, percent, printTable, tenths, times, whole } from './support/table.mjs';
import { SETTINGS, startPostgres } from './support/world.mjs';

const ROWS = option('rows', 2_000_000);
const SMALL = Math.min(100_000, Math.floor(ROWS / 2));
const CLASS = 'access_log';
const CHUNK = 5_000;
const INSERT = 20_000;
const SEALED_BYTES = 400;

const postgres = await startPostgres();
const issuer = await startIssuer();
const world = realWorld({ issuer });
let service;
try {
  await postgres.create('retention');
  const url = postgres.url('retention');
  prepareDatabase(url, world.env);
  const db = new pg.Client({ connectionString: url });
  db.on('error', () => undefined);
  await db.connect();
  const keys = new DirectoryRecordKeyStore(join(world.env.DATA_DIR, 'record-keys'));
  service = await startService(url, {
    ...world.env,
    RETENTION_SCHEDULED_RUNS: 'false',
    RETENTION_SECOND_PERSON: 'false',
    TELEMETRY_LOG_LEVEL: 'warn',
  });
  const bearer = (claims) => issuer.token(claims).then((token) => ({ authorization: `Bearer ${token}` }));
  const ops = await bearer({ sub: 'olga', roles: ['ops'] });
  const reader = await bearer({ scope: 'standing:read' });

  const idle = await readsWhile(reader, sleep(8_000));
  const small = await purge(db, keys, ops, SMALL);
  // One process, one after the other: what grows from here on grows with the number of records.
  const plain = await plainSql(db, ROWS);
  let large;
  const during = await readsWhile(
    reader,
    purge(db, keys, ops, ROWS).then((done) => (large = done)),
  );
  await db.end();

  console.log(
    `PostgreSQL, embedded: ${Object.entries(SETTINGS)
      .map(([k, v]) => `${k}=${v}`)
      .join(' ')}`,
  );
  printTable(`Purge of expired retained records (${SEALED_BYTES} bytes each, a key of its own each)`, [
    {
      what: `a retention run, ${whole(SMALL)}`,
      'per s': whole(small.rate),
      seconds: tenths(small.seconds),
      'RSS MB at start': whole(small.startMb),
      'peak RSS MB': whole(small.peakMb),
    },
    {
      what: `a retention run, ${whole(ROWS)}`,
      'per s': whole(large.rate),
      seconds: tenths(large.seconds),
      'RSS MB at start': whole(large.startMb),
      'peak RSS MB': whole(large.peakMb),
    },
    {
      what: `plain SQL, ${whole(ROWS)}, chunks of ${whole(CHUNK)}`,
      'per s': whole(plain.rate),
      seconds: tenths(plain.seconds),
    },
  ]);
  printTable('Targets', [
    {
      what: 'purge rate ÷ plain chunked SQL',
      reached: percent(large.rate / plain.rate),
      wanted: '≥ 60 %',
    },
    {
      what: `memory growth from ${whole(SMALL)} to ${whole(ROWS)}`,
      reached: `${whole(large.peakMb - small.peakMb)} MB`,
      wanted: '< 64 MB',
    },
    {
      what: 'API p99 during the purge ÷ idle',
      reached: times(during.p99 / idle.p99),
      wanted: '≤ 2 ×',
    },
    {
      what: 'API p99, idle → during',
      reached: `${tenths(idle.p99)} → ${tenths(during.p99)} ms`,
      wanted: '',
    },
  ]);
} finally {
  await service?.stop();
  await issuer.stop();
  await postgres.stop();
  world.stop();
}

/** Records as the saga leaves them, long expired, each with a live key of its own, made by the key store itself. */
async function fill(db, keys, count) {
  for (let made = 0; made < count; made += INSERT) {
    const accounts = Array.from({ length: Math.min(INSERT, count - made) }, randomUUID);
    const slots =
      keys === undefined ? accounts.map((_, i) => i) : await Promise.all(accounts.map((id) => newKey(keys, id)));
    await db.query(
      `INSERT INTO retained_records (id, account_id, record_class, plan_id, policy_sha256, basis, readers, at_expiry, trigger_kind,
         trigger_at, expires_at, case_ids, item_count, key_slot, sealed, created_at)
       SELECT id, account_id, $1, 'bench', repeat('0', 64), '{}', '{auditor}', 'shred', 'account_ended', now() - interval '2 years',
         now() - interval '1 year' + ($6 + n) * interval '1 millisecond', '{}', 1, slot, $5, now()
         FROM unnest($2::uuid[], $3::uuid[], $4::int[]) WITH ORDINALITY AS given (id, account_id, slot, n)`,
      [CLASS, accounts.map(newId), accounts, slots, randomBytes(SEALED_BYTES), made],
    );
  }
  await db.query('VACUUM ANALYZE retained_records');
  await db.query('CHECKPOINT');
}

function newKey(keys, accountId) {
  const wrapped = randomBytes(WRAPPED_BYTES);
  return keys.create(keyRef({ accountId, recordClass: CLASS }), { by: 'ring', masterVersion: 1, wrapped });
}

async function purge(db, keys, ops, count) {
  await fill(db, keys, count);
  const startMb = rssMb(service.pid);
  let peakMb = startMb;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, rssMb(service.pid))), 200);
  const asked = await call(service.url, 'POST', '/v1/retention/runs', { dryRun: false, recordClasses: [CLASS] }, ops);
  expect(asked, 202);
  let run;
  do {
    await sleep(250);
    run = (await call(service.url, 'GET', `/v1/retention/runs/${asked.body.id}`, undefined, ops)).body;
  } while (['queued', 'running'].includes(run.state));
  clearInterval(watch);
  const { rows } = await db.query(
    'SELECT extract(epoch FROM finished_at - started_at)::float8 AS seconds FROM retention_runs WHERE id = $1',
    [asked.body.id],
  );
  const erased = run.classes.reduce((sum, one) => sum + one.erased, 0);
  if (run.state !== 'completed' || erased !== count)
    throw new Error(`the run ended ${run.state} with ${erased} erased`);
  console.error(`purged ${count} in ${rows[0].seconds.toFixed(1)} s; segments left: ${segmentsLeft()}`);
  return { rate: count / rows[0].seconds, seconds: rows[0].seconds, startMb, peakMb };
}

/** What PostgreSQL needs for the rows alone: no hold, no tombstone, no key, no account of it. */
async function plainSql(db, count) {
  await fill(db, undefined, count);
  const began = performance.now();
  for (;;) {
    const { rowCount } = await db.query(
      `DELETE FROM retained_records WHERE id IN
         (SELECT id FROM retained_records WHERE record_class = $1 AND expires_at <= now() ORDER BY expires_at, id LIMIT $2)`,
      [CLASS, CHUNK],
    );
    if (rowCount === 0) break;
  }
  const seconds = (performance.now() - began) / 1000;
  return { rate: count / seconds, seconds };
}

/** Standing reads of a caller in no hurry, fifty a second, until `until` is there. */
async function readsWhile(headers, until) {
  const latencies = [];
  let over = false;
  const end = until.finally(() => (over = true));
  while (!over) {
    const began = performance.now();
    await call(service.url, 'GET', `/v1/accounts/${newId()}/standing`, undefined, headers);
    latencies.push(performance.now() - began);
    await sleep(20);
  }
  await end;
  latencies.sort((a, b) => a - b);
  return {
    p50: median(latencies),
    p99: latencies[Math.floor(latencies.length * 0.99)],
  };
}

/** Every key is gone: what is left are the segments that were not full. */
function segmentsLeft() {
  return readdirSync(join(world.env.DATA_DIR, 'record-keys', 'segments', CLASS)).filter((name) =>
    name.endsWith('.keys'),
  ).length;
}

function rssMb(pid) {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return line === null ? Number.NaN : Number(line[1]) / 1024;
}
