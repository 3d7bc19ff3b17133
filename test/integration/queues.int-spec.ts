import { Injectable, Module } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/kernel/ids.js';
import { rows } from '../../src/platform/database/sql.js';
import { Transactor, type Tx } from '../../src/platform/database/transactor.js';
import { OnEvent, Subscriber } from '../../src/platform/outbox/on-event.js';
import type { OutboxEvent } from '../../src/platform/outbox/outbox-event.js';
import { OutboxService } from '../../src/platform/outbox/outbox.service.js';
import { JobHandler } from '../../src/platform/queues/job-handler.js';
import { JobQueues } from '../../src/platform/queues/job-queues.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { startApp, type TestApp } from '../support/app.js';
import { redisProgram, startRedis, type TestRedis } from '../support/redis.js';

@Subscriber('test-counter')
@Injectable()
class CounterSubscriber {
  @OnEvent('coin.dropped')
  async onCoin(tx: Tx, event: OutboxEvent): Promise<void> {
    await rows(tx, 'INSERT INTO test_coins (event_id) VALUES ($1)', [event.id]);
  }
}

@Module({ providers: [CounterSubscriber] })
class CounterModule {}

@Injectable()
class SecondHandler {
  @JobHandler('deliver-events')
  deliver(): Promise<void> {
    return Promise.resolve();
  }
}

@Module({ providers: [SecondHandler] })
class SecondHandlerModule {}

@Injectable()
class OrphanHandler {
  @JobHandler('nobody-declared-me')
  work(): Promise<void> {
    return Promise.resolve();
  }
}

@Module({ providers: [OrphanHandler] })
class OrphanModule {}

const program = redisProgram();
const coin = (app: TestApp): Promise<string> =>
  app
    .get(Transactor)
    .run((tx) => app.get(OutboxService).publish(tx, { type: 'coin.dropped', subjectId: newId(), data: {} }));
const coins = async (db: TestDatabase): Promise<number> =>
  Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM test_coins'))[0]!.n);

async function waitFor(condition: () => Promise<boolean>, ms = 20_000): Promise<void> {
  for (let waited = 0; waited < ms; waited += 50) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('did not come true');
}

describe.each([['PostgreSQL', false], ...(program === undefined ? [] : [['Redis', true] as const])] as const)(
  'queues on %s',
  (_name, onRedis) => {
    let redis: TestRedis | undefined;
    let db: TestDatabase;
    let app: TestApp;
    let env: Record<string, string>;
    beforeAll(async () => {
      if (onRedis) redis = await startRedis(program!);
      db = await createDatabase();
      await db.query('CREATE TABLE test_coins (event_id uuid PRIMARY KEY)');
      env = { QUEUES_CLAIM_LEASE: 'PT2S', ...(redis ? { REDIS_URL: redis.url } : {}) };
      app = await startApp({ db, env, extras: [CounterModule] });
    });
    afterAll(async () => {
      await app.stop();
      await db.drop();
      await redis?.stop();
    });
    beforeEach(() => db.query('TRUNCATE test_coins'));

    it('carry every event to its consumer, once, and only ids', async () => {
      await Promise.all(Array.from({ length: 60 }, () => coin(app)));
      await waitFor(async () => (await coins(db)) === 60);
      const jobs = await app.get(JobQueues).queueOf('deliver-events').getJobs(['completed', 'active', 'waiting']);
      expect(jobs.length).toBeGreaterThan(0);
      for (const job of jobs) {
        expect(Object.keys(job.data)).toEqual(['ids']);
        expect(job.id).not.toContain(':');
      }
    });

    it('an api process dispatches nothing and works on nothing; a worker takes over what it published', async () => {
      await app.stop();
      const api = await startApp({ db, env: { ...env, ROLE: 'api' }, extras: [CounterModule] });
      await coin(api);
      await sleep(700);
      expect(await coins(db)).toBe(0);
      await api.stop();
      app = await startApp({ db, env: { ...env, ROLE: 'worker' }, extras: [CounterModule] });
      await waitFor(async () => (await coins(db)) === 1);
    });

    it('lose nothing when a job is lost: the row is dispatched again after its lease', async () => {
      await app.get(JobQueues).queueOf('deliver-events').pause();
      const before = await coins(db);
      await coin(app);
      await sleep(500);
      expect(await coins(db)).toBe(before);
      if (redis) await redis.flush();
      else await app.get(JobQueues).queueOf('deliver-events').obliterate({ force: true });
      if (!redis) await app.get(JobQueues).queueOf('deliver-events').resume();
      await waitFor(async () => (await coins(db)) === before + 1);
    });

    if (onRedis) {
      it('go on by themselves after Redis was gone; requests never noticed', async () => {
        await redis!.kill();
        for (let i = 0; i < 5; i += 1) await coin(app);
        await sleep(1_000);
        expect((await app.http.get('/health/live')).status).toBe(200);
        await redis!.start();
        await waitFor(async () => (await coins(db)) === 5, 40_000);
      });

      it('keep the keys of one queue under one hash tag', async () => {
        await coin(app);
        await waitFor(async () => (await coins(db)) === 1);
        const keys = (await redis!.keys()).filter((key) => key.includes('deliver-events'));
        expect(keys.length).toBeGreaterThan(0);
        for (const key of keys) expect(key).toMatch(/^\{account-lifecycle-deliver-events\}:/);
      });
    }
  },
);

describe('jobs and their handlers', () => {
  it('a job with two handlers stops the start', async () => {
    await expect(startApp({ extras: [SecondHandlerModule] })).rejects.toThrow(/deliver-events: 2 handlers/);
  });

  it('a handler of a job that nobody declared stops the start', async () => {
    await expect(startApp({ extras: [OrphanModule] })).rejects.toThrow(/nobody-declared-me: not declared/);
  });
});

if (program === undefined) {
  // Said aloud, because the suite on Redis is then not part of this run.
  console.warn('no redis-server: the queue suite ran on PostgreSQL only');
}
