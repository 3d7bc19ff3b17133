import type { StaffRole } from '../../src/platform/http/operation.js';
import { type SignedIn, freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import { serviceToken, staffToken } from '../support/tokens.js';

interface Decision {
  readonly id: string;
  readonly state: string;
  readonly statementOfReasons: Record<string, unknown>;
  readonly sanctions: { id: string; type: string; state: string; version: number; endsAt: string | null }[];
  readonly code?: string;
  readonly errors?: { code: string }[];
}
interface Standing {
  readonly status: string;
  readonly mayUse: boolean;
  readonly blocks: { code: string; sanctionId?: string }[];
  readonly restrictedFeatures: { feature: string }[];
  readonly pending: { code: string }[];
}

describe('from a report to a decision and back (7.1)', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
  });
  afterAll(() => app.stop());

  const as = async (name: string, role: StaffRole = 'moderator'): Promise<HttpClient> =>
    app.http.with(await staffToken(app, role, name));
  const person = async (): Promise<SignedIn> => {
    const phone = freshPhone();
    await openAccount(app, phone);
    return signIn(app, phone);
  };
  const standingOf = async (accountId: string): Promise<Standing> => {
    const gateway = app.http.with(await serviceToken(app, 'standing:read'));
    return (await gateway.get<Standing>(`/v1/accounts/${accountId}/standing`)).body;
  };
  const reasons = {
    facts: 'Four shared conversations offer gambling.',
    explanation: '协议第3.3(9)条禁止传播赌博信息。',
  };
  const open = async (accountId: string, clause = '3.3(9)'): Promise<string> =>
    (
      await (
        await as('alice')
      ).post<{ id: string }>('/v1/cases', { subjectAccountId: accountId, clause, note: 'Seen.' })
    ).body.id;
  const decide = async (caseId: string, actions: object[], more: object = {}, by = 'alice') =>
    (await as(by)).post<Decision>(`/v1/cases/${caseId}/decisions`, {
      clauses: ['3.3(9)'],
      actions,
      statementOfReasons: reasons,
      deviationReason: 'A first and small case.',
      ...more,
    });

  it('report → case → decision → suspended at once → active again by itself, and the reporter is answered', async () => {
    const subject = await person();
    const reporter = await person();
    const report = { subjectAccountId: subject.accountId, clause: '3.3(9)', description: 'Gambling.' };
    const receipt = await reporter.http.post<{ trackingToken: string }>('/v1/reports', report);
    expect(receipt.status).toBe(201);
    const alice = await as('alice');
    const task = (await alice.post<{ task: { subjectId: string } }>('/v1/review-tasks/claim-next', { kinds: ['case'] }))
      .body.task;
    const decided = await decide(task.subjectId, [{ type: 'warning' }, { type: 'suspension', duration: 'PT5S' }]);
    expect(decided.status).toBe(201);
    expect(decided.body.sanctions.map((s) => [s.type, s.state]).sort()).toEqual([
      ['suspension', 'active'],
      ['warning', 'fulfilled'],
    ]);
    expect(await standingOf(subject.accountId)).toMatchObject({
      status: 'suspended',
      mayUse: false,
      blocks: [{ code: 'suspension' }],
    });
    expect((await app.http.get(`/v1/reports/${receipt.body.trackingToken}`)).body).toMatchObject({
      outcome: 'measures_taken',
    });
    // The worker is down the whole time: the end comes all the same.
    app.clock.advance(5_001);
    expect(await standingOf(subject.accountId)).toMatchObject({ status: 'active', mayUse: true, blocks: [] });
    const listed = await alice.get<{ items: { type: string; state: string }[] }>(
      `/v1/sanctions?accountId=${subject.accountId}&type=suspension`,
    );
    expect(listed.body.items[0]).toMatchObject({ state: 'expired' });
    // What the person reads: reasons, measures, redress; neither reporter nor decider.
    const mine = (await subject.http.get<{ items: { statementOfReasons: object }[] }>('/v1/accounts/me/decisions'))
      .text;
    expect(mine).toContain('第3.3(9)条');
    expect(mine).toContain('appealUntil');
    expect(mine).not.toContain(reporter.accountId);
    expect(mine).not.toMatch(/alice/);
  });

  it('a suspension that nobody has swept stands in no way of the next, and standing counts both', async () => {
    const { accountId } = await person();
    const key = { headers: { 'idempotency-key': 'decided-once' } };
    const caseId = await open(accountId);
    const body = {
      clauses: ['3.3(9)'],
      actions: [{ type: 'suspension', duration: 'PT1H' }],
      statementOfReasons: reasons,
      deviationReason: 'A first and small case.',
    };
    const alice = await as('alice');
    const first = await alice.post<Decision>(`/v1/cases/${caseId}/decisions`, body, key);
    expect(first.status).toBe(201);
    const versions = async (): Promise<number[]> =>
      (
        await app.db.query<{ version: number }>(
          `SELECT (data->>'version')::int AS version FROM outbox_events
            WHERE account_id = $1 AND type = 'account.standing_changed' ORDER BY position`,
          [accountId],
        )
      ).map((e) => e.version);
    const [began = 0] = await versions();
    app.clock.advance(3_600_001);
    const ended = await standingOf(accountId);
    expect(ended).toMatchObject({ status: 'active', version: began + 1 });

    const proportionality = 'The second within a day.';
    const again = await decide(await open(accountId), [{ type: 'suspension', duration: 'PT2H' }], {
      statementOfReasons: { ...reasons, proportionality },
    });
    expect(again.status).toBe(201);
    // Begun, ended by time, begun again: no version is told twice.
    expect(await versions()).toEqual([began, began + 2]);
    expect(await standingOf(accountId)).toMatchObject({
      status: 'suspended',
      version: began + 2,
      blocks: [{ code: 'suspension', sanctionId: again.body.sanctions[0]?.id }],
      nextChangeAt: again.body.sanctions[0]?.endsAt,
    });
    const states = await app.db.query(`SELECT state FROM sanctions WHERE account_id = $1 ORDER BY created_at`, [
      accountId,
    ]);
    expect(states).toEqual([{ state: 'expired' }, { state: 'active' }]);
    // The request of an hour ago, once more: its answer, though the case is decided since.
    const repeated = await alice.post<Decision>(`/v1/cases/${caseId}/decisions`, body, key);
    expect(repeated.status).toBe(201);
    expect(repeated.body.id).toBe(first.body.id);
  });

  it('asks for a reason where it differs from the ladder, and names everything that is wrong', async () => {
    const { id } = await openAccount(app);
    const caseId = await open(id);
    const bare = await decide(caseId, [{ type: 'warning' }], { deviationReason: undefined });
    expect(bare.body).toMatchObject({
      code: 'deviation_reason_required',
      suggestion: { measure: 'suspension', period: 'P7D' },
    });
    const wrong = await decide(caseId, [{ type: 'suspension' }, { type: 'feature_restriction', features: ['fly'] }], {
      notice: { choice: 'withheld' },
    });
    expect(wrong.body.errors?.map((e) => e.code).sort()).toEqual([
      'end_missing',
      'open_ended_reason_missing',
      'open_ended_reason_missing',
      'reason_missing',
      'review_missing',
      'unknown_feature',
    ]);
    expect((await decide(caseId, [{ type: 'warning' }], { clauses: ['3.3(99)'] })).body.code).toBe('unknown_clause');
    expect((await standingOf(id)).mayUse).toBe(true);
  });

  it('closure and ban wait for a second person, who is another; then both hold, and lifting gives back exactly what was taken', async () => {
    const phone = freshPhone();
    const { id } = await openAccount(app, phone);
    const caseId = await open(id);
    const decided = await decide(caseId, [
      { type: 'closure' },
      { type: 'reregistration_ban', duration: 'P1Y', identifierKinds: ['phone'] },
    ]);
    expect(decided.body).toMatchObject({ state: 'awaiting_approval' });
    expect((await standingOf(id)).status).toBe('active');
    const own = await (
      await as('alice', 'senior_moderator')
    ).post<Decision>(`/v1/decisions/${decided.body.id}/approval`, { approved: true, note: 'Mine.' });
    expect(own.body.code).toBe('second_person_required');
    // It waits for a day: what is given to the person then says what then holds.
    app.clock.advance(86_400_000);
    const senior = await as('sam', 'senior_moderator');
    // Who has to agree sees the difference that it makes, and what was suggested instead.
    const effect = await senior.get(`/v1/decisions/${decided.body.id}/effect`);
    expect(effect.body).toMatchObject({
      before: { mayUse: true, blocks: [] },
      after: { mayUse: false, status: 'closed' },
      suggestion: { measure: 'suspension', period: 'P7D', banTerm: 'P1Y' },
      deviationReason: 'A first and small case.',
    });
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        senior.post<Decision>(`/v1/decisions/${decided.body.id}/approval`, { approved: true, note: 'Yes.' }),
      ),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([200, 409, 409]);
    expect((await standingOf(id)).status).toBe('closed');
    const over = await senior.get<{ code: string }>(`/v1/decisions/${decided.body.id}/effect`);
    expect(over.body.code).toBe('not_awaiting_approval');
    const given = (await senior.get<Decision & { effectiveAt: string }>(`/v1/decisions/${decided.body.id}`)).body;
    const ban = given.sanctions.find((s) => s.type === 'reregistration_ban');
    expect(given.statementOfReasons).toMatchObject({
      issuedAt: given.effectiveAt,
      decidedByRole: 'moderator',
      approvedByRole: 'senior_moderator',
      measures: [
        { measure: 'closure', startsAt: given.effectiveAt },
        { measure: 'reregistration_ban', startsAt: given.effectiveAt, endsAt: ban?.endsAt },
      ],
    });
    const { appealUntil } = given.statementOfReasons['redress'] as { appealUntil: string };
    expect(new Date(appealUntil).getTime() - new Date(given.effectiveAt).getTime()).toBeGreaterThan(180 * 86_400_000);
    const bars = await app.db.query(`SELECT 1 FROM barred_identifiers WHERE source_kind = 'sanction'`);
    expect(bars).toHaveLength(1);
    for (const s of decided.body.sanctions) {
      expect((await (await as('bob')).post(`/v1/sanctions/${s.id}/lift`, { reason: 'Cleared up.' })).status).toBe(200);
    }
    expect(await standingOf(id)).toMatchObject({ status: 'active', mayUse: true });
    expect(await app.db.query(`SELECT 1 FROM barred_identifiers WHERE source_kind = 'sanction'`)).toEqual([]);
  });

  it('suspended again: what was weighed is asked for, and the warning before it is named; against fraud, what to submit', async () => {
    const subject = await person();
    const warned = await decide(await open(subject.accountId), [{ type: 'warning' }]);
    expect(warned.status).toBe(201);
    const fraud = { clauses: ['3.6(1)'] };
    const week = [{ type: 'suspension', duration: 'P7D' }];
    const again = await open(subject.accountId, '3.6(1)');
    const silent = await decide(again, week, fraud);
    expect(silent.body.errors).toMatchObject([
      { path: '/statementOfReasons/proportionality', code: 'proportionality_missing' },
    ]);
    const weighed = { ...reasons, proportionality: 'The second within a week, on purpose.' };
    const decided = await decide(again, week, { ...fraud, statementOfReasons: weighed });
    expect(decided.status).toBe(201);
    expect(decided.body.statementOfReasons).toMatchObject({
      priorWarning: { reference: warned.body.id },
      proportionality: 'The second within a week, on purpose.',
      redress: { requiredMaterials: expect.stringContaining('身份证件') as string },
    });
    const [mine] = (await subject.http.get<{ items: { notice: { text: string } }[] }>('/v1/accounts/me/decisions')).body
      .items;
    expect(mine?.notice.text).toContain(warned.body.id);
    expect(mine?.notice.text).toContain('The second within a week');
    expect(mine?.notice.text).toContain('身份证件');
  });

  it('a declined or unapproved decision does nothing and gives the case back', async () => {
    const { id } = await openAccount(app);
    const caseId = await open(id);
    const decided = await decide(caseId, [{ type: 'closure' }]);
    const declined = await (
      await as('sam', 'senior_moderator')
    ).post<Decision>(`/v1/decisions/${decided.body.id}/approval`, {
      approved: false,
      note: 'Too much.',
    });
    expect(declined.body).toMatchObject({ state: 'declined', sanctions: [{ state: 'declined' }] });
    expect((await (await as('alice')).get<{ state: string }>(`/v1/cases/${caseId}`)).body.state).toBe('in_review');
    const again = await decide(caseId, [{ type: 'closure' }]);
    expect(again.status).toBe(201);
    app.clock.advance(3 * 86_400_000 + 1000);
    await app.drain();
    expect((await (await as('alice')).get<Decision>(`/v1/decisions/${again.body.id}`)).body.state).toBe('lapsed');
    expect((await standingOf(id)).status).toBe('active');
  });

  it('a measure without an end is looked at again on its date: kept until another, given an end, and told each time', async () => {
    const subject = await person();
    const at = (days: number): string => new Date(app.clock.now().getTime() + days * 86_400_000).toISOString();
    const measure = { type: 'suspension', reviewAt: at(30), openEndedReason: 'Until it is known who holds it.' };
    const decided = await decide(await open(subject.accountId), [measure]);
    const sam = () => as('sam', 'senior_moderator');
    await (await sam()).post(`/v1/decisions/${decided.body.id}/approval`, { approved: true, note: 'Yes.' });
    const id = decided.body.sanctions[0]!.id;
    const tasks = () =>
      app.db.query<{ state: string }>(
        `SELECT state FROM review_tasks WHERE subject_id = $1 AND kind = 'sanction_review' ORDER BY created_at`,
        [id],
      );
    // What was sent is not kept for long.
    const told = async (): Promise<string[]> =>
      (
        await app.db.query<{ template: string }>(
          `SELECT template FROM outgoing_messages WHERE account_id = $1 AND template LIKE 'sanction_%'`,
          [subject.accountId],
        )
      ).map((m) => m.template);
    const review = async (body: object) =>
      (await sam()).post<Decision>(`/v1/sanctions/${id}/reviews`, { reason: 'x', ...body });
    expect((await review({ outcome: 'kept', reviewAt: at(60) })).body.code).toBe('no_review_due');
    app.clock.advance(30 * 86_400_000);
    await app.drain();
    await app.drain();
    expect(await tasks()).toEqual([{ state: 'open' }]);
    expect((await review({ outcome: 'kept' })).status).toBe(400);
    expect((await review({ outcome: 'kept', reviewAt: at(400) })).body.code).toBe('sanction_change_invalid');
    const next = at(30);
    expect((await review({ outcome: 'kept', reviewAt: next })).body).toMatchObject({ state: 'active', reviewAt: next });
    expect(await tasks()).toEqual([{ state: 'done' }]);
    expect(await told()).toEqual(['sanction_kept']);
    app.clock.advance(30 * 86_400_000);
    await app.drain();
    expect(await tasks()).toEqual([{ state: 'done' }, { state: 'open' }]);
    const end = at(7);
    expect((await review({ outcome: 'ends', endsAt: end })).body).toMatchObject({ state: 'active', endsAt: end });
    expect((await standingOf(subject.accountId)).blocks).toMatchObject([{ sanctionId: id, until: end }]);
    expect(await told()).toEqual(['sanction_changed']);
    app.clock.advance(7 * 86_400_000 + 1000);
    await app.drain();
    expect((await standingOf(subject.accountId)).mayUse).toBe(true);
  });

  it('whoever reported does not decide, and whoever decided does not hear the appeal; overturned gives everything back', async () => {
    const subject = await person();
    await (
      await as('rita')
    ).post('/v1/reports', { subjectAccountId: subject.accountId, clause: '3.3(9)', description: 'Saw it.' });
    const [found] = await app.db.query<{ id: string }>('SELECT id FROM cases WHERE account_id = $1', [
      subject.accountId,
    ]);
    expect((await decide(found!.id, [{ type: 'suspension', duration: 'P7D' }], {}, 'rita')).body.code).toBe(
      'conflict_of_interest',
    );
    const decided = await decide(found!.id, [{ type: 'suspension', duration: 'P7D' }], {
      announce: { textZh: '某用户被暂停使用七日。', textEn: 'An account was suspended for seven days.' },
    });
    expect(decided.status).toBe(201);
    const feed = await app.http.get<{ items: { id: string; text: string; state: string }[] }>('/v1/announcements');
    expect(feed.body.items[0]).toMatchObject({ text: '某用户被暂停使用七日。' });
    expect(feed.text).not.toContain(subject.accountId);
    expect((await app.http.get('/v1/announcements/rss')).text).toContain('<rss');
    const mine = subject.http;
    const filed = await Promise.all(
      [1, 2, 3].map(() =>
        mine.post<{ id: string }>('/v1/appeals', { decisionId: decided.body.id, text: 'It was a quotation.' }),
      ),
    );
    expect(filed.map((a) => a.status).sort()).toEqual([201, 409, 409]);
    const appealId = filed.find((a) => a.status === 201)!.body.id;
    const overturn = { outcome: 'overturned', answer: 'You are right; it was quoted.' };
    expect((await (await as('alice')).post<Decision>(`/v1/appeals/${appealId}/decision`, overturn)).body.code).toBe(
      'other_reviewer_required',
    );
    await (await as('bob')).post(`/v1/appeals/${appealId}/messages`, { text: 'Which report was it?' });
    const answered = await (await as('bob')).post(`/v1/appeals/${appealId}/decision`, overturn);
    expect(answered.body).toMatchObject({ state: 'overturned', remedies: ['suspension_lifted', 'strike_revoked'] });
    expect(await standingOf(subject.accountId)).toMatchObject({ status: 'active', mayUse: true });
    const shown = await mine.get<{ messages: unknown[] }>(`/v1/appeals/${appealId}`);
    expect(shown.body.messages).toHaveLength(3);
    expect(shown.text).not.toMatch(/bob|alice/);
    const after = await app.http.get<{ items: { state: string; text: null }[] }>('/v1/announcements');
    expect(after.body.items[0]).toMatchObject({ state: 'withdrawn', text: null });
    expect((await mine.post<Decision>('/v1/appeals', { decisionId: decided.body.id, text: 'Again.' })).body.code).toBe(
      'appeal_not_possible',
    );
    const strikes = await app.db.query('SELECT 1 FROM strikes WHERE account_id = $1 AND revoked_at IS NULL', [
      subject.accountId,
    ]);
    expect(strikes).toEqual([]);
  });

  it('an order to rectify: reminded, submitted, returned, submitted again, accepted; another runs out and goes to a person', async () => {
    const subject = await person();
    const order = [{ type: 'rectification', instructions: 'Choose another name.', duration: 'P7D' }];
    const decided = await decide(await open(subject.accountId, '2.3(1)'), order, { clauses: ['2.3(1)'] });
    const sanctionId = decided.body.sanctions[0]!.id;
    expect((await standingOf(subject.accountId)).pending).toMatchObject([{ code: 'rectification_due' }]);
    const submit = () => subject.http.post(`/v1/sanctions/${sanctionId}/rectification-submissions`, { text: 'Done.' });
    expect((await submit()).body).toMatchObject({ state: 'submitted' });
    const review = async (accepted: boolean) =>
      (await as('bob')).post(`/v1/sanctions/${sanctionId}/rectification-reviews`, {
        accepted,
        note: accepted ? 'Good.' : 'Not yet.',
      });
    expect((await review(false)).body).toMatchObject({ state: 'returned' });
    expect((await submit()).body).toMatchObject({ state: 'submitted' });
    expect((await review(true)).body).toMatchObject({ state: 'accepted' });
    expect((await standingOf(subject.accountId)).pending).toEqual([]);

    const late = await openAccount(app);
    const second = await decide(await open(late.id, '2.3(1)'), order, { clauses: ['2.3(1)'] });
    app.clock.advance(7 * 86_400_000);
    await app.drain();
    app.clock.advance(86_400_000 + 1000);
    await app.drain();
    const states = await app.db.query('SELECT state FROM rectifications WHERE sanction_id = $1', [
      second.body.sanctions[0]!.id,
    ]);
    expect(states).toEqual([{ state: 'escalated' }]);
    expect(
      await app.db.query(`SELECT 1 FROM review_tasks WHERE kind = 'rectification' AND account_id = $1`, [late.id]),
    ).toHaveLength(1);
  });

  it('a restriction names features, is freed in part, shortened, and content systems acknowledge removals', async () => {
    const { id } = await openAccount(app);
    const decided = await decide(await open(id), [
      { type: 'feature_restriction', features: ['share', 'api'], duration: 'P3D' },
      { type: 'content_removal', contents: [{ system: 'chat', ref: 'conversation/1' }] },
    ]);
    expect((await standingOf(id)).restrictedFeatures.map((f) => f.feature)).toEqual(['api', 'share']);
    const restriction = decided.body.sanctions.find((s) => s.type === 'feature_restriction')!;
    const bob = await as('bob');
    const change = (version: number, body: object) =>
      bob.patch<Decision['sanctions'][number]>(`/v1/sanctions/${restriction.id}`, body, {
        headers: { 'if-match': `"${version}"` },
      });
    expect((await change(restriction.version - 1, { freeFeatures: ['api'], reason: 'Needed.' })).status).toBe(412);
    expect((await change(restriction.version, { freeFeatures: ['api'], reason: 'Needed.' })).status).toBe(200);
    expect((await standingOf(id)).restrictedFeatures.map((f) => f.feature)).toEqual(['share']);
    const removal = await app.db.query<{ id: string }>('SELECT id FROM content_removals WHERE account_id = $1', [id]);
    const path = `/v1/content-removals/${removal[0]!.id}/acknowledgement`;
    const other = app.http.with(await serviceToken(app, 'content_removal:ack', 'files'));
    expect((await other.post(path, { outcome: 'removed' })).status).toBe(404);
    const chat = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
    expect((await chat.post(path, { outcome: 'removed' })).status).toBe(200);
    expect((await chat.post(path, { outcome: 'removed' })).status).toBe(200);
    const shown = (await bob.get<Decision>(`/v1/decisions/${decided.body.id}`)).body;
    expect(shown.sanctions.find((s) => s.type === 'content_removal')!.state).toBe('fulfilled');
  });
});
