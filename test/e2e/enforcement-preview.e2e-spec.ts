import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation, type StandingBody } from '../support/moderation.js';

interface Preview {
  readonly fourEyes: string[];
  readonly problems: { items: { code: string }[] };
  readonly notice: {
    title: string;
    text: string;
    parts: { kind: string; text: string; field?: string }[];
    statementOfReasons: Record<string, unknown>;
  };
  readonly standing: StandingBody & { asOf: string; nextChangeAt: string; version: number };
}

describe('the preview of a decision (7.1)', () => {
  let app: TestApp;
  let mod: Moderation;
  beforeAll(async () => {
    app = await startApp({ env: { RUNTIME_ROLE: 'api' } });
    mod = new Moderation(app);
  });
  afterAll(() => app.stop());

  const body = {
    clauses: ['3.3(9)'],
    actions: [
      { type: 'suspension', duration: 'P7D' },
      { type: 'feature_restriction', features: ['share'], duration: 'P30D' },
    ],
    statementOfReasons: { facts: '四次分享含赌博信息的对话。', explanation: '协议第3.3(9)条禁止传播赌博信息。' },
    deviationReason: 'Repeated.',
  };
  const preview = async (caseId: string, what: object): Promise<Preview> =>
    (await (await mod.as('alice')).post<Preview>(`/v1/cases/${caseId}/decision-previews`, what)).body;
  /** The minute may turn between the two. */
  const timeless = (text: string): string => text.replace(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}/g, 'T');

  it('shows word for word what the person then reads, and the standing that then is', async () => {
    const phone = freshPhone();
    const { id } = await openAccount(app, phone);
    const caseId = await mod.openCase(id);
    const shown = await preview(caseId, body);
    expect(await mod.standingOf(id)).toMatchObject({ status: 'active' });
    expect(await app.db.query('SELECT 1 FROM decisions WHERE case_id = $1', [caseId])).toEqual([]);
    await (await mod.as('alice')).post(`/v1/cases/${caseId}/decisions`, body);
    const mine = (await signIn(app, phone)).http.get<{ items: { notice: { title: string; text: string } }[] }>(
      '/v1/accounts/me/decisions',
    );
    const [told] = (await mine).body.items;
    expect(timeless(shown.notice.text)).toBe(timeless(told!.notice.text));
    expect(shown.notice.title).toBe('关于您账号的处置通知');
    // C7: the parts are the text, and the moderator's own words among them have their field.
    expect(shown.notice.parts.map((part) => part.text).join('')).toBe(shown.notice.text);
    const own = body.statementOfReasons;
    expect(shown.notice.parts.filter((part) => part.kind === 'words')).toEqual([
      { kind: 'words', field: '/statementOfReasons/facts', text: own.facts, before: '', after: '' },
      { kind: 'words', field: '/statementOfReasons/explanation', text: own.explanation, before: '', after: '' },
    ]);
    expect(shown.notice.statementOfReasons).not.toHaveProperty('ladder');
    const standing = await mod.standingOf(id);
    const plain = (s: object): string =>
      JSON.stringify(s)
        .replace(/"(sanctionId|since|until|asOf|nextChangeAt)":"[^"]*"/g, '"$1":""')
        .replace(/"version":\d+/, '');
    expect(plain(shown.standing)).toBe(plain(standing));
    expect(standing.status).toBe('suspended');
  });

  it('a decision that is sent again under its key is answered as the first time, whole', async () => {
    const { id } = await openAccount(app);
    const path = `/v1/cases/${await mod.openCase(id)}/decisions`;
    const alice = await mod.as('alice');
    const headers = { 'idempotency-key': `d-${id}` };
    const sent = { ...body, clauses: ['3.3(9)'], actions: [{ type: 'warning' }], deviationReason: 'Small.' };
    const first = await alice.post(path, sent, { headers });
    expect(first.status).toBe(201);
    expect(await alice.post(path, sent, { headers })).toMatchObject({ status: 201, body: first.body });
  });

  it('shows a closure, an order and everything that is wrong, without taking any of it', async () => {
    const { id } = await openAccount(app, freshPhone(), { locale: 'en' });
    const caseId = await mod.openCase(id);
    const closing = await preview(caseId, { ...body, actions: [{ type: 'closure' }] });
    expect(closing.standing).toMatchObject({ status: 'closed', mayUse: false });
    expect(closing.fourEyes).toEqual(['closure']);
    expect(closing.notice.text).toContain('Closure of the account');
    const order = await preview(caseId, {
      ...body,
      actions: [{ type: 'rectification', instructions: 'Choose another name.', duration: 'P7D' }],
    });
    expect(order.standing.pending).toMatchObject([{ code: 'rectification_due' }]);
    expect(order.notice.text).toContain('Please put this right: Choose another name.');
    const wrong = await preview(caseId, { ...body, actions: [{ type: 'suspension' }] });
    expect(wrong.problems.items.map((p) => p.code)).toEqual(['open_ended_reason_missing', 'review_missing']);
    // What has to be said has its place before it is said; the text has nothing of it until then.
    expect(wrong.notice.parts).toContainEqual({
      kind: 'words',
      field: '/actions/0/openEndedReason',
      text: '',
      before: '\n  Why without an end: ',
      after: '',
    });
    expect(wrong.notice.text).not.toContain('Why without an end');
    expect(await mod.standingOf(id)).toMatchObject({ status: 'active', pending: [] });
  });

  it('a change is told in words of its own, as previewed; made longer it has reasons of its own, and can be appealed against anew', async () => {
    const person = await mod.person();
    const caseId = await mod.openCase(person.accountId);
    const { body: decided } = await mod.decide(caseId, [{ type: 'suspension', duration: 'P7D' }]);
    const sanction = decided.sanctions[0]!;
    const alice = await mod.as('alice');
    const at = (days: number): string => new Date(app.clock.now().getTime() + days * 86_400_000).toISOString();
    const change = (version: number, what: object) =>
      alice.patch<{ code: string; version: number }>(`/v1/sanctions/${sanction.id}`, what, {
        headers: { 'if-match': `"${version}"` },
      });
    const previewed = (what: object) =>
      alice.post<{
        code: string;
        notice: { text: string; parts: { field?: string; text: string }[] };
        standing: { before: StandingBody; after: StandingBody };
      }>(`/v1/sanctions/${sanction.id}/change-previews`, what);
    interface Told {
      readonly appealUntil: string;
      readonly changes: {
        readonly outcome: string;
        readonly notice: { readonly title: string; readonly text: string } | null;
        readonly statementOfReasons: Record<string, unknown> | null;
      }[];
    }
    const mine = async (): Promise<Told> =>
      (await person.http.get<{ items: Told[] }>('/v1/accounts/me/decisions')).body.items[0]!;

    // Milder: words are welcome, and the inner note stays inside.
    const explanation = '您已说明系引用，缩短至三日。';
    const milder = { endsAt: at(3), explanation };
    const shown = await previewed({ outcome: 'changed', ...milder });
    expect(shown.body.notice.parts.map((part) => part.text).join('')).toBe(shown.body.notice.text);
    // What the account may do then, by the rules of standing themselves: only the end differs.
    const standing = await mod.standingOf(person.accountId);
    expect(shown.body.standing.before.blocks).toEqual(standing.blocks);
    expect(shown.body.standing.after.blocks).toEqual([{ ...standing.blocks[0], until: milder.endsAt }]);
    const shorter = await change(sanction.version, { reason: 'Inner note.', ...milder });
    expect(shorter.status).toBe(200);
    expect((await mine()).changes).toMatchObject([{ outcome: 'changed', statementOfReasons: null }]);
    const [first] = (await mine()).changes;
    expect(timeless(first!.notice!.text)).toBe(timeless(shown.body.notice.text));
    expect(first!.notice!.text).toContain(explanation);
    expect(JSON.stringify(await mine())).not.toContain('Inner note.');

    const filed = await person.http.post<{ id: string }>('/v1/appeals', { decisionId: decided.id, text: '请复核。' });
    const upheld = { outcome: 'upheld', answer: '维持。' };
    expect((await (await mod.as('heidi')).post(`/v1/appeals/${filed.body.id}/decision`, upheld)).status).toBe(200);
    const again = { decisionId: decided.id, text: '延长没有道理。' };
    expect((await person.http.post<{ code: string }>('/v1/appeals', again)).body.code).toBe('appeal_not_possible');

    // Longer: only with words for the person, and then with a statement of reasons (DSA 17).
    const wordless = { reason: 'Went on.', endsAt: at(30) };
    const refused = await change(shorter.body.version, wordless);
    expect(refused.body).toMatchObject({ code: 'sanction_change_invalid', errors: [{ path: '/explanation' }] });
    // Looked at without them, it has their place.
    const unwritten = await previewed({ outcome: 'changed', endsAt: at(30) });
    expect(unwritten.body.notice.parts).toContainEqual(expect.objectContaining({ field: '/explanation', text: '' }));
    const before = (await mine()).appealUntil;
    app.clock.advance(60_000);
    const longer = await change(shorter.body.version, { ...wordless, explanation: '另一设备上继续发生。' });
    expect(longer.status).toBe(200);
    const told = await mine();
    expect(told.appealUntil > before).toBe(true);
    expect(told.changes[1]).toMatchObject({
      outcome: 'changed',
      notice: { title: '关于您账号处置变更的通知' },
      statementOfReasons: {
        explanation: '另一设备上继续发生。',
        extends: { decisionId: decided.id, sanctionId: sanction.id },
        measures: [{ measure: 'suspension', endsAt: wordless.endsAt }],
        redress: { appealUntil: told.appealUntil },
        clauses: [{ ref: '3.3(9)' }],
      },
    });
    for (const member of ['facts', 'source', 'automatedDetection', 'law', 'decidedByRole'])
      expect(told.changes[1]!.statementOfReasons).toHaveProperty(member);
    await expect(
      app.db.query(`UPDATE sanction_notices SET statement_digest = 'x' WHERE sanction_id = $1`, [sanction.id]),
    ).rejects.toThrow('never rewritten');

    // Heard about it anew, and not by whoever made it longer.
    const anew = await person.http.post<{ id: string }>('/v1/appeals', again);
    expect(anew.status).toBe(201);
    const [appeal] = await app.db.query<{ conflict_ids: string[] }>('SELECT conflict_ids FROM appeals WHERE id = $1', [
      anew.body.id,
    ]);
    expect(appeal!.conflict_ids).toContain('alice');
    const lift = { reason: 'Inner note.', explanation: '经核实解除。' };
    const lifting = await previewed({ outcome: 'lifted', explanation: lift.explanation });
    expect(lifting.body.notice.text).toBe('已解除：暂停使用\n理由：经核实解除。');
    expect([lifting.body.standing.before.mayUse, lifting.body.standing.after.mayUse]).toEqual([false, true]);
    expect((await previewed({ outcome: 'lifted' })).body.notice).toMatchObject({
      text: '已解除：暂停使用',
      parts: [{ kind: 'fixed' }, { kind: 'words', field: '/explanation', text: '', before: '\n理由：', after: '' }],
    });
    expect((await alice.post(`/v1/sanctions/${sanction.id}/lift`, lift)).status).toBe(200);
    expect((await mod.standingOf(person.accountId)).mayUse).toBe(true);
    expect((await mine()).changes.map((c) => c.outcome)).toEqual(['changed', 'changed', 'lifted']);
    expect((await previewed({ outcome: 'lifted' })).body.code).toBe('sanction_ended');
  });

  it('ENF-4 a suspension cannot be made endless by its date: more than a year takes somebody else, and is looked at again', async () => {
    const person = await mod.person();
    const caseId = await mod.openCase(person.accountId);
    const endless = await mod.decide(caseId, [{ type: 'suspension', duration: 'P99Y' }]);
    expect(endless.body).toMatchObject({ errors: [{ path: '/actions/0/reviewAt', code: 'review_missing' }] });

    const { body: decided } = await mod.decide(caseId, [{ type: 'suspension', duration: 'P7D' }]);
    const { id } = decided.sanctions[0]!;
    const inYears = (n: number): string => new Date(app.clock.now().getTime() + n * 366 * 86_400_000).toISOString();
    const longer = async (name: string, years: number) => {
      const by = await mod.as(name);
      const { version } = (await by.get<{ version: number }>(`/v1/sanctions/${id}`)).body;
      const what = { endsAt: inYears(years), reason: 'Went on.', explanation: '另一设备上继续发生。' };
      return by.patch<{ code: string }>(`/v1/sanctions/${id}`, what, { headers: { 'if-match': String(version) } });
    };
    expect((await longer('alice', 2)).body.code).toBe('second_person_required');
    expect((await longer('bea', 2)).status).toBe(200);
    const [kept] = await app.db.query<{ review_at: Date }>('SELECT review_at FROM sanctions WHERE id = $1', [id]);
    expect(kept!.review_at.getTime() - app.clock.now().getTime()).toBeLessThanOrEqual(366 * 86_400_000);
  });

  it('lifting a closure shows that the account comes back to where it was; what begins later is compared as of then', async () => {
    const person = await mod.person();
    const caseId = await mod.openCase(person.accountId);
    const { body: closed } = await mod.decide(caseId, [{ type: 'closure' }]);
    const bob = await mod.as('bob', 'senior_moderator');
    const yes = { approved: true, note: 'Yes.' };
    expect((await bob.post(`/v1/decisions/${closed.id}/approval`, yes)).status).toBe(200);
    const previewed = async (id: string | undefined, what: object) =>
      (
        await bob.post<{ standing: { before: StandingBody; after: StandingBody } }>(
          `/v1/sanctions/${id}/change-previews`,
          what,
        )
      ).body.standing;
    const lifting = await previewed(closed.sanctions[0]?.id, { outcome: 'lifted' });
    expect([lifting.before.status, lifting.after.status, lifting.after.mayUse]).toEqual(['closed', 'active', true]);
    expect(await mod.standingOf(person.accountId)).toMatchObject({ status: 'closed' });

    // An answer to an appeal shows the same of all that it lifts, and its words as they will be read.
    const filed = await person.http.post<{ id: string }>('/v1/appeals', { decisionId: closed.id, text: '误判。' });
    const answered = (outcome: string, more: object = {}) =>
      bob.post<{
        letter: { text: string; parts: object[] };
        standing: { before: StandingBody; after: StandingBody };
        code?: string;
      }>(`/v1/appeals/${filed.body.id}/decision-previews`, { outcome, answer: '核实为误判。', ...more });
    const overturned = (await answered('overturned')).body;
    expect(overturned.letter).toEqual({
      language: 'zh-CN',
      text: '核实为误判。',
      parts: [{ kind: 'words', field: '/answer', text: '核实为误判。', before: '', after: '' }],
    });
    expect([overturned.standing.before.status, overturned.standing.after.status]).toEqual(['closed', 'active']);
    expect((await answered('upheld')).body.standing.after.status).toBe('closed');
    const lifted = { changes: [{ sanctionId: closed.sanctions[0]?.id, lift: true }] };
    expect((await answered('varied', lifted)).body.standing.after.status).toBe('active');
    expect(await mod.standingOf(person.accountId)).toMatchObject({ status: 'closed' });
    const nobody = await bob.post(`/v1/appeals/${person.accountId}/decision-previews`, {
      outcome: 'upheld',
      answer: 'x',
    });
    expect([nobody.status, nobody.body['code']]).toEqual([404, 'appeal_not_found']);

    const other = await mod.person();
    const later = new Date(app.clock.now().getTime() + 86_400_000).toISOString();
    const planned = await mod.decide(await mod.openCase(other.accountId), [
      { type: 'suspension', startsAt: later, duration: 'P7D' },
    ]);
    const then = await previewed(planned.body.sanctions[0]?.id, { outcome: 'lifted' });
    expect([then.before.mayUse, then.after.mayUse]).toEqual([false, true]);
    expect((await mod.standingOf(other.accountId)).mayUse).toBe(true);
  });
});
