import { freshPhone, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer, HttpClient } from '../support/http-client.js';
import {
  guardianCode,
  linkTokenOf,
  type Minor,
  minorWithConsent,
  registerMinor,
  templatesTo,
} from '../support/minors.js';
import { serviceToken, staffToken } from '../support/tokens.js';

interface GuardianPage {
  readonly state: string;
  readonly wardPhone: string;
  readonly actions: string[];
  readonly effectiveLimits: { minutesPerDay: number | null; quietHours: { from: string; to: string } | null };
  readonly code?: string;
}

interface Standing {
  readonly status: string;
  readonly mayUse: boolean;
  readonly blocks: { code: string }[];
  readonly minor: { band: string; minutesPerDay?: number; quietHours?: { from: string; to: string } } | null;
}

/** The path of a parent: a link, a code, a decision (2.1; MIN-1 to MIN-4). */
describe('guardian consent', () => {
  let app: TestApp;
  let gateway: HttpClient;
  beforeAll(async () => {
    app = await startApp({ env: { LIMITS_PUBLIC_REQUESTS: '1000000' } });
    gateway = app.http.with(await serviceToken(app, 'standing:read'));
  });
  afterAll(() => app?.stop());

  const tokenIn = (guardian: string): string => linkTokenOf(app, guardian);
  const minor = (guardian: string, birthDate?: string): Promise<Minor> => registerMinor(app, guardian, birthDate);
  const code = (token: string, guardian: string): Promise<string> => guardianCode(app, token, guardian);
  const page = (token: string): Promise<{ status: number; body: GuardianPage }> =>
    app.http.get<GuardianPage>(`/v1/guardian-consents/${token}`);
  const standing = async (id: string): Promise<Standing> =>
    (await gateway.get<Standing>(`/v1/accounts/${id}/standing`)).body;

  it('a minor may not use the service before the guardian consents, and may at once afterwards', async () => {
    const guardian = freshPhone();
    const { accountId } = await minor(guardian);
    expect(await standing(accountId)).toMatchObject({ status: 'awaiting_guardian', mayUse: false });
    const token = tokenIn(guardian);
    expect((await page(token)).body).toMatchObject({ state: 'contacted', actions: ['decide', 'deregister'] });
    const answer = await app.http.post<GuardianPage>(`/v1/guardian-consents/${token}/decision`, {
      decision: 'granted',
      code: await code(token, guardian),
      guardianName: '王芳',
    });
    expect(answer.body).toMatchObject({ state: 'granted', actions: ['limit', 'revoke', 'deregister'] });
    expect(await standing(accountId)).toMatchObject({ status: 'active', mayUse: true, minor: { band: '14_17' } });
  });

  it('the page tells a stranger who the child is no further than a masked number', async () => {
    const guardian = freshPhone();
    const { phone } = await minor(guardian);
    const text = JSON.stringify((await page(tokenIn(guardian))).body);
    expect(text).not.toContain(phone);
    expect(text).not.toContain(guardian);
  });

  it('consent needs the code, refusing does not; a decision is taken once, however often the link is replayed', async () => {
    const guardian = freshPhone();
    const { accountId } = await minor(guardian);
    const token = tokenIn(guardian);
    const decide = (body: object) => app.http.post<GuardianPage>(`/v1/guardian-consents/${token}/decision`, body);
    expect((await decide({ decision: 'granted' })).body.code).toBe('guardian_code_required');
    expect((await decide({ decision: 'granted', code: '000000', guardianName: '王芳' })).status).toBe(422);
    expect((await decide({ decision: 'refused', notMyChild: true })).body).toMatchObject({ state: 'refused' });
    expect((await decide({ decision: 'refused' })).body.code).toBe('wrong_state');
    expect((await standing(accountId)).mayUse).toBe(false);
  });

  it('revoking takes effect in standing at once', async () => {
    const { accountId, guardian, token } = await minorWithConsent(app);
    const answer = await app.http.post<GuardianPage>(`/v1/guardian-consents/${token}/revocation`, {
      code: await code(token, guardian),
    });
    expect(answer.body.state).toBe('revoked');
    const after = await standing(accountId);
    expect(after.mayUse).toBe(false);
    expect(after.blocks.map((b) => b.code)).toContain('guardian_consent_revoked');
  });

  it('who asked to close the account may take consent back at once: the code of one wish is not spent by the other', async () => {
    const { accountId, guardian, token } = await minorWithConsent(app);
    const asked = await app.http.post(`/v1/guardian-consents/${token}/deregistration`, {
      code: await code(token, guardian),
    });
    expect(asked.status).toBeLessThan(300);
    const answer = await app.http.post<GuardianPage>(`/v1/guardian-consents/${token}/revocation`, {
      code: await code(token, guardian),
    });
    expect(answer).toMatchObject({ status: 200, body: { state: 'revoked' } });
    expect((await standing(accountId)).blocks.map((b) => b.code)).toContain('guardian_consent_revoked');
  });

  it('MIN-4 DER-1 who asks to close it is told by when, or what stands in the way; and follows it by a link of their own', async () => {
    const { accountId, guardian, token } = await minorWithConsent(app);
    const billing = app.http.with(await serviceToken(app, 'obligations:write', 'billing-client'));
    const report = (obligations: object[]): Promise<Answer> =>
      billing.put(`/v1/accounts/${accountId}/obligations`, { participant: 'billing', obligations });
    const howToClear = { zh: '请先结清欠款。', en: 'Pay the open invoice.' };
    await report([{ kind: 'unpaid_balance', reference: 'inv-1', howToClear }]);
    const sent = await code(token, guardian);
    const ask = (): Promise<Answer> => app.http.post(`/v1/guardian-consents/${token}/deregistration`, { code: sent });
    expect(await ask()).toMatchObject({
      status: 409,
      body: { code: 'ward_leaving_obstructed', obstacles: [{ kind: 'unpaid_balance', howToClear }] },
    });
    await report([]);
    // The refused try spent no code.
    const { body, status } = await ask();
    const dates = { dueDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), coolingOffEndsAt: expect.any(String) };
    expect([status, body]).toEqual([202, expect.objectContaining({ state: 'cooling_off', ...dates })]);
    expect((await page(token)).body).toMatchObject({
      actions: ['limit', 'revoke', 'withdraw'],
      leaving: { id: body['id'], state: 'cooling_off', dueDay: body['dueDay'] },
    });
    const headers = { 'receipt-token': String(body['accessToken']) };
    const followed = await app.http.get(`/v1/deregistrations/${String(body['id'])}/status`, { headers });
    expect(followed.body).toMatchObject({ state: 'cooling_off', dueDay: body['dueDay'], withdrawable: true });
    const again = { code: await code(token, guardian) };
    expect((await app.http.post(`/v1/guardian-consents/${token}/deregistration`, again)).body).toMatchObject({
      code: 'ward_leaving_already',
    });
    const back = await app.http.post(`/v1/deregistrations/${String(body['id'])}/withdrawal`, {}, { headers });
    expect(back.status).toBe(204);
    expect((await page(token)).body).toMatchObject({ actions: ['limit', 'revoke', 'deregister'], leaving: null });
  });

  it('MIN-3 limits tighten and show in standing; a guardian cannot loosen what the platform sets', async () => {
    const { accountId, guardian, token } = await minorWithConsent(app);
    const limit = async (limits: object) =>
      app.http.put<GuardianPage>(`/v1/guardian-consents/${token}/limits`, {
        code: await code(token, guardian),
        ...limits,
      });
    await limit({ minutesPerDay: 30, quietHours: { from: '20:30', to: '07:00' } });
    expect((await standing(accountId)).minor).toMatchObject({
      minutesPerDay: 30,
      quietHours: { from: '20:30', to: '07:00' },
    });
    await limit({ minutesPerDay: 1440, quietHours: null });
    expect((await standing(accountId)).minor?.minutesPerDay).toBeLessThan(1440);
  });

  it("refuses the minor's own number, and does not tell why somebody else cannot be the guardian", async () => {
    const guardian = freshPhone();
    const { http, phone } = await minor(guardian);
    await app.http.post(`/v1/guardian-consents/${tokenIn(guardian)}/decision`, { decision: 'refused' });
    const own = await http.post('/v1/accounts/me/guardian-consent', { phone, relationship: 'father' });
    expect(own.body).toMatchObject({ code: 'guardian_not_acceptable', errors: [{ code: 'same_number' }] });
    const child = await minor(freshPhone());
    const other = await http.post('/v1/accounts/me/guardian-consent', { phone: child.phone, relationship: 'father' });
    expect(other.body).toMatchObject({ code: 'guardian_not_acceptable', errors: [{ code: 'not_acceptable' }] });
    const second = freshPhone();
    expect(
      (await http.post('/v1/accounts/me/guardian-consent', { phone: second, relationship: 'father' })).status,
    ).toBe(201);
    await app.drain();
    expect((await page(tokenIn(second))).body.state).toBe('contacted');
  });

  it('a link expires; a fresh one goes to the same number and closes the old one', async () => {
    const guardian = freshPhone();
    await minor(guardian);
    const first = tokenIn(guardian);
    app.clock.advance(2 * 86_400_000 + 1000);
    await app.drain();
    // The reminder brought a newer link, which closes the first.
    const old = tokenIn(guardian);
    expect((await page(first)).status).toBe(404);
    app.clock.advance(3 * 86_400_000 + 1000);
    expect((await page(old)).status).toBe(410);
    expect((await app.http.post(`/v1/guardian-consents/${old}/link`, {})).status).toBe(202);
    await app.drain();
    const fresh = tokenIn(guardian);
    expect(fresh).not.toBe(old);
    expect((await page(fresh)).status).toBe(200);
    expect((await page(old)).status).toBe(404);
  });

  it('a guessed, cut or altered link opens nothing', async () => {
    const guardian = freshPhone();
    await minor(guardian);
    const token = tokenIn(guardian);
    const [payload, mac] = token.split('.') as [string, string];
    const altered = Buffer.from(Buffer.from(payload, 'base64url').toString().replace(/:\d+$/, ':9999999999')).toString(
      'base64url',
    );
    for (const bad of [
      payload,
      `${payload}.`,
      `${altered}.${mac}`,
      `${payload}.${mac.slice(1)}x`,
      'x',
      '..',
      encodeURIComponent('ü'),
    ]) {
      expect((await page(bad)).status).toBe(404);
    }
  });

  it('reminds once, expires when nobody answers, and the minor may ask somebody else', async () => {
    const guardian = freshPhone();
    const { accountId, http } = await minor(guardian);
    app.clock.advance(2 * 86_400_000 + 1000);
    await app.drain();
    await app.drain();
    expect(templatesTo(app, guardian).filter((t) => t === 'guardian_consent_reminder')).toHaveLength(1);
    app.clock.advance(6 * 86_400_000);
    await app.drain();
    const moderator = app.http.with(await staffToken(app, 'moderator'));
    const { body } = await moderator.get<{ items: { state: string; evidence: { step: string }[] }[] }>(
      `/v1/accounts/${accountId}/guardian-consents`,
    );
    expect(body.items[0]?.state).toBe('expired');
    expect(body.items[0]?.evidence.map((e) => e.step)).toEqual(
      expect.arrayContaining(['requested', 'contacted', 'expired']),
    );
    expect((await http.get<{ canNameAnother: boolean }>('/v1/accounts/me/guardian-consent')).status).toBeLessThan(500);
  });

  it('MIN-2 lapses on the eighteenth birthday, at midnight in Shanghai, with its limits', async () => {
    const guardian = freshPhone();
    const now = app.clock.now();
    const day = new Date(now.getTime() + 8 * 3_600_000 + 3 * 86_400_000).toISOString().slice(0, 10);
    const { accountId } = await minor(guardian, `${Number(day.slice(0, 4)) - 18}${day.slice(4)}`);
    const token = tokenIn(guardian);
    await app.http.post(`/v1/guardian-consents/${token}/decision`, {
      decision: 'granted',
      code: await code(token, guardian),
      guardianName: '王芳',
    });
    expect((await standing(accountId)).minor).not.toBeNull();
    app.clock.set(new Date(`${day}T00:00:01+08:00`));
    expect((await standing(accountId)).minor).toBeNull();
    await app.drain();
    expect((await page(token)).body.state).toBe('lapsed');
  });

  it('MIN-1 one number guards five and no more, also when all name it at the same moment', async () => {
    const guardian = freshPhone();
    const wards: Minor[] = [];
    for (let i = 0; i < 8; i += 1) {
      const first = freshPhone();
      wards.push(await minor(first));
      await app.http.post(`/v1/guardian-consents/${tokenIn(first)}/decision`, { decision: 'refused' });
    }
    const answers = await Promise.all(
      wards.map(({ http }) => http.post('/v1/accounts/me/guardian-consent', { phone: guardian, relationship: '外婆' })),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([201, 201, 201, 201, 201, 422, 422, 422]);
  }, 120_000);

  it('a request that nobody answered is over by time, before any sweep says so', async () => {
    const guardian = freshPhone();
    await minor(guardian);
    app.clock.advance(6 * 86_400_000);
    await app.drain();
    expect((await app.http.post(`/v1/guardian-consents/${tokenIn(guardian)}/link`, {})).status).toBe(202);
    await app.drain();
    const fresh = tokenIn(guardian);
    expect((await page(fresh)).status).toBe(200);
    app.clock.advance(86_400_000 + 1000);
    expect((await page(fresh)).status).toBe(410);
    expect((await app.http.post(`/v1/guardian-consents/${fresh}/link`, {})).status).toBe(404);
  });

  it('row 13 links are sent so often and no more: for a request in all, and a day also once it is granted', async () => {
    const renew = async (token: string): Promise<string> => {
      const { status, body } = await app.http.post(`/v1/guardian-consents/${token}/link`, {});
      return `${status} ${String(body['code'] ?? '')}`.trim();
    };
    const guardian = freshPhone();
    await minor(guardian);
    const asked = [];
    // The first link went with the request.
    for (let i = 0; i < 5; i += 1) asked.push(await renew(tokenIn(guardian)));
    expect(asked).toEqual(['202', '202', '202', '202', '429 guardian_links_exhausted']);

    const { token } = await minorWithConsent(app);
    const later = [];
    for (let i = 0; i < 6; i += 1) later.push(await renew(token));
    expect(later).toEqual(['202', '202', '202', '202', '202', '429 too_many_requests']);
    app.clock.advance(86_400_000 + 1000);
    expect(await renew(token)).toBe('202');
  });

  describe('a mistyped number (C25)', () => {
    const name = (http: HttpClient, phone: string) =>
      http.post<{ code?: string; state?: string; errors?: { code: string }[]; canNameAnother?: boolean }>(
        '/v1/accounts/me/guardian-consent',
        { phone, relationship: 'mother' },
      );
    const mine = async (http: HttpClient): Promise<Record<string, unknown>> =>
      (await http.get('/v1/accounts/me/guardian-consent')).body;

    it('is corrected by the minor before anybody answers: the wrong one can decide nothing, the right one can', async () => {
      const [wrong, right] = [freshPhone(), freshPhone()];
      const { accountId, http } = await minor(wrong);
      const old = tokenIn(wrong);
      const theirCode = await code(old, wrong);
      expect(await mine(http)).toMatchObject({ state: 'contacted', canNameAnother: true, canSendLink: true });
      expect(await name(http, right)).toMatchObject({ status: 201, body: { state: 'contacted' } });
      await app.drain();

      expect((await page(old)).body).toMatchObject({ state: 'withdrawn', actions: [], pendingAgreements: [] });
      const late = await app.http.post<GuardianPage>(`/v1/guardian-consents/${old}/decision`, {
        decision: 'granted',
        code: theirCode,
        guardianName: '陌生人',
      });
      expect([late.status, late.body.code]).toEqual([409, 'wrong_state']);
      expect((await app.http.post(`/v1/guardian-consents/${old}/link`, {})).status).toBe(404);
      expect((await standing(accountId)).mayUse).toBe(false);

      const token = tokenIn(right);
      const granted = await app.http.post(`/v1/guardian-consents/${token}/decision`, {
        decision: 'granted',
        code: await code(token, right),
        guardianName: '王芳',
      });
      expect(granted.status).toBe(200);
      expect(await standing(accountId)).toMatchObject({ status: 'active', mayUse: true });
      // Who consented is not replaced by the child.
      expect((await name(http, freshPhone())).body.code).toBe('guardian_consent_pending');
      expect((await mine(http))['canNameAnother']).toBe(false);
    });

    it('the answer and the correction at the same moment: one of them holds, never both', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [first, second] = [freshPhone(), freshPhone()];
        const { accountId, http } = await minor(first);
        const token = tokenIn(first);
        const given = { decision: 'granted', code: await code(token, first), guardianName: '王芳' };
        const [consent, correction] = await Promise.all([
          app.http.post(`/v1/guardian-consents/${token}/decision`, given),
          name(http, second),
        ]);
        expect([consent.status, correction.status].sort()).toEqual(consent.status === 200 ? [200, 409] : [201, 409]);
        expect((await standing(accountId)).mayUse).toBe(consent.status === 200);
      }
    });

    it('the same number again is its link once more; the link can be had without typing the number', async () => {
      const guardian = freshPhone();
      const { http } = await minor(guardian);
      const first = tokenIn(guardian);
      expect((await name(http, guardian)).status).toBe(201);
      await app.drain();
      const second = tokenIn(guardian);
      expect([(await page(first)).status, (await page(second)).status]).toEqual([404, 200]);
      expect((await http.post('/v1/accounts/me/guardian-consent/link', {})).status).toBe(202);
      await app.drain();
      expect((await page(second)).status).toBe(404);
      expect((await page(tokenIn(guardian))).body.state).toBe('contacted');
      const stranger = await minor(freshPhone());
      await app.http.post(`/v1/guardian-consents/${tokenIn(guardian)}/decision`, { decision: 'refused' });
      expect((await http.post('/v1/accounts/me/guardian-consent/link', {})).status).toBe(404);
      expect(stranger.accountId).not.toBe('');
    });

    it('whom the minor named at registration cannot be a guardian: the minor learns it and names another', async () => {
      const child = await minor(freshPhone());
      // Another child's number: registered, and far from of age.
      const { http } = await minor(child.phone);
      expect(await http.get('/v1/accounts/me/guardian-consent')).toMatchObject({
        status: 404,
        body: { code: 'guardian_not_asked' },
      });
      expect(templatesTo(app, child.phone)).not.toContain('guardian_consent_request');
      expect((await name(http, freshPhone())).status).toBe(201);
    });

    it('who said "not my child" is not asked again about this child', async () => {
      const wrong = freshPhone();
      const { http } = await minor(wrong);
      const answer = { decision: 'refused', notMyChild: true };
      expect((await app.http.post(`/v1/guardian-consents/${tokenIn(wrong)}/decision`, answer)).status).toBe(200);
      const sent = templatesTo(app, wrong).length;
      expect(await name(http, wrong)).toMatchObject({
        status: 422,
        body: { code: 'guardian_not_acceptable', errors: [{ code: 'said_not_theirs' }] },
      });
      await app.drain();
      expect(templatesTo(app, wrong)).toHaveLength(sent);
      // Another child may have them for a guardian.
      expect((await name((await minorRefused()).http, wrong)).status).toBe(201);
    });

    it('row 13: nobody writes to one stranger after the other, and a consent begins the count anew', async () => {
      const { http } = await minor(freshPhone());
      const answers: string[] = [];
      for (let i = 0; i < 6; i += 1) {
        const { status, body } = await name(http, freshPhone());
        answers.push(`${status} ${body.code ?? ''}`.trim());
      }
      expect(answers).toEqual(['201', '201', '201', '201', '201', '429 guardian_requests_exhausted']);

      const ward = await minorWithConsent(app);
      await app.http.post(`/v1/guardian-consents/${ward.token}/revocation`, {
        code: await code(ward.token, ward.guardian),
      });
      for (let i = 0; i < 6; i += 1) expect((await name(ward.http, freshPhone())).status).toBe(201);
    });

    async function minorRefused(): Promise<Minor> {
      const guardian = freshPhone();
      const child = await minor(guardian);
      await app.http.post(`/v1/guardian-consents/${tokenIn(guardian)}/decision`, { decision: 'refused' });
      return child;
    }
  });

  it('AGR-4, MIN-1: a revision waits for the guardian, whatever the child says; the guardian accepts it by link and code', async () => {
    const { accountId, phone, guardian } = await minorWithConsent(app);
    const legal = app.http.with(await staffToken(app, 'legal', 'lena'));
    const version = 'for-guardians';
    const published = await legal.post('/v1/agreements/user_agreement/versions', {
      version,
      language: 'zh-CN',
      text: '# 新版\n第一条\n',
      effectiveAt: new Date(app.clock.now().getTime() + 86_400_000).toISOString(),
      policy: 'explicit',
      changeSummary: '修订',
    });
    expect(published.status).toBe(201);
    await app.drain();
    await app.drain();
    // Announced: the guardian hears of it before it stops anything.
    expect(templatesTo(app, guardian)).toContain('guardian_agreement_changed');
    const token = tokenIn(guardian);
    const waiting = await page(token);
    expect(waiting.body).toMatchObject({ pendingAgreements: [{ documentId: 'user_agreement', version }] });
    expect(waiting.body.actions).toEqual(['accept_agreements', 'limit', 'revoke', 'deregister']);
    app.clock.advance(86_400_000 + 1000);
    expect(await standing(accountId)).toMatchObject({
      status: 'active',
      mayUse: false,
      blocks: [{ code: 'agreement_pending' }],
    });

    const acceptances = [{ documentId: 'user_agreement', version }];
    const child = app.http.with((await signIn(app, phone)).accessToken);
    const own = await child.post<{ pending: { answerBy: string }[] }>('/v1/accounts/me/acceptances', { acceptances });
    expect(own).toMatchObject({ status: 201, body: { pending: [{ version, answerBy: 'guardian' }] } });
    expect((await standing(accountId)).mayUse).toBe(false);

    const accept = (given: string) =>
      app.http.post<GuardianPage>(`/v1/guardian-consents/${token}/acceptances`, { code: given, acceptances });
    expect((await accept('000000')).body.code).toBe('code_invalid');
    const done = await accept(await code(token, guardian));
    expect(done).toMatchObject({ status: 200, body: { actions: ['limit', 'revoke', 'deregister'] } });
    expect(await standing(accountId)).toMatchObject({ status: 'active', mayUse: true, blocks: [] });
    const ledger = await app.db.query<{ guardian: boolean }>(
      'SELECT guardian_id IS NOT NULL AS guardian FROM agreement_acceptances WHERE account_id = $1 AND version = $2 ORDER BY at',
      [accountId, version],
    );
    expect(ledger.map((l) => l.guardian)).toEqual([false, true]);
  });

  it('reminds nobody of a request whose time went by while no worker ran', async () => {
    const guardian = freshPhone();
    await minor(guardian);
    const link = tokenIn(guardian);
    app.clock.advance(8 * 86_400_000);
    await app.drain();
    expect(templatesTo(app, guardian)).not.toContain('guardian_consent_reminder');
    // The link that they have says that the time is over, and offers another one.
    expect((await page(link)).status).toBe(410);
  });
});
