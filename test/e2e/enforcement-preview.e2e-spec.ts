import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { Moderation, type StandingBody } from '../support/moderation.js';

interface Preview {
  readonly fourEyes: string[];
  readonly problems: { items: { code: string }[] };
  readonly notice: { title: string; text: string; statementOfReasons: Record<string, unknown> };
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
    expect(await mod.standingOf(id)).toMatchObject({ status: 'active', pending: [] });
  });
});
