import { newId } from '../../src/kernel/ids.js';
import { type NewReviewTask, type ReviewTask, ReviewService } from '../../src/modules/review/review.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

interface View {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly assignee: string | null;
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
});
