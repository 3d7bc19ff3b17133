import { readFileSync } from 'node:fs';
import type { StaffRole } from '../../src/platform/http/operation.js';
import { acceptancesNow, freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { apply, approve, pass, QUICK, toReview } from '../support/leaving.js';
import { type DecisionBody, Moderation } from '../support/moderation.js';
import { serviceToken, staffToken } from '../support/tokens.js';

interface List<T = Record<string, unknown>> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

const DAY = 86_400_000;

/** The lists and commands of the staff pages: what is open first, who may see it, what can be done from there. */
describe('lists that staff work from', () => {
  let app: TestApp;
  let moderation: Moderation;
  beforeAll(async () => {
    app = await startApp({
      env: {
        ...QUICK,
        ENFORCEMENT_EMBARGO: 'P2D',
        DEREGISTRATION_DEMO_PARTICIPANTS: '[]',
      },
    });
    moderation = new Moderation(app);
  });
  afterAll(() => app?.stop());
  const as = async (name: string, ...roles: StaffRole[]): Promise<HttpClient> =>
    app.http.with(await staffToken(app, roles, name));
  const decided = async (actions: object[], more: object = {}): Promise<DecisionBody & { accountId: string }> => {
    const person = await moderation.person();
    const caseId = await moderation.openCase(person.accountId);
    const answer = await moderation.decide(caseId, actions, more);
    if (answer.status !== 201) throw new Error(answer.text);
    return { ...answer.body, accountId: person.accountId };
  };

  it('ENF-2 orders by their due date, what was submitted, more time, and the way up once it is late', async () => {
    const phone = freshPhone();
    await openAccount(app, phone);
    const person = await signIn(app, phone);
    const caseId = await moderation.openCase(person.accountId);
    const endsAt = new Date(app.clock.now().getTime() + 3 * DAY).toISOString();
    const order = { type: 'rectification', endsAt, instructions: '请更改昵称。' };
    const decision = await moderation.decide(caseId, [order]);
    const sanctionId = decision.body.sanctions[0]?.id ?? '';
    const alice = await as('alice', 'moderator');
    const listed = await alice.get<List>('/v1/rectifications');
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({ sanctionId, state: 'ordered', overdue: false, instructions: '请更改昵称。' }),
    );
    await person.http.post(`/v1/sanctions/${sanctionId}/rectification-submissions`, { text: '已更改。' });
    const one = await alice.get<{ entries: object[]; actions: string[] }>(`/v1/rectifications/${sanctionId}`);
    expect(one.body.entries).toMatchObject([{ kind: 'submission', fromStaff: false, author: null, text: '已更改。' }]);
    expect(one.body.actions).toEqual(['accept', 'return']);
    const early = await alice.post(`/v1/sanctions/${sanctionId}/rectification-escalations`, { reason: '太早' });
    expect(early.body['code']).toBe('wrong_state');
    const note = '请提供截图。';
    await alice.post(`/v1/sanctions/${sanctionId}/rectification-reviews`, { accepted: false, note });
    app.clock.advance(4 * DAY);
    // Past its day and before the grace of the sweep: a person may hand it up already.
    await app.db.query(`UPDATE rectifications SET state = 'overdue' WHERE sanction_id = $1`, [sanctionId]);
    const late = await alice.get<List>('/v1/rectifications?overdue=true');
    expect(late.body.items).toContainEqual(expect.objectContaining({ sanctionId, state: 'overdue', overdue: true }));
    const up = await alice.post(`/v1/sanctions/${sanctionId}/rectification-escalations`, { reason: '未按期改正' });
    expect(up.body).toMatchObject({ state: 'escalated' });
    const tasks = await app.db.query(`SELECT 1 FROM review_tasks WHERE kind = 'rectification' AND subject_id = $1`, [
      sanctionId,
    ]);
    expect(tasks.length).toBeGreaterThan(0);
    expect((await (await as('erin', 'ops')).get('/v1/rectifications')).status).toBe(403);
  });

  it('ENF-13 cases are found by account, clause, state and where they came from, page by page', async () => {
    const person = await moderation.person();
    const gambling = await moderation.openCase(person.accountId, '3.3(9)');
    const scraping = await moderation.openCase(person.accountId, '3.5(3)');
    const dave = await as('dave', 'auditor');
    const found = async (query: string): Promise<unknown[]> =>
      (await dave.get<List>(`/v1/cases?accountId=${person.accountId}${query}`)).body.items.map(({ id }) => id);
    expect(await found('')).toEqual([scraping, gambling]);
    expect(await found('&clause=3.3(9)')).toEqual([gambling]);
    expect(await found('&source=own_motion&state=open')).toHaveLength(2);
    expect(await found('&source=report')).toEqual([]);
    const first = await dave.get<List>('/v1/cases?clause=3.5(3)&limit=1');
    expect(first.body.items).toMatchObject([{ id: scraping }]);
    expect((await dave.get('/v1/cases?clause=nonsense')).status).toBe(400);
  });

  it('ENF-10 bulk decisions are found again: by whom, about how many, which measure, in which state', async () => {
    const people = [await moderation.person(), await moderation.person()];
    const alice = await as('alice', 'moderator');
    const propose = (type: string) =>
      alice.post<{ id: string }>('/v1/bulk-decisions', {
        accountIds: people.map(({ accountId }) => accountId),
        note: '同一设备批量注册。',
        decision: {
          clauses: ['2.3(3)'],
          actions: [{ type }],
          statementOfReasons: { facts: '同一设备。', explanation: '协议第 2.3(3) 条。' },
          deviationReason: '团伙注册。',
        },
      });
    const waiting = (await propose('closure')).body.id;
    const running = (await propose('warning')).body.id;
    const dave = await as('dave', 'auditor');
    const first = await dave.get<List>('/v1/bulk-decisions?limit=1');
    expect(first.body.items).toMatchObject([{ id: running, total: 2, measures: ['warning'], clauses: ['2.3(3)'] }]);
    const next = await dave.get<List>(`/v1/bulk-decisions?limit=1&cursor=${first.body.nextCursor}`);
    expect(next.body).toMatchObject({ items: [{ id: waiting, proposedBy: 'alice', approvedBy: null }] });
    const awaiting = await dave.get<List>('/v1/bulk-decisions?state=awaiting_approval');
    expect(awaiting.body.items.map(({ id }) => id)).toEqual([waiting]);
    expect((await (await as('erin', 'ops')).get('/v1/bulk-decisions')).status).toBe(403);
  });

  it('ENF-7 what content systems owe: silent, refused, and asked once more by a person', async () => {
    const contents = [
      { system: 'chat', ref: 'share/1' },
      { system: 'chat', ref: 'share/2' },
    ];
    await decided([{ type: 'content_removal', contents }]);
    const erin = await as('erin', 'ops');
    const open = await erin.get<List<{ id: string; contentRef: string }>>('/v1/content-removals?system=chat');
    expect(open.body.items.map((r) => r.contentRef).sort()).toEqual(['share/1', 'share/2']);
    const id = open.body.items[0]?.id ?? '';
    const shares = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
    const refusal = { outcome: 'refused', note: 'Kept for a court.' };
    expect((await shares.post(`/v1/content-removals/${id}/acknowledgement`, refusal)).status).toBe(200);
    const systems = await erin.get<List>('/v1/content-removals/systems');
    expect(systems.body.items).toContainEqual(expect.objectContaining({ system: 'chat', asked: 1, refused: 1 }));
    expect((await erin.post(`/v1/content-removals/${id}/requests`, {})).body).toMatchObject({ state: 'asked' });
    await shares.post(`/v1/content-removals/${id}/acknowledgement`, { outcome: 'removed' });
    expect((await erin.post(`/v1/content-removals/${id}/requests`, {})).body['code']).toBe('removal_answered');
  });

  it('ENF-9 an announcement is drafted under embargo, previewed as the public reads it, then only corrected', async () => {
    const announce = { textZh: '某账号被暂停使用七日。', textEn: 'An account was suspended for seven days.' };
    const { id: decisionId } = await decided([{ type: 'suspension', duration: 'P7D' }], { announce });
    const carol = await as('carol', 'legal');
    interface File {
      id: string;
      decisionId: string;
      version: number;
      visibility: string;
      actions: string[];
    }
    const find = async (): Promise<File> => {
      const found = await carol.get<List<File>>('/v1/announcement-files');
      const file = found.body.items.find((a) => a.decisionId === decisionId);
      if (file === undefined) throw new Error(found.text);
      return file;
    };
    const drafted = await find();
    expect(drafted).toMatchObject({ visibility: 'embargo', actions: ['redraft', 'withdraw'] });
    const path = `/v1/announcement-files/${drafted.id}`;
    const text = {
      textZh: '某账号（13800138000）被暂停使用三日。',
      textEn: 'An account was suspended for three days.',
    };
    const preview = await carol.post<{ zh: string[]; naming: object[] }>(`${path}/previews`, { as: 'draft', ...text });
    expect(preview.body.zh[1]).toBe(text.textZh);
    expect(preview.body.naming).toEqual([{ code: 'phone', text: '13800138000' }]);
    const changed = await carol.patch(
      path,
      { ...text, textZh: '某账号被暂停使用三日。' },
      {
        headers: { 'if-match': `"${drafted.version}"` },
      },
    );
    expect(changed.body).toMatchObject({ textZh: '某账号被暂停使用三日。', version: drafted.version + 1 });
    expect((await app.http.get<List>('/v1/announcements')).body.items).toEqual([]);
    app.clock.advance(2 * DAY + 1000);
    expect(await find()).toMatchObject({ visibility: 'public', actions: ['correct', 'withdraw'] });
    const again = await carol.patch(path, text, { headers: { 'if-match': `"${drafted.version + 1}"` } });
    expect(again.body['code']).toBe('announcement_published');
    expect((await (await as('dave', 'auditor')).get<File>(path)).body.actions).toEqual([]);
  });

  it('ENF-11, ENF-12 referrals with their clock and claims with their payments', async () => {
    const person = await moderation.person();
    const caseId = await moderation.openCase(person.accountId, '3.3(5)');
    const lena = await as('lena', 'legal');
    const request = {
      direction: 'request',
      authority: '网安支队',
      documentNo: '〔2026〕12号',
      legalGround: '网络安全法 28',
    };
    const proposed = await lena.post<{ id: string }>(`/v1/cases/${caseId}/referrals`, { ...request, note: '调取。' });
    const listed = await lena.get<List>('/v1/referrals?direction=request&state=awaiting_approval');
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({ id: proposed.body.id, proposedBy: 'lena', overdue: false, items: 1 }),
    );
    app.clock.advance(2 * DAY);
    const fresh = await as('lena', 'legal');
    const late = await fresh.get<List>('/v1/referrals');
    expect(late.body.items).toContainEqual(expect.objectContaining({ id: proposed.body.id, overdue: true }));
    const claim = { kind: 'lawyer', amountMinor: 100_000, currency: 'CNY', reference: '(2026)1号' };
    const { id } = (await fresh.post<{ id: string }>(`/v1/cases/${caseId}/claims`, claim)).body;
    await fresh.post(`/v1/claims/${id}/payments`, { amountMinor: 20_000, reference: 'BANK-1' });
    expect((await fresh.get(`/v1/claims/${id}`)).body).toMatchObject({
      paidMinor: '20000',
      state: 'partly_paid',
      payments: [{ amountMinor: '20000', reference: 'BANK-1', recordedBy: 'lena' }],
    });
    const mine = await fresh.get<List>(`/v1/claims?accountId=${person.accountId}&state=partly_paid`);
    expect(mine.body.items).toHaveLength(1);
    expect((await (await as('alice', 'moderator')).get('/v1/claims')).status).toBe(403);
  });

  it('ENF-4 repeated misuse: number, gravity, share of reports, and the warning before it', async () => {
    const person = await moderation.person();
    const gateway = app.http.with(await serviceToken(app, 'reports:write', 'gateway'));
    const report = { subjectAccountId: person.accountId, clause: '3.3(9)', description: 'Gambling.', score: 90 };
    await gateway.post('/v1/reports', report);
    const alice = await as('alice', 'moderator');
    const found = await alice.get<List<{ id: string }>>(`/v1/cases?accountId=${person.accountId}`);
    await moderation.decide(found.body.items[0]?.id ?? '', [{ type: 'warning' }]);
    const second = await moderation.openCase(person.accountId, '2.3(1)');
    await moderation.decide(second, [{ type: 'suspension', duration: 'P3D' }], { clauses: ['2.3(1)'] });
    const listed = await alice.get<List>('/v1/repeated-misuse');
    expect(listed.body.items).toContainEqual(
      expect.objectContaining({
        accountId: person.accountId,
        decisions: 2,
        clauses: ['2.3(1)', '3.3(9)'],
        measures: ['suspension', 'warning'],
        reports: 1,
        reportsUpheld: 1,
        warnedAt: expect.any(String) as string,
      }),
    );
    expect((await alice.get<List>('/v1/repeated-misuse?least=3')).body.items).toEqual([]);
  });

  it('REG-3 disputes and corrections of all accounts; what a person says is in no list', async () => {
    const person = await moderation.person();
    const alice = await as('alice', 'moderator');
    const dispute = { fields: ['display_name'], reason: '昵称与实际主体不符。', outcome: 'challenge' };
    await alice.post(`/v1/accounts/${person.accountId}/information-disputes`, dispute);
    await person.http.post('/v1/accounts/me/information-corrections', {
      statement: '已更正昵称。',
      displayName: '海燕',
    });
    const disputes = await alice.get<List>('/v1/information-disputes');
    expect(disputes.body.items[0]).toMatchObject({ accountId: person.accountId, fields: ['display_name'] });
    const corrections = await alice.get<List>('/v1/information-corrections');
    expect(corrections.body.items[0]).toMatchObject({ accountId: person.accountId, state: 'in_review' });
    expect(corrections.text).not.toContain('海燕');
    expect((await alice.get<List>('/v1/information-corrections?state=accepted')).body.items).toEqual([]);
  });

  it('DER-3 who has not acknowledged what, since when', async () => {
    const leaver = await apply(app);
    await toReview(app);
    await approve(app, leaver.id);
    await pass(app, 0);
    await pass(app, 2);
    await pass(app, 21);
    await pass(app, 2);
    const erin = await as('erin', 'ops');
    const open = await erin.get<List>('/v1/participants/unacknowledged?participant=billing');
    expect(open.body.items).toContainEqual(
      expect.objectContaining({
        deregistrationId: leaver.id,
        phase: 'fence',
        state: 'running',
        toldAt: expect.any(String) as string,
      }),
    );
    const all = await erin.get<List>('/v1/participants');
    expect(all.body.items).toContainEqual(
      expect.objectContaining({ participant: 'billing', configured: true, waiting: expect.any(Number) as number }),
    );
    const page = await erin.get<List>('/v1/participants/unacknowledged?limit=1');
    expect(page.body.items).toHaveLength(1);
    const next = await erin.get<List>(`/v1/participants/unacknowledged?limit=1&cursor=${page.body.nextCursor}`);
    expect(next.body.items[0]).not.toEqual(page.body.items[0]);
    const told = { participant: 'billing', phase: 'fence', outcome: 'refused', reason: 'open_invoice' };
    const billing = app.http.with(await serviceToken(app, 'erasure:ack', 'billing'));
    await billing.post(`/v1/deregistrations/${leaver.id}/acknowledgements`, told);
    const refused = await erin.get<List>('/v1/participants/unacknowledged?participant=billing');
    expect(refused.body.items[0]).toMatchObject({ refusedBecause: 'open_invoice' });
  });

  it('REG-6 versions of the rules, and what another policy would have decided', async () => {
    const erin = await as('erin', 'ops');
    const versions = await erin.get<List<{ inForce: boolean; decisions: number }>>('/v1/registration-rules');
    expect(versions.body.items[0]).toMatchObject({ inForce: true, decisions: expect.any(Number) as number });
    const phone = freshPhone();
    const acceptances = await acceptancesNow(app);
    const form = { method: 'phone', phone, birthDate: '1990-05-17', channel: 'web', acceptances };
    expect((await app.http.post('/v1/registrations', form)).status).toBe(201);
    const policy = readFileSync('config/registration-rules.yaml', 'utf8');
    const same = await erin.post('/v1/registration-rules/replays', { policy, since: 'P30D' });
    expect(same.body).toMatchObject({ changed: 0, notReplayable: [] });
    const strict = [
      'version: strict',
      'rules:',
      '  - { id: everybody, clause: 2.3(3), stage: start, when: { country: { notIn: [US] } }, outcome: review }',
    ].join('\n');
    const changed = await erin.post<{ changed: number; turns: object[] }>('/v1/registration-rules/replays', {
      policy: strict,
      since: 'P30D',
    });
    expect(changed.body.changed).toBeGreaterThan(0);
    expect(changed.body.turns).toContainEqual(expect.objectContaining({ before: 'allow', after: 'review' }));
    const bad = await erin.post('/v1/registration-rules/replays', { policy: 'version: 1' });
    expect(bad.body).toMatchObject({ code: 'rules_unreadable', problems: expect.any(Array) as string[] });
    const broken = await erin.post('/v1/registration-rules/replays', { policy: 'a: [' });
    expect(broken.body['code']).toBe('rules_unreadable');
  });

  it('DER-4 versions of the retention policy, and what another one would do', async () => {
    const carol = await as('carol', 'legal');
    const versions = await carol.get<List>('/v1/retention/policies');
    expect(versions.body.items).toContainEqual(expect.objectContaining({ inForce: true }));
    const policy = readFileSync('config/retention-policy.yaml', 'utf8').replace(/^version: .*$/m, 'version: next');
    const same = await carol.post<{ classes: { change: string }[] }>('/v1/retention/policy-previews', { policy });
    expect(same.body).toMatchObject({ to: 'next', problems: [] });
    expect(new Set(same.body.classes.map((c) => c.change))).toEqual(new Set(['none']));
    const bad = await carol.post('/v1/retention/policy-previews', { policy: 'version: next' });
    expect(bad.body).toMatchObject({ code: 'retention_policy_unreadable' });
  });
});
