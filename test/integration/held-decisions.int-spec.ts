import { HoldDecisionsService } from '../../src/modules/review/hold-decisions.service.js';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { freshPhone } from '../support/accounts.js';
import { objected } from '../support/afterwards.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { apply, claim, type Leaver, QUICK, see, staff, stateOf, toReview } from '../support/leaving.js';
import { Moderation } from '../support/moderation.js';
import { serviceToken } from '../support/tokens.js';

interface Held {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
  readonly refusal: { code: string; zh: string } | null;
  readonly takesEffectAt: string;
}

const WINDOW_MS = 10_000;
const DAY = 86_400_000;

describe('a decision with an undo window (C11)', () => {
  let app: TestApp;
  let alice: HttpClient;
  const due = () => app.get(HoldDecisionsService).carryOutDue();

  beforeAll(async () => {
    // No worker beside: what is due is carried out when the test says so.
    app = await startApp({ env: { ...QUICK, RUNTIME_ROLE: 'api', REVIEW_UNDO_WINDOW: 'PT10S' } });
    alice = await staff(app, 'alice');
  });
  afterAll(() => app.stop());

  const taskOf = async (subjectId: string) => {
    const [task] = await app.db.query<{
      id: string;
      state: string;
      assignee: string | null;
      deciding_until: Date | null;
      lease_until: Date | null;
    }>(`SELECT * FROM review_tasks WHERE subject_id = $1 ORDER BY created_at DESC LIMIT 1`, [subjectId]);
    if (task === undefined) throw new Error('no task');
    return task;
  };
  const auditOf = async (taskId: string): Promise<string[]> =>
    (
      await app.db.query<{ type: string }>(
        `SELECT type FROM audit_events WHERE target_id = $1 AND type LIKE 'review_decision.%' ORDER BY id`,
        [taskId],
      )
    ).map((e) => e.type);

  /** Waits for review and claimed by alice. */
  async function ready(): Promise<Leaver> {
    const leaver = await apply(app, freshPhone());
    await toReview(app);
    await claim(app, leaver.id, alice);
    return leaver;
  }
  async function hold(leaver: Leaver, body: object = {}, key?: string, by = alice) {
    const { version, plan } = await see(app, leaver.id);
    const task = await taskOf(leaver.id);
    return by.post<Held>(
      `/v1/review-tasks/${task.id}/held-decisions`,
      {
        command: 'deregistration.decide',
        version,
        body: { decision: 'reject', reasonCode: 'takeover_suspected', planHash: plan.planHash, ...body },
      },
      key === undefined ? {} : { headers: { 'idempotency-key': key } },
    );
  }
  const noticesTo = async (leaver: Leaver): Promise<number> => {
    await app.drain();
    return app
      .get(MessageInbox)
      .to(leaver.phone)
      .filter((m) => m.template === 'deregistration_rejected').length;
  };

  it('leaves nothing before the window is over, and everything once when it is', async () => {
    const leaver = await ready();
    const held = await hold(leaver);
    expect(held.status).toBe(201);
    expect(held.body.state).toBe('held');
    await due();
    expect(await stateOf(app, leaver.id)).toBe('in_review');
    expect(await noticesTo(leaver)).toBe(0);
    const task = await taskOf(leaver.id);
    expect(task).toMatchObject({ state: 'claimed', assignee: 'alice' });
    // Others see it and leave it alone, however long it takes.
    const bob = await staff(app, 'bob');
    const stolen = await bob.post<Held>(`/v1/review-tasks/${task.id}/claim`);
    expect([stolen.status, stolen.body.code]).toEqual([409, 'decision_held']);
    app.clock.advance(WINDOW_MS);
    await Promise.all([due(), due(), due()]);
    expect(await stateOf(app, leaver.id)).toBe('rejected');
    expect(await noticesTo(leaver)).toBe(1);
    expect((await taskOf(leaver.id)).state).toBe('done');
    const [row] = await app.db.query<{ sealed: Buffer | null }>(`SELECT sealed FROM held_decisions WHERE id = $1`, [
      held.body.id,
    ]);
    expect(row?.sealed).toBeNull();
    expect(await auditOf(task.id)).toEqual(['review_decision.held']);
    const late = await alice.post<Held>(`/v1/held-decisions/${held.body.id}/undo`);
    expect([late.status, late.body.code]).toEqual([409, 'undo_window_over']);
  });

  it('is taken back as if it had never been given; the audit log has both', async () => {
    const leaver = await ready();
    const held = await hold(leaver);
    const bob = await staff(app, 'bob');
    expect((await bob.post<Held>(`/v1/held-decisions/${held.body.id}/undo`)).status).toBe(403);
    const undone = await Promise.all([1, 2].map(() => alice.post<Held>(`/v1/held-decisions/${held.body.id}/undo`)));
    expect(undone.map((u) => [u.status, u.body.state])).toEqual([
      [200, 'undone'],
      [200, 'undone'],
    ]);
    app.clock.advance(WINDOW_MS);
    await due();
    expect(await stateOf(app, leaver.id)).toBe('in_review');
    expect(await noticesTo(leaver)).toBe(0);
    const task = await taskOf(leaver.id);
    expect(task).toMatchObject({ state: 'claimed', assignee: 'alice', deciding_until: null });
    expect(await auditOf(task.id)).toEqual(['review_decision.held', 'review_decision.undone']);
    // And can be decided again.
    expect((await hold(leaver, { decision: 'approve', reasonCode: 'conditions_met' })).status).toBe(201);
    app.clock.advance(WINDOW_MS);
    await due();
    expect(await stateOf(app, leaver.id)).toBe('approved');
  });

  it('is given once however often it is pressed, also after it took effect', async () => {
    const leaver = await ready();
    const seen = await see(app, leaver.id);
    const task = await taskOf(leaver.id);
    const press = () =>
      alice.post<Held>(
        `/v1/review-tasks/${task.id}/held-decisions`,
        {
          command: 'deregistration.decide',
          version: seen.version,
          body: { decision: 'reject', reasonCode: 'takeover_suspected', planHash: seen.plan.planHash },
        },
        { headers: { 'idempotency-key': `press-${leaver.id}` } },
      );
    const both = await Promise.all([press(), press()]);
    expect(new Set(both.map((b) => b.body.id)).size).toBe(1);
    const other = await hold(leaver, {}, 'another-press');
    expect([other.status, other.body.code]).toEqual([409, 'decision_held']);
    app.clock.advance(WINDOW_MS);
    await due();
    const again = await press();
    expect([again.status, again.body.id, again.body.state]).toEqual([201, both[0]?.body.id, 'in_effect']);
  });

  it('is refused now for what the decision itself is refused for', async () => {
    const leaver = await ready();
    const bob = await staff(app, 'bob');
    expect((await hold(leaver, {}, undefined, bob)).body.code).toBe('review_task_taken');
    expect((await hold(leaver, { planHash: '0'.repeat(64) })).body.code).toBe('plan_changed');
    expect((await hold(leaver, { reasonCode: 'no_such' })).status).toBe(400);
    const task = await taskOf(leaver.id);
    const wrong = await alice.post<Held>(`/v1/review-tasks/${task.id}/held-decisions`, {
      command: 'appeal.decide',
      body: { outcome: 'upheld', answer: 'x' },
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'decision_of_other_kind']);
    const ops = await new Moderation(app).as('olga', 'legal');
    expect((await hold(leaver, {}, undefined, ops)).body.code).toBe('review_task_taken');
    expect(await stateOf(app, leaver.id)).toBe('in_review');
    expect((await taskOf(leaver.id)).deciding_until).toBeNull();
  });

  it('comes to nothing, and says why, when the person withdrew in the meantime', async () => {
    const leaver = await ready();
    const held = await hold(leaver);
    expect((await leaver.http.delete('/v1/accounts/me/deregistration')).status).toBeLessThan(300);
    app.clock.advance(WINDOW_MS);
    await due();
    const told = await alice.get<Held>(`/v1/held-decisions/${held.body.id}`);
    expect(told.body.state).toBe('refused');
    expect(told.body.refusal?.zh).toBeTruthy();
    expect(await noticesTo(leaver)).toBe(0);
  });

  it('takes effect once although the process dies in the middle of it', async () => {
    const leaver = await ready();
    await hold(leaver);
    app.clock.advance(WINDOW_MS);
    // The database refuses the very last statement of the transaction: as far as it got, nothing happened.
    await app.db.query(
      `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''killed''; END'`,
    );
    await app.db.query(`CREATE TRIGGER die BEFORE UPDATE ON held_decisions FOR EACH ROW EXECUTE FUNCTION die()`);
    await expect(due()).rejects.toThrow('killed');
    expect(await stateOf(app, leaver.id)).toBe('in_review');
    await app.db.query(`DROP TRIGGER die ON held_decisions`);
    // A long outage: the lease is over, and the decision is still its author's.
    app.clock.advance(3_600_000);
    await due();
    expect(await stateOf(app, leaver.id)).toBe('rejected');
    expect(await noticesTo(leaver)).toBe(1);
  });

  describe('of other kinds waits as well, and is done once', () => {
    const mod = (): Moderation => new Moderation(app);
    const stateIn = async (table: string, key: string, id: string): Promise<string | undefined> =>
      (await app.db.query<{ state: string }>(`SELECT state FROM ${table} WHERE ${key} = $1`, [id]))[0]?.state;
    interface Matter {
      readonly id: string;
      readonly role: 'moderator' | 'senior_moderator' | 'legal';
      readonly command: string;
      readonly body: object;
      readonly state: () => Promise<string | undefined>;
      readonly from: string;
      readonly to: string;
      /** In what its task ends. */
      readonly ends: object;
    }

    const answered = async () => {
      const who = await mod().person();
      const order = [{ type: 'rectification', instructions: 'Another name.', duration: 'P7D' }];
      const decided = await mod().decide(await mod().openCase(who.accountId), order, {}, 'zoe');
      const id = decided.body.sanctions[0]?.id ?? '';
      const submitted = await who.http.post(`/v1/sanctions/${id}/rectification-submissions`, { text: 'Done.' });
      expect(submitted.status).toBe(201);
      return { id, state: () => stateIn('rectifications', 'sanction_id', id) };
    };
    const refused = async () => {
      const who = await mod().person();
      const contents = [{ system: 'chat', ref: 'share/1' }];
      const decided = await mod().decide(
        await mod().openCase(who.accountId),
        [{ type: 'content_removal', contents }],
        {},
        'zoe',
      );
      const [found] = await app.db.query<{ id: string }>('SELECT id FROM content_removals WHERE sanction_id = $1', [
        decided.body.sanctions[0]?.id,
      ]);
      const id = found?.id ?? '';
      const chat = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
      await chat.post(`/v1/content-removals/${id}/acknowledgement`, { outcome: 'refused' });
      return { id, state: () => stateIn('content_removals', 'id', id) };
    };

    const MATTERS: Record<string, () => Promise<Matter>> = {
      'the answer to an order': async () => {
        const { id, state } = await answered();
        const body = { accepted: true, note: 'Good.' };
        const [from, to] = ['submitted', 'accepted'];
        const ends = { code: 'accepted' };
        return { id, role: 'moderator', command: 'rectification.assess', body, state, from, to, ends };
      },
      'the agreement to a referral': async () => {
        const who = await mod().person();
        const lena = await mod().as('lena', 'legal');
        const caseId = await mod().openCase(who.accountId, '3.3(5)', 'zoe');
        const report = {
          direction: 'report',
          authority: '网安支队',
          legalGround: '网络安全法 49',
          note: 'Calls for attacks.',
        };
        const { id } = (await lena.post<{ id: string }>(`/v1/cases/${caseId}/referrals`, report)).body;
        const state = () => stateIn('referrals', 'id', id);
        const body = { approved: true, note: 'Yes.' };
        const [from, to] = ['awaiting_approval', 'approved'];
        const ends = { code: 'approved' };
        return { id, role: 'senior_moderator', command: 'referral.approve', body, state, from, to, ends };
      },
      'the agreement to a bulk decision': async () => {
        const who = await mod().person();
        const decision = {
          clauses: ['2.3(3)'],
          actions: [{ type: 'closure' }],
          statementOfReasons: { facts: 'One device.', explanation: '协议第2.3(3)条禁止批量注册。' },
          deviationReason: 'A ring.',
        };
        const order = { accountIds: [who.accountId], note: 'One ring.', decision };
        const { id } = (await (await mod().as('zoe')).post<{ id: string }>('/v1/bulk-decisions', order)).body;
        const state = () => stateIn('bulk_decisions', 'id', id);
        const body = { approved: true, note: 'Yes.' };
        const [from, to] = ['awaiting_approval', 'running'];
        const ends = { code: 'approved' };
        return { id, role: 'senior_moderator', command: 'bulk.approve', body, state, from, to, ends };
      },
      'more time for an order': async () => {
        const who = await mod().person();
        const order = [{ type: 'rectification', instructions: 'Another name.', duration: 'P1D' }];
        const decided = await mod().decide(await mod().openCase(who.accountId), order, {}, 'zoe');
        const id = decided.body.sanctions[0]?.id ?? '';
        // Past its deadline and its grace it lies with a person.
        for (const days of [1, 1]) {
          app.clock.advance(days * DAY + 1000);
          await app.drain();
        }
        alice = await staff(app, 'alice');
        const state = () => stateIn('rectifications', 'sanction_id', id);
        const body = { dueAt: new Date(app.clock.now().getTime() + 20 * DAY).toISOString(), reason: 'Asked for.' };
        const [from, to] = ['escalated', 'ordered'];
        const ends = { code: 'extended', until: body.dueAt };
        return { id, role: 'moderator', command: 'rectification.extend', body, state, from, to, ends };
      },
      'the answer to an objection': async () => {
        const id = await objected(app, mod());
        const state = () => stateIn('ban_objections', 'id', id);
        const body = { outcome: 'cleared', answer: 'The operator confirms it.' };
        const ends = { code: 'cleared' };
        const [from, to] = ['filed', 'cleared'];
        return { id, role: 'senior_moderator', command: 'objection.decide', body, state, from, to, ends };
      },
      'asking a content system again': async () => {
        const { id, state } = await refused();
        const body = { note: 'Talked to the team on duty.' };
        const [from, to] = ['refused', 'asked'];
        const ends = { code: 'asked_again' };
        return { id, role: 'moderator', command: 'content_removal.ask_again', body, state, from, to, ends };
      },
      'giving a removal up': async () => {
        const { id, state } = await refused();
        const body = { reason: 'A court wants it kept.' };
        const [from, to] = ['refused', 'given_up'];
        const ends = { code: 'given_up' };
        return { id, role: 'moderator', command: 'content_removal.give_up', body, state, from, to, ends };
      },
      'that a referral was sent': async () => {
        const who = await mod().person();
        const caseId = await mod().openCase(who.accountId, '3.3(5)', 'zoe');
        const report = { direction: 'report', authority: '网安支队', legalGround: '网络安全法 49', note: 'Attacks.' };
        const lena = await mod().as('lena', 'legal');
        const { id } = (await lena.post<{ id: string }>(`/v1/cases/${caseId}/referrals`, report)).body;
        const paul = await mod().as('paul', 'legal');
        await paul.post(`/v1/referrals/${id}/approval`, { approved: true, note: 'Yes.' });
        const state = () => stateIn('referrals', 'id', id);
        const body = { outcome: 'sent', text: 'By courier, 4711.' };
        const ends = { code: 'sent' };
        const [from, to] = ['approved', 'sent'];
        return { id, role: 'legal', command: 'referral.follow_up', body, state, from, to, ends };
      },
      'the answer to a correction': async () => {
        const who = await mod().person();
        const claim = { birthDate: '1991-02-28', statement: '注册时年份填写错误。' };
        const { id } = (await who.http.post<{ id: string }>('/v1/accounts/me/birth-date-corrections', claim)).body;
        const state = () => stateIn('information_corrections', 'id', id);
        const body = { decision: 'accept', reasonCode: 'documents_match' };
        const ends = { code: 'accept', reasonCode: 'documents_match' };
        const [from, to] = ['in_review', 'accepted'];
        return { id, role: 'moderator', command: 'correction.decide', body, state, from, to, ends };
      },
    };

    it.each(Object.keys(MATTERS))('%s', async (name) => {
      const matter = await (MATTERS[name] as () => Promise<Matter>)();
      const bob = await mod().as('bob', matter.role);
      const task = await taskOf(matter.id);
      expect((await bob.post(`/v1/review-tasks/${task.id}/claim`)).status).toBe(200);
      const give = () => {
        const { command, body } = matter;
        return bob.post<Held>(`/v1/review-tasks/${task.id}/held-decisions`, { command, body });
      };
      const thought = await give();
      expect([thought.status, thought.body.state]).toEqual([201, 'held']);
      // Taken back within the window: as if it had never been given, and the task is its author's.
      expect((await bob.post<Held>(`/v1/held-decisions/${thought.body.id}/undo`)).body.state).toBe('undone');
      app.clock.advance(WINDOW_MS);
      await due();
      expect(await matter.state()).toBe(matter.from);
      expect(await taskOf(matter.id)).toMatchObject({ state: 'claimed', assignee: 'bob' });
      const held = await give();
      expect([held.status, held.body.state]).toEqual([201, 'held']);
      await due();
      expect(await matter.state()).toBe(matter.from);
      app.clock.advance(WINDOW_MS);
      await Promise.all([due(), due()]);
      expect(await matter.state()).toBe(matter.to);
      const [done] = await app.db.query('SELECT state, outcome FROM review_tasks WHERE id = $1', [task.id]);
      expect(done).toEqual({ state: 'done', outcome: matter.ends });
      // C4: who comes second hears who, what and when, whatever the matter itself would have said.
      const late = await give();
      expect([late.status, late.body]).toEqual([
        409,
        expect.objectContaining({
          code: 'review_task_ended',
          changedBy: 'bob',
          change: 'completed',
          changedAt: expect.any(String) as string,
          outcome: matter.ends,
        }),
      ]);
    });
  });

  it('C7 shows before what the person gets and reads, word for word', async () => {
    const leaver = await ready();
    const preview = await alice.post<{ notice: object; page: { reason: object; nextStep: object; state: string } }>(
      `/v1/deregistrations/${leaver.id}/decision-previews`,
      { decision: 'reject', reasonCode: 'takeover_suspected' },
    );
    expect(preview.status).toBe(200);
    const none = await alice.post<{ notice: null }>(`/v1/deregistrations/${leaver.id}/decision-previews`, {
      decision: 'approve',
      reasonCode: 'conditions_met',
    });
    expect(none.body.notice).toBeNull();
    expect(await stateOf(app, leaver.id)).toBe('in_review');
    await hold(leaver);
    app.clock.advance(WINDOW_MS);
    await due();
    await app.drain();
    const [sent] = app.get(MessageInbox).to(leaver.phone);
    expect(preview.body.notice).toEqual({
      to: `…${leaver.phone.slice(-4)}`,
      template: sent?.template,
      language: sent?.locale,
      params: sent?.params,
    });
    const page = await leaver.http.get<{ reason: object; nextStep: object; state: string }>(
      '/v1/accounts/me/deregistration',
    );
    const { state, reason, nextStep } = page.body;
    expect(preview.body.page).toMatchObject({ state, reason, nextStep });
  });

  it('C12 records who looked at which piece of evidence', async () => {
    const leaver = await ready();
    const task = await taskOf(leaver.id);
    expect((await alice.post(`/v1/review-tasks/${task.id}/evidence-reveals`, { item: 'report-1' })).status).toBe(204);
    const [event] = await app.db.query<{ actor_id: string }>(
      `SELECT * FROM audit_events WHERE target_id = $1 AND type = 'evidence.revealed'`,
      [task.id],
    );
    expect(event).toBeDefined();
    expect((await alice.post(`/v1/review-tasks/${task.id}/evidence-reveals`, { item: '<x>' })).status).toBe(400);
  });

  it('holds what an enforcement decision does to the account', async () => {
    const moderation = new Moderation(app);
    const person = await moderation.person();
    const caseId = await moderation.openCase(person.accountId);
    const task = await taskOf(caseId);
    await alice.post(`/v1/review-tasks/${task.id}/claim`);
    const held = await alice.post<Held>(`/v1/review-tasks/${task.id}/held-decisions`, {
      command: 'case.decide',
      body: {
        clauses: ['3.3(9)'],
        actions: [{ type: 'suspension', duration: 'P7D' }],
        statementOfReasons: { facts: '四段共享对话。', explanation: '协议第3.3(9)条禁止传播赌博信息。' },
        deviationReason: '首次且情节轻微。',
      },
    });
    expect(held.status).toBe(201);
    expect((await moderation.standingOf(person.accountId)).mayUse).toBe(true);
    app.clock.advance(WINDOW_MS);
    await due();
    expect((await moderation.standingOf(person.accountId)).mayUse).toBe(false);
  });
});

describe('a window of no length', () => {
  it('takes effect in the request', async () => {
    const app = await startApp({ env: { ...QUICK, REVIEW_UNDO_WINDOW: 'PT0S' } });
    try {
      const leaver = await apply(app, freshPhone());
      await toReview(app);
      const alice = await staff(app, 'alice');
      await claim(app, leaver.id, alice);
      const { version, plan } = await see(app, leaver.id);
      const [task] = await app.db.query<{ id: string }>(`SELECT id FROM review_tasks WHERE subject_id = $1`, [
        leaver.id,
      ]);
      const answer = await alice.post<Held>(`/v1/review-tasks/${task?.id}/held-decisions`, {
        command: 'deregistration.decide',
        version,
        body: { decision: 'approve', reasonCode: 'conditions_met', planHash: plan.planHash },
      });
      expect([answer.status, answer.body.state]).toEqual([201, 'in_effect']);
      expect(await stateOf(app, leaver.id)).toBe('approved');
    } finally {
      await app.stop();
    }
  });
});

describe('who is here, and many at once', () => {
  let app: TestApp;
  let alice: HttpClient;
  let bob: HttpClient;
  let ids: string[];
  beforeAll(async () => {
    app = await startApp({ env: { ...QUICK, REVIEW_BULK_LIMIT: '3' } });
    [alice, bob] = await Promise.all([staff(app, 'alice'), staff(app, 'bob')]);
    for (let i = 0; i < 5; i += 1) await apply(app, freshPhone());
    await toReview(app);
    const tasks = await alice.get<{ items: { id: string }[] }>('/v1/review-tasks');
    ids = tasks.body.items.map((t) => t.id);
  });
  afterAll(() => app.stop());

  interface Task {
    readonly id: string;
    readonly version: number;
    readonly viewers: string[];
    readonly state: string;
  }
  interface Bulk {
    readonly code?: string;
    readonly asOf: string;
    readonly matching: number;
    readonly limit: number;
    readonly outcomes: { id: string; outcome: string; refusal: { code: string } | null }[];
  }
  const read = async (id: string, by = alice) => (await by.get<Task>(`/v1/review-tasks/${id}`)).body;

  it('C19 shows who has a task open, on the task and in the list, until they leave or fall silent', async () => {
    const id = ids[0]!;
    expect((await bob.post<{ viewers: string[] }>(`/v1/review-tasks/${id}/viewers`)).body.viewers).toEqual([]);
    expect((await alice.post<{ viewers: string[] }>(`/v1/review-tasks/${id}/viewers`)).body.viewers).toEqual(['bob']);
    expect((await read(id)).viewers).toEqual(['bob']);
    const list = await alice.get<{ items: Task[] }>('/v1/review-tasks');
    expect(list.body.items.find((t) => t.id === id)?.viewers).toEqual(['bob']);
    expect((await bob.delete(`/v1/review-tasks/${id}/viewers`)).status).toBe(204);
    expect((await read(id)).viewers).toEqual([]);
    await bob.post(`/v1/review-tasks/${id}/viewers`);
    app.clock.advance(26_000);
    expect((await read(id)).viewers).toEqual([]);
    await app.drain();
    app.clock.advance(60_000);
    await app.drain();
    expect(await app.db.query('SELECT 1 FROM task_viewers')).toEqual([]);
  });

  it('C16 C17 a dry run names count, limit and refusals; the run answers for each task', async () => {
    const act = (body: object) => alice.post<Bulk>('/v1/review-tasks/bulk-actions', body);
    await bob.post(`/v1/review-tasks/${ids[1]}/claim`);
    const what = { action: 'escalate', filter: { kind: 'deregistration' } };
    const dry = await act({ ...what, dryRun: true });
    expect(dry.status).toBe(200);
    expect([dry.body.matching, dry.body.limit, dry.body.outcomes.length]).toEqual([5, 3, 3]);
    expect(dry.body.outcomes.find((o) => o.id === ids[1])?.refusal?.code).toBe('review_task_taken');
    expect((await read(ids[0]!)).version).toBe(1);
    // What came after the dry run is not meant.
    app.clock.advance(1_000);
    await apply(app, freshPhone());
    await toReview(app);
    expect((await act({ ...what, dryRun: false })).body.code).toBe('review_selection_invalid');
    const run = await act({ ...what, dryRun: false, asOf: dry.body.asOf, reason: '需要资深审核员' });
    expect(run.body.matching).toBe(5);
    expect(run.body.outcomes.map((o) => [o.id, o.outcome])).toEqual(
      dry.body.outcomes.map((o) => [o.id, o.outcome === 'refused' ? 'refused' : 'done']),
    );
    const both = await act({ ...what, tasks: [{ id: ids[3], version: 1 }], dryRun: true });
    expect(both.body.code).toBe('review_selection_invalid');
    const stale = await act({ action: 'release', tasks: [{ id: ids[0], version: 1 }], dryRun: false });
    expect(stale.body.outcomes[0]?.refusal?.code).toBe('stale_version');
  });
});
