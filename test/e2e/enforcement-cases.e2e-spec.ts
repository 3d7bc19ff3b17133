import { createHash } from 'node:crypto';
import { newId } from '../../src/kernel/ids.js';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { IdentifiersService } from '../../src/modules/accounts/identifiers.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { freshPhone, openAccount, signIn, type SignedIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation } from '../support/moderation.js';
import { serviceToken } from '../support/tokens.js';

const DAY = 86_400_000;

describe('the paths of a case besides the straight one (6, 7.1)', () => {
  let app: TestApp;
  let mod: Moderation;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api', LIMITS_PUBLIC_REQUESTS: '100000' } });
    mod = new Moderation(app);
  });
  afterAll(() => app.stop());

  const report = (accountId: string, clause: string, by: string) =>
    mod
      .as(by)
      .then((http) =>
        http.post<{ trackingToken: string }>('/v1/reports', { subjectAccountId: accountId, clause, description: 'x' }),
      );

  it('two cases merged: evidence, reports, urgency and conflicts of interest come along, the other task goes', async () => {
    const { id } = await openAccount(app);
    const into = await mod.openCase(id, '2.3(2)');
    const receipt = await report(id, '3.3(9)', 'rita');
    const [from] = await app.db.query<{ id: string }>(
      `SELECT id FROM cases WHERE account_id = $1 AND matter <> (SELECT matter FROM cases WHERE id = $2)`,
      [id, into],
    );
    const alice = await mod.as('alice');
    await alice.post(`/v1/cases/${from!.id}/evidence`, { kind: 'note', content: { text: 'Screenshot.' } });
    expect((await mod.tell(from!.id, 'merge', { into }, 99)).status).toBe(412);
    expect((await mod.tell(from!.id, 'merge', { into }, undefined, 'rita')).body.code).toBe('conflict_of_interest');
    expect((await mod.tell(from!.id, 'merge', { into: from!.id })).body.code).toBe('merge_not_possible');
    // Whoever skipped it is dealt it again when there is more to it: new evidence, and the other case.
    const [task] = await app.db.query<{ id: string }>(`SELECT id FROM review_tasks WHERE subject_id = $1`, [into]);
    const bea = await mod.as('bea');
    const path = `/v1/review-tasks/${task!.id}`;
    const skipped = async (): Promise<unknown> => (await bea.get(path)).body['skippedByYou'];
    await bea.post(`${path}/skip`, {});
    expect(await skipped()).toBe(true);
    await alice.post(`/v1/cases/${into}/evidence`, { kind: 'note', content: { text: 'Another one.' } });
    expect(await skipped()).toBe(false);
    await bea.post(`${path}/skip`, {});
    expect((await mod.tell(from!.id, 'merge', { into })).status).toBe(200);
    expect(await skipped()).toBe(false);
    expect(await mod.case(from!.id)).toMatchObject({ state: 'merged', mergedInto: into });
    const whole = await mod.case(into);
    expect(whole).toMatchObject({ clauses: ['2.3(2)', '3.3(9)'], reportCount: 2 });
    expect(whole.evidence).toHaveLength(3);
    expect(whole.reports.items).toHaveLength(1);
    const tasks = await app.db.query<{ subject_id: string; state: string; conflict_ids: string[] }>(
      `SELECT subject_id, state, conflict_ids FROM review_tasks WHERE account_id = $1 ORDER BY state`,
      [id],
    );
    expect(tasks).toEqual([
      expect.objectContaining({ subject_id: from!.id, state: 'cancelled' }),
      expect.objectContaining({ subject_id: into, state: 'open', conflict_ids: ['rita'] }),
    ]);
    const decided = await mod.decide(into, [{ type: 'warning' }]);
    expect(decided.body.statementOfReasons['evidence']).toHaveLength(3);
    expect((await app.http.get(`/v1/reports/${receipt.body.trackingToken}`)).body).toMatchObject({
      outcome: 'measures_taken',
    });
  });

  it('dismissed: the reporter is told that there was no violation; new evidence opens it again, together with what came meanwhile', async () => {
    const { id } = await openAccount(app);
    const caseId = await mod.openCase(id);
    const first = await report(id, '3.3(9)', 'rita');
    expect((await mod.tell(caseId, 'dismissal', { reason: 'Satire.' })).status).toBe(200);
    expect((await mod.tell(caseId, 'dismissal', { reason: 'Again.' })).status).toBe(409);
    expect((await app.http.get(`/v1/reports/${first.body.trackingToken}`)).body).toMatchObject({
      outcome: 'no_violation',
    });
    expect((await mod.standingOf(id)).mayUse).toBe(true);
    await report(id, '3.3(9)', 'ruth');
    expect((await mod.tell(caseId, 'reopening', { reason: 'New evidence.' })).status).toBe(200);
    const states = await app.db.query('SELECT state FROM cases WHERE account_id = $1 ORDER BY opened_at', [id]);
    expect(states).toEqual([{ state: 'reopened' }, { state: 'merged' }]);
    expect((await mod.case(caseId)).reports.items).toHaveLength(2);
    const live = await app.db.query(
      `SELECT subject_id FROM review_tasks WHERE account_id = $1 AND state IN ('open', 'claimed')`,
      [id],
    );
    expect(live).toEqual([{ subject_id: caseId }]);
    expect((await mod.decide(caseId, [{ type: 'warning' }])).status).toBe(201);
  });

  it('a report that comes while a decision waits for approval does not stop the second person from declining', async () => {
    const { id } = await openAccount(app);
    const caseId = await mod.openCase(id);
    const decided = await mod.decide(caseId, [{ type: 'closure' }]);
    expect((await mod.tell(caseId, 'reopening', { reason: 'Now.' })).body.code).toBe('decision_pending');
    await report(id, '3.3(9)', 'rita');
    const sam = await mod.as('sam', 'senior_moderator');
    const declined = await sam.post(`/v1/decisions/${decided.body.id}/approval`, { approved: false, note: 'No.' });
    expect(declined.body).toMatchObject({ state: 'declined' });
    expect(await mod.case(caseId)).toMatchObject({ state: 'in_review', reportCount: 2 });
  });

  it('a detector reports many at once: each received or refused by itself, one case each, and the same batch again is answered', async () => {
    const subjects = [await mod.person(), await mod.person()];
    const detector = app.http.with(await serviceToken(app, 'reports:write', 'detector'));
    const found = (subjectAccountId: string, score: number, clause = '3.3(9)') => {
      return { subjectAccountId, clause, description: 'Gambling.', score };
    };
    const [one, two] = subjects.map((s) => s.accountId) as [string, string];
    const reports = [found(one, 87), found(two, 12), found(one, 55), found(newId(), 99), found(two, 50, '9.9(9)')];
    const key = { 'idempotency-key': newId() };
    const send = async (all: object[], headers: Record<string, string>) =>
      detector.post<{ items: { outcome: string; problem: string | null; trackingToken?: string }[] }>(
        '/v1/report-batches',
        { reports: all },
        { headers },
      );
    const answer = await send(reports, key);
    expect(answer.status).toBe(201);
    expect(answer.body.items.map((i) => i.problem ?? i.outcome)).toEqual([
      'received',
      'received',
      'received',
      'report_subject_unknown',
      'unknown_clause',
    ]);
    expect((await send(reports, key)).body.items[0]).toEqual(answer.body.items[0]);
    const counted = await app.db.query<{ cases: number; reports: number; scores: number[] }>(
      `SELECT (SELECT count(*)::int FROM cases WHERE account_id = ANY ($1)) AS cases, count(*)::int AS reports,
              array_agg(score ORDER BY score) AS scores FROM reports WHERE account_id = ANY ($1)`,
      [[one, two]],
    );
    expect(counted).toEqual([{ cases: 2, reports: 3, scores: [12, 55, 87] }]);
    expect(
      (
        await send(
          Array.from({ length: 501 }, () => found(one, 1)),
          {},
        )
      ).status,
    ).toBe(400);
    expect((await subjects[0]!.http.post('/v1/report-batches', { reports })).status).toBe(403);
  });

  it('counts how often a reporter was right', async () => {
    for (const founded of [true, true, false]) {
      const { id } = await openAccount(app);
      await report(id, '3.3(9)', 'regular');
      const [found] = await app.db.query<{ id: string }>('SELECT id FROM cases WHERE account_id = $1', [id]);
      if (founded) await mod.decide(found!.id, [{ type: 'warning' }]);
      else await mod.tell(found!.id, 'dismissal', { reason: 'Nothing.' });
    }
    const { id } = await openAccount(app);
    await report(id, '3.3(9)', 'regular');
    const [found] = await app.db.query<{ id: string }>('SELECT id FROM cases WHERE account_id = $1', [id]);
    expect((await mod.case(found!.id)).reports.items[0]!.reliability).toEqual({ answered: 3, founded: 2 });
  });

  it('a delayed notice falls due: nothing to read before, everything after, and the time to appeal runs from then', async () => {
    const phone = freshPhone();
    const { id } = await openAccount(app, phone);
    const until = new Date(app.clock.now().getTime() + 3 * DAY).toISOString();
    const decided = await mod.decide(await mod.openCase(id), [{ type: 'warning' }], {
      notice: { choice: 'delayed', reason: 'The inquiry would be warned.', until },
    });
    expect(decided.status).toBe(201);
    const read = async () =>
      (await signIn(app, phone)).http.get<{ items: { appealUntil: string }[] }>('/v1/accounts/me/decisions');
    expect((await read()).body.items).toEqual([]);
    app.clock.advance(3 * DAY);
    await app.drain();
    await app.drain();
    const { items } = (await read()).body;
    expect(items).toHaveLength(1);
    expect(new Date(items[0]!.appealUntil).getTime()).toBeGreaterThan(new Date(until).getTime() + 180 * DAY);
    const told = app
      .get(MessageInbox)
      .to(phone)
      .filter((m) => m.template === 'enforcement_decision');
    expect(told).toHaveLength(1);
  });

  it('a silent content system is asked again until it answers; a measure that is lifted asks nobody and says so', async () => {
    const { id } = await openAccount(app);
    const contents = [
      { system: 'chat', ref: 'conversation/1' },
      { system: 'chat', ref: 'conversation/2' },
    ];
    const decided = await mod.decide(await mod.openCase(id), [{ type: 'content_removal', contents }]);
    app.clock.advance(3_600_001);
    await app.drain();
    const asked = await app.db.query<{ id: string; attempts: number }>(
      'SELECT id, attempts FROM content_removals WHERE account_id = $1 ORDER BY content_ref',
      [id],
    );
    expect(asked.map((r) => r.attempts)).toEqual([2, 2]);
    const chat = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
    await chat.post(`/v1/content-removals/${asked[0]!.id}/acknowledgement`, { outcome: 'removed' });
    const lifted = await (
      await mod.as('bob')
    ).post(`/v1/sanctions/${decided.body.sanctions[0]!.id}/lift`, { reason: 'Not theirs.' });
    expect(lifted.status).toBe(200);
    app.clock.advance(2 * 3_600_000);
    await app.drain();
    const after = await app.db.query(
      'SELECT attempts FROM content_removals WHERE account_id = $1 ORDER BY content_ref',
      [id],
    );
    expect(after).toEqual([{ attempts: 2 }, { attempts: 2 }]);
    const events = await app.db.query(
      `SELECT 1 FROM outbox_events WHERE account_id = $1 AND type = 'content_removal.withdrawn'`,
      [id],
    );
    expect(events).toHaveLength(2);
  });

  it('an appeal answered with a milder measure: shorter, never longer, and the strike stays', async () => {
    const subject = await mod.person();
    const decided = await mod.decide(await mod.openCase(subject.accountId), [
      { type: 'suspension', duration: 'P7D' },
      { type: 'feature_restriction', features: ['share'], duration: 'P30D' },
    ]);
    const filed = await (
      await signIn(app, await phoneOf(subject.accountId))
    ).http.post<{ id: string }>('/v1/appeals', { decisionId: decided.body.id, text: 'Too much.' });
    expect(filed.status).toBe(201);
    const of = (type: string) => decided.body.sanctions.find((s) => s.type === type)!.id;
    const answer = async (changes: object[]) =>
      (await mod.as('bob')).post<{ code?: string; remedies: string[]; state: string }>(
        `/v1/appeals/${filed.body.id}/decision`,
        { outcome: 'varied', answer: 'Three days are enough.', changes },
      );
    const at = (days: number): string => new Date(app.clock.now().getTime() + days * DAY).toISOString();
    expect((await answer([])).body.code).toBe('sanction_change_invalid');
    expect((await answer([{ sanctionId: of('suspension'), endsAt: at(20) }])).body.code).toBe(
      'sanction_change_invalid',
    );
    const varied = await answer([
      { sanctionId: of('suspension'), endsAt: at(2) },
      { sanctionId: of('feature_restriction'), lift: true },
    ]);
    expect(varied.body).toMatchObject({
      state: 'varied',
      remedies: ['suspension_shortened', 'feature_restriction_lifted'],
    });
    expect(await mod.standingOf(subject.accountId)).toMatchObject({ status: 'suspended', restrictedFeatures: [] });
    app.clock.advance(2 * DAY + 1);
    expect((await mod.standingOf(subject.accountId)).mayUse).toBe(true);
    const strikes = await app.db.query('SELECT 1 FROM strikes WHERE account_id = $1 AND revoked_at IS NULL', [
      subject.accountId,
    ]);
    expect(strikes).toHaveLength(1);
  });

  it('our own motion reinstates a closed account, by somebody who neither decided nor asked for it', async () => {
    const { id } = await openAccount(app);
    const decided = await mod.decide(await mod.openCase(id), [{ type: 'closure' }]);
    const sam = await mod.as('sam', 'senior_moderator');
    await sam.post(`/v1/decisions/${decided.body.id}/approval`, { approved: true, note: 'Yes.' });
    expect((await mod.standingOf(id)).status).toBe('closed');
    const own = await (
      await mod.as('olga')
    ).post<{ id: string; ownMotion: boolean }>('/v1/appeals', { decisionId: decided.body.id, text: 'Wrong account.' });
    expect(own.body).toMatchObject({ ownMotion: true });
    const overturn = { outcome: 'overturned', answer: 'We took the wrong account.' };
    const path = `/v1/appeals/${own.body.id}/decision`;
    for (const name of ['olga', 'alice', 'sam']) {
      expect((await (await mod.as(name)).post<{ code: string }>(path, overturn)).body.code).toBe(
        'other_reviewer_required',
      );
    }
    expect((await (await mod.as('bob')).post(path, overturn)).body).toMatchObject({ state: 'overturned' });
    expect(await mod.standingOf(id)).toMatchObject({ status: 'active', mayUse: true });
  });

  it('a closure taken back ten months later gives exactly the account that was closed: frozen by its owner, restricted, its number its own', async () => {
    const person = await mod.person();
    const restriction = { type: 'feature_restriction', features: ['share'], openEndedReason: 'Until the audit.' };
    await mod.decide(await mod.openCase(person.accountId, '3.5(3)'), [restriction]);
    expect((await person.http.post('/v1/accounts/me/freeze', {})).status).toBe(200);
    const seen = async () => {
      const { status, mayUse, blocks, restrictedFeatures } = await mod.standingOf(person.accountId);
      const rows = await app.db.query(
        `SELECT a.state, a.state_before_closure, (SELECT count(*)::int FROM identifier_claims c WHERE c.account_id = a.id) AS claims
           FROM accounts a WHERE a.id = $1`,
        [person.accountId],
      );
      // The freeze counts from when it holds again.
      return { status, mayUse, blocks: blocks.map(({ code }) => code), restrictedFeatures, rows };
    };
    const before = await seen();
    const closure = [{ type: 'closure' }, { type: 'reregistration_ban', duration: 'P1Y' }];
    const decided = await mod.decide(await mod.openCase(person.accountId), closure);
    expect(decided.status).toBe(201);
    const sam = await mod.as('sam', 'senior_moderator');
    await sam.post(`/v1/decisions/${decided.body.id}/approval`, { approved: true, note: 'Yes.' });
    expect((await mod.standingOf(person.accountId)).status).toBe('closed');
    app.clock.advance(300 * 86_400_000);
    const own = { decisionId: decided.body.id, text: 'Wrong account.' };
    const filed = await (await mod.as('olga')).post<{ id: string }>('/v1/appeals', own);
    const overturn = { outcome: 'overturned', answer: 'We took the wrong account.' };
    const answered = await (await mod.as('bob')).post(`/v1/appeals/${filed.body.id}/decision`, overturn);
    expect(answered.status).toBe(200);
    expect(await seen()).toEqual(before);
    expect(
      await app.db.query('SELECT 1 FROM barred_identifiers WHERE source_id = ANY($1)', [
        decided.body.sanctions.map((s) => s.id),
      ]),
    ).toEqual([]);
  });

  it('an announcement is corrected, under its version, and both stay readable', async () => {
    const { id } = await openAccount(app);
    await mod.decide(await mod.openCase(id), [{ type: 'warning' }], {
      announce: { textZh: '某用户被暂停七日。', textEn: 'Seven days.' },
    });
    const [newest] = (await app.http.get<{ items: { id: string; version: number }[] }>('/v1/announcements')).body.items;
    const sam = await mod.as('sam', 'senior_moderator');
    const correct = (version: number) =>
      sam.post(
        `/v1/announcements/${newest!.id}/correction`,
        { textZh: '更正：系警示。', textEn: 'It was a warning.' },
        { headers: { 'if-match': `"${version}"` } },
      );
    const [won, lost] = await Promise.all([correct(newest!.version), correct(newest!.version)]);
    expect([won.status, lost.status].sort()).toEqual([200, 412]);
    const [shown] = (await app.http.get<{ items: object[] }>('/v1/announcements')).body.items;
    expect(shown).toMatchObject({ state: 'corrected', text: '某用户被暂停七日。', correction: '更正：系警示。' });
    expect((await app.http.get('/v1/announcements/rss')).text).toContain('更正：系警示。');
  });

  it('more time for an order: the duty, the order and the measure all show the new deadline, and it is not overdue before', async () => {
    const { id } = await openAccount(app);
    const order = [{ type: 'rectification', instructions: 'Choose another name.', duration: 'P7D' }];
    const decided = await mod.decide(await mod.openCase(id, '2.3(1)'), order, { clauses: ['2.3(1)'] });
    const sanctionId = decided.body.sanctions[0]!.id;
    const extend = async (dueAt: string) =>
      (await mod.as('bob')).post<{ code?: string }>(`/v1/sanctions/${sanctionId}/rectification-extensions`, {
        dueAt,
        reason: 'Asked for it.',
      });
    expect((await extend(new Date(app.clock.now().getTime() + DAY).toISOString())).body.code).toBe(
      'sanction_change_invalid',
    );
    const dueAt = new Date(app.clock.now().getTime() + 14 * DAY).toISOString();
    expect((await extend(dueAt)).body).toMatchObject({ state: 'ordered', dueAt });
    expect((await mod.standingOf(id)).pending).toMatchObject([{ code: 'rectification_due', dueAt }]);
    const listed = await (await mod.as('bob')).get<{ items: object[] }>(`/v1/sanctions?accountId=${id}`);
    expect(listed.body.items).toMatchObject([{ endsAt: dueAt, state: 'active' }]);
    app.clock.advance(8 * DAY);
    await app.drain();
    const states = await app.db.query('SELECT state FROM rectifications WHERE sanction_id = $1', [sanctionId]);
    expect(states).toEqual([{ state: 'ordered' }]);
  });

  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
  const send = async (
    who: SignedIn,
    path: string,
    content: Buffer,
  ): Promise<{ status: number; body: Record<string, string> }> => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(content)], { type: 'image/png' }), 'before-and-after.png');
    const headers = { authorization: `Bearer ${who.accessToken}` };
    const answer = await fetch(app.url + path, { method: 'POST', headers, body: form });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

  it('an appeal is shown with files: hashed, sealed, once each, opened on record by whoever may review, closed with the answer', async () => {
    const subject = await mod.person();
    const other = await mod.person();
    const decided = await mod.decide(await mod.openCase(subject.accountId), [{ type: 'suspension', duration: 'P7D' }]);
    const words = { decisionId: decided.body.id, text: 'It was quoted.' };
    const filed = await subject.http.post<{ id: string }>('/v1/appeals', words);
    const path = `/v1/appeals/${filed.body.id}/files`;
    expect((await send(other, path, pdf)).body['code']).toBe('appeal_not_found');
    expect((await send(subject, path, Buffer.from('a program'))).body['code']).toBe('proof_refused');
    expect((await send(subject, path, Buffer.alloc(6 * 1024 * 1024, 1))).body['code']).toBe('body_too_large');
    const added = await send(subject, path, pdf);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    expect(added).toMatchObject({ status: 201, body: { mediaType: 'application/pdf', sizeBytes: pdf.length, sha256 } });
    // The answer was lost, and it is sent again.
    expect((await send(subject, path, pdf)).body['id']).toBe(added.body['id']);
    const pages = Array.from({ length: 9 }, (_, i) => Buffer.concat([pdf, Buffer.from(`% ${i}\n`)]));
    for (const page of pages) expect((await send(subject, path, page)).status).toBe(201);
    expect((await send(subject, path, Buffer.concat([pdf, Buffer.from('%')]))).body['code']).toBe('too_many_files');
    const [stored] = await app.db.query<{ sealed: Buffer; case_id: string | null }>(
      'SELECT sealed, case_id FROM appeal_files WHERE id = $1',
      [added.body['id']],
    );
    expect([stored?.sealed.includes('%PDF'), stored?.case_id]).toEqual([false, expect.any(String)]);

    const bob = await mod.as('bob');
    const seen = await bob.get<{ files: { id: string; sha256: string }[] }>(`/v1/appeals/${filed.body.id}`);
    expect(seen.body.files).toHaveLength(10);
    expect(seen.body.files[0]).toMatchObject({ id: added.body['id'], sha256 });
    const read = await bob.get(`${path}/${added.body['id']}`);
    expect([read.status, read.headers.get('content-type'), read.text]).toEqual([
      200,
      'application/pdf',
      pdf.toString(),
    ]);
    // Whoever decided does not look again; the person and others see no file of somebody else's.
    expect((await (await mod.as('alice')).get(`${path}/${added.body['id']}`)).body['code']).toBe(
      'other_reviewer_required',
    );
    expect((await other.http.get(`${path}/${added.body['id']}`)).status).toBe(403);
    const noted = await app.db.query<{ type: string }>(
      `SELECT type FROM audit_events WHERE account_id = $1 AND type LIKE 'appeal.file%' ORDER BY type`,
      [subject.accountId],
    );
    expect(noted.map((e) => e.type).filter((type) => type !== 'appeal.filed')).toEqual([
      ...Array.from({ length: 10 }, () => 'appeal.file_added'),
      'appeal.file_read',
    ]);
    const answer = { outcome: 'upheld', answer: 'The file shows another conversation.' };
    expect((await bob.post(`/v1/appeals/${filed.body.id}/decision`, answer)).status).toBe(200);
    expect((await send(subject, path, Buffer.concat([pdf, pdf]))).body['code']).toBe('appeal_ended');
    const mine = await subject.http.get<{ items: { files: object[] }[] }>('/v1/appeals');
    expect(mine.body.items[0]?.files).toHaveLength(10);
  });

  it('an order is answered with files: what they are by their bytes, sealed, read on record, and the answer of ours comes back', async () => {
    const subject = await mod.person();
    const other = await mod.person();
    const order = [{ type: 'rectification', instructions: 'Choose another name.', duration: 'P7D' }];
    const decided = await mod.decide(await mod.openCase(subject.accountId, '2.3(1)'), order, { clauses: ['2.3(1)'] });
    const sanctionId = decided.body.sanctions[0]!.id;
    const path = `/v1/sanctions/${sanctionId}/rectification-files`;
    const upload = (who: SignedIn, content: Buffer) => send(who, path, content);
    expect((await upload(other, pdf)).body['code']).toBe('sanction_not_found');
    expect((await upload(subject, Buffer.from('a program'))).body['code']).toBe('proof_refused');
    expect((await upload(subject, Buffer.alloc(6 * 1024 * 1024, 1))).body['code']).toBe('body_too_large');
    const added = await upload(subject, pdf);
    expect(added).toMatchObject({ status: 201, body: { mediaType: 'application/pdf', sizeBytes: pdf.length } });
    for (let i = 0; i < 4; i += 1) expect((await upload(subject, pdf)).status).toBe(201);
    expect((await upload(subject, pdf)).body['code']).toBe('too_many_files');
    const [stored] = await app.db.query<{ sealed: Buffer }>('SELECT sealed FROM rectification_files WHERE id = $1', [
      added.body['id'],
    ]);
    expect(stored?.sealed.includes('%PDF')).toBe(false);

    await subject.http.post(`/v1/sanctions/${sanctionId}/rectification-submissions`, { text: 'A new name.' });
    const bob = await mod.as('bob');
    expect((await bob.get<{ items: object[] }>(path)).body.items).toHaveLength(5);
    const read = await bob.get(`${path}/${added.body['id']}`);
    expect([read.status, read.headers.get('content-type'), read.text]).toEqual([
      200,
      'application/pdf',
      pdf.toString(),
    ]);
    expect((await other.http.get(`${path}/${added.body['id']}`)).status).toBe(403);
    const readings = await app.db.query(
      `SELECT 1 FROM audit_events WHERE type = 'rectification.file_read' AND account_id = $1`,
      [subject.accountId],
    );
    expect(readings).toHaveLength(1);

    await bob.post(`/v1/sanctions/${sanctionId}/rectification-reviews`, {
      accepted: false,
      note: 'Still the old one.',
    });
    const mine = await subject.http.get<{ items: object[] }>('/v1/accounts/me/rectifications');
    expect(mine.body.items).toMatchObject([
      {
        sanctionId,
        state: 'returned',
        entries: [
          { kind: 'submission', fromStaff: false, text: 'A new name.' },
          { kind: 'returned', fromStaff: true, text: 'Still the old one.' },
        ],
        files: [{}, {}, {}, {}, {}],
      },
    ]);
    expect(mine.text).not.toMatch(/bob|alice/);
    expect((await other.http.get('/v1/accounts/me/rectifications')).body).toEqual({ items: [] });
    await subject.http.post(`/v1/sanctions/${sanctionId}/rectification-submissions`, { text: 'Now it is new.' });
    await bob.post(`/v1/sanctions/${sanctionId}/rectification-reviews`, { accepted: true, note: 'Good.' });
    expect((await upload(subject, pdf)).body['code']).toBe('order_ended');
  });

  it('understands notice and reasons in short, and refuses silence without a reason', async () => {
    const { id } = await openAccount(app);
    const caseId = await mod.openCase(id);
    const short = { statementOfReasons: '协议第3.3(9)条禁止传播赌博信息。' };
    const silent = await mod.decide(caseId, [{ type: 'warning' }], { ...short, notice: 'withheld' });
    expect(silent.body.errors?.map((e) => e.code).sort()).toEqual(['end_missing', 'reason_missing']);
    expect((await mod.decide(caseId, [{ type: 'warning' }], { ...short, notice: 'whispered' })).status).toBe(400);
    const decided = await mod.decide(caseId, [{ type: 'warning' }], { ...short, notice: 'given' });
    expect(decided.body).toMatchObject({
      state: 'effective',
      statementOfReasons: { facts: short.statementOfReasons, explanation: short.statementOfReasons },
    });
  });

  it('a flood of reports from one address ends, while those with an account are still heard', async () => {
    const { id } = await openAccount(app);
    const words = { subjectAccountId: id, clause: '3.3(9)', description: 'x' };
    const answers = await Promise.all(Array.from({ length: 25 }, () => app.http.post('/v1/reports', words)));
    // A few are free, then a solved challenge is asked for, and then the day is over.
    expect(answers.filter((a) => a.status === 201)).toHaveLength(3);
    expect(answers.filter((a) => a.status === 403)).toHaveLength(17);
    expect(answers.filter((a) => a.status === 429)).toHaveLength(5);
    expect((await (await mod.person()).http.post('/v1/reports', words)).status).toBe(201);
    const cases = await app.db.query('SELECT report_count FROM cases WHERE account_id = $1', [id]);
    expect(cases).toEqual([{ report_count: 4 }]);
  });

  const phoneOf = async (accountId: string): Promise<string> => {
    return (await app.get(IdentifiersService).phoneOf(app.get(Transactor).reader, accountId)) ?? '';
  };
});
