import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation } from '../support/moderation.js';
import { redisProgram, startRedis } from '../support/redis.js';
import { staffToken } from '../support/tokens.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { Workers } from '../support/workers.js';

const DUE = 2_000;
const program = redisProgram();
const withRedis = program === undefined ? it.skip : it;

/**
 * The rows that the best open system loses (research: enforcement, section 4): real worker processes, one killed by SIGKILL
 * and Redis with it, in the middle of two thousand suspensions that end; a target of webhooks that is down for an hour.
 */
describe('two workers, 2,000 due expiries', () => {
  let app: TestApp;
  let workers: Workers;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    workers = new Workers(app);
  }, 180_000);
  afterAll(async () => {
    await workers.killAll();
    await app.stop();
  });

  const count = async (text: string): Promise<number> =>
    (await app.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`))[0]?.n ?? 0;
  const expired = (): Promise<number> => count(`outbox_events WHERE type = 'sanction.expired'`);
  const until = async (reached: () => Promise<boolean>, every = 100): Promise<void> => {
    for (let waited = 0; waited < 90_000; waited += every) {
      if (await reached()) return;
      await sleep(every);
    }
    throw new Error('it never came to that');
  };
  const suspend = (past: string): Promise<unknown> =>
    app.db.query(
      `INSERT INTO sanctions (id, account_id, case_id, decision_id, type, state, version, clause, features, params, starts_at,
              ends_at, next_at, created_at)
       SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'suspension', 'active', 1, '3.3(9)', '{}',
              '{}', t - interval '1 day', t, t, t - interval '1 day'
         FROM generate_series(1, $1::int), (SELECT clock_timestamp() ${past} AS t) AS at`,
      [DUE],
    );
  const exactlyOnce = async (before: number): Promise<void> => {
    await until(async () => (await count(`sanctions WHERE state = 'active' AND ends_at <= clock_timestamp()`)) === 0);
    expect((await expired()) - before).toBe(DUE);
    const twice = `(SELECT subject_id FROM outbox_events WHERE type = 'sanction.expired' GROUP BY 1 HAVING count(*) > 1) t`;
    expect(await count(twice)).toBe(0);
    expect(await count(`sanctions WHERE state = 'expired'`)).toBe(before + DUE);
  };

  it('a worker that is killed in the middle loses nothing, and the other says nothing twice', async () => {
    const before = await expired();
    const first = workers.start();
    const second = workers.start();
    await until(async () => (await count(`sweep_leases WHERE name = 'sanctions.expire' AND fence > 0`)) === 1);
    await suspend(`- interval '1 minute'`);
    await until(async () => (await expired()) - before >= 200);
    // It may have held the lease: that runs out, or a third takes over. No event is written twice either way.
    await workers.kill(first);
    const third = workers.start();
    await exactlyOnce(before);
    await Promise.all([second, third].map((child) => workers.end(child, 'SIGKILL')));
  }, 240_000);

  it('a bulk decision goes on where its dead worker left it: every account once (bench/bulk.mjs does ten thousand)', async () => {
    const mod = new Moderation(app);
    const accounts = await app.db.query<{ id: string }>(
      `INSERT INTO accounts (id, state, state_changed_at, version, band, locale, improvement_objection, standing_version,
         standing_changed_at, created_at, updated_at)
       SELECT gen_random_uuid(), 'active', now(), 1, '18_plus', 'zh-CN', false, 1, now(), now(), now()
         FROM generate_series(1, 80) RETURNING id`,
    );
    const proposed = await (
      await mod.as('alice')
    ).post<{ id: string }>('/v1/bulk-decisions', {
      accountIds: accounts.map((a) => a.id),
      note: 'One ring.',
      decision: {
        clauses: ['2.3(3)'],
        actions: [{ type: 'suspension', duration: 'P7D' }],
        statementOfReasons: { facts: 'One device.', explanation: '协议第2.3(3)条禁止批量注册。' },
      },
    });
    const { id } = proposed.body;
    const done = (state: string) => count(`bulk_items WHERE bulk_id = '${id}' AND state = '${state}'`);
    const first = workers.start();
    const sam = await mod.as('sam', 'senior_moderator');
    await sam.post(`/v1/bulk-decisions/${id}/approval`, { approved: true, note: 'Yes.' });
    await until(async () => (await done('done')) >= 10, 10);
    await workers.kill(first);
    const left = await done('waiting');
    expect(left).toBeGreaterThan(0);
    const second = workers.start();
    await until(async () => (await count(`bulk_decisions WHERE id = '${id}' AND state = 'done'`)) === 1);
    expect(await done('done')).toBe(80);
    const of = `decision_id IN (SELECT id FROM decisions WHERE bulk_id = '${id}')`;
    expect(await count(`(SELECT account_id FROM sanctions WHERE ${of} AND state = 'active' GROUP BY 1) t`)).toBe(80);
    expect(await count(`sanctions WHERE ${of}`)).toBe(80);
    expect(await count(`strikes WHERE ${of}`)).toBe(80);
    await workers.end(second, 'SIGKILL');
  }, 240_000);

  withRedis(
    'the same with Redis lost half-way',
    async () => {
      const redis = await startRedis(program ?? '');
      const before = await expired();
      const at = { REDIS_URL: redis.url };
      const killed = workers.start(at);
      const left = workers.start(at);
      try {
        await suspend(`- interval '1 minute'`);
        await until(async () => (await expired()) - before >= 200);
        await redis.kill();
        await workers.kill(killed);
        await exactlyOnce(before);
      } finally {
        await Promise.all([killed, left].map((child) => workers.end(child, 'SIGKILL')));
        await redis.stop();
      }
    },
    240_000,
  );
});

describe('a target of webhooks that is down for an hour', () => {
  it('gets every event afterwards, once each in order, and whoever operates sees what waits', async () => {
    const app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    let receiver = await new WebhookReceiver().start();
    const { port } = receiver;
    // Tokens live an hour by the clock that is moved here.
    const ops = async () => app.http.with(await staffToken(app, 'ops', 'otto'));
    const made = await (
      await ops()
    ).post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['sanction.expired'] });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    await receiver.stop();
    const past = new Date(app.clock.now().getTime() - 60_000);
    await app.db.query(
      `INSERT INTO sanctions (id, account_id, case_id, decision_id, type, state, version, clause, features, params, starts_at,
              ends_at, next_at, created_at)
       SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'suspension', 'active', 1, '3.3(9)', '{}',
              '{}', $1::timestamptz - interval '1 day', $1, $1, $1 FROM generate_series(1, 40)`,
      [past],
    );
    // An hour, minute by minute at first and then as the back-off goes.
    for (const minutes of [0, 1, 2, 4, 8, 15, 30]) {
      app.clock.advance(minutes * 60_000);
      await app.drain();
    }
    const waiting = await (await ops()).get<{ items: { state: string }[] }>('/v1/webhook-deliveries?limit=100');
    expect(waiting.body.items.map((d) => d.state)).toEqual(Array.from({ length: 40 }, () => 'pending'));
    receiver = await new WebhookReceiver().start(port);
    app.clock.advance(3_600_000);
    await app.drain();
    const ids = receiver.received.map((r) => String(r.headers['webhook-id']));
    expect([ids.length, new Set(ids).size]).toEqual([40, 40]);
    await receiver.stop();
    await app.stop();
  }, 120_000);
});
