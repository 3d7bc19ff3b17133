import { newId } from '../../src/kernel/ids.js';
import { type NewReviewTask, type ReviewTask, ReviewService } from '../../src/modules/review/review.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { listStatement } from '../../src/modules/review/review-queue.store.js';
import { NEXT_SQL } from '../../src/modules/review/review.store.js';
import { keyOf, QUEUE_ORDERS, type QueueOrder } from '../../src/modules/review/queue-orders.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

interface View {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly assignee: string | null;
  readonly skippedByYou: boolean;
  readonly skips: { reason: string | null; people: number }[];
  readonly escalationReason: string | null;
  readonly actions: { action: string; allowed: boolean; reason: string | null }[];
}

describe('the review queue', () => {
  let app: TestApp;
  const people: Record<string, HttpClient> = {};
  const NAMES = ['alice', 'bob', 'carol', 'dave'];

  beforeAll(async () => {
    app = await startApp({ env: { REVIEW_LEASE: 'PT10M' } });
    for (const name of NAMES) people[name] = app.http.with(await staffToken(app, 'moderator', name));
    people['senior'] = app.http.with(await staffToken(app, 'senior_moderator', 'senior'));
  });
  afterAll(() => app.stop());

  const as = (name: string): HttpClient => people[name]!;
  const open = (over: Partial<NewReviewTask> = {}): Promise<ReviewTask> =>
    app.get(Transactor).run((tx) =>
      app.get(ReviewService).open(tx, {
        kind: 'test_work',
        subjectId: newId(),
        dueAt: new Date(app.clock.now().getTime() + 3_600_000),
        ...over,
      }),
    );
  const claim = (task: { id: string }, name: string) =>
    as(name).post<View & { code?: string }>(`/v1/review-tasks/${task.id}/claim`);

  it('gives one task to one of four moderators, forty times', async () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const task = await open();
      const answers = await Promise.all(NAMES.map((name) => claim(task, name)));
      expect(answers.map((a) => a.status).sort()).toEqual([200, 409, 409, 409]);
      const loser = answers.find((a) => a.status === 409)!;
      expect(loser.body.code).toBe('review_task_taken');
      // Who, what and when: the loser learns whom to talk to.
      const winner = answers.find((a) => a.status === 200)!.body.assignee;
      expect(loser.body).toMatchObject({
        assignee: winner,
        change: 'claimed',
        changedAt: expect.any(String) as string,
      });
    }
  });

  it('gives four people who ask for the next task at once four tasks', async () => {
    for (let trial = 0; trial < 10; trial += 1) {
      const kind = `four_${trial}`;
      await Promise.all([1, 2, 3, 4].map(() => open({ kind })));
      const answers = await Promise.all(
        NAMES.map((n) => as(n).post<{ task: View | null }>('/v1/review-tasks/claim-next', { kinds: [kind] })),
      );
      expect(new Set(answers.map((a) => a.body.task?.id)).size).toBe(4);
      expect(answers.every((a) => a.body.task !== null)).toBe(true);
      const none = await as('alice').post<{ task: View | null }>('/v1/review-tasks/claim-next', { kinds: [kind] });
      expect(none.body.task).toBeNull();
    }
  });

  it('offers by deadline, then priority, then age, and never a task that names the caller', async () => {
    const kind = 'ordered';
    const at = (hours: number): Date =>
      new Date(Math.ceil(app.clock.now().getTime() / 3_600_000) * 3_600_000 + hours * 3_600_000);
    const later = await open({ kind, dueAt: at(48), priority: 100 });
    const low = await open({ kind, dueAt: at(2), priority: 10 });
    const high = await open({ kind, dueAt: new Date(at(2).getTime() + 60_000), priority: 90 });
    const mine = await open({ kind, dueAt: at(1), conflictIds: ['alice'] });
    const got: (string | undefined)[] = [];
    for (let i = 0; i < 4; i += 1) {
      got.push(
        (await as('alice').post<{ task: View | null }>('/v1/review-tasks/claim-next', { kinds: [kind] })).body.task?.id,
      );
    }
    expect(got).toEqual([high.id, low.id, later.id, undefined]);
    expect((await claim(mine, 'alice')).body.code).toBe('conflict_of_interest');
    await expect(app.db.query(`UPDATE review_tasks SET assignee = 'alice' WHERE id = $1`, [mine.id])).rejects.toThrow(
      /no_conflict/,
    );
    expect((await claim(mine, 'bob')).status).toBe(200);
  });

  it('returns a task when the lease runs out, by time alone; a heartbeat keeps it', async () => {
    const task = await open({ kind: 'leases' });
    expect((await claim(task, 'alice')).status).toBe(200);
    app.clock.advance(9 * 60_000);
    expect((await as('alice').post(`/v1/review-tasks/${task.id}/heartbeat`)).status).toBe(200);
    app.clock.advance(9 * 60_000);
    expect((await claim(task, 'bob')).status).toBe(409);
    app.clock.advance(61_000);
    expect((await as('carol').get<View>(`/v1/review-tasks/${task.id}`)).body).toMatchObject({
      state: 'open',
      assignee: null,
    });
    expect((await claim(task, 'bob')).status).toBe(200);
    // Alice comes back to what is no longer hers.
    expect((await as('alice').post(`/v1/review-tasks/${task.id}/heartbeat`)).body).toMatchObject({
      code: 'review_task_taken',
      assignee: 'bob',
    });
    const done = app
      .get(Transactor)
      .run((tx) => app.get(ReviewService).complete(tx, task.id, { kind: 'staff', id: 'alice' }));
    await expect(done).rejects.toMatchObject({ code: 'review_task_taken' });
    await app.get(Transactor).run((tx) => app.get(ReviewService).complete(tx, task.id, { kind: 'staff', id: 'bob' }));
    expect((await claim(task, 'carol')).body.code).toBe('review_task_ended');
  });

  it('refuses a stale version with 412 and changes nothing; says who changed it', async () => {
    const task = await open({ kind: 'versions' });
    const claimed = (await claim(task, 'alice')).body;
    const stale = await as('alice').post(`/v1/review-tasks/${task.id}/release`, undefined, {
      headers: { 'if-match': '"1"' },
    });
    expect(stale.status).toBe(412);
    expect(stale.body).toMatchObject({
      code: 'stale_version',
      changedBy: 'alice',
      change: 'claimed',
      version: claimed.version,
    });
    expect((await as('alice').post(`/v1/review-tasks/${task.id}/release`)).status).toBe(428);
    const released = await as('alice').post<View>(`/v1/review-tasks/${task.id}/release`, undefined, {
      headers: { 'if-match': `"${claimed.version}"` },
    });
    expect(released.body).toMatchObject({ state: 'open', assignee: null });
  });

  it('assigns, snoozes, escalates; says of each action whether it is allowed and why not', async () => {
    const task = await open({ kind: 'moves' });
    const v = (view: { version: number }) => ({ headers: { 'if-match': `"${view.version}"` } });
    const assigned = await as('senior').post<View>(`/v1/review-tasks/${task.id}/assign`, { assignee: 'bob' }, v(task));
    expect(assigned.status).toBe(200);
    expect((await claim(task, 'alice')).body.code).toBe('review_task_unavailable');
    const mine = (await claim(task, 'bob')).body;
    const far = new Date(app.clock.now().getTime() + 90 * 86_400_000).toISOString();
    expect((await as('bob').post(`/v1/review-tasks/${task.id}/snooze`, { until: far }, v(mine))).body['code']).toBe(
      'snooze_not_possible',
    );
    const until = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
    const snoozed = (await as('bob').post<View>(`/v1/review-tasks/${task.id}/snooze`, { until }, v(mine))).body;
    expect(snoozed).toMatchObject({ state: 'snoozed', assignee: null });
    expect(snoozed.actions.find((a) => a.action === 'claim')).toEqual({
      action: 'claim',
      allowed: false,
      reason: 'snoozed',
    });
    app.clock.advance(3_600_001);
    const again = (await claim(task, 'bob')).body;
    const up = await as('bob').post<View>(
      `/v1/review-tasks/${task.id}/escalate`,
      { reason: 'An authority asks too.' },
      v(again),
    );
    expect(up.body).toMatchObject({ state: 'open', roles: ['senior_moderator'], priority: 100, escalatedBy: 'bob' });
    expect((await claim(task, 'alice')).body.code).toBe('review_role_needed');
    expect((await claim(task, 'senior')).status).toBe(200);
  });

  interface Dealt {
    readonly task: View | null;
    readonly skipped: number;
  }
  const next = async (name: string, kind: string): Promise<Dealt> =>
    (await as(name).post<Dealt>('/v1/review-tasks/claim-next', { kinds: [kind] })).body;
  const skip = (task: { id: string }, name: string, reason?: string) =>
    as(name).post<View & { code?: string }>(`/v1/review-tasks/${task.id}/skip`, { ...(reason ? { reason } : {}) });
  const noted = async (task: { id: string }): Promise<string[]> =>
    (
      await app.db.query<{ type: string }>(
        `SELECT type FROM audit_events WHERE target_id = $1 AND type IN ('review_task.skipped', 'review_task.escalated') ORDER BY at, id`,
        [task.id],
      )
    ).map(({ type }) => type);

  it('C20 what somebody skipped is never dealt to them again; said twice it is said once; taking it by itself ends it', async () => {
    const kind = 'skipped';
    const hour = (n: number): Date => new Date(app.clock.now().getTime() + n * 3_600_000);
    const first = await open({ kind, dueAt: hour(1) });
    const second = await open({ kind, dueAt: hour(5) });
    expect((await next('alice', kind)).task?.id).toBe(first.id);
    const skipped = await skip(first, 'alice');
    expect(skipped.body).toMatchObject({ state: 'open', assignee: null, skippedByYou: true, skips: [] });
    await skip(first, 'alice');
    expect(await noted(first)).toEqual(['review_task.skipped']);
    // The reason may come afterwards; without one being given it stays.
    await skip(first, 'alice', 'language');
    await skip(first, 'alice');
    expect(await noted(first)).toHaveLength(2);
    expect((await as('senior').get<View>(`/v1/review-tasks/${first.id}`)).body).toMatchObject({
      skippedByYou: false,
      skips: [{ reason: 'language', people: 1 }],
    });
    const [listed] = (await as('alice').get<{ items: View[] }>(`/v1/review-tasks?kind=${kind}&skipped=me`)).body.items;
    expect(listed).toMatchObject({ id: first.id, skippedByYou: true });
    expect((await as('bob').get<{ items: View[] }>(`/v1/review-tasks?kind=${kind}&skipped=me`)).body.items).toEqual([]);
    expect((await next('alice', kind)).task?.id).toBe(second.id);
    expect(await next('alice', kind)).toEqual({ task: null, skipped: 1 });
    // Somebody else is dealt it, gives it back, puts it aside: still not alice's.
    const taken = (await next('bob', kind)).task!;
    expect(taken.id).toBe(first.id);
    await as('bob').post(`/v1/review-tasks/${first.id}/release`, undefined, {
      headers: { 'if-match': `"${taken.version}"` },
    });
    expect(await next('alice', kind)).toEqual({ task: null, skipped: 1 });
    expect((await claim(first, 'alice')).body).toMatchObject({ state: 'claimed', skippedByYou: false });
    await as('alice').post(`/v1/review-tasks/${first.id}/release`, undefined, {
      headers: { 'if-match': `"${(await as('alice').get<View>(`/v1/review-tasks/${first.id}`)).body.version}"` },
    });
    expect((await next('alice', kind)).task?.id).toBe(first.id);
    await app
      .get(Transactor)
      .run((tx) => app.get(ReviewService).complete(tx, first.id, { kind: 'staff', id: 'alice' }));
    // Its rows leave with it.
    expect(await app.db.query('SELECT 1 FROM task_skips WHERE task_id = $1', [first.id])).toEqual([]);
    expect((await skip(first, 'bob')).body.code).toBe('review_task_ended');
  });

  it('C20 it is dealt again once it is another matter: new evidence, asked anew, more urgent, handed over or up', async () => {
    const dueAt = (): Date => new Date(app.clock.now().getTime() + 86_400_000);
    const review = app.get(ReviewService);
    const inTx = (work: (tx: Parameters<Parameters<Transactor['run']>[0]>[0]) => Promise<unknown>): Promise<unknown> =>
      app.get(Transactor).run(work);
    const ways: Record<string, (task: ReviewTask) => Promise<unknown>> = {
      renewed: (task) => inTx((tx) => review.renew(tx, task.subjectId)),
      reopened: (task) => inTx((tx) => review.open(tx, { kind: task.kind, subjectId: task.subjectId, dueAt: dueAt() })),
      urgent: (task) => inTx((tx) => review.reprioritise(tx, task, { priority: 90 })),
      sooner: (task) => inTx((tx) => review.reprioritise(tx, task, { dueAt: app.clock.now() })),
      assigned: ({ id, version }) =>
        as('senior').post(
          `/v1/review-tasks/${id}/assign`,
          { assignee: 'alice' },
          { headers: { 'if-match': `"${version}"` } },
        ),
    };
    for (const [way, change] of Object.entries(ways)) {
      const task = await open({ kind: `again_${way}`, dueAt: dueAt() });
      await skip(task, 'alice');
      expect((await next('alice', task.kind)).task).toBeNull();
      await change(task);
      expect([way, (await next('alice', task.kind)).task?.id]).toEqual([way, task.id]);
    }
    const task = await open({ kind: 'not_again', dueAt: dueAt() });
    await skip(task, 'alice');
    await inTx((tx) => review.reprioritise(tx, task, { priority: 10, dueAt: new Date(dueAt().getTime() + 1000) }));
    await inTx((tx) => review.addConflicts(tx, task, ['dave']));
    expect((await next('alice', task.kind)).task).toBeNull();
    // Handed up by somebody: the seniors who had skipped it are dealt it again.
    const up = await open({ kind: 'handed_up', dueAt: dueAt() });
    await skip(up, 'senior');
    await as('alice').post(
      `/v1/review-tasks/${up.id}/escalate`,
      { reason: 'A minor is in it.' },
      { headers: { 'if-match': `"${up.version}"` } },
    );
    expect((await next('senior', up.kind)).task?.id).toBe(up.id);
  });

  it('C20 a task that everybody skips is not lost: a lead counts it, and the third one hands it up', async () => {
    const kind = 'unloved';
    const task = await open({ kind, dueAt: new Date(app.clock.now().getTime() - 1000) });
    // Kept for one who does not want it: it is everybody's again.
    await as('senior').post(
      `/v1/review-tasks/${task.id}/assign`,
      { assignee: 'alice' },
      { headers: { 'if-match': `"${task.version}"` } },
    );
    await skip(task, 'alice', 'distressing');
    expect((await next('bob', kind)).task?.id).toBe(task.id);
    await skip(task, 'bob', 'distressing');
    const stats = await as('senior').get<{ kinds: object[] }>('/v1/review-tasks/stats');
    expect(stats.body.kinds).toContainEqual(expect.objectContaining({ kind, live: 1, skipped: 1 }));
    // Somebody has it: what the third one says takes it from nobody.
    const held = (await claim(task, 'dave')).body;
    expect((await skip(task, 'carol')).body).toMatchObject({ state: 'claimed', assignee: 'dave' });
    await as('dave').post(`/v1/review-tasks/${task.id}/release`, undefined, {
      headers: { 'if-match': `"${held.version}"` },
    });
    await skip(task, 'dave', 'unclear');
    const up = (await as('senior').get<View>(`/v1/review-tasks/${task.id}`)).body;
    expect(up).toMatchObject({
      state: 'open',
      roles: ['senior_moderator'],
      priority: 100,
      escalatedBy: 'account-lifecycle',
      escalationReason: 'skipped_by_several',
    });
    expect(up.skips).toContainEqual({ reason: 'distressing', people: 2 });
    expect(await noted(task)).toEqual([...Array<string>(4).fill('review_task.skipped'), 'review_task.escalated']);
    const anybody = await as('senior').get<{ items: View[] }>(`/v1/review-tasks?kind=${kind}&skipped=anybody`);
    expect(anybody.body.items.map(({ id }) => id)).toEqual([task.id]);
    expect((await next('senior', kind)).task?.id).toBe(task.id);
    // Nothing above: skipped by the last one too, it stays where a lead sees it.
    expect((await skip(task, 'senior')).body).toMatchObject({ state: 'open', skippedByYou: true });
    expect(await next('senior', kind)).toEqual({ task: null, skipped: 1 });
  });

  it('C14 every order is stable from page to page, and refuses the cursor of another', async () => {
    const kind = 'sorted';
    const base = app.clock.now().getTime();
    const made: ReviewTask[] = [];
    for (let i = 0; i < 7; i += 1) {
      app.clock.advance(i % 3 === 0 ? 0 : 1000);
      made.push(await open({ kind, dueAt: new Date(base + (i % 4) * 3_600_000), priority: [50, 90, 10][i % 3]! }));
    }
    const wanted = (order: QueueOrder): string[] => {
      const key = (task: ReviewTask): string =>
        keyOf(order, task)
          .map((part) => (part instanceof Date ? part.toISOString() : typeof part === 'number' ? 1000 + part : part))
          .join(' ');
      const sorted = [...made].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ id }) => id);
      return order === 'newest' ? sorted.reverse() : sorted;
    };
    const cursors: Partial<Record<QueueOrder, string>> = {};
    for (const order of QUEUE_ORDERS) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { items: View[]; nextCursor: string | null } = (
          await as('alice').get<{ items: View[]; nextCursor: string | null }>(
            `/v1/review-tasks?kind=${kind}&sort=${order}&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
          )
        ).body;
        seen.push(...page.items.map((t) => t.id));
        cursors[order] ??= page.nextCursor ?? '';
        cursor = page.nextCursor;
      }
      expect([order, seen]).toEqual([order, wanted(order)]);
    }
    for (const order of QUEUE_ORDERS)
      for (const other of QUEUE_ORDERS.filter((each) => each !== order)) {
        const mixed = await as('alice').get(`/v1/review-tasks?kind=${kind}&sort=${order}&cursor=${cursors[other]}`);
        expect([mixed.status, mixed.body['code']]).toEqual([400, 'cursor_of_other_order']);
      }
    expect((await as('alice').get('/v1/review-tasks?sort=newest&cursor=newest.nonsense')).body['code']).toBe(
      'invalid_cursor',
    );
    expect((await as('alice').get('/v1/review-tasks?sort=loudest')).status).toBe(400);
  });

  it('keeps one live task for a subject and kind; pages by keyset; counts within a bound', async () => {
    const subjectId = newId();
    const tasks = await Promise.all([1, 2, 3, 4, 5].map(() => open({ kind: 'single', subjectId })));
    expect(new Set(tasks.map((t) => t.id)).size).toBe(1);
    for (let i = 0; i < 5; i += 1)
      await open({ kind: 'paged', dueAt: new Date(app.clock.now().getTime() - i * 60_000 - 1000) });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: View[]; nextCursor: string | null } = (
        await as('alice').get<{ items: View[]; nextCursor: string | null }>(
          `/v1/review-tasks?kind=paged&overdue=true&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
        )
      ).body;
      seen.push(...page.items.map((t) => t.id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(5);
    const stats = await as('alice').get<{ kinds: { kind: string; live: number; overdue: number }[] }>(
      '/v1/review-tasks/stats',
    );
    expect(stats.body.kinds).toContainEqual(expect.objectContaining({ kind: 'paged', live: 5, overdue: 5 }));
  });

  // Last: it fills the queue.
  it('every order reads its own index from its place on; dealing passes what was skipped by one probe a row', async () => {
    await app.db.query(
      `INSERT INTO review_tasks (id, account_id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due, roles,
         conflict_ids, refs, changed_by, change, created_at, updated_at, ended_at)
       SELECT gen_random_uuid(), gen_random_uuid(), CASE WHEN n % 20 = 1 THEN 'appeal' ELSE 'case' END, gen_random_uuid(),
         CASE WHEN n % 2 = 0 THEN 'done' ELSE 'open' END, 1, 50 + n % 5 * 10, at, date_trunc('hour', at, 'UTC'), false,
         '{moderator}', '{}', '{}', 'system', 'opened', at - interval '3 days', at, CASE WHEN n % 2 = 0 THEN at END
       FROM (SELECT n, now() + n * interval '1 minute' AS at FROM generate_series(1, 20000) AS n) AS given`,
    );
    await app.db.query(
      `INSERT INTO task_skips (staff_id, task_id, skipped_at)
       SELECT 'alice', id, now() FROM (SELECT id FROM review_tasks WHERE state = 'open' AND kind = 'case' ORDER BY due_hour, priority DESC, id LIMIT 200) x`,
    );
    await app.db.query('ANALYZE review_tasks, task_skips');
    const planOf = async (text: string, values: unknown[]): Promise<string> =>
      (await app.db.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)).map((l) => l['QUERY PLAN']).join('\n');
    const now = app.clock.now();
    const soon = new Date(Date.now() + 7 * 86_400_000);
    const place = { id: newId(), dueAt: soon, createdAt: soon, priority: 60 } as ReviewTask;
    const indexes = (filter: object) =>
      Promise.all(
        QUEUE_ORDERS.map(async (order) => {
          const after = keyOf(order, place).map((part) => (part instanceof Date ? part.toISOString() : part));
          const { text, values } = listStatement(filter, order, after, 50, now);
          const plan = await planOf(text, values);
          // From the place on, and not up to it: the comparison is the index's own condition.
          const fromThere = /Index Cond: .*ROW\(/.test(plan) && !/Sort|Seq Scan on review_tasks/.test(plan);
          return [order, /Index Scan.* using (\w+) on review_tasks/.exec(plan)?.[1], fromThere || plan];
        }),
      );
    const named = (of: string): unknown[] => [
      ['due', `review_tasks_${of === 'ended' ? 'state' : of}_due`, true],
      ['priority', `review_tasks_${of}_priority`, true],
      ['oldest', `review_tasks_${of}_created`, true],
      ['newest', `review_tasks_${of}_created`, true],
    ];
    expect(await indexes({ notPartOf: 'alice' })).toEqual(named('live'));
    expect(await indexes({ notPartOf: 'alice', kind: 'appeal' })).toEqual(named('live_kind'));
    expect(await indexes({ status: 'done' })).toEqual(named('ended'));
    const { text, values } = listStatement({ skippedBy: 'alice' }, 'newest', undefined, 50, now);
    const mine = await planOf(text, values);
    expect(mine).toMatch(/Index Scan (on|using) review_tasks_pk/);
    expect(mine).not.toMatch(/Seq Scan on review_tasks/);
    const next = await planOf(NEXT_SQL, [now, ['case'], 'alice', ['moderator'], []]);
    expect(next).toMatch(/using review_tasks_next(_of_kind)? on review_tasks/);
    expect(next).not.toMatch(/Sort|Seq Scan on review_tasks/);
    const dealt = await as('alice').post<Dealt>('/v1/review-tasks/claim-next', { kinds: ['case'] });
    expect(dealt.body.task).not.toBeNull();
  });
});
