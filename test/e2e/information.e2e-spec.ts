import { MessageInbox } from '../../src/demo/message-inbox.js';
import { freshPhone, openAccount, signIn, type SignedIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer, HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

interface Standing {
  readonly status: string;
  readonly mayUse: boolean;
  readonly blocks: { code: string; clause: string }[];
  readonly restrictedFeatures: { feature: string; clause: string }[];
  readonly pending: { code: string; dueAt: string | null }[];
  readonly minor: { band: string } | null;
}

const DAY = 86_400_000;

/** Information found false: limits, a chance to correct, refusal (2.2, REG-3); a wrong birth date (2.1). */
describe('disputed information', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { LIMITS_PUBLIC_REQUESTS: '1000000' } });
  });
  afterAll(() => app?.stop());

  const moderator = async (name = 'alice'): Promise<HttpClient> =>
    app.http.with(await staffToken(app, ['moderator'], name));
  const standing = async (person: SignedIn): Promise<Standing> =>
    (await app.http.with((await renew(person)).accessToken).get<Standing>('/v1/accounts/me/standing')).body;

  /** Time moves in days here: the session lives on, its access token does not. */
  const renewed = new Map<string, { accessToken: string; refreshToken: string }>();
  async function renew(person: SignedIn): Promise<{ accessToken: string; refreshToken: string }> {
    const { refreshToken } = renewed.get(person.sessionId) ?? person;
    const { body } = await app.http.post<{ accessToken: string; refreshToken: string }>('/v1/sessions/refresh', {
      refreshToken,
    });
    renewed.set(person.sessionId, body);
    return body;
  }
  const as = async (person: SignedIn): Promise<HttpClient> => app.http.with((await renew(person)).accessToken);

  async function person(more = {}): Promise<SignedIn & { phone: string }> {
    const phone = freshPhone();
    await openAccount(app, phone, more);
    return { ...(await signIn(app, phone)), phone };
  }
  const dispute = async (
    accountId: string,
    body: object,
  ): Promise<Answer<{ id: string; state: string; code: string }>> =>
    (await moderator()).post(`/v1/accounts/${accountId}/information-disputes`, {
      fields: ['display_name'],
      reason: '昵称与实际主体不符。',
      ...body,
    });
  const correct = async (who: SignedIn, body: object): Promise<Answer<{ id: string; code: string }>> =>
    (await as(who)).post('/v1/accounts/me/information-corrections', body);

  async function decide(id: string, kind: string, decision: string, name = 'bob'): Promise<Answer> {
    const by = await moderator(name);
    const tasks = await by.get<{ items: { id: string }[] }>(`/v1/review-tasks?kind=${kind}&subjectId=${id}`);
    await by.post(`/v1/review-tasks/${tasks.body.items[0]?.id ?? 'none'}/claim`);
    return by.post(`/v1/information-corrections/${id}/decision`, { decision, reasonCode: 'looked_at' });
  }
  const eventsOf = (accountId: string): Promise<{ type: string }[]> =>
    app.db.query(`SELECT type FROM audit_events WHERE account_id = $1 AND type LIKE 'information%' ORDER BY type`, [
      accountId,
    ]);

  it('limits features, is put right, looked at, and lifted; the accepted name is the name', async () => {
    const who = await person();
    expect((await dispute(who.accountId, { outcome: 'limit_features' })).body.code).toBe('features_not_known');
    expect((await dispute(who.accountId, { outcome: 'limit_features', features: ['flying'] })).status).toBe(422);
    const opened = await dispute(who.accountId, { outcome: 'limit_features', features: ['share', 'payments'] });
    expect(opened).toMatchObject({ status: 201, body: { state: 'open' } });
    expect((await dispute(who.accountId, { outcome: 'challenge' })).body.code).toBe('information_dispute_open');
    const limited = await standing(who);
    expect(limited).toMatchObject({ mayUse: true, pending: [{ code: 'information_disputed' }] });
    expect(limited.restrictedFeatures.map((f) => [f.feature, f.clause])).toEqual([
      ['payments', '2.2'],
      ['share', '2.2'],
    ]);
    await app.drain();
    expect(
      app
        .get(MessageInbox)
        .to(who.phone)
        .map((m) => m.template),
    ).toContain('information_disputed');

    const filed = await correct(who, { statement: '昵称已更正。', displayName: '小蓝鲸' });
    expect(filed.status).toBe(201);
    expect((await correct(who, { statement: '再说一次。' })).status).toBe(409);
    app.clock.advance(20 * DAY);
    expect(await standing(who)).toMatchObject({
      mayUse: true,
      pending: [{ code: 'information_disputed', dueAt: null }],
    });

    const stranger = await (
      await moderator('carol')
    ).post(`/v1/information-corrections/${filed.body.id}/decision`, {
      decision: 'accept',
      reasonCode: 'looked_at',
    });
    expect(stranger.body['code']).toBe('review_claim_required');
    expect((await decide(filed.body.id, 'information_correction', 'accept')).status).toBe(200);
    expect(await standing(who)).toMatchObject({ mayUse: true, pending: [], restrictedFeatures: [], blocks: [] });
    expect((await (await as(who)).get('/v1/accounts/me')).body['displayName']).toBe('小蓝鲸');
    expect((await eventsOf(who.accountId)).map((e) => e.type)).toEqual([
      'information_correction.decided',
      'information_correction.filed',
      'information_dispute.changed',
      'information_dispute.changed',
      'information_dispute.opened',
    ]);
    const told = await app.db.query(
      `SELECT 1 FROM outbox_events WHERE account_id = $1 AND type = 'information_dispute.opened'`,
      [who.accountId],
    );
    expect(told).toHaveLength(1);
  });

  it('a challenge stops use when its term is over, also with every worker down; sent back, there is a new term', async () => {
    const who = await person();
    await dispute(who.accountId, { outcome: 'challenge' });
    expect((await standing(who)).mayUse).toBe(true);
    app.clock.advance(15 * DAY + 1000);
    expect(await standing(who)).toMatchObject({
      status: 'active',
      mayUse: false,
      blocks: [{ code: 'information_disputed', clause: '2.2' }],
    });
    const filed = await correct(who, { statement: '说明情况如下。' });
    expect((await standing(who)).mayUse).toBe(true);
    await decide(filed.body.id, 'information_correction', 'return');
    expect((await standing(who)).mayUse).toBe(true);
    app.clock.advance(15 * DAY + 1000);
    expect((await standing(who)).mayUse).toBe(false);
  });

  it('refused stops use, and can still be put right; a dispute that was a mistake leaves nothing', async () => {
    const who = await person();
    const opened = await dispute(who.accountId, { outcome: 'refuse' });
    expect((await standing(who)).mayUse).toBe(false);
    const first = await correct(who, { statement: '没有问题。' });
    await decide(first.body.id, 'information_correction', 'refuse');
    expect((await standing(who)).mayUse).toBe(false);
    expect((await correct(who, { statement: '补充了材料。' })).status).toBe(201);
    const withdrawn = await (await moderator()).post(`/v1/information-disputes/${opened.body.id}/withdrawal`);
    expect(withdrawn).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    expect(await standing(who)).toMatchObject({ mayUse: true, blocks: [], pending: [] });
  });

  it('nothing can be corrected that nobody disputes, and nobody disputes their own account', async () => {
    const who = await person();
    expect((await correct(who, { statement: '没有争议。' })).body.code).toBe('information_not_disputed');
    expect((await who.http.post(`/v1/accounts/${who.accountId}/information-disputes`, {})).status).toBe(403);
  });

  describe('a wrong birth date', () => {
    const ask = async (who: SignedIn, birthDate: string): Promise<Answer<{ id: string; code: string }>> =>
      (await as(who)).post('/v1/accounts/me/birth-date-corrections', { birthDate, statement: '注册时填写错误。' });

    it('a minor who is of age after all: consent lapses, own acceptance is asked', async () => {
      const who = await person({ state: 'awaiting_guardian', birthDate: '2012-01-01' });
      expect((await standing(who)).minor?.band).toBe('14_17');
      expect((await ask(who, '2012-01-01')).body.code).toBe('birth_date_not_plausible');
      expect((await ask(who, '2999-01-01')).body.code).toBe('birth_date_not_plausible');
      const filed = await ask(who, '1992-01-01');
      expect((await standing(who)).mayUse).toBe(false);
      expect((await decide(filed.body.id, 'birth_date_correction', 'accept')).status).toBe(200);
      expect(await standing(who)).toMatchObject({
        status: 'active',
        mayUse: true,
        minor: null,
        pending: [{ code: 'own_acceptance_pending' }],
      });
    });

    it('an adult who is a minor after all: no use before a guardian consents, and then it is lifted', async () => {
      const who = await person();
      const filed = await ask(who, '2014-03-01');
      await decide(filed.body.id, 'birth_date_correction', 'accept');
      expect(await standing(who)).toMatchObject({
        status: 'awaiting_guardian',
        mayUse: false,
        blocks: [{ code: 'guardian_consent_required', clause: '2.1' }],
        minor: expect.anything(),
      });
      const guardian = freshPhone();
      const named = await (
        await as(who)
      ).post('/v1/accounts/me/guardian-consent', { phone: guardian, relationship: '姑姑' });
      expect(named.status).toBe(201);
      await app.drain();
      const message = (key: string): string =>
        app
          .get(MessageInbox)
          .to(guardian)
          .find((m) => m.params[key] !== undefined)?.params[key] ?? '';
      const path = `/v1/guardian-consents/${message('link').split('/').at(-1) ?? ''}`;
      await app.http.post(`${path}/codes`, {});
      await app.drain();
      const granted = await app.http.post(`${path}/decision`, {
        decision: 'granted',
        code: message('code'),
        guardianName: '王芳',
        relationship: '姑姑',
      });
      expect(granted.status).toBe(200);
      expect(await standing(who)).toMatchObject({ status: 'active', mayUse: true, blocks: [] });
    });

    it('refused changes nothing; who leaves takes what waits out of the queue', async () => {
      const who = await person();
      const filed = await ask(who, '1991-01-01');
      await decide(filed.body.id, 'birth_date_correction', 'refuse');
      expect((await (await as(who)).get('/v1/accounts/me')).body['birthDate']).toBe('1990-05-17');
      const second = await ask(who, '1991-01-01');
      const http = await as(who);
      await http.post('/v1/accounts/me/deregistration/codes');
      await app.drain();
      const code = app
        .get(MessageInbox)
        .to(who.phone)
        .find((m) => m.params['code'] !== undefined)?.params['code'];
      expect((await http.post('/v1/accounts/me/deregistration', { code })).status).toBe(201);
      await app.drain();
      const [task] = await app.db.query<{ state: string }>('SELECT state FROM review_tasks WHERE subject_id = $1', [
        second.body.id,
      ]);
      expect(task?.state).toBe('cancelled');
    });
  });

  it('a correction carries files: pictures and PDF by content, the person’s own, while somebody looks; reading is on record', async () => {
    const who = await person();
    const token = async (): Promise<string> => (await renew(who)).accessToken;
    const filed = await (
      await as(who)
    ).post<{ id: string }>('/v1/accounts/me/birth-date-corrections', {
      birthDate: '1991-02-28',
      statement: '注册时年份填写错误，附证件照片。',
    });
    expect(filed.status).toBe(201);
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(64, 7)]);
    const upload = async (content: Buffer, id = filed.body.id, by?: string): Promise<Response> => {
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(content)], { type: 'image/png' }), '身份证.png');
      return fetch(`${app.url}/v1/accounts/me/information-corrections/${id}/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${by ?? (await token())}` },
        body: form,
      });
    };
    const added = await upload(png);
    expect(added.status).toBe(201);
    const file = (await added.json()) as { id: string; sha256: string };
    expect(file).toMatchObject({ mediaType: 'image/png', sizeBytes: png.length });
    expect((await upload(Buffer.from('<script>alert(1)</script>'))).status).toBe(422);
    expect((await upload(Buffer.alloc(6 * 1024 * 1024, png))).status).toBe(413);
    const stranger = await person();
    expect((await upload(png, filed.body.id, (await renew(stranger)).accessToken)).status).toBe(404);
    for (let i = 1; i < 5; i += 1) expect((await upload(png)).status).toBe(201);
    expect((await upload(png)).status).toBe(409);
    const [kept] = await app.db.query<{ sealed: Buffer }>('SELECT sealed FROM information_correction_files');
    expect(kept?.sealed.includes(png.subarray(0, 16))).toBe(false);

    const mine = await (
      await as(who)
    ).get<{ items: { id: string; files: object[] }[] }>('/v1/accounts/me/information-corrections');
    expect(mine.body.items).toMatchObject([{ id: filed.body.id }]);
    expect(file).toMatchObject(mine.body.items[0]?.files[0] ?? { id: 'none' });
    expect(mine.body.items[0]?.files).toHaveLength(5);

    const path = `/v1/information-corrections/${filed.body.id}/files`;
    expect((await (await as(who)).get(path)).status).toBe(403);
    const by = await moderator('bob');
    expect((await by.get<{ items: object[] }>(path)).body.items).toHaveLength(5);
    const read = await fetch(`${app.url}${path}/${file.id}`, {
      headers: { authorization: `Bearer ${await staffToken(app, ['moderator'], 'bob')}` },
    });
    expect(Buffer.from(await read.arrayBuffer()).equals(png)).toBe(true);
    expect(await eventsOf(who.accountId)).toEqual(
      expect.arrayContaining([
        { type: 'information_correction.file_added' },
        { type: 'information_correction.file_read' },
      ]),
    );
    expect((await decide(filed.body.id, 'birth_date_correction', 'accept')).status).toBe(200);
    expect((await upload(png)).status).toBe(409);
  });
});
