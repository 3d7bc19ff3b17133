import { setTimeout as sleep } from 'node:timers/promises';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { AccountsService } from '../../src/modules/accounts/accounts.service.js';
import { RunDueService } from '../../src/modules/deregistration/run-due.service.js';
import { ApplyDeregistrationService } from '../../src/modules/deregistration/apply-deregistration.service.js';
import { DeregistrationService } from '../../src/modules/deregistration/deregistration.service.js';
import { DueDates } from '../../src/modules/deregistration/due-dates.service.js';
import { DeregistrationStore } from '../../src/modules/deregistration/deregistration.store.js';
import { LostUnit, SagaStepsService } from '../../src/modules/deregistration/saga-steps.service.js';
import { UnitStore } from '../../src/modules/deregistration/unit.store.js';
import { RetentionService } from '../../src/modules/retention/retention.service.js';
import { ConfigError } from '../../src/platform/config/load-config.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import {
  apply,
  approve,
  ME,
  pass,
  QUICK,
  reach,
  see,
  type Seen,
  stateOf,
  toReview,
  tryApply,
} from '../support/leaving.js';
import { serviceToken, staffToken } from '../support/tokens.js';

const PARTICIPANTS = ['chat-history', 'billing', 'api-platform'];
const LEGAL = { kind: 'staff', id: 'legal-1', role: 'legal' } as const;

describe('the saga of a deregistration', () => {
  let app: TestApp;
  let participant: HttpClient;

  beforeAll(async () => {
    // Nobody plays the participants: the tests answer for them.
    app = await startApp({ env: { ...QUICK, DEREGISTRATION_DEMO_PARTICIPANTS: '[]' } });
    participant = app.http.with(await serviceToken(app, 'erasure:ack', 'chat-client'));
  });
  afterAll(() => app.stop());

  const ack = (id: string, name: string, phase: 'fence' | 'erase', more: object = {}) =>
    participant.post(`/v1/deregistrations/${id}/acknowledgements`, {
      participant: name,
      phase,
      outcome: 'done',
      counts: { erased: phase === 'erase' ? 7 : 0 },
      ...more,
    });
  /** A worker of the app may have the units just now; a participant answers when it was asked. */
  const ackWhenAsked = async (id: string, name: string, phase: 'fence' | 'erase'): Promise<void> => {
    for (let i = 0; i < 100; i += 1) {
      if ((await ack(id, name, phase)).status === 200) return;
      await sleep(100);
    }
    throw new Error(`${name} was never asked to ${phase}`);
  };
  const ackAll = async (id: string, phase: 'fence' | 'erase'): Promise<void> => {
    for (const name of PARTICIPANTS) await ackWhenAsked(id, name, phase);
    await pass(app, 1);
  };
  /** Applied, approved, warned, and past the point of no return. */
  const started = async (phone = freshPhone()): Promise<{ id: string; accountId: string; phone: string }> => {
    const leaver = await apply(app, phone);
    await toReview(app);
    await approve(app, leaver.id);
    await pass(app, 0);
    await pass(app, 2);
    await pass(app, 21);
    await pass(app, 1);
    return { id: leaver.id, accountId: leaver.accountId, phone };
  };
  const unit = (seen: Seen, phase: string, name?: string) =>
    seen.units.filter((u) => u.phase === phase && (name === undefined || u.unit === name));
  const gauge = async (name: string): Promise<number> => {
    const lines = (await app.get(Metrics).registry.metrics()).split('\n');
    return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length));
  };
  const receipt = async (id: string): Promise<unknown> =>
    (await app.db.query<{ receipt: string | null }>('SELECT receipt FROM deregistrations WHERE id = $1', [id]))[0]
      ?.receipt;

  it('R43 R24 asks participants to erase only after everything was sealed and the address taken', async () => {
    const { id, phone } = await started();
    let seen = await see(app, id);
    expect(seen.state).toBe('executing');
    expect(unit(seen, 'record_intent').map((u) => u.state)).toEqual(['done']);
    expect(unit(seen, 'fence').map((u) => u.state)).toEqual(['running', 'running', 'running']);
    expect(unit(seen, 'seal').every((u) => u.state === 'planned')).toBe(true);
    // R22: an answer to a question nobody asked is on record and worth nothing.
    const early = await ack(id, 'billing', 'erase');
    expect(early).toMatchObject({ status: 409, body: { code: 'not_asked_yet' } });
    expect(await requests(id, 'deregistration.erasure_requested')).toBe(0);
    await ackAll(id, 'fence');
    seen = await see(app, id);
    expect(unit(seen, 'seal').every((u) => u.state === 'done')).toBe(true);
    expect(await requests(id, 'deregistration.erasure_requested')).toBe(3);
    expect(unit(seen, 'erase_inside').every((u) => u.state === 'planned')).toBe(true);
    await ackAll(id, 'erase');
    await pass(app, 1);
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(
      app
        .get(MessageInbox)
        .to(phone)
        .filter((m) => m.template === 'deregistration_receipt'),
    ).toHaveLength(1);
  });

  it('R22 takes one answer of each participant, whatever arrives how often in whatever order', async () => {
    const { id } = await started();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ack(id, 'billing', 'fence')));
    expect(answers.filter((a) => a.body['disposition'] === 'accepted')).toHaveLength(1);
    expect(answers.filter((a) => a.body['disposition'] === 'duplicate')).toHaveLength(9);
    expect((await ack(id, 'nobody', 'fence')).body).toMatchObject({ code: 'unknown_participant' });
    const counted = await app.db.query<{ disposition: string; n: string }>(
      'SELECT disposition, count(*) AS n FROM deregistration_acknowledgements WHERE deregistration_id = $1 GROUP BY 1 ORDER BY 1',
      [id],
    );
    expect(counted).toEqual([
      { disposition: 'accepted', n: '1' },
      { disposition: 'duplicate', n: '9' },
      { disposition: 'unknown', n: '1' },
    ]);
    expect(unit(await see(app, id), 'fence', 'chat-history')[0]?.state).toBe('running');
  });

  it('R22 an answer of 200 that says "refused" is a refusal: partially_executed, no receipt, resumed by a later "done"', async () => {
    const { id } = await started();
    await ackAll(id, 'fence');
    expect((await ack(id, 'billing', 'erase', { outcome: 'refused', reason: 'account_locked' })).body).toEqual({
      disposition: 'refusal',
    });
    await pass(app, 1);
    const seen = await see(app, id);
    expect(seen.state).toBe('partially_executed');
    expect(seen.unfinished).toEqual([{ phase: 'erase_outside', unit: 'billing', reason: 'refused' }]);
    expect(await receipt(id)).toBeNull();
    for (const name of PARTICIPANTS) await ack(id, name, 'erase');
    await pass(app, 1);
    await pass(app, 1);
    expect(await reach(app, id, 'completed')).toBe('completed');
  });

  it('R23 a participant that never answers: alarm, honest status, no receipt; asked again; then it completes', async () => {
    const { id } = await started();
    await ackAll(id, 'fence');
    await ack(id, 'chat-history', 'erase');
    await ack(id, 'billing', 'erase');
    await pass(app, 61);
    const seen = await see(app, id);
    expect(seen.state).toBe('partially_executed');
    expect(seen.unfinished).toEqual([
      { phase: 'erase_outside', unit: 'api-platform', reason: 'acknowledgement_overdue' },
    ]);
    // The age is not forgotten with the deadline: it is what rings.
    expect(await gauge('deregistration_oldest_unanswered_seconds{participant="api-platform"}')).toBeGreaterThan(60);
    expect(await gauge('deregistration_oldest_partial_seconds')).toBeGreaterThanOrEqual(0);
    expect(await receipt(id)).toBeNull();
    const [task] = await app.db.query(
      `SELECT kind FROM review_tasks WHERE subject_id = $1 AND kind = 'deregistration_stalled'`,
      [id],
    );
    expect(task).toBeDefined();
    await pass(app, 31);
    expect(await reach(app, id, 'executing')).toBe('executing');
    expect(await requests(id, 'deregistration.erasure_requested')).toBe(4);
    await ack(id, 'api-platform', 'erase');
    await pass(app, 1);
    await pass(app, 1);
    expect(await reach(app, id, 'completed')).toBe('completed');
  });

  it('R19 R30 waiting for an answer is not being stuck; making no step while waiting for nobody is', async () => {
    // What other tests left on its way is not what is measured here.
    await app.db.query(
      `UPDATE deregistrations SET state = 'partially_executed', next_due_at = NULL WHERE state = 'executing'`,
    );
    const { id } = await started();
    await app.db.query('UPDATE deregistrations SET next_due_at = NULL WHERE id = $1', [id]);
    app.clock.advance(50_000);
    expect(await gauge('deregistration_oldest_stuck_seconds')).toBe(0);
    await app.db.query(
      `UPDATE deregistration_units SET told_at = NULL, state = 'planned' WHERE deregistration_id = $1 AND phase = 'fence'`,
      [id],
    );
    expect(await gauge('deregistration_oldest_stuck_seconds')).toBeGreaterThanOrEqual(50);
    await app.db.query('UPDATE deregistrations SET next_due_at = $2 WHERE id = $1', [id, app.clock.now()]);
    await pass(app, 1);
    expect(await gauge('deregistration_oldest_stuck_seconds')).toBe(0);
    await app.db.query(`UPDATE deregistrations SET next_due_at = NULL WHERE id = $1`, [id]);
  });

  it('R39 a date of before the holidays were published is firm, with its task, once they are', async () => {
    const leaver = await apply(app);
    const before = (await leaver.http.get(ME)).body;
    await toReview(app);
    await app.db.query(
      `UPDATE deregistrations SET due_provisional = true, calendar_edition = 'an older one', due_day = due_day + 9,
              due_at = due_at + interval '9 days' WHERE id = $1`,
      [leaver.id],
    );
    await app.db.query('UPDATE review_tasks SET provisional_due = true WHERE subject_id = $1', [leaver.id]);
    expect(await app.get(DueDates).recomputeProvisional(10)).toBeGreaterThanOrEqual(1);
    expect((await leaver.http.get(ME)).body).toMatchObject({
      dueDay: before['dueDay'],
      dueAt: before['dueAt'],
      dueProvisional: before['dueProvisional'],
    });
    const [task] = await app.db.query(`SELECT provisional_due FROM review_tasks WHERE subject_id = $1`, [leaver.id]);
    expect(task).toEqual({ provisional_due: before['dueProvisional'] });
    const events = `SELECT 1 FROM outbox_events WHERE type = 'deregistration.due_date_moved' AND subject_id = $1`;
    expect(await app.db.query(events, [leaver.id])).toHaveLength(1);
    expect(await app.get(DueDates).recomputeProvisional(10)).toBe(0);
  });

  it('R11 the number is nobody else’s until the last step, and free right after it', async () => {
    const { id, phone } = await started();
    const taken = () =>
      openAccount(app, phone).then(
        () => 'opened',
        (error: { code?: string }) => error.code,
      );
    expect(await taken()).toBe('identifier_taken');
    await ackAll(id, 'fence');
    expect(await taken()).toBe('identifier_taken');
    await ackAll(id, 'erase');
    await pass(app, 1);
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(await taken()).toBe('opened');
  });

  it('R14 a late write about the account is refused in its own transaction, during and after', async () => {
    const { id, accountId } = await started();
    const late = () =>
      app
        .get(Transactor)
        .run((tx) => app.get(AccountsService).assertWritable(tx, accountId))
        .then(
          () => 'written',
          (error: { code?: string }) => error.code,
        );
    expect(await late()).toBe('account_gone');
    // Nor is there a copy to be had of half of it, whatever was signed a moment before.
    await expect(app.get(DeregistrationService).download(accountId)).rejects.toMatchObject({
      code: 'point_of_no_return',
    });
    await ackAll(id, 'fence');
    await ackAll(id, 'erase');
    await pass(app, 1);
    expect(await late()).toBe('account_gone');
  });

  it('R17 a worker that stalls past its lease cannot commit; the work is done once', async () => {
    const { id, accountId } = await started();
    // One worker had the first class under number 1 and fell asleep; a second one has it now under number 2.
    const lease = new Date(app.clock.now().getTime() + 3_000);
    const [held] = await app.db.query<{ unit: string }>(
      `UPDATE deregistration_units SET state = 'running', fence = 2, attempts = 2, lease_until = $2
        WHERE (deregistration_id, phase, unit) IN (SELECT deregistration_id, phase, unit FROM deregistration_units
          WHERE deregistration_id = $1 AND phase = 'erase_inside' ORDER BY ordinal LIMIT 1) RETURNING unit`,
      [id, lease],
    );
    const reader = app.get(Transactor).reader;
    const seen = (await app.get(UnitStore).of(reader, id)).find(
      (u) => u.unit === held?.unit && u.phase === 'erase_inside',
    );
    const file = await app.get(DeregistrationStore).find(reader, id);
    if (seen === undefined || file === undefined) throw new Error('no such unit');
    const row = async (): Promise<object | undefined> =>
      (
        await app.db.query(
          `SELECT fence, state FROM deregistration_units WHERE deregistration_id = $1 AND phase = 'erase_inside' AND unit = $2`,
          [id, held?.unit],
        )
      )[0];
    // The first one wakes up and goes on where it stopped: nothing of it commits.
    await expect(app.get(SagaStepsService).work(file, [{ ...seen, fence: '1' }])).rejects.toThrow(LostUnit);
    expect(await row()).toEqual({ fence: '2', state: 'running' });
    // The second one dies too: after its lease a third does the work, once.
    await ackAll(id, 'fence');
    await ackAll(id, 'erase');
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(await row()).toEqual({ fence: '3', state: 'done' });
    await expect(app.get(SagaStepsService).work(file, [{ ...seen, fence: '2' }])).rejects.toThrow(LostUnit);
    expect(
      await app.db.query(`SELECT 1 FROM audit_events WHERE account_id = $1 AND type = 'deregistration.completed'`, [
        accountId,
      ]),
    ).toHaveLength(1);
  });

  it('R16 R18 R19 queues flushed and every job lost: PostgreSQL knows what is left, and jobs that come twice do it once', async () => {
    const { id } = await started();
    await app.db.query(
      `UPDATE deregistrations SET next_due_at = now() + interval '1 day', claimed_until = NULL WHERE id = $1`,
      [id],
    );
    for (const name of PARTICIPANTS) await ack(id, name, 'fence');
    const due = app.get(RunDueService);
    await Promise.all([due.run(id), due.run(id), due.run(id)]);
    for (const name of PARTICIPANTS) await ackWhenAsked(id, name, 'erase');
    await Promise.all([due.run(id), due.run(id), due.run(id)]);
    await pass(app, 11);
    expect(await reach(app, id, 'completed')).toBe('completed');
    expect(await requests(id, 'deregistration.erasure_requested')).toBe(3);
    expect(await requests(id, 'deregistration.completed')).toBe(1);
  });

  it('R21 a plan that asks nobody never completes', async () => {
    const leaver = await apply(app);
    await toReview(app);
    await approve(app, leaver.id);
    await app.db.query(`UPDATE deregistrations SET plan = jsonb_set(plan, '{participants}', '[]') WHERE id = $1`, [
      leaver.id,
    ]);
    for (let i = 0; i < 4; i += 1) await pass(app, 15);
    expect(await stateOf(app, leaver.id)).toBe('approved');
    await app.db.query(`UPDATE deregistrations SET next_due_at = NULL WHERE id = $1`, [leaver.id]);
  });

  it('R42 one row left behind: no receipt, an alarm, and completion only after it is gone', async () => {
    const { id, phone } = await started();
    await app.db.query(`UPDATE deregistrations SET access_token_hash = $2 WHERE id = $1`, [id, `leak ${phone}`]);
    await ackAll(id, 'fence');
    await ackAll(id, 'erase');
    await pass(app, 1);
    const seen = await see(app, id);
    expect(seen.state).toBe('partially_executed');
    expect(seen.unfinished).toEqual([{ phase: 'verify', unit: 'residue', reason: 'ResidueFound' }]);
    expect(await receipt(id)).toBeNull();
    await app.db.query(`UPDATE deregistrations SET access_token_hash = 'x' WHERE id = $1`, [id]);
    for (let i = 0; i < 3; i += 1) await pass(app, 31);
    expect(await reach(app, id, 'completed')).toBe('completed');
  });

  it('R5 R4 a hold on one class defers it and nothing else; released, it is erased', async () => {
    const phone = freshPhone();
    const leaver = await apply(app, phone, { reason: '保全的内容' });
    const hold = await app.get(Transactor).run((tx) =>
      app.get(RetentionService).placeHold(
        tx,
        {
          accountId: leaver.accountId,
          recordClasses: ['deregistration_file'],
          reason: '调查',
          authority: '某市公安局',
          reference: 'X-2',
          reviewAt: new Date(app.clock.now().getTime() + 86_400_000),
        },
        LEGAL,
      ),
    );
    await toReview(app);
    await approve(app, leaver.id);
    for (const seconds of [0, 2, 21, 1]) await pass(app, seconds);
    await ackAll(leaver.id, 'fence');
    await ackAll(leaver.id, 'erase');
    await pass(app, 1);
    const seen = await see(app, leaver.id);
    expect(
      unit(seen, 'erase_inside')
        .filter((u) => u.state === 'deferred')
        .map((u) => u.unit),
    ).toEqual(['deregistration_file']);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    const legal = app.http.with(await staffToken(app, 'legal', 'lei'));
    const registered = async (): Promise<object | undefined> => {
      const path = `/v1/retained-records/register?subject=${leaver.accountId}`;
      const { body } = await legal.get<{ items: { recordClass: string }[] }>(path);
      return body.items.find((line) => line.recordClass === 'deregistration_file');
    };
    // What an order alone keeps has no basis of its own, and no end.
    const line = { place: 'in_place', basis: null, expiresAt: null, inReceipt: true };
    expect(await registered()).toMatchObject({ ...line, state: 'held', holds: [hold.id], destroyedAt: null });
    const { LegalHolds } = await import('../../src/modules/retention/legal-holds.js');
    await app.get(LegalHolds).release(hold.id, '结案', LEGAL);
    await pass(app, 1);
    await pass(app, 1);
    expect(unit(await see(app, leaver.id), 'erase_inside').map((u) => u.state)).not.toContain('deferred');
    const [texts] = await app.db.query('SELECT decision_note_sealed FROM deregistrations WHERE id = $1', [leaver.id]);
    expect(texts).toEqual({ decision_note_sealed: null });
    expect(await registered()).toMatchObject({
      ...line,
      state: 'destroyed',
      holds: [],
      destroyedAt: expect.stringMatching(/^20/),
    });
  });

  it('R45 a scheduler that slept for days warns late instead of erasing unwarned', async () => {
    const phone = freshPhone();
    const leaver = await apply(app, phone);
    await toReview(app);
    await approve(app, leaver.id);
    // Asleep over everything that was due; the first thing it does is to warn.
    app.clock.advance(3 * 86_400_000);
    await app.get(RunDueService).run(leaver.id);
    expect(await stateOf(app, leaver.id)).toBe('approved');
    await pass(app, 1);
    await pass(app, 2);
    expect(await stateOf(app, leaver.id)).toBe('approved');
    expect(
      app
        .get(MessageInbox)
        .to(phone)
        .filter((m) => m.template === 'deregistration_final_notice'),
    ).toHaveLength(1);
    await pass(app, 21);
    expect(await reach(app, leaver.id, 'executing')).toBe('executing');
  });

  it('R38 nothing about the account moves while it is leaving', async () => {
    const leaver = await apply(app);
    const answers = await Promise.all([
      leaver.http.patch('/v1/accounts/me', { displayName: '换个名字' }),
      leaver.http.post('/v1/accounts/me/freeze'),
    ]);
    for (const answer of answers) expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await leaver.http.get('/v1/accounts/me')).body).toMatchObject({ state: 'deregistering' });
  });

  it('R37 a frozen and a closed person may leave, and withdrawing returns each to what they were', async () => {
    for (const command of ['freeze', 'close'] as const) {
      const phone = freshPhone();
      const account = await openAccount(app, phone);
      const person = await signIn(app, phone);
      await app.get(Transactor).run(async (tx) => {
        const locked = await app.get(AccountsService).lockForUpdate(tx, account.id);
        await app.get(AccountsService).move(tx, locked, command, { actor: LEGAL, clauses: ['7.1'] });
      });
      const applied = await tryApply(app, person, phone);
      expect(applied.status).toBe(201);
      expect((await person.http.delete(ME)).status).toBe(204);
      const me = await person.http.get('/v1/accounts/me');
      expect(me.body).toMatchObject({ state: command === 'freeze' ? 'frozen' : 'closed' });
    }
  });

  it('R30 twenty poisoned requests hold up nobody', async () => {
    for (let i = 0; i < 20; i += 1) {
      const account = await openAccount(app, freshPhone());
      const actor = { kind: 'account', id: account.id } as const;
      const { id } = await app
        .get(Transactor)
        .run((tx) =>
          app
            .get(ApplyDeregistrationService)
            .applyVerified(tx, { accountId: account.id, actor, sessionId: null, reason: null, agreed: [] }),
        );
      // A row that throws whatever is tried with it, due for ever.
      await app.db.query(
        `UPDATE deregistrations SET state = 'executing', next_due_at = now() - interval '1 day' WHERE id = $1`,
        [id],
      );
    }
    const good = await apply(app);
    await toReview(app);
    expect(await stateOf(app, good.id)).toBe('in_review');
    await app.db.query(`UPDATE deregistrations SET next_due_at = NULL WHERE state = 'executing'`);
  });

  it('DER-1 obstacles come from participants, say how to clear them, and stop nobody once cleared', async () => {
    const phone = freshPhone();
    const account = await openAccount(app, phone);
    const person = await signIn(app, phone);
    const billing = app.http.with(await serviceToken(app, 'obligations:write', 'billing-client'));
    const report = (obligations: object[]) =>
      billing.put(`/v1/accounts/${account.id}/obligations`, { participant: 'billing', obligations });
    const howToClear = { zh: '请先结清欠款。', en: 'Pay the open invoice.' };
    expect((await report([{ kind: 'unpaid_balance', reference: 'inv-1', howToClear }])).status).toBe(204);
    const preview = await person.http.get(`${ME}/preview`);
    expect(preview.body).toMatchObject({
      mayApply: false,
      obstacles: [{ kind: 'unpaid_balance', blocking: true, howToClear }],
    });
    const refused = await tryApply(app, person, phone);
    expect(refused).toMatchObject({ status: 409, body: { code: 'deregistration_obstructed' } });
    // Whose client may answer for a participant is configured; one of others may not.
    const stranger = { participant: 'nobody-here', obligations: [] };
    expect((await billing.put(`/v1/accounts/${account.id}/obligations`, stranger)).body).toMatchObject({
      code: 'unknown_participant',
    });
    expect((await report([{ kind: 'made_up', reference: 'x', howToClear }])).status).toBe(400);
    expect((await report([])).status).toBe(204);
    app.clock.advance(61_000);
    expect((await tryApply(app, person, phone)).status).toBe(201);
  });

  it('needs a fresh code: a wrong one is refused and spends a try', async () => {
    const phone = freshPhone();
    await openAccount(app, phone);
    const person = await signIn(app, phone);
    await person.http.post(`${ME}/codes`);
    const answer = await person.http.post(ME, { code: '000000' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'code_invalid' } });
    expect((await person.http.get(ME)).status).toBe(404);
  });

  const requests = async (id: string, type: string): Promise<number> => {
    const [row] = await app.db.query<{ n: string }>(
      'SELECT count(*) AS n FROM outbox_events WHERE type = $1 AND subject_id = $2',
      [type, id],
    );
    return Number(row?.n);
  };
});

describe('R39 a configuration that cannot keep the legal limit', () => {
  it('does not start', async () => {
    await expect(startApp({ env: { DEREGISTRATION_COOLING_OFF: 'P30D' } })).rejects.toThrow(ConfigError);
  });
});
