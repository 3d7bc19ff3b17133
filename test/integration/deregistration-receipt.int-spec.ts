import { decodeJwt } from 'jose';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import type { ReceiptClaims } from '../../src/modules/deregistration/domain/receipt.js';
import { LegalHolds } from '../../src/modules/retention/legal-holds.js';
import { MessageQueue } from '../../src/platform/messages/message-queue.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { startApp, type TestApp } from '../support/app.js';
import { apply, approve, execute, type Leaver, QUICK, reach, toReview } from '../support/leaving.js';
import { pdfText } from '../support/pdf-text.js';
import { LEGAL, placeHold, runNow } from '../support/retention.js';
import { staffToken } from '../support/tokens.js';

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
    const claims = decodeJwt<ReceiptClaims>((await receipt()).body.receipt);
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

  describe('and the register of what is kept', () => {
    interface Line {
      readonly recordClass: string;
      readonly state: string;
      readonly expiresAt: string | null;
      readonly until: string | null;
      readonly inReceipt: boolean;
      readonly destroyedAt: string | null;
      readonly destroyedBy: string | null;
      readonly reads: { readBy: string; role: string; purpose: string; reference: string }[];
    }
    const claims = async (): Promise<ReceiptClaims> => decodeJwt<ReceiptClaims>((await receipt()).body.receipt);
    const register = async (): Promise<Line[]> => {
      const by = app.http.with(await staffToken(app, 'auditor', 'anna'));
      const path = `/v1/retained-records/register?subject=${leaver.accountId}`;
      return (await by.get<{ items: Line[] }>(path)).body.items;
    };
    const told = (headers = { 'receipt-token': leaver.token }) =>
      app.http.get<{ items: Line[] }>(`/v1/deregistrations/${leaver.id}/kept`, { headers });
    const stillThere = (lines: readonly Line[]) => lines.filter((line) => line.state !== 'destroyed');
    const ends = (lines: readonly { recordClass: string; until: string | null }[]) =>
      lines.map(({ recordClass, until }) => `${recordClass} ${until}`).sort();
    const of = (lines: readonly Line[], recordClass: string) => lines.find((line) => line.recordClass === recordClass);

    it('DER-4 DER-6 begin as one: class by class, to the instant; the person is told the same', async () => {
      const [said, lines] = [await claims(), await register()];
      expect(said.retained.map((r) => r.recordClass)).toEqual(
        expect.arrayContaining(['access_log', 'registration_identity', 'erasure_receipt']),
      );
      expect(ends(lines.map((line) => ({ ...line, until: line.expiresAt })))).toEqual(ends(said.retained));
      expect(lines.every((line) => line.inReceipt)).toBe(true);
      expect(of(lines, 'erasure_receipt')).toMatchObject({ id: null, place: 'in_place', state: 'in_place' });
      const { body, status } = await told();
      expect(status).toBe(200);
      expect(ends(body.items)).toEqual(ends(said.retained));
      expect(of(body.items, 'access_log')).toMatchObject({
        state: 'sealed',
        readers: ['legal', 'auditor'],
        title: { zh: '登录日志' },
        reason: { zh: expect.stringContaining('六个月') },
        basis: { kind: 'statutory', references: [{ instrument: '网络安全法', article: '23(3)' }] },
      });
      expect((await told({ 'receipt-token': 'x'.repeat(43) })).status).toBe(404);
    });

    it('say who read what and for what, to legal and auditors, and not to ops or the person', async () => {
      const by = app.http.with(await staffToken(app, 'auditor', 'anna'));
      const why = 'purpose=annual_audit&reference=AUD-7';
      expect((await by.get(`/v1/retained-records?subject=${leaver.accountId}&${why}`)).status).toBe(200);
      const read = { readBy: 'anna', role: 'auditor', purpose: 'annual_audit', reference: 'AUD-7' };
      expect(of(await register(), 'access_log')).toMatchObject({ timesRead: 1, reads: [read] });
      const ops = app.http.with(await staffToken(app, 'ops', 'olga'));
      const seen = await ops.get<{ items: Line[] }>(`/v1/retained-records/register?subject=${leaver.accountId}`);
      expect(of(seen.body.items, 'access_log')).toMatchObject({ timesRead: 1, reads: [] });
      expect((await told()).text).not.toMatch(/annual_audit|AUD-7|anna/);
    });

    it('part as time passes: held, expired and destroyed are told apart, and by which run it went', async () => {
      const said = await claims();
      const end = Date.parse(said.retained.find((r) => r.recordClass === 'access_log')?.until ?? '');
      const hold = await placeHold(app, { accountId: leaver.accountId, recordClasses: ['registration_identity'] });
      app.clock.advance(end - app.clock.now().getTime() + 1_000);
      expect(of(await register(), 'access_log')).toMatchObject({ state: 'expired' });
      const day = app.clock.now().toISOString().slice(0, 10);
      const { run } = await runNow(app, ['access_log', 'registration_identity']);
      const lines = await register();
      expect(of(lines, 'access_log')).toMatchObject({
        state: 'destroyed',
        destroyedAt: expect.stringContaining(day),
        destroyedBy: run.id,
        expiresAt: new Date(end).toISOString(),
        basis: { kind: 'statutory' },
        inReceipt: true,
      });
      expect(of(lines, 'registration_identity')).toMatchObject({ state: 'held', holds: [hold.id], destroyedAt: null });
      // The receipt minus what has expired.
      const left = said.retained.filter((r) => r.recordClass !== 'access_log');
      expect(ends(stillThere(lines).map((line) => ({ ...line, until: line.expiresAt })))).toEqual(ends(left));
      const { body } = await told();
      expect(body.items.map(({ recordClass, state }) => `${recordClass} ${state}`)).toEqual(
        expect.arrayContaining(['access_log destroyed', 'registration_identity held', 'erasure_receipt in_place']),
      );
      await app.get(LegalHolds).release(hold.id, '结案', LEGAL);
      await runNow(app, ['registration_identity']);
      expect(of(await register(), 'registration_identity')).toMatchObject({ state: 'destroyed' });
      expect((await told()).status).toBe(200);
    });
  });

  it('is still there on its last day, and gone by the catalogue after it: 410, and the file stays completed', async () => {
    const claims = decodeJwt<ReceiptClaims>((await receipt()).body.receipt);
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
