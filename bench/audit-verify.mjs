// How fast a long audit log is checked, and in how much memory: an export of a million events, and the same log in
// PostgreSQL. `node bench/audit-verify.mjs [events]` after `npm run build`; not part of `npm test`.
import { chmodSync, createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { boot } from '../dist/src/boot.js';
import { canonicalJson } from '../dist/src/kernel/canonical-json.js';
import { newId } from '../dist/src/kernel/ids.js';
import { GENESIS, link } from '../dist/src/modules/audit/domain/chained-event.js';
import { verifyLines } from '../dist/src/modules/audit/domain/verify-chain.js';
import { VerifyLogService } from '../dist/src/modules/audit/verify-log.service.js';
import { Transactor } from '../dist/src/platform/database/transactor.js';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 5_000;
const folder = mkdtempSync(join(tmpdir(), 'audit-bench-'));
// The embedded server runs as a user of its own.
chmodSync(folder, 0o755);
const file = join(folder, 'export.jsonl');

function eventOf(n) {
  const account = newId();
  return {
    id: newId(),
    at: new Date(Date.now() - 60_000).toISOString(),
    type: n % 3 === 0 ? 'account.registered' : 'case.decided',
    actor: { kind: 'staff', id: 'moderator-7', role: 'moderator' },
    accountId: account,
    target: { kind: 'account', id: account },
    clauses: ['7.1', '3.3(9)'],
    policies: { violations: 'a'.repeat(64) },
    dataDigest: 'b'.repeat(64),
  };
}

/** The heap is collected first, so that what is told is what is held. */
const rssMb = () => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 1024 / 1024);
};

async function measure(name, run) {
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);
  const from = performance.now();
  const result = await run();
  clearInterval(watch);
  const seconds = (performance.now() - from) / 1000;
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.finding)}`);
  const rate = Math.round(result.count / seconds).toLocaleString('en');
  console.log(
    `${name.padEnd(10)} ${result.count} events  ${seconds.toFixed(1)} s  ${rate}/s  peak RSS ${Math.round(peak / 1024 / 1024)} MB`,
  );
}

const app = await boot({
  ...process.env,
  DATA_DIR: join(folder, 'data'),
  ROLE: 'api',
  TELEMETRY_LOG_LEVEL: 'warn',
  DATABASE_STATEMENT_TIMEOUT: 'PT5M',
});
try {
  await app.app.init();
  const transactor = app.app.get(Transactor, { strict: false });
  await transactor.reader.query('DELETE FROM audit_pending');
  await transactor.reader.query('ALTER TABLE audit_events DISABLE TRIGGER audit_events_is_append_only');
  await transactor.reader.query('DELETE FROM audit_events');
  const out = createWriteStream(file);
  let size = 0;
  let head = GENESIS;
  while (size < EVENTS) {
    const links = [];
    for (let n = 0; n < Math.min(BATCH, EVENTS - size); n += 1) {
      const last = links.at(-1);
      links.push(link(eventOf(n), last?.seq ?? size, last?.hash ?? head));
    }
    await insert(transactor.reader, links);
    if (!out.write(links.map((l) => `${canonicalJson(l)}\n`).join(''))) await once(out, 'drain');
    ({ seq: size, hash: head } = links.at(-1));
  }
  await transactor.reader.query('UPDATE audit_sequencer SET size = $1, head = $2', [size, head]);
  await transactor.reader.query('ANALYZE audit_events, audit_chain');
  out.end();
  await once(out, 'finish');
  console.log(`${EVENTS} events written; RSS now ${rssMb()} MB`);
  await measure('file', () =>
    verifyLines(createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })),
  );
  await measure('database', () => app.app.get(VerifyLogService, { strict: false }).verify());
} finally {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function insert(reader, links) {
  await reader.query(
    `INSERT INTO audit_events (id, at, type, actor_kind, actor_id, actor_role, account_id, target_kind, target_id,
       clauses, policies, data_digest)
     SELECT (e->>'id')::uuid, (e->>'at')::timestamptz, e->>'type', e->'actor'->>'kind', e->'actor'->>'id',
       e->'actor'->>'role', (e->>'accountId')::uuid, e->'target'->>'kind', e->'target'->>'id',
       ARRAY(SELECT jsonb_array_elements_text(e->'clauses')), e->'policies', e->>'dataDigest'
     FROM jsonb_array_elements($1::jsonb) AS e`,
    [JSON.stringify(links)],
  );
  await reader.query(
    `INSERT INTO audit_chain (seq, chained_at, event_id, event_at, previous_hash, hash)
     SELECT (e->>'seq')::bigint, (e->>'at')::timestamptz, (e->>'id')::uuid, (e->>'at')::timestamptz,
       e->>'previousHash', e->>'hash'
     FROM jsonb_array_elements($1::jsonb) AS e`,
    [JSON.stringify(links)],
  );
}
