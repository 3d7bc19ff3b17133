import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { RetentionGate } from '../../src/modules/deregistration/ports.js';
import { readPolicyFile } from '../../src/modules/retention/catalogue.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { rows } from '../../src/platform/database/sql.js';
import { Transactor, type Tx } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { applyAs, approve, pass, QUICK, reach, see, toReview } from '../support/leaving.js';
import { redisProgram, startRedis, type TestRedis } from '../support/redis.js';
import { announce } from '../support/retention.js';
import { serviceToken } from '../support/tokens.js';

const NAME = '渡渡鸟不会飞';
const REASON = '因为灯塔里没有猫';

/** What the service keeps beside its tables: jobs, caches, counters. On Redis, where they are easiest to lose from sight. */
describe('traces outside of the tables', () => {
  const program = redisProgram();
  let app: TestApp;
  let redis: TestRedis | undefined;
  beforeAll(async () => {
    if (program !== undefined) redis = await startRedis(program);
    app = await startApp({ env: { ...QUICK, ...(redis ? { REDIS_URL: redis.url } : {}) } });
  });
  afterAll(async () => {
    await app.stop();
    await redis?.stop();
  });
  afterEach(() => jest.restoreAllMocks());

  it('R34 no job, waiting, done or failed, carries anything of a person: ids only, also where a step failed with its words', async () => {
    const phone = freshPhone();
    await openAccount(app, phone, { displayName: NAME });
    const leaver = await applyAs(app, await signIn(app, phone), phone, { reason: REASON });
    const canaries = [phone, phone.slice(3), NAME, REASON, leaver.token, '1990-05-17'];
    const found: string[] = [];
    let looked = 0;
    const look = async (): Promise<void> => {
      for (const [where, content] of await jobs()) {
        looked += 1;
        for (const canary of canaries) if (content.includes(canary)) found.push(`${where}: ${canary}`);
      }
    };
    const broken = jest.spyOn(app.get(RetentionGate), 'seal').mockRejectedValue(new Error(`${phone} ${NAME}`));
    await toReview(app);
    await look();
    await approve(app, leaver.id);
    for (const seconds of [0, 2, 21, 2, 2]) {
      await pass(app, seconds);
      await look();
    }
    expect((await see(app, leaver.id)).units.some((u) => u.phase === 'seal' && u.lastError === 'Error')).toBe(true);
    broken.mockRestore();
    for (let i = 0; i < 6; i += 1) {
      await pass(app, 20);
      await look();
    }
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    await look();
    expect(looked).toBeGreaterThan(10);
    expect(found).toEqual([]);
  });

  it('R35 what was cached is not answered any more, and nothing keyed by the person stays in the cache', async () => {
    const phone = freshPhone();
    const account = await openAccount(app, phone, { displayName: NAME });
    const leaver = await applyAs(app, await signIn(app, phone), phone);
    const gateway = app.http.with(await serviceToken(app, 'standing:read'));
    const standing = () => gateway.get<{ status: string; mayUse: boolean }>(`/v1/accounts/${account.id}/standing`);
    // Asked over and over, as a gateway does: cached wherever it can be.
    for (let i = 0; i < 5; i += 1) expect((await standing()).body).toMatchObject({ status: 'deregistering' });
    await toReview(app);
    await approve(app, leaver.id);
    for (const seconds of [0, 2, 21, 2, 2, 2]) {
      await pass(app, seconds);
      await standing();
    }
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    expect((await standing()).body).toMatchObject({ status: 'deregistered', mayUse: false });
    const values = [phone, NAME, account.id, ...app.get(BlindIndex).allVersions('phone', phone)];
    const kept = (await everythingIn(redis)).filter(([, content]) => values.some((v) => content.includes(v)));
    // Queues keep ids for a while; nothing else does.
    expect(kept.map(([key]) => key).filter((key) => !key.includes('}:'))).toEqual([]);
    const next = await openAccount(app, phone, { displayName: '新来的人' });
    expect((await gateway.get(`/v1/accounts/${next.id}/standing`)).body).toMatchObject({ status: 'active' });
  });

  /** Everything in a queue, on whichever backend the queues are. */
  const jobs = async (): Promise<[string, string][]> => {
    if (redis) return (await everythingIn(redis)).filter(([key]) => key.includes('}:'));
    const tables = await app.db.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tablename LIKE '%job%'`,
    );
    const all = await Promise.all(
      tables.map(async ({ name }) =>
        (await app.db.query<object>(`SELECT t::text FROM ${name} t`)).map(
          (r) => [name, JSON.stringify(r)] as [string, string],
        ),
      ),
    );
    return all.flat();
  };
});

async function everythingIn(server: TestRedis | undefined): Promise<[string, string][]> {
  if (server === undefined) return [];
  const redis = new Redis(server.url);
  try {
    const keys = await redis.keys('*');
    return await Promise.all(
      keys.map(async (key) => [key, JSON.stringify([key, await contentOf(redis, key)])] as [string, string]),
    );
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
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

class Undo extends Error {}

describe('copies of a value, wherever somebody put one', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { ROLE: 'api', RETENTION_SCHEDULED_RUNS: 'false' } });
  });
  afterAll(() => app.stop());

  it('R46 a copy of the number in any column of any table is found by the pass after erasure, each on its own account', async () => {
    const phone = freshPhone();
    const account = await openAccount(app, phone);
    const plan = await announce(app, account.id);
    const planted: string[] = [];
    let found: string[] = [];
    await app
      .get(Transactor)
      .run(async (tx) => {
        planted.push(...(await plantEverywhere(tx, phone)));
        const { findings } = await app.get(RetentionService).verifySubject(tx, account.id, [phone], plan);
        found = findings.filter((f) => f.what === 'value').map((f) => `${f.table}.${f.column}`);
        throw new Undo();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
    expect(planted.length).toBeGreaterThan(200);
    expect(planted.filter((column) => !found.includes(column) && !KEPT.has(column))).toEqual([]);
  });

  /** Columns that are kept in place under a class of their own, or go with the very last step: values may stand there. */
  const KEPT = new Set(
    readPolicyFile('config/retention-policy.yaml').policy.classes.flatMap((c) =>
      c.tables
        .filter((p) => c.ending === 'keep' || p.freedLast === true)
        .flatMap((p) => p.columns.map((column) => `${p.table}.${column}`)),
    ),
  );

  /** One more row in every table, with the value in every column that can hold it. Rules and keys are out of force meanwhile. */
  const plantEverywhere = async (tx: Tx, value: string): Promise<string[]> => {
    await rows(tx, 'SET LOCAL session_replication_role = replica');
    const constraints = await rows<{ table: string; name: string }>(
      tx,
      `SELECT format('%I', t.relname) AS "table", format('%I', c.conname) AS name FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        WHERE t.relnamespace = current_schema()::regnamespace AND c.contype IN ('c', 'p', 'f', 'u') AND NOT t.relispartition
        ORDER BY c.contype = 'p'`,
    );
    for (const { table, name } of constraints)
      await rows(tx, `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${name} CASCADE`);
    const columns = await rows<{ table: string; column: string; type: string; nullable: boolean; key: boolean }>(
      tx,
      `SELECT c.table_name AS "table", c.column_name AS "column", c.data_type AS type, c.is_nullable = 'YES' AS nullable,
              EXISTS (SELECT 1 FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[])
                       WHERE p.partrelid = format('%I', c.table_name)::regclass AND a.attname = c.column_name) AS key
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
         JOIN pg_class k ON k.oid = format('%I', c.table_name)::regclass AND NOT k.relispartition
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
          AND c.is_identity = 'NO'`,
    );
    const planted: string[] = [];
    for (const table of new Set(columns.map((c) => c.table))) {
      const own = columns.filter((c) => c.table === table);
      for (const { column, nullable, key } of own)
        if (!nullable && !key) await rows(tx, `ALTER TABLE "${table}" ALTER COLUMN "${column}" DROP NOT NULL`);
      const filled = own.filter((c) => SPEAKING[c.type] !== undefined && !c.key);
      if (filled.length === 0) continue;
      const keys = own.filter((c) => c.key);
      const names = [...filled, ...keys].map((c) => `"${c.column}"`).join(', ');
      const values = [...filled.map((c) => SPEAKING[c.type]), ...keys.map(() => 'now()')].join(', ');
      await rows(tx, `INSERT INTO "${table}" (${names}) VALUES (${values})`.replaceAll('$1', `'${value}'`));
      planted.push(...filled.map((c) => `${table}.${c.column}`));
    }
    return planted;
  };
});

/** How a value gets into a column of each type that can hold one. */
const SPEAKING: Readonly<Record<string, string>> = {
  text: `$1`,
  'character varying': `$1`,
  jsonb: `jsonb_build_object('note', $1)`,
  json: `json_build_object('note', $1)`,
  bytea: `convert_to('xx' || $1 || 'yy', 'UTF8')`,
};
