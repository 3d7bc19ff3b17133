import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplyDeregistrationService } from '../../src/modules/deregistration/apply-deregistration.service.js';
import { DecideDeregistrationService } from '../../src/modules/deregistration/decide-deregistration.service.js';
import { DeregistrationStore } from '../../src/modules/deregistration/deregistration.store.js';
import { RunDueService } from '../../src/modules/deregistration/run-due.service.js';
import { StartExecutionService } from '../../src/modules/deregistration/start-execution.service.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { ReviewService } from '../../src/modules/review/review.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { claim, decide, QUICK, see, staff } from '../support/leaving.js';

/** Rounds of each race; both orders happen many times in so many. */
const ROUNDS = 200;

describe('races of a deregistration, on real transactions', () => {
  let app: TestApp;
  let accountId: string;
  const by = { kind: 'staff', id: 'alice', role: 'moderator' } as const;

  beforeAll(async () => {
    // No worker of its own: the rounds below are the only ones who touch these rows.
    app = await startApp({ env: { ...QUICK, ROLE: 'api' } });
    accountId = (await openAccount(app, freshPhone())).id;
  });
  afterAll(() => app.stop());

  /** One account that applied and stands before the given door. */
  const request = async (
    state: 'in_review' | 'approved',
  ): Promise<{ id: string; account: string; version: number }> => {
    const account = await openAccount(app, freshPhone());
    const { id } = await app.get(Transactor).run((tx) =>
      app.get(ApplyDeregistrationService).applyVerified(tx, {
        accountId: account.id,
        actor: { kind: 'account', id: account.id },
        sessionId: null,
        reason: null,
        agreed: [],
      }),
    );
    await app.db.query(`UPDATE deregistrations SET state = 'in_review', next_due_at = NULL WHERE id = $1`, [id]);
    await app.get(Transactor).run(async (tx) => {
      const due = new Date(app.clock.now().getTime() + 3_600_000);
      await app
        .get(ReviewService)
        .open(tx, { kind: 'deregistration', subjectId: id, accountId: account.id, dueAt: due });
    });
    await claim(app, id, await staff(app));
    if (state === 'approved') {
      const seen = await app.get(DecideDeregistrationService).view(id);
      const decision = {
        decision: 'approve',
        reasonCode: 'conditions_met',
        note: null,
        planHash: seen.shown.hash,
      } as const;
      await app.get(DecideDeregistrationService).decide(id, seen.deregistration.version, decision, by);
      await app.db.query(`UPDATE deregistrations SET final_notice_at = now() - interval '1 day' WHERE id = $1`, [id]);
    }
    const [row] = await app.db.query<{ version: number }>('SELECT version FROM deregistrations WHERE id = $1', [id]);
    return { id, account: account.id, version: row?.version ?? 0 };
  };

  it(`R1 row 19: withdraw ∥ execute, ${ROUNDS} times: exactly one wins, and the other leaves no trace`, async () => {
    const outcomes = { withdrawn: 0, executing: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, account, version } = await request('approved');
      const gate = round % 3;
      const [withdrawal, started] = await Promise.all([
        sleep(gate === 0 ? 2 : 0)
          .then(() => app.get(ApplyDeregistrationService).withdraw(account, { kind: 'account', id: account }))
          .then(
            () => 'withdrawn',
            (error: { code?: string }) => error.code,
          ),
        sleep(gate === 1 ? 2 : 0).then(() => app.get(StartExecutionService).start(id, version)),
      ]);
      const [row] = await app.db.query<{
        state: 'withdrawn' | 'executing';
        account: string;
        tombstoned: boolean;
        units: string;
      }>(
        `SELECT d.state, a.state AS account, a.tombstoned_at IS NOT NULL AS tombstoned,
                (SELECT count(*) FROM deregistration_units u WHERE u.deregistration_id = d.id) AS units
           FROM deregistrations d JOIN accounts a ON a.id = d.account_id WHERE d.id = $1`,
        [id],
      );
      if (started) {
        expect(withdrawal).toBe('point_of_no_return');
        expect(row).toMatchObject({ state: 'executing', account: 'deregistering', tombstoned: true });
        expect(Number(row?.units)).toBeGreaterThan(5);
      } else {
        expect(withdrawal).toBe('withdrawn');
        expect(row).toEqual({ state: 'withdrawn', account: 'active', tombstoned: false, units: '0' });
      }
      outcomes[row?.state ?? 'executing'] += 1;
    }
    expect(outcomes.withdrawn + outcomes.executing).toBe(ROUNDS);
    expect(outcomes.withdrawn).toBeGreaterThan(0);
    expect(outcomes.executing).toBeGreaterThan(0);
  }, 300_000);

  it('R44 approve ∥ reject, 60 times: one decision, and the loser is told', async () => {
    const service = app.get(DecideDeregistrationService);
    for (let round = 0; round < 60; round += 1) {
      const { id, version } = await request('in_review');
      const { shown } = await service.view(id);
      const decisions = ['approve', 'reject'] as const;
      const answers = await Promise.all(
        decisions.map((decision) =>
          service
            .decide(
              id,
              version,
              {
                decision,
                reasonCode: decision === 'approve' ? 'conditions_met' : 'takeover_suspected',
                note: null,
                planHash: shown.hash,
              },
              by,
            )
            .then(
              (after) => after.state,
              (error: { code?: string }) => error.code ?? 'broken',
            ),
        ),
      );
      const won = answers.filter((a) => a === 'approved' || a === 'rejected');
      expect(won).toHaveLength(1);
      expect(['stale_version', 'wrong_state', 'review_task_ended', 'review_claim_required']).toContain(
        answers.find((a) => a !== won[0]),
      );
      const [row] = await app.db.query<{ state: string; decided: string }>(
        `SELECT d.state, (SELECT count(*) FROM audit_events e WHERE e.target_id = d.id::text
            AND e.type IN ('deregistration.approved', 'deregistration.rejected')) AS decided
           FROM deregistrations d WHERE id = $1`,
        [id],
      );
      expect(row).toMatchObject({ state: won[0] });
    }
  }, 200_000);

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
