import { newId } from '../../src/kernel/ids.js';
import { AccountsService } from '../../src/modules/accounts/accounts.service.js';
import { type Imposition, StandingService } from '../../src/modules/accounts/standing.service.js';
import { Transactor, type Tx } from '../../src/platform/database/transactor.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';

describe('standing', () => {
  let app: TestApp;
  let standing: StandingService;
  let accounts: AccountsService;
  let transactor: Transactor;
  beforeAll(async () => {
    app = await startApp();
    standing = app.get(StandingService);
    accounts = app.get(AccountsService);
    transactor = app.get(Transactor);
  });
  afterAll(() => app.stop());

  const inSeconds = (s: number): Date => new Date(app.clock.now().getTime() + s * 1000);
  const suspension = (sanctionId: string, more: Partial<Imposition> = {}): Imposition =>
    ({
      kind: 'block',
      code: 'suspension',
      clause: '7.1',
      source: { kind: 'sanction', id: sanctionId },
      sanctionId,
      ...more,
    }) as Imposition;
  const locked = (accountId: string, work: (tx: Tx) => Promise<unknown>): Promise<unknown> =>
    transactor.run(async (tx) => {
      await accounts.lockForUpdate(tx, accountId);
      return work(tx);
    });
  const eventsOf = (accountId: string) =>
    app.db.query<{ data: { version: number; status: string } }>(
      `SELECT data FROM outbox_events WHERE account_id = $1 AND type = 'account.standing_changed' ORDER BY position`,
      [accountId],
    );

  it('invariant 8: a suspension takes effect with its commit and ends on its second with every worker down', async () => {
    const worker = await startApp({ env: { ROLE: 'api' } });
    try {
      const own = worker.get(StandingService);
      const account = await openAccount(worker);
      expect(await own.of(account.id)).toMatchObject({ status: 'active', mayUse: true, version: 1 });
      const until = new Date(worker.clock.now().getTime() + 5000);
      await worker.get(Transactor).run(async (tx) => {
        await worker.get(AccountsService).lockForUpdate(tx, account.id);
        await own.impose(tx, account.id, suspension(newId(), { until }));
      });
      const during = await own.of(account.id);
      expect(during).toMatchObject({
        status: 'suspended',
        mayUse: false,
        version: 2,
        nextChangeAt: until.toISOString(),
      });
      worker.clock.advance(5000);
      expect(await own.of(account.id)).toMatchObject({ status: 'active', mayUse: true, version: 3, blocks: [] });
    } finally {
      await worker.stop();
    }
  });

  it('invariant 4: what is rolled back was never imposed and never told', async () => {
    const account = await openAccount(app);
    await standing.of(account.id);
    await expect(
      locked(account.id, async (tx) => {
        await standing.impose(tx, account.id, suspension(newId()));
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    expect(await standing.of(account.id)).toMatchObject({ status: 'active', version: 1 });
    expect(await eventsOf(account.id)).toHaveLength(0);
  });

  it('the same source imposing the same again changes nothing; moving its end is one change', async () => {
    const account = await openAccount(app);
    const id = newId();
    const since = app.clock.now();
    const until = inSeconds(100);
    for (let i = 0; i < 3; i += 1) {
      await locked(account.id, (tx) => standing.impose(tx, account.id, suspension(id, { since, until })));
    }
    expect(await standing.of(account.id)).toMatchObject({ version: 2 });
    await locked(account.id, (tx) => standing.impose(tx, account.id, suspension(id, { since, until: inSeconds(200) })));
    expect(await standing.of(account.id)).toMatchObject({ version: 3 });
    expect(await locked(account.id, (tx) => standing.lift(tx, account.id, { kind: 'sanction', id }))).toBe(1);
    expect(await locked(account.id, (tx) => standing.lift(tx, account.id, { kind: 'sanction', id }))).toBe(0);
    expect(await standing.of(account.id)).toMatchObject({ version: 4, status: 'active' });
    expect((await eventsOf(account.id)).map((e) => e.data.version)).toEqual([2, 3, 4]);
  });

  it('a change is seen at once in this process, whatever reads are under way', async () => {
    const account = await openAccount(app);
    const id = newId();
    for (let round = 0; round < 20; round += 1) {
      const reading = Promise.all(Array.from({ length: 20 }, () => standing.of(account.id)));
      await locked(account.id, (tx) =>
        round % 2 === 0
          ? standing.impose(tx, account.id, suspension(id))
          : standing.lift(tx, account.id, { kind: 'sanction', id }),
      );
      expect((await standing.of(account.id)).mayUse).toBe(round % 2 === 1);
      await reading;
      expect((await standing.of(account.id)).mayUse).toBe(round % 2 === 1);
    }
  });

  it('another process sees a change within the configured staleness', async () => {
    const account = await openAccount(app);
    const other = await startApp({ db: app.db, dataDir: app.dataDir, clock: app.clock, env: { ROLE: 'api' } });
    try {
      const elsewhere = other.get(StandingService);
      expect((await elsewhere.of(account.id)).mayUse).toBe(true);
      await locked(account.id, (tx) => standing.impose(tx, account.id, suspension(newId())));
      const changed = performance.now();
      let seen = await elsewhere.of(account.id);
      while (seen.mayUse && performance.now() - changed < 2000) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen = await elsewhere.of(account.id);
      }
      expect(seen.mayUse).toBe(false);
      // 30 ms and the time of a query on a busy machine.
      expect(performance.now() - changed).toBeLessThan(250);
    } finally {
      await other.stop();
    }
  });

  it('another process misses no change, in whatever order transactions begin and commit', async () => {
    const other = await startApp({
      db: app.db,
      dataDir: app.dataDir,
      clock: app.clock,
      env: { ROLE: 'api', STANDING_MAX_STALENESS: 'PT0.001S' },
    });
    try {
      const elsewhere = other.get(StandingService);
      const [early, late] = [await openAccount(app), await openAccount(app)];
      const readsAs = async (account: { id: string }, mayUse: boolean): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect((await elsewhere.of(account.id)).mayUse).toBe(mayUse);
      };
      for (const account of [early, late]) {
        await readsAs(account, true);
        await readsAs(account, true);
      }
      let finish = (): void => undefined;
      let stamped = (): void => undefined;
      const isStamped = new Promise<void>((resolve) => (stamped = resolve));
      const long = locked(early.id, async (tx) => {
        await standing.impose(tx, early.id, suspension(newId()));
        // What is posted leaves with the next question.
        await standing.within(tx, early.id);
        stamped();
        await new Promise<void>((resolve) => (finish = resolve));
      });
      await isStamped;
      await locked(late.id, (tx) => standing.impose(tx, late.id, suspension(newId())));
      await readsAs(late, false);
      // Read again by a process that has meanwhile moved past the long transaction.
      await readsAs(early, true);
      await readsAs(late, false);
      finish();
      await long;
      await readsAs(early, false);
    } finally {
      await other.stop();
    }
  });

  it('the sweep tells what time changed, once, and does not change the version', async () => {
    const account = await openAccount(app);
    await locked(account.id, (tx) => standing.impose(tx, account.id, suspension(newId(), { until: inSeconds(30) })));
    app.clock.advance(30_001);
    const before = await standing.of(account.id);
    await Promise.all([standing.tellDueChanges(), standing.tellDueChanges(), standing.tellDueChanges()]);
    await app.drain();
    expect(await standing.of(account.id)).toMatchObject({ version: before.version, status: 'active' });
    const told = (await eventsOf(account.id)).map((e) => [e.data.version, e.data.status]);
    expect(told).toEqual([
      [2, 'suspended'],
      [3, 'active'],
    ]);
  });

  it('a minor turns 18 at midnight in Shanghai; the band is told and no birth date stands in clear', async () => {
    const birthday = new Date(app.clock.now().getTime() + 8 * 3600_000 + 86_400_000).toISOString().slice(0, 10);
    const birthDate = `${Number(birthday.slice(0, 4)) - 18}${birthday.slice(4)}`;
    const account = await openAccount(app, undefined, { birthDate });
    expect(await standing.of(account.id)).toMatchObject({ minor: { band: '14_17', mode: 'minor' } });
    app.clock.set(new Date(`${birthday}T00:00:01+08:00`));
    expect(await standing.of(account.id)).toMatchObject({ minor: null });
    await app.drain();
    expect(await accounts.find(transactor.reader, account.id)).toMatchObject({ band: '18_plus' });
    const told = await app.db.query(
      `SELECT data FROM outbox_events WHERE account_id = $1 AND type = 'account.came_of_age'`,
      [account.id],
    );
    expect(told).toEqual([{ data: { band: '18_plus', before: '14_17' } }]);
  });

  it('after the tombstone nothing about the account is written (2.5)', async () => {
    const account = await openAccount(app);
    await transactor.run(async (tx) => {
      const held = await accounts.lockForUpdate(tx, account.id);
      const leaving = await accounts.move(tx, held, 'deregister', {
        actor: { kind: 'account', id: account.id },
        clauses: ['2.5'],
      });
      await accounts.tombstone(tx, account.id);
      await accounts.move(tx, leaving, 'finish_deregistration', {
        actor: { kind: 'account', id: account.id },
        clauses: ['2.5'],
      });
    });
    await expect(transactor.run((tx) => accounts.assertWritable(tx, account.id))).rejects.toMatchObject({
      code: 'account_gone',
    });
    await expect(transactor.run((tx) => accounts.lockFor(tx, account.id, 'read'))).rejects.toMatchObject({
      code: 'account_gone',
    });
    expect(await standing.of(account.id)).toMatchObject({ status: 'deregistered', mayUse: false });
  });

  it('of two writers who saw the same version one gets through', async () => {
    const account = await openAccount(app);
    const actor = { kind: 'account', id: account.id } as const;
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => transactor.run((tx) => accounts.move(tx, account, 'freeze', { actor, clauses: ['2.4'] }))),
    );
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    expect(await standing.of(account.id)).toMatchObject({ status: 'frozen' });
  });
});
