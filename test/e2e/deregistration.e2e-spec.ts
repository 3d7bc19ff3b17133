import { decodeJwt } from 'jose';
import { verifyReceipt } from '../../src/cli/receipt.command.js';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { encryptedColumns } from '../../src/platform/crypto/encrypted-columns.js';
import { columnContext, FieldCipher } from '../../src/platform/crypto/field-cipher.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import {
  apply,
  approve,
  execute,
  type Leaver,
  ME,
  pass,
  QUICK,
  reach,
  see,
  staff,
  stateOf,
  toReview,
} from '../support/leaving.js';

describe('a person leaves (2.5)', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: QUICK });
  });
  afterAll(() => app.stop());

  describe('from the preview to the receipt', () => {
    const phone = freshPhone();
    const NAME = '独一无二的鲸鱼';
    const REASON = '我要离开因为花园里的猫';
    let leaver: Leaver;
    let jws: string;

    it('R36 applies with a fresh code; all other sessions end at once, this one stays', async () => {
      await openAccount(app, phone, { displayName: NAME });
      const other = await signIn(app, phone);
      leaver = await applyAgain(phone, REASON);
      expect((await other.http.get('/v1/accounts/me')).status).toBe(401);
      expect((await app.http.post('/v1/sessions/refresh', { refreshToken: other.refreshToken })).status).toBe(401);
      const status = await leaver.http.get(ME);
      expect(status.body).toMatchObject({
        id: leaver.id,
        state: 'cooling_off',
        asOf: expect.any(String),
        withdrawable: true,
        dueProvisional: expect.any(Boolean),
      });
    });

    it('downloads everything there is, and sees the status with a token alone', async () => {
      const data = await leaver.http.get(`${ME}/data`);
      expect(data.status).toBe(200);
      expect(data.text).toContain(NAME);
      const status = await app.http.get(`/v1/deregistrations/${leaver.id}/status`, {
        headers: { 'receipt-token': leaver.token },
      });
      expect(status.body).toMatchObject({ state: 'cooling_off' });
      const stranger = await app.http.get(`/v1/deregistrations/${leaver.id}/status`, {
        headers: { 'receipt-token': 'x'.repeat(43) },
      });
      expect(stranger.status).toBe(404);
    });

    it('is reminded, reviewed, approved, warned, and erased with a receipt', async () => {
      await toReview(app);
      expect(messages(phone, 'deregistration_requested')).toHaveLength(1);
      expect(messages(phone, 'deregistration_reminder')).toHaveLength(1);
      expect(await stateOf(app, leaver.id)).toBe('in_review');
      await approve(app, leaver.id);
      await execute(app);
      await reach(app, leaver.id, 'completed');
      const seen = await see(app, leaver.id);
      expect(seen.units.filter((u) => u.state !== 'done')).toEqual([]);
      expect(seen.state).toBe('completed');
      expect(messages(phone, 'deregistration_final_notice')).toHaveLength(1);
    });

    it('R25 gets the link once, to the sealed address, which then is gone', async () => {
      const sent = messages(phone, 'deregistration_receipt');
      expect(sent).toHaveLength(1);
      expect(await app.db.query('SELECT 1 FROM deregistration_snapshots')).toEqual([]);
      expect(await app.db.query('SELECT 1 FROM outgoing_messages WHERE sealed IS NOT NULL')).toEqual([]);
      const [page, token] = (sent[0]?.params['link'] ?? '').split('#');
      // The page is the account pages' own; what it shows comes from here.
      expect(new URL(page ?? '').pathname).toBe(`/account/deregistrations/${leaver.id}/receipt`);
      const headers = { 'receipt-token': token ?? '' };
      const path = `/v1/deregistrations/${leaver.id}/receipt`;
      const receipt = await app.http.get<{ receipt: string }>(path, { headers });
      expect(receipt.status).toBe(200);
      jws = receipt.body.receipt;
      const pdf = await app.http.get(`${path}?format=pdf`, { headers });
      expect(pdf.headers.get('content-type')).toBe('application/pdf');
      expect(pdf.text.startsWith('%PDF-')).toBe(true);
    });

    it('DER-6 whose receipt anybody verifies offline, and which names nobody', async () => {
      const keys = await app.http.get<{ keys: [] }>('/.well-known/jwks.json');
      const claims = await verifyReceipt(jws, keys.body);
      expect(claims).toMatchObject({ typ: 'deregistration-receipt', deregistrationId: leaver.id });
      const text = JSON.stringify(decodeJwt(jws));
      for (const value of [phone, phone.slice(3), NAME, leaver.accountId]) expect(text).not.toContain(value);
      expect(claims['participants']).toHaveLength(3);
      expect((claims['erased'] as unknown[]).length).toBeGreaterThan(0);
      const tampered = `${jws.slice(0, -4)}AAAA`;
      await expect(verifyReceipt(tampered, keys.body)).rejects.toThrow(/not genuine/);
      await expect(verifyReceipt(jws, { keys: [] })).rejects.toThrow(/not genuine/);
    });

    it('R36 every credential is refused afterwards', async () => {
      expect((await leaver.http.get('/v1/accounts/me')).status).toBe(401);
      expect((await app.http.post('/v1/sessions/refresh', { refreshToken: leaver.refreshToken })).status).toBe(401);
      expect((await leaver.http.get(ME)).status).toBe(401);
    });

    it('invariant 7: no table holds a seeded value of the person, in clear, keyed or sealed, outside retained records', async () => {
      const index = app.get(BlindIndex);
      const values = [phone, phone.slice(3), NAME, REASON, '1990-05-17', '王小明'];
      const keyed = ['phone', 'code-destination', 'ban-phone', 'number'].flatMap((kind) =>
        index.allVersions(kind, phone),
      );
      expect(await scan([...values, ...keyed.map((k) => k.split(':')[1] ?? k)])).toEqual([]);
      expect(await scanSealed(values)).toEqual([]);
    });

    it('the number is free for somebody else, who sees nothing of the old holder (R12)', async () => {
      const next = await openAccount(app, phone, { displayName: '新人' });
      expect(next.id).not.toBe(leaver.accountId);
      const person = await signIn(app, phone);
      expect((await person.http.get(ME)).status).toBe(404);
      const me = await person.http.get('/v1/accounts/me');
      expect(me.text).not.toContain(NAME);
      expect(me.text).not.toContain(leaver.accountId);
    });
  });

  it('R37 a withdrawal and a rejection restore the state before, and the person may apply again', async () => {
    const phone = freshPhone();
    const first = await apply(app, phone);
    expect((await first.http.delete(ME)).status).toBe(204);
    expect((await first.http.get('/v1/accounts/me')).body).toMatchObject({ state: 'active' });
    expect((await first.http.get(ME)).body).toMatchObject({ state: 'withdrawn', withdrawable: false });
    expect((await first.http.delete(ME)).status).toBe(409);
    const again = await applyAgain(phone);
    expect(again.id).not.toBe(first.id);
    await toReview(app);
    const by = await staff(app, 'bob');
    await claimAndReject(again.id, by);
    expect((await again.http.get(ME)).body).toMatchObject({
      state: 'rejected',
      reasonCode: 'takeover_suspected',
      nextStep: { en: expect.any(String) },
    });
    await pass(app, 1);
    expect(messages(phone, 'deregistration_rejected')).toHaveLength(1);
  });

  const applyAgain = async (phone: string, reason?: string): Promise<Leaver> => {
    const { applyAs } = await import('../support/leaving.js');
    return applyAs(app, await signIn(app, phone), phone, reason === undefined ? {} : { reason });
  };
  const claimAndReject = async (id: string, by: Awaited<ReturnType<typeof staff>>): Promise<void> => {
    const { claim, decide } = await import('../support/leaving.js');
    await claim(app, id, by);
    const answer = await decide(app, id, by, 'reject');
    expect(answer.status).toBe(200);
  };
  const messages = (phone: string, template: string): { params: Readonly<Record<string, string>> }[] =>
    app
      .get(MessageInbox)
      .to(phone)
      .filter((m) => m.template === template);

  /** Every column of every table, as text; what speaks binary is searched as bytes. */
  const scan = async (values: readonly string[]): Promise<string[]> => {
    const columns = await app.db.query<{ table: string; column: string; type: string }>(
      `SELECT c.table_name AS "table", c.column_name AS "column", c.data_type AS type FROM information_schema.columns c
         JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'`,
    );
    const found: string[] = [];
    for (const { table, column, type } of columns) {
      for (const value of values) {
        const condition =
          type === 'bytea'
            ? `position(convert_to($1, 'UTF8') in "${column}") > 0`
            : `position($1 in "${column}"::text) > 0`;
        const [hit] = await app.db.query<{ n: string }>(`SELECT count(*) AS n FROM "${table}" WHERE ${condition}`, [
          value,
        ]);
        if (hit?.n !== '0') found.push(`${table}.${column}: ${value}`);
      }
    }
    return found;
  };

  /** What is still openable with the service's own keys. */
  const scanSealed = async (values: readonly string[]): Promise<string[]> => {
    const cipher = app.get(FieldCipher);
    const found: string[] = [];
    for (const c of encryptedColumns()) {
      const id = c.idColumn ?? 'id';
      const rows = await app.db.query<{ id: string; sealed: Buffer }>(
        `SELECT "${id}"::text AS id, "${c.column}" AS sealed FROM "${c.table}" WHERE "${c.column}" IS NOT NULL`,
      );
      for (const row of rows) {
        const text = cipher.openText(row.sealed, c.context?.(row.id) ?? columnContext(c.table, c.column, row.id));
        for (const value of values) if (text.includes(value)) found.push(`${c.table}.${c.column}: ${value}`);
      }
    }
    return found;
  };
});
