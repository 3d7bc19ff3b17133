import { MessageInbox } from '../../src/demo/message-inbox.js';
import { newId } from '../../src/kernel/ids.js';
import { AccountsService, type AccountCommand } from '../../src/modules/accounts/accounts.service.js';
import { SessionsService } from '../../src/modules/accounts/sessions.service.js';
import { StandingService } from '../../src/modules/accounts/standing.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { barPhone, codeSentTo, freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';

describe('sessions', () => {
  let app: TestApp;
  beforeAll(async () => {
    // Everybody here comes from one address.
    app = await startApp({ env: { SESSIONS_CODES_PER_ADDRESS: '100000', SESSIONS_ATTEMPTS_PER_ADDRESS: '100000' } });
  });
  afterAll(() => app.stop());

  /** Codes are limited per number and per minute; this is a new minute. */
  const askCode = async (phone: string): Promise<string> => {
    const known = app.get(MessageInbox).to(phone).length;
    app.clock.advance(61_000);
    expect((await app.http.post('/v1/sessions/codes', { phone })).status).toBe(202);
    return codeSentTo(app, phone, known);
  };
  const move = (accountId: string, ...commands: AccountCommand[]): Promise<void> =>
    app.get(Transactor).run(async (tx) => {
      const accounts = app.get(AccountsService);
      let account = await accounts.lockForUpdate(tx, accountId);
      for (const command of commands) {
        if (command === 'finish_deregistration') await accounts.tombstone(tx, accountId);
        account = await accounts.move(tx, account, command, {
          actor: { kind: 'account', id: accountId },
          clauses: ['2.4'],
        });
      }
    });

  it('a person signs in, sees their account and sessions, and signs out', async () => {
    const account = await openAccount(app);
    const person = await signIn(app, account.phone);
    expect(person).toMatchObject({ accountId: account.id, status: 'active', mayUse: true, tokenType: 'Bearer' });
    const me = await person.http.get('/v1/accounts/me');
    expect(me.body).toMatchObject({ id: account.id, state: 'active', displayName: '小鲸', birthDate: '1990-05-17' });
    expect(me.text).not.toContain(account.phone);
    const other = await signIn(app, account.phone);
    const sessions = await person.http.get<{ items: { id: string; current: boolean }[] }>('/v1/sessions');
    expect(sessions.body.items.map((s) => [s.id, s.current])).toEqual([
      [other.sessionId, false],
      [person.sessionId, true],
    ]);
    expect((await person.http.delete('/v1/sessions/current')).status).toBe(204);
    expect((await person.http.get('/v1/accounts/me')).status).toBe(401);
    expect((await other.http.get('/v1/accounts/me')).status).toBe(200);
  });

  it('signing out everywhere ends every session and every refresh token at once (2.4)', async () => {
    const { phone } = await openAccount(app);
    const [a, b] = [await signIn(app, phone), await signIn(app, phone)];
    expect((await a.http.delete('/v1/sessions')).body).toEqual({ ended: 2 });
    for (const person of [a, b]) {
      expect((await person.http.get('/v1/accounts/me')).status).toBe(401);
      const refreshed = await app.http.post('/v1/sessions/refresh', { refreshToken: person.refreshToken });
      expect(refreshed).toMatchObject({ status: 401, body: { code: 'session_ended' } });
    }
  });

  it('row 2: one right code used 50 times at once gives exactly one session', async () => {
    const { phone, id } = await openAccount(app);
    const code = await askCode(phone);
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.http.post('/v1/sessions', { phone, code })));
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
    expect(answers.filter((a) => a.status === 422)).toHaveLength(49);
    expect(await app.db.query('SELECT 1 FROM sessions WHERE account_id = $1', [id])).toHaveLength(1);
  });

  it('row 3: five wrong tries lock the code, and asking again buys no new tries', async () => {
    const { phone } = await openAccount(app);
    const code = await askCode(phone);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let left = 4; left >= 0; left -= 1) {
      const answer = await app.http.post('/v1/sessions', { phone, code: wrong });
      expect(answer).toMatchObject({ status: 422, body: { code: 'code_invalid' } });
    }
    expect((await app.http.post('/v1/sessions', { phone, code })).status).toBe(422);
    app.clock.advance(61_000);
    expect(await app.http.post('/v1/sessions/codes', { phone })).toMatchObject({
      status: 429,
      body: { code: 'code_attempts_exhausted' },
    });
  });

  it('row 3: a code of one purpose opens nothing else', async () => {
    const { phone } = await openAccount(app);
    const person = await signIn(app, phone);
    const signInCode = await askCode(phone);
    await person.http.post('/v1/accounts/me/freeze', {});
    const frozen = await app.http.post<{ accessToken: string }>('/v1/sessions', { phone, code: signInCode });
    expect(frozen).toMatchObject({ status: 201, body: { status: 'frozen', mayUse: false } });
    const owner = app.http.with(frozen.body.accessToken);
    app.clock.advance(61_000);
    const known = app.get(MessageInbox).to(phone).length;
    expect((await owner.post('/v1/accounts/me/step-up-codes', { purpose: 'deregistration' })).status).toBe(202);
    const code = await codeSentTo(app, phone, known);
    expect(await owner.post('/v1/accounts/me/unfreeze', { code })).toMatchObject({
      status: 422,
      body: { code: 'code_invalid' },
    });
  });

  it('row 4: no code in any answer, event or job', async () => {
    const { phone } = await openAccount(app);
    const asked = await app.http.post('/v1/sessions/codes', { phone });
    const code = await codeSentTo(app, phone);
    expect(asked.text).not.toContain(code);
    const [found] = await app.db.query<{ n: string }>(
      `SELECT count(*) AS n FROM outbox_events WHERE data::text LIKE '%"' || $1 || '"%'`,
      [code],
    );
    expect(found?.n).toBe('0');
  });

  describe('row 13: strangers and the owner of a number', () => {
    const codeFor = async (phone: string, deviceToken?: string): Promise<string> => {
      const known = app.get(MessageInbox).to(phone).length;
      expect((await app.http.post('/v1/sessions/codes', { phone, deviceToken })).status).toBe(202);
      return codeSentTo(app, phone, known);
    };
    const tries = (phone: string, code: string, deviceToken?: string) =>
      app.http.post<{ code?: string; deviceToken?: string }>('/v1/sessions', { phone, code, deviceToken });
    /** Whoever knows the number has codes sent and guesses, as long as anything is sent and looked at. */
    const burn = async (phone: string, deviceToken?: string): Promise<void> => {
      for (let i = 0; i < 10; i += 1) {
        app.clock.advance(61_000);
        await app.http.post('/v1/sessions/codes', { phone, deviceToken });
        await tries(phone, '000000', deviceToken);
      }
      expect((await app.http.post('/v1/sessions/codes', { phone, deviceToken })).status).toBe(429);
    };

    it('who uses up the codes and tries of a number locks out strangers, not the device that was signed in before', async () => {
      const account = await openAccount(app);
      const { deviceToken } = await signIn(app, account.phone);
      await burn(account.phone);
      const signedIn = await tries(account.phone, await codeFor(account.phone, deviceToken), deviceToken);
      expect(signedIn).toMatchObject({ status: 201, body: { deviceToken: expect.any(String) } });
    });

    it('a device of another account, a token made up, altered or too old is a stranger', async () => {
      const [victim, attacker] = [await openAccount(app), await openAccount(app)];
      const { deviceToken: own } = await signIn(app, victim.phone);
      const { deviceToken: foreign } = await signIn(app, attacker.phone);
      await burn(victim.phone);
      const [id, since, mac] = own.split('.') as [string, string, string];
      const bad = [
        foreign,
        `${id}.${since}`,
        `${id}.zzzzzzzz.${mac}`,
        `${attacker.id}.${since}.${mac}`,
        `${own}.x`,
        'x',
      ];
      for (const deviceToken of bad) {
        const answer = await app.http.post<{ code: string }>('/v1/sessions/codes', {
          phone: victim.phone,
          deviceToken,
        });
        expect([deviceToken.length > 0, answer.status]).toEqual([true, 429]);
      }
      app.clock.advance(181 * 86_400_000);
      await burn(victim.phone);
      expect((await app.http.post('/v1/sessions/codes', { phone: victim.phone, deviceToken: own })).status).toBe(429);
    });

    it('a code asked for by the one is worth nothing to the other, and each has five tries', async () => {
      const { phone } = await openAccount(app);
      const { deviceToken } = await signIn(app, phone);
      app.clock.advance(61_000);
      const code = await codeFor(phone, deviceToken);
      expect((await tries(phone, code)).body.code).toBe('code_invalid');
      const wrong = code === '000000' ? '111111' : '000000';
      for (let i = 0; i < 5; i += 1) expect((await tries(phone, wrong, deviceToken)).status).toBe(422);
      expect((await tries(phone, code, deviceToken)).status).toBe(422);
    });
  });

  // In time: e2e/enumeration.
  describe('row 9: known, unknown and barred numbers look the same', () => {
    it('in status, body and headers, when asking for a code and when trying one', async () => {
      const known = await openAccount(app);
      const [unknown, barred] = [freshPhone(), freshPhone()];
      await barPhone(app, barred, 'evasion');
      app.clock.advance(61_000);
      const shape = (a: { status: number; body: object; headers: Headers }) => ({
        status: a.status,
        body: { ...a.body, expiresAt: 'x', requestId: 'x' },
        headers: [...a.headers.keys()].filter((name) => name !== 'date').sort(),
      });
      for (const path of ['/v1/sessions/codes', '/v1/sessions']) {
        const body = (phone: string) => (path.endsWith('codes') ? { phone } : { phone, code: '000000' });
        // Twice: the second time meets the limits.
        for (let i = 0; i < 2; i += 1) {
          const a = await app.http.post(path, body(known.phone));
          for (const phone of [unknown, barred])
            expect(shape(await app.http.post(path, body(phone)))).toEqual(shape(a));
        }
      }
      expect(app.get(MessageInbox).to(unknown)).toHaveLength(0);
    });
  });

  describe('row 15: token replay', () => {
    it('a refresh token works once; the second use ends the session for both holders', async () => {
      const { phone, id } = await openAccount(app);
      const person = await signIn(app, phone);
      const next = await app.http.post<{ refreshToken: string; accessToken: string }>('/v1/sessions/refresh', {
        refreshToken: person.refreshToken,
      });
      expect(next.status).toBe(201);
      expect(next.body.refreshToken).not.toBe(person.refreshToken);
      const replay = await app.http.post('/v1/sessions/refresh', { refreshToken: person.refreshToken });
      expect(replay).toMatchObject({ status: 401, body: { code: 'session_ended' } });
      expect((await app.http.post('/v1/sessions/refresh', { refreshToken: next.body.refreshToken })).status).toBe(401);
      expect((await app.http.with(next.body.accessToken).get('/v1/accounts/me')).status).toBe(401);
      const told = await app.db.query(
        `SELECT 1 FROM outbox_events WHERE account_id = $1 AND type = 'account.session_theft_suspected'`,
        [id],
      );
      expect(told).toHaveLength(1);
    });

    it('of 20 uses at once one gets through, and the session ends', async () => {
      const { phone } = await openAccount(app);
      const { refreshToken } = await signIn(app, phone);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => app.http.post('/v1/sessions/refresh', { refreshToken })),
      );
      expect(answers.filter((a) => a.status === 201).length).toBeLessThanOrEqual(1);
      expect((await app.http.post('/v1/sessions/refresh', { refreshToken })).status).toBe(401);
    });

    it('a client whose answer got lost repeats the request with its Idempotency-Key', async () => {
      const { phone } = await openAccount(app);
      const { refreshToken } = await signIn(app, phone);
      const headers = { 'idempotency-key': newId() };
      const first = await app.http.post('/v1/sessions/refresh', { refreshToken }, { headers });
      const again = await app.http.post('/v1/sessions/refresh', { refreshToken }, { headers });
      expect(again).toMatchObject({ status: 201, body: first.body });
    });

    it('a spent token stays spent after a restart and on another node', async () => {
      const { phone } = await openAccount(app);
      const { refreshToken } = await signIn(app, phone);
      await app.http.post('/v1/sessions/refresh', { refreshToken });
      const other = await startApp({ db: app.db, dataDir: app.dataDir, clock: app.clock, env: { ROLE: 'api' } });
      try {
        expect((await other.http.post('/v1/sessions/refresh', { refreshToken })).status).toBe(401);
      } finally {
        await other.stop();
      }
    });

    it('a forged token of a known session is nothing, and does not end it', async () => {
      const { phone } = await openAccount(app);
      const person = await signIn(app, phone);
      const bytes = Buffer.from(person.refreshToken.slice(3), 'base64url');
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      const forged = `rt_${bytes.toString('base64url')}`;
      expect((await app.http.post('/v1/sessions/refresh', { refreshToken: forged })).status).toBe(401);
      expect((await person.http.get('/v1/accounts/me')).status).toBe(200);
    });

    it('a session that was not used ends, and one that was ends at the end of its life', async () => {
      const { phone } = await openAccount(app);
      const person = await signIn(app, phone);
      app.clock.advance(31 * 86_400_000);
      expect((await app.http.post('/v1/sessions/refresh', { refreshToken: person.refreshToken })).status).toBe(401);
    });
  });

  describe('a command that ends its own session, sent again because its answer was lost', () => {
    const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
    const frozenTimes = (id: string): Promise<unknown[]> =>
      app.db.query(`SELECT 1 FROM audit_events WHERE account_id = $1 AND type = 'account.frozen'`, [id]);

    it('is answered as before and done once: freeze, sign-out here and everywhere', async () => {
      const { phone, id } = await openAccount(app);
      const [freezes, other] = [await signIn(app, phone), await signIn(app, phone)];
      const first = await freezes.http.post('/v1/accounts/me/freeze', {}, keyed('lost'));
      expect(first).toMatchObject({ status: 200, body: { state: 'frozen', sessionsEnded: 2 } });
      const again = await freezes.http.post('/v1/accounts/me/freeze', {}, keyed('lost'));
      expect(again).toMatchObject({ status: 200, body: first.body });
      expect(await frozenTimes(id)).toHaveLength(1);
      // Another ended session of the same account did not send it, and learns nothing.
      expect((await other.http.post('/v1/accounts/me/freeze', {}, keyed('lost'))).status).toBe(401);

      const person = await signIn(app, (await openAccount(app)).phone);
      const out = [1, 2].map(() => person.http.delete('/v1/sessions', undefined, keyed('out')));
      expect((await Promise.all(out)).map((a) => [a.status, a.body])).toEqual([1, 2].map(() => [200, { ended: 1 }]));
      const here = await signIn(app, (await openAccount(app)).phone);
      for (let i = 0; i < 2; i += 1) {
        expect((await here.http.delete('/v1/sessions/current', undefined, keyed('here'))).status).toBe(204);
      }
    });

    it('opens nothing else: no key, another key, another body, another route, a forged or expired token', async () => {
      const { phone, id } = await openAccount(app);
      const person = await signIn(app, phone);
      const freeze = (http: typeof person.http, body: object, key?: string) =>
        http.post('/v1/accounts/me/freeze', body, key === undefined ? {} : keyed(key));
      expect((await freeze(person.http, {}, 'mine')).status).toBe(200);
      const refused = [await freeze(person.http, {}), await freeze(person.http, {}, 'yours')];
      for (const answer of refused) {
        expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*invalid_token/);
      }
      expect((await freeze(person.http, { reportMisuse: false }, 'mine')).body['code']).toBe('idempotency_key_reused');
      expect((await person.http.delete('/v1/sessions', undefined, keyed('mine'))).status).toBe(422);
      expect((await person.http.post('/v1/accounts/me/unfreeze', { code: '000000' }, keyed('mine'))).status).toBe(401);
      const forged = app.http.with(`${person.accessToken.slice(0, -8)}AAAAAAAA`);
      expect((await freeze(forged, {}, 'mine')).status).toBe(401);
      app.clock.advance(86_400_000);
      expect((await freeze(person.http, {}, 'mine')).status).toBe(401);
      expect(await frozenTimes(id)).toHaveLength(1);
    });

    it('a key is of the account that sends it: two who choose the same one are both served', async () => {
      const people = await Promise.all([openAccount(app), openAccount(app)]);
      for (const { phone, id } of people) {
        const { http } = await signIn(app, phone);
        const answer = await http.post('/v1/accounts/me/freeze', {}, keyed('1'));
        expect(answer).toMatchObject({ status: 200, body: { accountId: id, state: 'frozen' } });
      }
    });
  });

  describe('row 8: each status × each privileged path, looked at when the flow ends', () => {
    const statuses: [string, AccountCommand[], number][] = [
      ['active', [], 201],
      ['frozen', ['freeze'], 201],
      ['closed', ['close'], 201],
      ['deregistering', ['deregister'], 201],
      ['deregistered', ['deregister', 'finish_deregistration'], 401],
    ];

    it.each(statuses)('%s between sign-in and refresh', async (status, commands, expected) => {
      const { phone, id } = await openAccount(app);
      const person = await signIn(app, phone);
      await move(id, ...commands);
      const refreshed = await app.http.post<{ accessToken: string }>('/v1/sessions/refresh', {
        refreshToken: person.refreshToken,
      });
      expect(refreshed.status).toBe(expected);
      if (expected === 201) {
        const standing = await app.http.with(refreshed.body.accessToken).get('/v1/accounts/me/standing');
        expect(standing.body).toMatchObject({ status, mayUse: status === 'active' });
      }
    });

    it.each(statuses)('%s between code and sign-in', async (status, commands, expected) => {
      const { phone, id } = await openAccount(app);
      const code = await askCode(phone);
      await move(id, ...commands);
      const answer = await app.http.post('/v1/sessions', { phone, code });
      expect(answer.status).toBe(expected === 201 ? 201 : 422);
      if (expected === 201) expect(answer.body).toMatchObject({ status, mayUse: status === 'active' });
    });

    it('awaiting_guardian: signs in to see and withdraw, and may use nothing (invariant 2)', async () => {
      const { phone } = await openAccount(app, undefined, { state: 'awaiting_guardian', birthDate: '2014-05-17' });
      const person = await signIn(app, phone);
      expect(person).toMatchObject({ status: 'awaiting_guardian', mayUse: false });
      expect((await person.http.patch('/v1/accounts/me', { displayName: '新名' })).status).toBe(403);
    });

    it('suspended: signs in to appeal or leave, and may use nothing', async () => {
      const { phone, id } = await openAccount(app);
      await app.get(Transactor).run(async (tx) => {
        await app.get(AccountsService).lockForUpdate(tx, id);
        const source = { kind: 'sanction', id: newId() };
        await app.get(StandingService).impose(tx, id, { kind: 'block', code: 'suspension', clause: '7.1', source });
      });
      expect(await signIn(app, phone)).toMatchObject({ status: 'suspended', mayUse: false });
    });

    it.each(statuses.slice(1))('%s: name and freeze are refused, and nothing changes', async (_status, commands) => {
      const { phone, id } = await openAccount(app);
      const person = await signIn(app, phone);
      await move(id, ...commands);
      const before = await app.db.query('SELECT version, state, display_name FROM accounts WHERE id = $1', [id]);
      const renamed = await person.http.patch('/v1/accounts/me', { displayName: '新名' });
      expect([403, 410]).toContain(renamed.status);
      if (commands[0] !== 'freeze')
        expect([403, 410]).toContain((await person.http.post('/v1/accounts/me/freeze', {})).status);
      expect(await app.db.query('SELECT version, state, display_name FROM accounts WHERE id = $1', [id])).toEqual(
        before,
      );
    });

    it('sessions ended by a deregistration are dead at once', async () => {
      const { phone, id } = await openAccount(app);
      const person = await signIn(app, phone);
      await app.get(Transactor).run(async (tx) => {
        await app.get(AccountsService).lockForUpdate(tx, id);
        await app.get(SessionsService).endAll(tx, id, 'deregistered', { actor: { kind: 'account', id } });
      });
      expect((await person.http.get('/v1/accounts/me')).status).toBe(401);
    });
  });

  describe('row 14: what is another’s stays another’s', () => {
    it('no path takes an account id from its holder, and staff routes refuse accounts', async () => {
      const [a, b] = [await openAccount(app), await openAccount(app)];
      const person = await signIn(app, a.phone);
      for (const path of [
        `/v1/accounts/${b.id}`,
        `/v1/accounts/${b.id}/standing`,
        `/v1/accounts/${b.id}/timeline`,
        `/v1/accounts/${a.id}`,
      ]) {
        expect((await person.http.get(path)).status).toBe(403);
        expect((await app.http.get(path)).status).toBe(401);
      }
      expect((await person.http.post(`/v1/accounts/${b.id}/disclosures`, { reason: 'because' })).status).toBe(403);
      const assigned = await person.http.patch('/v1/accounts/me', { displayName: '好', id: b.id, accountId: b.id });
      expect(assigned).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      expect((await person.http.post('/v1/accounts/me/freeze', { accountId: b.id })).status).toBe(400);
    });

    it('a token of one session does nothing for a session of another account', async () => {
      const [a, b] = [await openAccount(app), await openAccount(app)];
      const [mine, theirs] = [await signIn(app, a.phone), await signIn(app, b.phone)];
      await mine.http.delete('/v1/sessions');
      expect((await theirs.http.get('/v1/sessions')).status).toBe(200);
    });
  });

  it('freeze: stops every session at once, and is lifted by the owner with a code (REG-9)', async () => {
    const { phone, id } = await openAccount(app);
    const [phoneSession, stolen] = [await signIn(app, phone), await signIn(app, phone)];
    const frozen = await phoneSession.http.post('/v1/accounts/me/freeze', {});
    expect(frozen).toMatchObject({ status: 200, body: { state: 'frozen', sessionsEnded: 2 } });
    expect((await stolen.http.get('/v1/accounts/me')).status).toBe(401);
    const events = await app.db.query(
      `SELECT data FROM outbox_events WHERE account_id = $1 AND type = 'account.frozen'`,
      [id],
    );
    expect(events).toEqual([{ data: { reportedMisuse: true } }]);
    const owner = await signIn(app, phone);
    expect(owner).toMatchObject({ status: 'frozen', mayUse: false });
    app.clock.advance(61_000);
    const known = app.get(MessageInbox).to(phone).length;
    await owner.http.post('/v1/accounts/me/step-up-codes', { purpose: 'step_up' });
    const code = await codeSentTo(app, phone, known);
    const wrong = code === '111111' ? '222222' : '111111';
    expect((await owner.http.post('/v1/accounts/me/unfreeze', { code: wrong })).status).toBe(422);
    expect(await owner.http.post('/v1/accounts/me/unfreeze', { code })).toMatchObject({
      status: 200,
      body: { state: 'active' },
    });
    expect((await owner.http.get('/v1/accounts/me/standing')).body).toMatchObject({ status: 'active', mayUse: true });
  });
});
