import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compactVerify, createLocalJWKSet } from 'jose';
import { call, persist } from './people.mjs';

/** Exactly once each, for every deregistration. */
const ONCE = [
  'deregistration.requested',
  'deregistration.approved',
  'deregistration.execution_started',
  'deregistration.completed',
];
const PARTICIPANTS = 3;
const PHASES = 2;

/** @returns what is lost: people who applied and are not through */
export async function lost(database, people) {
  const ids = people.map((p) => p.id);
  const through = await database.query(
    `SELECT d.id FROM deregistrations d JOIN accounts a ON a.id = d.account_id
      WHERE d.id = ANY ($1) AND d.state = 'completed' AND a.state = 'deregistered'
        AND NOT EXISTS (SELECT 1 FROM deregistration_units u WHERE u.deregistration_id = d.id AND u.state <> 'done')`,
    [ids],
  );
  const done = new Set(through.map((row) => row.id));
  return ids.filter((id) => !done.has(id));
}

/** @returns receipts that verify, and everything that happened more or less often than once */
export async function doubled(database, api, people) {
  const problems = [];
  const ids = people.map((p) => p.id);
  for (const table of ['outbox_events', 'audit_events']) {
    const column = table === 'outbox_events' ? 'subject_id' : 'target_id';
    const counts = await database.query(
      `SELECT ${column} AS id, type, count(*)::int AS n FROM ${table} WHERE ${column} = ANY ($1) AND type = ANY ($2) GROUP BY 1, 2`,
      [ids, ONCE],
    );
    const seen = new Map(counts.map((row) => [`${row.id} ${row.type}`, row.n]));
    for (const id of ids) {
      for (const type of ONCE) {
        const n = seen.get(`${id} ${type}`) ?? 0;
        if (n !== 1) problems.push(`${table}: ${type} of ${id} is there ${n} times`);
      }
    }
  }
  const acknowledged = await database.query(
    `SELECT deregistration_id AS id, participant, phase, count(*)::int AS n FROM deregistration_acknowledgements
      WHERE deregistration_id = ANY ($1) AND disposition = 'accepted' GROUP BY 1, 2, 3`,
    [ids],
  );
  const wanted = people.length * PARTICIPANTS * PHASES;
  if (acknowledged.length !== wanted)
    problems.push(`${acknowledged.length} acknowledgements accepted instead of ${wanted}`);
  for (const a of acknowledged)
    if (a.n !== 1) problems.push(`${a.participant} ${a.phase} of ${a.id}: accepted ${a.n} times`);
  const sent = await database.query(
    `SELECT dedupe_key AS key, count(*)::int AS n FROM outgoing_messages WHERE dedupe_key LIKE 'deregistration-%-receipt' GROUP BY 1`,
  );
  for (const m of sent) if (m.n !== 1) problems.push(`${m.key}: ${m.n} messages`);

  const keys = createLocalJWKSet((await persist(30, () => call(api, 'GET', '/.well-known/jwks.json'))).body);
  const receipts = new Map();
  for (const p of people) {
    const headers = { 'receipt-token': p.receiptToken };
    const answer = await persist(30, () => call(api, 'GET', `/v1/deregistrations/${p.id}/receipt`, { headers }));
    if (answer.status !== 200) {
      problems.push(`no receipt for ${p.id}: ${answer.status}`);
      continue;
    }
    const { payload } = await compactVerify(answer.body.receipt, keys);
    const claims = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (claims.deregistrationId !== p.id) problems.push(`the receipt of ${p.id} is somebody else's`);
    if (receipts.has(claims.jti)) problems.push(`receipt ${claims.jti} was issued twice`);
    receipts.set(claims.jti, p.id);
  }
  return { receipts: receipts.size, acknowledgements: acknowledged.length, problems };
}

/** Every column of every table, every file outside and every key of the queues is searched for what people gave. */
export async function residue(database, redis, dataDir, people) {
  const values = people.flatMap((p) => [p.phone.slice(3), p.displayName, p.reason]);
  const found = [];
  const columns = await database.query(
    `SELECT c.table_schema AS schema, c.table_name AS "table", c.column_name AS "column", c.data_type AS type
       FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
        AND c.data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY', 'inet', 'name')`,
  );
  for (const { schema, table, column, type } of columns) {
    // Bytes are searched as bytes: the ASCII digits of a number stay readable in the escaped form, names as their octets.
    const text = type === 'bytea' ? `encode("${column}", 'hex')` : `"${column}"::text`;
    const patterns = values.map((v) => `%${type === 'bytea' ? Buffer.from(v, 'utf8').toString('hex') : v}%`);
    const [{ n }] = await database.query(
      `SELECT count(*)::int AS n FROM "${schema}"."${table}" WHERE ${text} LIKE ANY ($1)`,
      [patterns],
    );
    if (n > 0) found.push(`${schema}.${table}.${column}: ${n} rows`);
  }
  // What is sealed or keyed cannot be searched: it must not be there.
  const accounts = people.map((p) => p.accountId);
  const gone = [
    ['identifier_claims', 'SELECT 1 FROM identifier_claims WHERE account_id = ANY ($1)'],
    ['sessions', 'SELECT 1 FROM sessions WHERE account_id = ANY ($1)'],
    ['verification_codes', 'SELECT 1 FROM verification_codes WHERE account_id = ANY ($1)'],
    ['deregistration_snapshots', 'SELECT 1 FROM deregistration_snapshots WHERE account_id = ANY ($1)'],
    ['outgoing_messages', 'SELECT 1 FROM outgoing_messages WHERE account_id = ANY ($1) AND sealed IS NOT NULL'],
    ['accounts', 'SELECT 1 FROM accounts WHERE id = ANY ($1) AND (birth_date IS NOT NULL OR display_name IS NOT NULL)'],
  ];
  for (const [name, query] of gone) {
    const rows = await database.query(query, [accounts]);
    if (rows.length > 0) found.push(`${name}: ${rows.length} rows of people who have left`);
  }
  found.push(...filesWith(dataDir, values), ...(await keysWith(redis, values)));
  return { columns: columns.length, found };
}

function filesWith(folder, values) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesWith(path, values);
    const content = readFileSync(path, 'utf8');
    return values.some((v) => content.includes(v)) ? [`file ${path}`] : [];
  });
}

async function keysWith(redis, values) {
  const found = [];
  for (const key of await redis.keys('*')) {
    const content = JSON.stringify([key, await contentOf(redis, key)]);
    if (values.some((v) => content.includes(v))) found.push(`redis ${key}`);
  }
  return found;
}

async function contentOf(redis, key) {
  switch (await redis.type(key)) {
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return redis.get(key);
  }
}

export const parked = async (database) => {
  const [{ n }] = await database.query(
    `SELECT (SELECT count(*) FROM webhook_deliveries WHERE state = 'parked')::int AS n`,
  );
  return n;
};
