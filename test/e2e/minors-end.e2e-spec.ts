import { SYSTEM } from '../../src/kernel/actor.js';
import { turns } from '../../src/kernel/age.js';
import { acceptancesNow, freshPhone } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { HttpClient } from '../support/http-client.js';
import {
  guardianCode,
  linkTokenOf,
  minorWithConsent,
  newestTo,
  registerMinor,
  templatesTo,
} from '../support/minors.js';
import { serviceToken } from '../support/tokens.js';

interface Standing {
  readonly status: string;
  readonly mayUse: boolean;
  readonly blocks: { code: string }[];
  readonly pending: { code: string; dueAt: string | null }[];
  readonly minor: { band: string } | null;
}

const DAY = 86_400_000;

/** How being a minor ends: by coming of age, by leaving, or because nobody ever consented (2.1, 2.5; MIN-2, MIN-4). */
describe('the end of being a minor here', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { LIMITS_PUBLIC_REQUESTS: '1000000' } });
  });
  afterAll(() => app?.stop());

  const tokenIn = (guardian: string): string => linkTokenOf(app, guardian);
  const templates = (phone: string): string[] => templatesTo(app, phone);
  const standing = async (id: string): Promise<Standing> => {
    const gateway = app.http.with(await serviceToken(app, 'standing:read'));
    return (await gateway.get<Standing>(`/v1/accounts/${id}/standing`)).body;
  };

  async function signIn(phone: string): Promise<HttpClient> {
    app.clock.advance(61_000);
    await app.http.post('/v1/sessions/codes', { phone });
    await app.drain();
    const { body } = await app.http.post<{ accessToken: string }>('/v1/sessions', {
      phone,
      code: newestTo(app, phone, 'code'),
    });
    return app.http.with(body.accessToken);
  }

  const stateOf = async (accountId: string): Promise<string> => {
    const [row] = await app.db.query<{ state: string }>('SELECT state FROM accounts WHERE id = $1', [accountId]);
    return row?.state ?? 'none';
  };

  it('a guardian who has not consented may end the account; withdrawn, it waits again and can still be consented to', async () => {
    const guardian = freshPhone();
    const { accountId, phone, http } = await registerMinor(app, guardian, '2012-05-05');
    const token = tokenIn(guardian);
    const page = await app.http.get<{ actions: string[] }>(`/v1/guardian-consents/${token}`);
    expect(page.body.actions).toEqual(['decide', 'deregister']);
    const code = await guardianCode(app, token, guardian);
    expect((await app.http.post(`/v1/guardian-consents/${token}/deregistration`, { code })).status).toBe(202);
    await app.drain();
    expect(await standing(accountId)).toMatchObject({ status: 'deregistering', mayUse: false });
    const meanwhile = { decision: 'granted', code: await guardianCode(app, token, guardian), guardianName: '王芳' };
    expect((await app.http.post(`/v1/guardian-consents/${token}/decision`, meanwhile)).body['code']).toBe(
      'ward_not_open',
    );
    expect((await http.get('/v1/accounts/me')).status).toBe(401);
    expect((await (await signIn(phone)).delete('/v1/accounts/me/deregistration')).status).toBeLessThan(300);
    expect(await stateOf(accountId)).toBe('awaiting_guardian');
    const again = { ...meanwhile, code: await guardianCode(app, token, guardian) };
    expect((await app.http.post(`/v1/guardian-consents/${token}/decision`, again)).status).toBe(200);
    expect(await standing(accountId)).toMatchObject({ status: 'active', mayUse: true });
  });

  it('an account whose guardian never consents ends by itself, and its number is free again', async () => {
    const guardian = freshPhone();
    const { accountId, phone } = await registerMinor(app, guardian, '2012-05-05');
    app.clock.advance(7 * DAY + 1000);
    await app.drain();
    expect(await stateOf(accountId)).toBe('awaiting_guardian');
    app.clock.advance(29 * DAY);
    await app.drain();
    expect(await stateOf(accountId)).toBe('awaiting_guardian');
    app.clock.advance(DAY + 1000);
    await app.drain();
    expect(await standing(accountId)).toMatchObject({ status: 'deregistering', mayUse: false });
    const requestState = async (): Promise<string> => {
      const [row] = await app.db.query<{ state: string }>('SELECT state FROM deregistrations WHERE account_id = $1', [
        accountId,
      ]);
      return row?.state ?? 'none';
    };
    // Days until it is approved and the notice has gone out, then hours: participants have to be asked and to answer.
    for (let i = 0; i < 30 && ['cooling_off', 'in_review', 'approved'].includes(await requestState()); i += 1) {
      app.clock.advance(DAY / 2);
      await app.drain();
    }
    for (let i = 0; i < 30 && (await requestState()) !== 'completed'; i += 1) {
      app.clock.advance(3_600_000);
      await app.drain();
    }
    const [request] = await app.db.query<{ reason: string; by: string }>(
      `SELECT decision_reason_code AS reason, decided_by ->> 'id' AS by FROM deregistrations WHERE account_id = $1`,
      [accountId],
    );
    expect(request).toEqual({ reason: 'legal_duty', by: SYSTEM.id });
    expect(await stateOf(accountId)).toBe('deregistered');
    const claims = await app.db.query('SELECT 1 FROM identifier_claims WHERE account_id = $1', [accountId]);
    expect(claims).toEqual([]);
    expect(await app.db.query('SELECT 1 FROM guardian_consents WHERE account_id = $1', [accountId])).toEqual([]);
    expect(templates(phone)).toContain('deregistration_final_notice');
  }, 120_000);

  it('asking somebody else gives new time', async () => {
    const first = freshPhone();
    const { accountId, phone } = await registerMinor(app, first, '2012-05-05');
    await app.http.post(`/v1/guardian-consents/${tokenIn(first)}/decision`, { decision: 'refused' });
    app.clock.advance(20 * DAY);
    await app.drain();
    const person = await signIn(phone);
    const named = await person.post('/v1/accounts/me/guardian-consent', {
      phone: freshPhone(),
      relationship: 'father',
    });
    expect(named.status).toBe(201);
    app.clock.advance(20 * DAY);
    await app.drain();
    expect(await stateOf(accountId)).toBe('awaiting_guardian');
  });

  it.each([14, 18])(
    'who turns %i is asked for their own acceptance; use stops when it is overdue, and accepting ends it',
    async (age) => {
      const today = new Date(app.clock.now().getTime() + 8 * 3_600_000 + 3 * DAY).toISOString().slice(0, 10);
      const { accountId, phone } = await minorWithConsent(app, `${Number(today.slice(0, 4)) - age}${today.slice(4)}`);
      app.clock.set(new Date(`${today}T00:00:01+08:00`));
      await app.drain();
      await app.drain();
      expect(await standing(accountId)).toMatchObject({ mayUse: true, pending: [{ code: 'own_acceptance_pending' }] });
      expect(templates(phone)).toContain('own_acceptance_due');
      app.clock.advance(30 * DAY + 1000);
      const overdue = await standing(accountId);
      expect(overdue).toMatchObject({ status: 'active', mayUse: false });
      expect(overdue.blocks.map((b) => b.code)).toEqual(['own_acceptance_pending']);
      const person = await signIn(phone);
      const acceptances = await acceptancesNow(app);
      expect(
        (await person.post('/v1/accounts/me/acceptances', { acceptances: acceptances.slice(1) })).status,
      ).toBeLessThan(500);
      expect((await standing(accountId)).mayUse).toBe(false);
      expect((await person.post('/v1/accounts/me/acceptances', { acceptances })).status).toBe(201);
      expect(await standing(accountId)).toMatchObject({ mayUse: true, pending: [], blocks: [] });
    },
  );

  it('born on 29 February: asked on 1 March of a common year, not on 28 February', async () => {
    const [born, age] = [2016, 14] as const;
    const day = turns(`${born}-02-29`, age);
    expect(day.toISOString()).toBe(`${born + age}-02-28T16:00:00.000Z`);
    const { accountId } = await minorWithConsent(app, `${born}-02-29`);
    // The clock runs: an hour before, whatever the machine takes.
    app.clock.set(new Date(day.getTime() - 3_600_000));
    await app.drain();
    expect((await standing(accountId)).pending).toEqual([]);
    app.clock.set(new Date(day.getTime() + 1000));
    await app.drain();
    await app.drain();
    expect(await standing(accountId)).toMatchObject({ pending: [{ code: 'own_acceptance_pending' }] });
  });

  it('who turns 18 while nobody has consented needs nobody any more', async () => {
    const today = new Date(app.clock.now().getTime() + 8 * 3_600_000 + 3 * DAY).toISOString().slice(0, 10);
    const guardian = freshPhone();
    const { accountId } = await registerMinor(app, guardian, `${Number(today.slice(0, 4)) - 18}${today.slice(4)}`);
    app.clock.set(new Date(`${today}T00:00:01+08:00`));
    await app.drain();
    await app.drain();
    expect(await standing(accountId)).toMatchObject({
      status: 'active',
      mayUse: true,
      minor: null,
      pending: [{ code: 'own_acceptance_pending' }],
    });
    expect((await app.http.get<{ state: string }>(`/v1/guardian-consents/${tokenIn(guardian)}`)).body.state).toBe(
      'expired',
    );
  });
});
