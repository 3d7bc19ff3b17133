import { Injectable, Module } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/kernel/ids.js';
import { Transactor, type Tx } from '../../src/platform/database/transactor.js';
import { rows } from '../../src/platform/database/sql.js';
import { Background } from '../../src/platform/outbox/background.js';
import { Inbox } from '../../src/platform/outbox/inbox.js';
import { OnEvent, Subscriber } from '../../src/platform/outbox/on-event.js';
import type { OutboxEvent } from '../../src/platform/outbox/outbox-event.js';
import { OutboxService } from '../../src/platform/outbox/outbox.service.js';
import { Sweep, type SweepRun } from '../../src/platform/sweeps/sweep.js';
import { Sweeps } from '../../src/platform/sweeps/sweeps.service.js';
import { DomainError, defineErrors } from '../../src/kernel/domain-error.js';
import { startApp, type TestApp } from '../support/app.js';
import { staffToken } from '../support/tokens.js';

const ERRORS = defineErrors({ test_refused: { status: 409, en: 'No.', zh: '否。' } });

@Subscriber('test-ledger')
@Injectable()
class LedgerSubscriber {
  failing = false;
  seen: string[] = [];

  @OnEvent('thing.made', 'thing.changed')
  async onThing(tx: Tx, event: OutboxEvent): Promise<void> {
    await rows(tx, 'INSERT INTO test_ledger (event_id, account_id, n) VALUES ($1, $2, $3)', [
      event.id,
      event.accountId,
      event.data['n'],
    ]);
    this.seen.push(event.id);
    if (this.failing) throw new DomainError(ERRORS.test_refused, { detail: { en: 'about +8613800138000', zh: '' } });
  }
}

@Injectable()
class TestSweeps {
  left = 0;
  runs: string[] = [];
  last: SweepRun | undefined;

  @Sweep({ name: 'test.tidy', every: 'PT1H' })
  async tidy(run: SweepRun): Promise<number> {
    this.runs.push(run.fence);
    this.last = run;
    const done = Math.min(this.left, 2);
    this.left -= done;
    return done;
  }
}

@Module({ providers: [LedgerSubscriber, TestSweeps] })
class TestModule {}

describe('outbox, inbox and sweeps on PostgreSQL', () => {
  let app: TestApp;
  let subscriber: LedgerSubscriber;
  beforeAll(async () => {
    app = await startApp({ extras: [TestModule], env: { OUTBOX_ATTEMPTS: '3' } });
    await app.db.query('CREATE TABLE test_ledger (event_id uuid, account_id uuid, n int, position serial)');
    subscriber = app.get(LedgerSubscriber);
  });
  afterAll(() => app.stop());
  beforeEach(() => app.db.query('TRUNCATE test_ledger'));

  const publish = (type: string, n: number, accountId?: string): Promise<string> =>
    app
      .get(Transactor)
      .run((tx) => app.get(OutboxService).publish(tx, { type, accountId, subjectId: newId(), data: { n } }));
  const drain = (): Promise<void> => app.get(Background).drain();
  const ledger = (): Promise<{ event_id: string; n: number }[]> =>
    app.db.query('SELECT event_id, n FROM test_ledger ORDER BY position');

  it('publishes with the change, or not at all', async () => {
    await publish('thing.made', 1);
    await expect(
      app.get(Transactor).run(async (tx) => {
        await app.get(OutboxService).publish(tx, { type: 'thing.made', subjectId: newId(), data: { n: 2 } });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await drain();
    expect((await ledger()).map((r) => r.n)).toEqual([1]);
  });

  it('reaches subscribers by itself, through the queue', async () => {
    const id = await publish('thing.made', 7);
    for (let i = 0; i < 200 && (await ledger()).length === 0; i += 1) await sleep(25);
    expect((await ledger()).map((r) => r.event_id)).toEqual([id]);
  });

  it('keeps the order of each account, whatever runs beside', async () => {
    const accounts = Array.from({ length: 8 }, () => newId());
    // Concurrent publishers of one account: their commit order is the order in which they got the account's turn.
    await Promise.all(
      accounts.flatMap((account) => Array.from({ length: 6 }, (_, n) => publish('thing.changed', n, account))),
    );
    await drain();
    for (const account of accounts) {
      const order = await app.db.query<{ id: string }>(
        'SELECT id FROM outbox_events WHERE account_id = $1 ORDER BY position',
        [account],
      );
      const seen = await app.db.query<{ event_id: string }>(
        'SELECT event_id FROM test_ledger WHERE account_id = $1 ORDER BY position',
        [account],
      );
      expect(seen.map((r) => r.event_id)).toEqual(order.map((r) => r.id));
      expect(seen).toHaveLength(6);
    }
  });

  it('takes effect once, also when a delivery is run twice at the same time', async () => {
    const id = await publish('thing.made', 9);
    await drain();
    await app.db.query(`UPDATE event_deliveries SET claimed_until = NULL WHERE event_id = $1`, [id]);
    await drain();
    expect(await ledger()).toHaveLength(1);
  });

  it('is not left claimed when a relay locks its row in passing', async () => {
    const eventId = await publish('thing.made', 9);
    await drain();
    // As it is between the claim and the job: this process's job is the only one that will come.
    const [delivery] = await app.db.query<{ id: string }>(
      `UPDATE event_deliveries SET state = 'pending', handled_at = NULL, claimed_until = due_at + interval '1 hour'
        WHERE event_id = $1 RETURNING id`,
      [eventId],
    );
    let delivering: Promise<void> = Promise.resolve();
    await app.get(Transactor).run(async (tx) => {
      await rows(tx, 'SELECT 1 FROM event_deliveries WHERE event_id = $1 FOR UPDATE', [eventId]);
      delivering = app.get(Inbox).deliver({ ids: [delivery?.id ?? ''] });
      await sleep(50);
    });
    await delivering;
    expect((await ledger()).map((entry) => entry.event_id)).toEqual([eventId, eventId]);
  });

  it('retries with back-off, holds the account in order meanwhile, parks, shows it and tries again on request', async () => {
    const account = newId();
    subscriber.failing = true;
    const first = await publish('thing.made', 1, account);
    await drain();
    await publish('thing.changed', 2, account);
    await drain();
    expect(await ledger()).toHaveLength(0);
    for (let i = 0; i < 3; i += 1) {
      app.clock.advance(10 * 60_000);
      await app.get(Background).settle();
    }
    const ops = app.http.with(await staffToken(app, 'ops'));
    const parked = await ops.get<{ items: { id: string; eventId: string; lastError: string; attempts: number }[] }>(
      '/v1/parked-events',
    );
    const entry = parked.body.items.find((e) => e.eventId === first);
    expect(entry).toMatchObject({ lastError: 'test_refused', attempts: 3 });
    expect(parked.text).not.toContain('13800138000');
    expect((await app.http.get('/metrics')).text).toMatch(/event_deliveries_parked [12]/);

    subscriber.failing = false;
    expect((await ops.post(`/v1/parked-events/${entry!.id}/retries`)).status).toBe(204);
    expect((await ops.post(`/v1/parked-events/${newId()}/retries`)).status).toBe(409);
    app.clock.advance(10 * 60_000);
    await drain();
    expect((await ledger()).map((r) => r.event_id)).toContain(first);
  });

  it('refuses callers who are not operators', async () => {
    expect((await app.http.get('/v1/parked-events')).status).toBe(401);
    expect((await app.http.with(await staffToken(app, 'moderator')).get('/v1/parked-events')).status).toBe(403);
  });

  it('runs a sweep until nothing is left, one runner at a time, each run under a higher number', async () => {
    const sweep = app.get(TestSweeps);
    sweep.left = 5;
    sweep.runs = [];
    const [a, b] = await Promise.all([app.get(Sweeps).runDue('test.tidy'), app.get(Sweeps).runDue('test.tidy')]);
    expect(a + b).toBe(5);
    const fences = sweep.runs.map(BigInt);
    expect([...fences].sort((x, y) => (x < y ? -1 : 1))).toEqual(fences);
    expect(new Set(sweep.runs).size).toBe(2);
  });

  it('a runner that was replaced cannot commit', async () => {
    const transactor = app.get(Transactor);
    await app.get(Sweeps).runDue('test.tidy');
    const stalled = app.get(TestSweeps).last!;
    const work = (): Promise<string> =>
      transactor.run(async (tx) => {
        await rows(tx, 'INSERT INTO test_ledger (n) VALUES (99)');
        await stalled.confirm(tx);
        return 'committed';
      });
    await expect(work()).resolves.toBe('committed');
    await app.get(Sweeps).runDue('test.tidy');
    await expect(work()).rejects.toThrow('took over');
    expect(await ledger()).toHaveLength(1);
  });
});
