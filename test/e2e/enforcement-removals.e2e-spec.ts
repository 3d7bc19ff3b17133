import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { type DecisionBody, Moderation } from '../support/moderation.js';
import { serviceToken } from '../support/tokens.js';

interface Task {
  readonly id: string;
  readonly subjectId: string;
  readonly refs: { readonly because: string };
}
interface Removal {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
}
interface Challenged {
  readonly code: string;
  readonly challenge: {
    readonly ticket: string;
    readonly parameters: Parameters<typeof solveChallenge>[0]['challenge'];
  };
}

let app: TestApp;
let mod: Moderation;
beforeAll(async () => {
  app = await startApp({
    env: { RUNTIME_ROLE: 'api', REGISTRATION_CHALLENGE_COST: '10', RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]' },
  });
  mod = new Moderation(app);
});
afterAll(() => app.stop());

describe('content that a system will not remove (ENF-7)', () => {
  const asked = async (refs: string[]): Promise<{ decision: DecisionBody; ids: string[] }> => {
    const { id } = await openAccount(app);
    const contents = refs.map((ref) => ({ system: 'chat', ref }));
    const { body } = await mod.decide(await mod.openCase(id), [{ type: 'content_removal', contents }]);
    const found = await app.db.query<{ id: string }>(
      'SELECT id FROM content_removals WHERE sanction_id = $1 ORDER BY content_ref',
      [body.sanctions[0]?.id],
    );
    return { decision: body, ids: found.map((r) => r.id) };
  };
  const answer = async (id: string | undefined, outcome: string) => {
    const chat = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
    return chat.post<Removal>(`/v1/content-removals/${id}/acknowledgement`, { outcome, note: 'On record elsewhere.' });
  };
  const waiting = async (): Promise<Task[]> => {
    const ops = await mod.as('otto', 'ops');
    return (await ops.get<{ items: Task[] }>('/v1/review-tasks?kind=content_removal&status=open')).body.items;
  };
  const stateOf = async (decision: DecisionBody): Promise<string> =>
    (await (await mod.as('bea')).get<{ state: string }>(`/v1/sanctions/${decision.sanctions[0]?.id}`)).body.state;

  it('a refusal is a task: asked again ends it, a second refusal opens one, given up ends the measure with its reason', async () => {
    const { decision, ids } = await asked(['message/1', 'message/2']);
    expect((await answer(ids[0], 'removed')).status).toBe(200);
    await answer(ids[1], 'refused');
    const mine = async () => (await waiting()).filter((t) => t.subjectId === ids[1]);
    expect(await mine()).toMatchObject([{ refs: { because: 'refused' } }]);
    const otto = await mod.as('otto', 'ops');
    const words = { note: 'Talked to the team on duty.' };
    const again = await otto.post<Removal>(`/v1/content-removals/${ids[1]}/requests`, words);
    expect(again.body).toMatchObject({ state: 'asked' });
    const [asking] = await app.db.query<{ actor_id: string; with_words: boolean }>(
      `SELECT actor_id, data_digest IS NOT NULL AS with_words FROM audit_events
        WHERE type = 'content_removal.requested' AND target_id = $1 ORDER BY at DESC LIMIT 1`,
      [ids[1]],
    );
    expect(asking).toEqual({ actor_id: 'otto', with_words: true });
    expect(await mine()).toEqual([]);
    await answer(ids[1], 'refused');
    expect(await mine()).toHaveLength(1);
    expect(await stateOf(decision)).toBe('active');
    const reason = { reason: 'The court has ordered it to be kept.' };
    const [won, ...lost] = await Promise.all(
      [1, 2, 3].map(() => otto.post<Removal>(`/v1/content-removals/${ids[1]}/closure`, reason)),
    ).then((all) => all.sort((a, b) => a.status - b.status));
    expect(won?.body).toMatchObject({ state: 'given_up' });
    expect(lost.map((a) => a.body.code)).toEqual(['removal_answered', 'removal_answered']);
    expect(await mine()).toEqual([]);
    expect(await stateOf(decision)).toBe('fulfilled');
    expect((await otto.post<Removal>(`/v1/content-removals/${ids[1]}/requests`, {})).body.code).toBe(
      'removal_answered',
    );
  });

  it('what is removed after all, or given back, needs nobody any more', async () => {
    const { ids } = await asked(['message/3']);
    await answer(ids[0], 'refused');
    await answer(ids[0], 'removed');
    const other = await asked(['message/4']);
    await answer(other.ids[0], 'refused');
    const lifted = await (
      await mod.as('bea')
    ).post(`/v1/sanctions/${other.decision.sanctions[0]?.id}/lift`, { reason: 'A mistake.' });
    expect(lifted.status).toBe(200);
    const left = (await waiting()).map((t) => t.subjectId);
    expect(left).not.toContain(ids[0]);
    expect(left).not.toContain(other.ids[0]);
  });

  it('a system that stays silent for long is a task too, one however often it is asked', async () => {
    const { ids } = await asked(['message/5']);
    for (let hour = 0; hour < 9; hour += 1) {
      app.clock.advance(3_600_000 + 1000);
      await app.drain();
    }
    const mine = (await waiting()).filter((t) => t.subjectId === ids[0]);
    expect(mine).toMatchObject([{ refs: { because: 'silent' } }]);
  });
});

describe('an announcement without words of its own (ENF-9)', () => {
  const newest = async (language: string) =>
    (
      await app.http.get<{ items: { text: string }[] }>('/v1/announcements', {
        headers: { 'accept-language': language },
      })
    ).body.items[0]?.text;

  it.each([true, {}])('announce: %j speaks by the template, and names nobody', async (announce) => {
    const { id } = await openAccount(app);
    const suspension = [{ type: 'suspension', duration: 'P7D' }];
    const { status } = await mod.decide(await mod.openCase(id), suspension, { announce });
    expect(status).toBe(201);
    expect(await newest('zh-CN')).toMatch(
      /^某用户违反用户协议第3\.3\(9\)条“.+”，平台对其账号作出如下处置：暂停使用（自 .+ 至 .+）。$/,
    );
  });

  it('half a text is refused by name, and so is a text that names somebody', async () => {
    const { id } = await openAccount(app);
    const caseId = await mod.openCase(id);
    const half = await mod.decide(caseId, [{ type: 'warning' }], { announce: { textZh: '某用户被警示。' } });
    expect(half.body.errors).toMatchObject([{ path: '/announce/textEn', code: 'text_missing' }]);
    const naming = { textZh: '用户13800138000被警示。', textEn: 'A user was warned.' };
    const named = await mod.decide(caseId, [{ type: 'warning' }], { announce: naming });
    expect(named.body.errors).toMatchObject([{ path: '/announce', code: 'names_somebody' }]);
    expect((await mod.decide(caseId, [{ type: 'warning' }], { announce: false })).status).toBe(201);
  });
});

describe('reports without an account (6, 9.2)', () => {
  it('the first few are free; then a solved challenge is asked for, which counts once', async () => {
    const { id } = await openAccount(app);
    const words = { subjectAccountId: id, clause: '3.3(9)', description: 'x' };
    const somebody = app.http.withHeaders({ 'x-forwarded-for': '198.51.100.7' });
    for (let i = 0; i < 3; i += 1) expect((await somebody.post('/v1/reports', words)).status).toBe(201);
    const { status, body } = await somebody.post<Challenged>('/v1/reports', words);
    expect([status, body.code]).toEqual([403, 'report_challenge_required']);
    const { ticket, parameters: challenge } = body.challenge;
    const solution = await solveChallenge({ challenge, deriveKey });
    const response = Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
    const report = (answer: object) => somebody.post<Challenged>('/v1/reports', { ...words, challenge: answer });
    expect((await report({ ticket, response: 'bm90aGluZw==' })).body.code).toBe('report_challenge_failed');
    expect((await report({ ticket: `${ticket}0`, response })).body.code).toBe('report_challenge_failed');
    // Four at once with one solution, each with a key of its own: one counts, and its answer can be had again.
    const sent = (n: number) =>
      somebody.post<Challenged>(
        '/v1/reports',
        { ...words, challenge: { ticket, response } },
        { headers: { 'idempotency-key': `report-${n}` } },
      );
    const four = await Promise.all([1, 2, 3, 4].map(sent));
    expect(four.map((a) => a.status).sort()).toEqual([201, 403, 403, 403]);
    const counted = four.findIndex((a) => a.status === 201);
    expect((await sent(counted + 1)).body).toEqual(four[counted]?.body);
    // In time or not at all.
    const late = await somebody.post<Challenged>('/v1/reports', words);
    const next = late.body.challenge;
    const solved = await solveChallenge({ challenge: next.parameters, deriveKey });
    app.clock.advance(601_000);
    const tooLate = Buffer.from(JSON.stringify({ challenge: next.parameters, solution: solved })).toString('base64');
    expect((await report({ ticket: next.ticket, response: tooLate })).body.code).toBe('report_challenge_failed');
  });
});
