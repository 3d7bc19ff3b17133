import { jest } from '@jest/globals';
import { AcknowledgeParticipantService } from '../../src/modules/deregistration/acknowledge-participant.service.js';
import { ApplyDeregistrationService } from '../../src/modules/deregistration/apply-deregistration.service.js';
import { DecideDeregistrationService } from '../../src/modules/deregistration/decide-deregistration.service.js';
import { DeregistrationStore } from '../../src/modules/deregistration/deregistration.store.js';
import { RunDueService } from '../../src/modules/deregistration/run-due.service.js';
import { RunSagaService } from '../../src/modules/deregistration/run-saga.service.js';
import { SagaStepsService } from '../../src/modules/deregistration/saga-steps.service.js';
import { StartExecutionService } from '../../src/modules/deregistration/start-execution.service.js';
import { UnitStore } from '../../src/modules/deregistration/unit.store.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Barrier, ROUNDS, wasDone } from '../support/barrier.js';
import { appliedInReview, decide, QUICK, see, staff } from '../support/leaving.js';
import { announce, placeHold } from '../support/retention.js';

type Request = { readonly id: string; readonly account: string; readonly version: number };

describe('races of a deregistration, on real transactions', () => {
  let app: TestApp;
  let accountId: string;
  let barrier: Barrier;
  const by = { kind: 'staff', id: 'alice', role: 'moderator' } as const;

  beforeAll(async () => {
    // No worker of its own: the rounds below are the only ones who touch these rows.
    app = await startApp({ env: { ...QUICK, ROLE: 'api' } });
    barrier = await Barrier.open(app);
    accountId = (await openAccount(app, freshPhone())).id;
  });
  afterAll(async () => {
    await barrier.close();
    await app.stop();
  });

  /** One account that applied and stands before the given door. */
  const request = async (state: 'in_review' | 'approved'): Promise<Request> => {
    const { id, accountId } = await appliedInReview(app);
    await app.db.query(
      `UPDATE review_tasks SET state = 'claimed', assignee = $2, claimed_at = now(), lease_until = now() + interval '1 hour'
        WHERE subject_id = $1`,
      [id, by.id],
    );
    if (state === 'approved') {
      const seen = await app.get(DecideDeregistrationService).view(id);
      await decideBy(id, seen.deregistration.version, 'approve', seen.shown.hash);
      await app.db.query(`UPDATE deregistrations SET final_notice_at = now() - interval '1 day' WHERE id = $1`, [id]);
    }
    const [row] = await app.db.query<{ version: number }>('SELECT version FROM deregistrations WHERE id = $1', [id]);
    return { id, account: accountId, version: row?.version ?? 0 };
  };
  /** One for each round, made some at a time: most of a race's time would be waiting for its contestants. */
  async function* requests(state: 'in_review' | 'approved'): AsyncIterable<[round: number, request: Request]> {
    for (let round = 0; round < ROUNDS;) {
      const some = await Promise.all(Array.from({ length: Math.min(10, ROUNDS - round) }, () => request(state)));
      for (const one of some) yield [round++, one];
    }
  }
  const decideBy = (id: string, version: number, decision: 'approve' | 'reject', planHash: string) =>
    app.get(DecideDeregistrationService).decide(
      id,
      version,
      {
        decision,
        reasonCode: decision === 'approve' ? 'conditions_met' : 'takeover_suspected',
        note: null,
        planHash,
      },
      by,
    );
  const withdraw = (account: string): Promise<void> =>
    app.get(ApplyDeregistrationService).withdraw(account, { kind: 'account', id: account });
  const standing = async (id: string) => {
    const [row] = await app.db.query<{
      state: string;
      account: string;
      tombstoned: boolean;
      units: number;
      openTasks: number;
      told: string[];
    }>(
      `SELECT d.state, a.state AS account, a.tombstoned_at IS NOT NULL AS tombstoned,
              (SELECT count(*)::int FROM deregistration_units u WHERE u.deregistration_id = d.id) AS units,
              (SELECT count(*)::int FROM review_tasks t WHERE t.subject_id = d.id
                AND t.state NOT IN ('done', 'cancelled')) AS "openTasks",
              (SELECT coalesce(array_agg(e.type ORDER BY e.type), '{}') FROM outbox_events e WHERE e.subject_id = d.id::text
                AND e.type ~ '^deregistration.(approved|rejected|withdrawn|execution_started)$') AS told
         FROM deregistrations d JOIN accounts a ON a.id = d.account_id WHERE d.id = $1`,
      [id],
    );
    if (row === undefined) throw new Error(`no deregistration ${id}`);
    return row;
  };
  /** Both orders happened: a race that always ends the same way shows half of what it should. */
  const balanced = (seen: Readonly<Record<string, number>>): void => {
    expect(Object.values(seen).reduce((a, b) => a + b, 0)).toBe(ROUNDS);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThanOrEqual(Math.floor(ROUNDS / 4));
  };

  it(`R1 row 19: withdraw ∥ execute, ${ROUNDS} times: exactly one wins, and the other leaves no trace`, async () => {
    const seen = { withdrawn: 0, executing: 0 };
    for await (const [round, { id, account, version }] of requests('approved')) {
      const [withdrawal, start] = await barrier.race(
        ['accounts', account],
        round,
        () => withdraw(account),
        () => app.get(StartExecutionService).start(id, version),
      );
      const after = await standing(id);
      if (wasDone(withdrawal)) {
        expect(start).toEqual({ done: false });
        expect(after).toMatchObject({ state: 'withdrawn', account: 'active', tombstoned: false, units: 0 });
        expect(after.told).toEqual(['deregistration.approved', 'deregistration.withdrawn']);
        seen.withdrawn += 1;
      } else {
        expect([withdrawal, start]).toEqual([{ refused: 'point_of_no_return' }, { done: true }]);
        expect(after).toMatchObject({ state: 'executing', account: 'deregistering', tombstoned: true });
        expect(after.units).toBeGreaterThan(5);
        expect(after.told).toEqual(['deregistration.approved', 'deregistration.execution_started']);
        seen.executing += 1;
      }
    }
    balanced(seen);
  }, 300_000);

  it(`approve ∥ withdraw, ${ROUNDS} times: who withdrew is back, whatever the reviewer was about to say`, async () => {
    const seen = { before: 0, after: 0 };
    for await (const [round, { id, account, version }] of requests('in_review')) {
      const { shown } = await app.get(DecideDeregistrationService).view(id);
      const [approval, withdrawal] = await barrier.race(
        ['accounts', account],
        round,
        () => decideBy(id, version, 'approve', shown.hash),
        () => withdraw(account),
      );
      // Withdrawal is open until the point of no return: an approval does not take it away.
      expect(wasDone(withdrawal)).toBe(true);
      const after = await standing(id);
      expect(after).toMatchObject({ state: 'withdrawn', account: 'active', tombstoned: false, openTasks: 0 });
      if (wasDone(approval)) expect(after.told).toEqual(['deregistration.approved', 'deregistration.withdrawn']);
      else {
        expect(approval).toEqual({ refused: 'stale_version' });
        expect(after.told).toEqual(['deregistration.withdrawn']);
      }
      seen[wasDone(approval) ? 'after' : 'before'] += 1;
    }
    balanced(seen);
  }, 300_000);

  it(`R44 approve ∥ reject, ${ROUNDS} times: one decision, and the loser is told`, async () => {
    const seen = { approved: 0, rejected: 0 };
    for await (const [round, { id, account, version }] of requests('in_review')) {
      const { shown } = await app.get(DecideDeregistrationService).view(id);
      const outcomes = await barrier.race(
        ['accounts', account],
        round,
        () => decideBy(id, version, 'approve', shown.hash),
        () => decideBy(id, version, 'reject', shown.hash),
      );
      expect(outcomes.filter(wasDone)).toHaveLength(1);
      expect(outcomes.find((o) => !wasDone(o))).toEqual({ refused: 'stale_version' });
      const state = wasDone(outcomes[0]) ? 'approved' : 'rejected';
      expect(await standing(id)).toMatchObject({ state, openTasks: 0, told: [`deregistration.${state}`] });
      seen[state] += 1;
    }
    balanced(seen);
  }, 300_000);

  describe('of one unit', () => {
    let executing: Request;
    const key = { phase: 'fence', unit: 'billing' } as const;
    const PLANNED = `state = 'planned', told_at = NULL, lease_until = NULL, lease_owner = NULL, next_attempt_at = now() - interval '1 hour'`;
    const set = (assignments: string) =>
      app.db.query(
        `UPDATE deregistration_units SET ${assignments} WHERE deregistration_id = $1 AND phase = $2 AND unit = $3`,
        [executing.id, key.phase, key.unit],
      );
    const asked = async (): Promise<number> =>
      Number(
        (
          await app.db.query<{ n: string }>(
            `SELECT count(*) AS n FROM outbox_events WHERE subject_id = $1 AND type = 'deregistration.fence_requested'
                AND data ->> 'participant' = $2`,
            [executing.id, key.unit],
          )
        )[0]?.n,
      );
    const unit = async () => {
      const all = await app.get(UnitStore).of(app.get(Transactor).reader, executing.id);
      const found = all.find((u) => u.phase === key.phase && u.unit === key.unit);
      if (found === undefined) throw new Error('no such unit');
      return found;
    };

    beforeAll(async () => {
      executing = await request('approved');
      expect(await app.get(StartExecutionService).start(executing.id, executing.version)).toBe(true);
      await app.get(RunSagaService).advance(executing.id);
      expect(await unit()).toMatchObject({ state: 'running' });
    });

    it(`R17 two workers on one unit, ${ROUNDS} times: one has it, and asks once`, async () => {
      const saga = app.get(RunSagaService);
      for (let round = 0; round < ROUNDS; round += 1) {
        await set(PLANNED);
        const before = await asked();
        const outcomes = await barrier.race(
          ['deregistrations', executing.id],
          round,
          () => saga.advance(executing.id),
          () => saga.advance(executing.id),
        );
        expect(outcomes.filter((one) => wasDone<unknown>(one))).toHaveLength(2);
        expect((await asked()) - before).toBe(1);
      }
    }, 120_000);

    it(`R17 one that lost its lease ∥ the one that took over, ${ROUNDS} times: only the newest number commits`, async () => {
      const steps = app.get(SagaStepsService);
      const file = await app.get(DeregistrationStore).find(app.get(Transactor).reader, executing.id);
      if (file === undefined) throw new Error('no such request');
      for (let round = 0; round < ROUNDS; round += 1) {
        await set(`${PLANNED}, fence = fence + 2`);
        await set(`state = 'running', lease_until = now() + interval '1 minute'`);
        const newest = await unit();
        const before = await asked();
        const outcomes = await barrier.race(
          ['accounts', executing.account],
          round,
          () => steps.work(file, [{ ...newest, fence: String(Number(newest.fence) - 1) }]),
          () => steps.work(file, [newest]),
        );
        expect(outcomes).toEqual([{ refused: 'LostUnit' }, { done: undefined }]);
        expect((await asked()) - before).toBe(1);
      }
    }, 120_000);

    it(`R22 R23 an answer ∥ its deadline, ${ROUNDS} times: "done" is the truth whenever it is said`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await set(
          `state = 'running', done_at = NULL, result = NULL, told_at = now() - interval '1 hour', lease_until = now() - interval '1 minute'`,
        );
        const outcomes = await barrier.race(
          ['deregistrations', executing.id],
          round,
          () =>
            app
              .get(AcknowledgeParticipantService)
              .acknowledge(
                executing.id,
                { participant: key.unit, phase: 'fence', outcome: 'done', counts: {}, reasonCode: null },
                'billing-client',
              ),
          () => app.get(RunSagaService).advance(executing.id),
        );
        expect(outcomes.filter((one) => wasDone<unknown>(one))).toHaveLength(2);
        expect(outcomes[0]).toEqual({ done: 'accepted' });
        expect(await unit()).toMatchObject({ state: 'done' });
        await app.db.query('DELETE FROM deregistration_acknowledgements WHERE deregistration_id = $1', [executing.id]);
        await app.db.query(`UPDATE deregistrations SET state = 'executing', partial_since = NULL WHERE id = $1`, [
          executing.id,
        ]);
      }
    }, 120_000);
  });

  it(`R2 R5 hold ∥ erasure of a class, ${ROUNDS} times: what was held first is there, and nothing goes afterwards`, async () => {
    const seen = { held: 0, erased: 0 };
    const retention = app.get(RetentionService);
    const recordClass = 'registration_identity';
    for (let round = 0; round < ROUNDS; round += 1) {
      const account = await openAccount(app, freshPhone());
      const plan = await announce(app, account.id);
      await app
        .get(Transactor)
        .run((tx) => retention.sealClassForSubject(tx, account.id, recordClass, plan, app.clock.now()));
      const erase = () =>
        app.get(Transactor).run((tx) => retention.eraseClassForSubject(tx, account.id, recordClass, plan));
      const hold = () => placeHold(app, { accountId: account.id, recordClasses: [recordClass] });
      const [step] = round % 2 === 0 ? await Promise.all([erase(), hold()]) : [await hold().then(erase)];
      const name = async () =>
        (
          await app.db.query<{ n: Buffer | null }>('SELECT display_name AS n FROM accounts WHERE id = $1', [account.id])
        )[0]?.n ?? null;
      const there = (await name()) !== null;
      expect(there).toBe(step?.deferred === true);
      expect((await erase()).deferred).toBe(true);
      expect((await name()) !== null).toBe(there);
      seen[there ? 'held' : 'erased'] += 1;
    }
    expect(seen.held + seen.erased).toBe(ROUNDS);
  }, 120_000);

  it('R44 nobody decides their own application, also not past the service: the table refuses', async () => {
    const { id, version } = await request('in_review');
    const { shown, deregistration } = await app.get(DecideDeregistrationService).view(id);
    const decision = { decision: 'approve', reasonCode: 'conditions_met', note: null, planHash: shown.hash } as const;
    const self = { kind: 'staff', id: deregistration.requestedBy.id, role: 'moderator' } as const;
    await expect(app.get(DecideDeregistrationService).decide(id, version, decision, self)).rejects.toMatchObject({
      code: 'own_application',
    });
    await expect(
      app.db.query('UPDATE deregistrations SET decided_by = requested_by WHERE id = $1', [id]),
    ).rejects.toMatchObject({ constraint: 'deregistrations_not_own_decision' });
  });

  it('R44 without a hash the version alone binds the decision: a stale one changes nothing, the present one freezes the plan', async () => {
    const { id } = await request('in_review');
    const reviewer = await staff(app);
    const seen = await see(app, id);
    const decision = { decision: 'approve', reasonCode: 'conditions_met', note: '已核对。' };
    const decideAt = (version: number) =>
      reviewer.post(`/v1/deregistrations/${id}/decision`, decision, { headers: { 'if-match': `"${version}"` } });
    expect((await decideAt(seen.version - 1)).status).toBe(412);
    expect((await see(app, id)).state).toBe('in_review');
    expect(await decideAt(seen.version)).toMatchObject({
      status: 200,
      body: { plan: { planHash: seen.plan.planHash } },
    });
    // What was decided is still told in words: a frozen plan counts nothing any more, but its classes have names.
    const { plan } = await see(app, id);
    expect(plan.classes.filter((c) => c.title === null)).toEqual([]);
    expect(plan.classes.length).toBe(seen.plan.classes.length);
  });

  it('R44 R20 a plan that changed since it was shown answers 409 and changes nothing', async () => {
    const { id, account } = await request('in_review');
    const reviewer = await staff(app);
    const seen = await see(app, id);
    await app.get(Transactor).run((tx) =>
      app.get(RetentionService).placeHold(
        tx,
        {
          accountId: account,
          reason: '调查需要',
          authority: '某市公安局',
          reference: 'X-1',
          reviewAt: new Date(app.clock.now().getTime() + 10 * 86_400_000),
        },
        { kind: 'staff', id: 'legal-1', role: 'legal' },
      ),
    );
    const answer = await decide(app, id, reviewer, 'approve', seen);
    expect(answer).toMatchObject({ status: 409, body: { code: 'plan_changed', planHash: expect.any(String) } });
    expect((await see(app, id)).state).toBe('in_review');
    expect((await decide(app, id, reviewer)).status).toBe(200);
  });

  it('fifty applications at once for one account make one request', async () => {
    const service = app.get(ApplyDeregistrationService);
    const application = {
      accountId,
      actor: { kind: 'account', id: accountId },
      sessionId: null,
      reason: null,
      agreed: [],
    } as const;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        app
          .get(Transactor)
          .run((tx) => service.applyVerified(tx, application))
          .then(
            () => 'applied',
            (error: { code?: string }) => error.code,
          ),
      ),
    );
    expect(answers.filter((a) => a === 'applied')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['applied', 'deregistration_open']));
  });

  it('an approval is not forgotten by a worker that looked a moment before it', async () => {
    const { id, version } = await request('in_review');
    const store = app.get(DeregistrationStore);
    const before = await store.find(app.get(Transactor).reader, id);
    const seen = await app.get(DecideDeregistrationService).view(id);
    const decision = {
      decision: 'approve',
      reasonCode: 'conditions_met',
      note: null,
      planHash: seen.shown.hash,
    } as const;
    await app.get(DecideDeregistrationService).decide(id, version, decision, by);
    // What the worker saw; everything after it is as it runs.
    jest.spyOn(store, 'find').mockResolvedValueOnce(before);
    await app.get(RunDueService).run(id);
    const [row] = await app.db.query<{ state: string; due: Date | null }>(
      'SELECT state, next_due_at AS due FROM deregistrations WHERE id = $1',
      [id],
    );
    expect(row?.state).toBe('approved');
    expect(row?.due).not.toBeNull();
  });
});
