import { newId } from '../../src/kernel/ids.js';
import { AccountsService } from '../../src/modules/accounts/accounts.service.js';
import { StandingService } from '../../src/modules/accounts/standing.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { serviceToken, staffToken } from '../support/tokens.js';

describe('standing over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const suspend = (accountId: string, ms: number): Promise<void> =>
    app.get(Transactor).run(async (tx) => {
      await app.get(AccountsService).lockForUpdate(tx, accountId);
      const sanctionId = newId();
      await app.get(StandingService).impose(tx, accountId, {
        kind: 'block',
        code: 'suspension',
        clause: '7.1',
        sanctionId,
        source: { kind: 'sanction', id: sanctionId },
        until: new Date(app.clock.now().getTime() + ms),
      });
    });

  it('has the fixed shape, for the service that asks and for the person', async () => {
    const account = await openAccount(app);
    const service = app.http.with(await serviceToken(app, 'standing:read'));
    const answer = await service.get(`/v1/accounts/${account.id}/standing`);
    expect(answer.body).toEqual({
      accountId: account.id,
      version: 1,
      asOf: expect.any(String),
      status: 'active',
      mayUse: true,
      blocks: [],
      restrictedFeatures: [],
      pending: [],
      minor: null,
      dataUse: { improvementObjection: false },
      nextChangeAt: null,
    });
    const person = await signIn(app, account.phone);
    const own = await person.http.get('/v1/accounts/me/standing');
    expect({ ...own.body, asOf: '' }).toEqual({ ...answer.body, asOf: '' });
  });

  it('answers 304 while nothing changed, and not a moment longer, though only time changed it', async () => {
    const account = await openAccount(app);
    const service = app.http.with(await serviceToken(app, 'standing:read'));
    const path = `/v1/accounts/${account.id}/standing`;
    await suspend(account.id, 5000);
    const during = await service.get(path);
    const etag = during.headers.get('etag') ?? '';
    expect(during.body).toMatchObject({ status: 'suspended', mayUse: false });
    const same = await service.get(path, { headers: { 'if-none-match': `W/${etag}` } });
    expect(same).toMatchObject({ status: 304, text: '' });
    expect(same.headers.get('etag')).toBe(etag);
    app.clock.advance(5000);
    const after = await service.get(path, { headers: { 'if-none-match': etag } });
    expect(after).toMatchObject({ status: 200, body: { status: 'active', mayUse: true, nextChangeAt: null } });
  });

  it('shows an objection to the use of data at once, with history (REG-10)', async () => {
    const account = await openAccount(app);
    const person = await signIn(app, account.phone);
    const put = (objects: boolean) => person.http.put('/v1/accounts/me/data-use-objection', { objects });
    expect((await put(true)).body).toMatchObject({ objects: true });
    expect((await person.http.get('/v1/accounts/me/standing')).body).toMatchObject({
      dataUse: { improvementObjection: true },
      version: 2,
    });
    await put(true);
    const history = (await put(false)).body as { history: { objects: boolean }[] };
    expect(history.history.map((h) => h.objects)).toEqual([false, true]);
    expect((await person.http.get('/v1/accounts/me/standing')).body).toMatchObject({ version: 3 });
  });

  it('is for those who may: no token 401, a person 403, a service without the scope 403, nobody’s account 404', async () => {
    const account = await openAccount(app);
    const person = await signIn(app, account.phone);
    const path = `/v1/accounts/${account.id}/standing`;
    expect((await app.http.get(path)).status).toBe(401);
    expect((await person.http.get(path)).status).toBe(403);
    expect((await app.http.with(await serviceToken(app, 'reports:write')).get(path)).status).toBe(403);
    const staff = app.http.with(await staffToken(app, 'moderator'));
    expect((await staff.get(path)).status).toBe(200);
    expect(await staff.get(`/v1/accounts/${newId()}/standing`)).toMatchObject({
      status: 404,
      body: { code: 'account_not_found' },
    });
    expect((await staff.get('/v1/accounts/nonsense/standing')).status).toBe(404);
  });

  it('staff see an account masked; in clear only for a reason, which is recorded', async () => {
    const account = await openAccount(app);
    const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
    const masked = await moderator.get(`/v1/accounts/${account.id}`);
    expect(masked.body).toMatchObject({
      displayName: '小*',
      identifiers: [{ kind: 'phone', value: expect.stringContaining('*') }],
    });
    expect(masked.text).not.toContain(account.phone);
    expect(masked.text).not.toContain('1990');
    expect((await moderator.post(`/v1/accounts/${account.id}/disclosures`, { reason: 'curious' })).status).toBe(403);
    const legal = app.http.with(await staffToken(app, 'legal', 'lea'));
    expect((await legal.post(`/v1/accounts/${account.id}/disclosures`, {})).status).toBe(400);
    const clear = await legal.post(`/v1/accounts/${account.id}/disclosures`, { reason: '公安机关调取证据' });
    expect(clear.body).toMatchObject({
      displayName: '小鲸',
      birthDate: '1990-05-17',
      identifiers: [{ value: account.phone }],
    });
    const timeline = await moderator.get<{ items: { type: string; actor: object }[] }>(
      `/v1/accounts/${account.id}/timeline`,
    );
    expect(timeline.body.items[0]).toMatchObject({
      type: 'account.disclosed',
      actor: { kind: 'staff', id: 'lea', role: 'legal' },
    });
    expect(timeline.body.items.at(-1)).toMatchObject({ type: 'account.registered' });
  });

  it('a name is what can be seen: invisible, blank, overlong and unknown fields are refused', async () => {
    const account = await openAccount(app);
    const person = await signIn(app, account.phone);
    for (const displayName of ['\u200b\u200b', ' ', 'a\u202eb', 'x'.repeat(33), 'a\u0000b', '']) {
      const answer = await person.http.patch('/v1/accounts/me', { displayName });
      expect([400, 422]).toContain(answer.status);
    }
    const posing = await person.http.patch('/v1/accounts/me', { displayName: '官方客服' });
    expect(posing).toMatchObject({ status: 422, body: { errors: [{ code: 'impersonation' }] } });
    const renamed = await person.http.patch('/v1/accounts/me', { displayName: ' Ünïcode 小鲸 ', locale: 'en' });
    expect(renamed.body).toMatchObject({ displayName: 'Ünïcode 小鲸', locale: 'en', version: 2 });
  });
});
