import { decodeJwt } from 'jose';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import type { ReceiptClaims } from '../../src/modules/deregistration/domain/receipt.js';
import { MessageQueue } from '../../src/platform/messages/message-queue.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';
import { apply, approve, execute, type Leaver, QUICK, reach, toReview } from '../support/leaving.js';
import { pdfText } from '../support/pdf-text.js';
import { runNow } from '../support/retention.js';

const DAY = 86_400_000;

/** What is left of a deregistration, and for how long. */
describe('the receipt and the last step', () => {
  let app: TestApp;
  let leaver: Leaver;
  beforeAll(async () => {
    app = await startApp({ env: { ...QUICK, RETENTION_SCHEDULED_RUNS: 'false' } });
    leaver = await apply(app);
    await toReview(app);
    await approve(app, leaver.id);
    // A notice that cannot leave for weeks, as it lies there when the account goes.
    await app.get(Transactor).run((tx) =>
      app.get(MessageQueue).enqueue(tx, {
        to: leaver.phone,
        template: 'suspension_notice',
        params: {},
        locale: 'zh-CN',
        accountId: leaver.accountId,
        dedupeKey: 'left-behind',
      }),
    );
    await execute(app);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
  }, 180_000);
  afterAll(() => app.stop());

  const receipt = (path = '') =>
    app.http.get<{ receipt: string; code: string }>(`/v1/deregistrations/${leaver.id}/receipt${path}`, {
      headers: { 'receipt-token': leaver.token },
    });

  it('R24 R25 messages and the sealed address go with the last step; the receipt still goes out, once', async () => {
    for (const table of ['outgoing_messages', 'deregistration_snapshots', 'identifier_claims'])
      expect(await app.db.query(`SELECT 1 FROM ${table} WHERE account_id = $1`, [leaver.accountId])).toEqual([]);
    const sent = app
      .get(MessageInbox)
      .to(leaver.phone)
      .filter((m) => m.template === 'deregistration_receipt');
    expect(sent).toHaveLength(1);
  });

  it('is kept under its own class, and says of itself how long', async () => {
    const claims = decodeJwt((await receipt()).body.receipt) as unknown as ReceiptClaims;
    const own = claims.retained.filter((r) => r.recordClass === 'erasure_receipt');
    expect(own).toMatchObject([{ basis: [{ instrument: '个人信息保护法', article: '51' }], from: claims.completedAt }]);
    const years = (Date.parse(own[0]?.until ?? '') - Date.parse(claims.completedAt)) / (365.25 * DAY);
    expect(years).toBeGreaterThan(2.99);
    expect(years).toBeLessThan(3.02);
  });

  it.each([
    ['zh-CN', 'zh-CN,zh;q=0.9', '账号注销回执', '登录日志', '《网络安全法》第 23(3) 条'],
    ['en', 'en-US,en;q=0.9', 'Deregistration receipt', 'Sign-ins and sessions', '网络安全法 23(3)'],
  ])(
    'is printed in %s where the request asks for it, as text that can be searched',
    async (locale, accept, ...words) => {
      const answer = await fetch(`${app.url}/v1/deregistrations/${leaver.id}/receipt?format=pdf`, {
        headers: { 'receipt-token': leaver.token, 'accept-language': accept },
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
      const pdf = Buffer.from(await answer.arrayBuffer());
      expect(pdf.includes(`/Lang (${locale})`)).toBe(true);
      expect(pdf.length).toBeLessThan(300_000);
      const text = pdfText(pdf);
      for (const word of [...words, leaver.id]) expect(text).toContain(word);
      expect(text).not.toContain(leaver.phone);
    },
  );

  it('is still there on its last day, and gone by the catalogue after it: 410, and the file stays completed', async () => {
    const claims = decodeJwt((await receipt()).body.receipt) as unknown as ReceiptClaims;
    const until = claims.retained.find((r) => r.recordClass === 'erasure_receipt')?.until ?? '';
    app.clock.advance(Date.parse(until) - app.clock.now().getTime() - DAY);
    expect((await runNow(app, ['erasure_receipt'])).run.state).toBe('completed');
    expect((await receipt()).status).toBe(200);
    app.clock.advance(2 * DAY);
    await runNow(app, ['erasure_receipt']);
    expect(await receipt()).toMatchObject({ status: 410, body: { code: 'receipt_expired' } });
    const status = await app.http.get(`/v1/deregistrations/${leaver.id}/status`, {
      headers: { 'receipt-token': leaver.token },
    });
    expect(status).toMatchObject({ status: 200, body: { state: 'completed', receiptReady: false } });
  });
});
