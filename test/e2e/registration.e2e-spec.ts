import { MessageInbox } from '../../src/demo/message-inbox.js';
import { acceptancesNow } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';

interface Proven {
  readonly id: string;
  readonly status: string;
  readonly account?: { id: string; state: string };
  readonly tokens?: { accessToken: string };
  readonly refusal?: { code: string; clauses: string[]; redress: string };
}

let app: TestApp;
let acceptances: { documentId: string; version: string }[];
let next = 0;

/** A new number each; spread, so that the rule on neighbouring numbers stays quiet. */
const newNumber = (): string => `+86138${String(10_000_000 + (next += 137)).slice(0, 8)}`;

beforeAll(async () => {
  app = await startApp();
  acceptances = await acceptancesNow(app);
});
afterAll(() => app.stop());

const form = (phone: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  method: 'phone',
  phone,
  birthDate: '1999-12-31',
  channel: 'web',
  acceptances,
  ...over,
});

const start = (phone: string, over: Record<string, unknown> = {}) =>
  app.http.post<{ id: string; status: string; code?: string }>('/v1/registrations', form(phone, over));

async function codeFor(phone: string): Promise<string> {
  await app.drain();
  return app.get(MessageInbox).to(phone)[0]?.params['code'] ?? '';
}

async function started(phone: string, over: Record<string, unknown> = {}): Promise<string> {
  const answer = await start(phone, over);
  expect(answer.status).toBe(201);
  return answer.body.id;
}

async function sent(phone: string, over: Record<string, unknown> = {}): Promise<{ id: string; code: string }> {
  const id = await started(phone, over);
  const answer = await app.http.post(`/v1/registrations/${id}/codes`, {});
  expect(answer.status).toBe(202);
  return { id, code: await codeFor(phone) };
}

const prove = (id: string, code: string) =>
  app.http.post<Proven & { code?: string }>(`/v1/registrations/${id}/verifications`, { code });

async function register(phone: string, over: Record<string, unknown> = {}): Promise<Proven> {
  const { id, code } = await sent(phone, over);
  const answer = await prove(id, code);
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('registering by phone (2.2)', () => {
  it('starts, sends, proves: an account, its acceptances and a session', async () => {
    const phone = newNumber();
    const begun = await start(phone, { displayName: '小明' });
    expect(begun.body).toEqual({ id: begun.body.id, status: 'started', expiresAt: expect.any(String) as string });
    await app.drain();
    expect(app.get(MessageInbox).to(phone)).toEqual([]);
    const asked = await app.http.post(`/v1/registrations/${begun.body.id}/codes`, {});
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ status: 'code_sent', resendAfterSeconds: 60 });
    const proven = await prove(begun.body.id, await codeFor(phone));
    expect(proven.body).toMatchObject({ status: 'completed', account: { state: 'active' } });
    const standing = await app.http.with(proven.body.tokens?.accessToken ?? '').get('/v1/accounts/me/standing');
    expect(standing).toMatchObject({ status: 200, body: { status: 'active', mayUse: true } });
    expect((await app.http.get(`/v1/registrations/${begun.body.id}`)).body).toMatchObject({ status: 'completed' });
    const kept = await app.db.query<{ sealed_person: Buffer | null; state: string }>(
      'SELECT * FROM registrations WHERE id = $1',
      [begun.body.id],
    );
    expect(kept[0]).toMatchObject({ state: 'completed', sealed_person: null });
  });

  it('in two requests: the code goes out with the beginning, for a known number and an unknown one alike', async () => {
    const phone = newNumber();
    const key = { headers: { 'idempotency-key': `two-requests-${phone}` } };
    const begin = () => app.http.post<{ id: string }>('/v1/registrations', form(phone, { sendCode: true }), key);
    const begun = await begin();
    expect(begun).toMatchObject({
      status: 201,
      body: { status: 'code_sent', codeExpiresAt: expect.any(String), resendAfterSeconds: 60 },
    });
    const code = await codeFor(phone);
    // A repeat sends no second message; another wish for a code waits like any other.
    expect((await begin()).body).toEqual(begun.body);
    const soon = await app.http.post(`/v1/registrations/${begun.body.id}/codes`, {});
    expect(soon).toMatchObject({ status: 429, body: { code: 'code_too_soon' } });
    await app.drain();
    expect(app.get(MessageInbox).to(phone)).toHaveLength(1);
    expect((await prove(begun.body.id, code)).body).toMatchObject({
      status: 'completed',
      account: { state: 'active' },
    });
    app.clock.advance(61_000);
    const again = await start(phone, { sendCode: true });
    expect([again.status, Object.keys(again.body).sort()]).toEqual([201, Object.keys(begun.body).sort()]);
    await app.drain();
    expect(app.get(MessageInbox).to(phone)[0]?.template).toBe('verification_code_existing_account');
    // Not wished for, nothing is sent.
    const quiet = newNumber();
    expect((await start(quiet, { sendCode: false })).body.status).toBe('started');
    await app.drain();
    expect(app.get(MessageInbox).to(quiet)).toEqual([]);
  });

  it('invariant 2: no acceptance of what is in effect, no registration', async () => {
    expect((await start(newNumber(), { acceptances: [] })).body).toMatchObject({ code: 'agreements_not_accepted' });
  });

  it('an answered request with a key is answered the same again', async () => {
    const phone = newNumber();
    const headers = { 'idempotency-key': `k-${phone}` };
    const first = await app.http.post<{ id: string }>('/v1/registrations', form(phone), { headers });
    const second = await app.http.post<{ id: string }>('/v1/registrations', form(phone), { headers });
    expect(second.body).toEqual(first.body);
    for (const other of [form(newNumber()), { ...form(phone), acceptances: [] }, { nonsense: true }]) {
      expect((await app.http.post('/v1/registrations', other, { headers })).body).toMatchObject({
        code: 'idempotency_key_reused',
      });
    }
  });

  it('a repeated request with a key is no second attempt: nothing is counted or judged again', async () => {
    const phone = newNumber();
    const headers = { 'idempotency-key': `r-${phone}` };
    const attempts = async (): Promise<number> => (await app.db.query('SELECT 1 FROM registration_decisions')).length;
    const first = await app.http.post('/v1/registrations', form(phone), { headers });
    const before = await attempts();
    for (let i = 0; i < 20; i += 1) {
      expect(await app.http.post('/v1/registrations', form(phone), { headers })).toMatchObject({
        status: 201,
        body: first.body,
      });
    }
    expect(await attempts()).toBe(before);
  });

  it('expires by time, without a job', async () => {
    const { id, code } = await sent(newNumber());
    app.clock.advance(3_600_000);
    try {
      expect((await app.http.get(`/v1/registrations/${id}`)).body).toMatchObject({ status: 'expired' });
      expect((await prove(id, code)).body).toMatchObject({ code: 'registration_expired' });
      expect((await app.http.post(`/v1/registrations/${id}/codes`, {})).body).toMatchObject({
        code: 'registration_expired',
      });
      await app.drain();
    } finally {
      app.clock.advance(-3_600_000);
    }
  });

  it('refuses what is not true to form', async () => {
    expect((await start('+8612345678901')).body).toMatchObject({ code: 'phone_invalid' });
    expect((await start('+8613800138000 ext 5')).body).toMatchObject({ code: 'phone_invalid' });
    expect((await start(newNumber(), { birthDate: '2030-01-01' })).body).toMatchObject({ code: 'birth_date_invalid' });
    expect((await start(newNumber(), { displayName: 'a\u202eb' })).body).toMatchObject({ code: 'name_unusable' });
    expect((await start(newNumber(), { displayName: 'Dеерѕеек 官方' })).body).toMatchObject({
      code: 'name_unusable',
      errors: [{ path: '/displayName', code: 'mixed_scripts' }],
    });
    expect((await start(newNumber(), { displayName: 'ＤｅｅｐＳｅｅｋ 宦方' })).body).toMatchObject({
      code: 'registration_refused',
      clauses: ['2.3(1)'],
    });
    expect((await start(newNumber(), { surprise: 1 })).status).toBe(400);
  });
});

describe('minors (2.1)', () => {
  it('a minor names a guardian, another number than their own, and waits', async () => {
    const phone = newNumber();
    expect((await start(phone, { birthDate: '2012-01-01' })).body).toMatchObject({ code: 'guardian_required' });
    const guardian = { phone, relationship: 'mother' };
    expect((await start(phone, { birthDate: '2012-01-01', guardian })).body).toMatchObject({
      code: 'guardian_invalid',
    });
    const proven = await register(phone, { birthDate: '2012-01-01', guardian: { ...guardian, phone: newNumber() } });
    expect(proven).toMatchObject({ status: 'awaiting_guardian', account: { state: 'awaiting_guardian' } });
    const standing = await app.http.with(proven.tokens?.accessToken ?? '').get('/v1/accounts/me/standing');
    expect(standing.body).toMatchObject({ status: 'awaiting_guardian', mayUse: false });
  });

  it('under eight nobody registers alone', async () => {
    const guardian = { phone: newNumber(), relationship: 'mother' };
    expect((await start(newNumber(), { birthDate: '2021-01-01', guardian })).body).toMatchObject({
      code: 'registration_refused',
      errors: [{ path: '/birthDate', code: 'too_young_to_register_alone' }],
    });
  });
});

describe('row 1 and row 3: guesses over HTTP', () => {
  it('200 parallel wrong codes: at most five are looked at, and re-sending buys none', async () => {
    const phone = newNumber();
    const { id, code } = await sent(phone);
    const wrong = code === '000000' ? '000001' : '000000';
    const answers = await Promise.all(Array.from({ length: 200 }, () => prove(id, wrong)));
    expect(new Set(answers.map((a) => a.body.code))).toEqual(new Set(['code_invalid']));
    const [row] = await app.db.query<{ attempts: number }>(
      'SELECT attempts FROM verification_codes WHERE subject_id = $1',
      [id],
    );
    expect(row?.attempts).toBe(5);
    expect((await prove(id, code)).body).toMatchObject({ code: 'code_invalid' });
    app.clock.advance(61_000);
    expect((await app.http.post(`/v1/registrations/${id}/codes`, {})).body).toMatchObject({
      code: 'code_attempts_exhausted',
    });
  });
});

describe('row 2: one code, one account', () => {
  it('50 parallel uses of one right code: one account, one session', async () => {
    const { id, code } = await sent(newNumber());
    const answers = await Promise.all(Array.from({ length: 50 }, () => prove(id, code)));
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1);
    expect(answers.every((a) => a.status < 500)).toBe(true);
    const [row] = await app.db.query<{ account_id: string }>('SELECT account_id FROM registrations WHERE id = $1', [
      id,
    ]);
    const sessions = await app.db.query('SELECT 1 FROM sessions WHERE account_id = $1', [row?.account_id]);
    expect(sessions).toHaveLength(1);
  });
});

describe('invariant 1: one live account per number', () => {
  it('20 registrations of one number, all proven at once: exactly one account', async () => {
    const phone = newNumber();
    const attempts: { id: string; code: string }[] = [];
    for (let i = 0; i < 6; i += 1) {
      attempts.push(await sent(phone));
      app.clock.advance(61_000);
    }
    const answers = await Promise.all(attempts.map(({ id, code }) => prove(id, code)));
    expect(answers.map((a) => a.status)).toEqual(answers.map(() => 200));
    expect(answers.filter((a) => a.body.status === 'completed')).toHaveLength(1);
    for (const a of answers.filter((b) => b.body.status !== 'completed')) {
      expect(a.body).toMatchObject({ status: 'refused', refusal: { code: 'account_exists', clauses: ['2.2'] } });
    }
  });
});

describe('row 9: nobody learns whether a number has an account', () => {
  it('start and code answer the same, in shape, for a number with an account; its holder reads it in the message', async () => {
    const [known, unknown] = [newNumber(), newNumber()];
    await register(known);
    app.clock.advance(61_000);
    const shape = (body: Record<string, unknown>): string[] =>
      Object.entries(body)
        .map(([key, value]) => (key === 'status' || key === 'resendAfterSeconds' ? `${key}=${String(value)}` : key))
        .sort();
    const answers = await Promise.all(
      [known, unknown].map(async (phone) => {
        const begun = await start(phone);
        const asked = await app.http.post(`/v1/registrations/${begun.body.id}/codes`, {});
        const told = await app.http.get(`/v1/registrations/${begun.body.id}`);
        const wrong = await prove(begun.body.id, '000000');
        return {
          id: begun.body.id,
          all: [begun, asked, told, wrong].map((a) => [
            a.status,
            ...shape(a.body as unknown as Record<string, unknown>),
          ]),
        };
      }),
    );
    expect(answers[0]?.all).toEqual(answers[1]?.all);
    await app.drain();
    expect(app.get(MessageInbox).to(known)[0]?.template).toBe('verification_code_existing_account');
    expect(app.get(MessageInbox).to(unknown)[0]?.template).toBe('verification_code');
    const holder = await prove(answers[0]?.id ?? '', app.get(MessageInbox).to(known)[0]?.params['code'] ?? '');
    expect(holder.body).toMatchObject({ status: 'refused', refusal: { code: 'account_exists' } });
    expect(holder.body.account).toBeUndefined();
    expect(holder.body.tokens).toBeUndefined();
  });

  it('in time too: the medians of both lie within a band of each other', async () => {
    const known = Array.from({ length: 15 }, newNumber);
    for (const phone of known) {
      await register(phone);
      app.clock.advance(3_000);
    }
    app.clock.advance(61_000);
    const samples: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    for (const phone of known) {
      for (const [kind, number] of [
        ['known', phone],
        ['unknown', newNumber()],
      ] as const) {
        const begun = await start(number);
        const from = performance.now();
        const asked = await app.http.post(`/v1/registrations/${begun.body.id}/codes`, {});
        samples[kind].push(performance.now() - from);
        expect(asked.status).toBe(202);
      }
    }
    const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
    const [a, b] = [median(samples.known), median(samples.unknown)];
    expect(Math.abs(a - b)).toBeLessThan(Math.max(a, b) * 0.5);
  });
});

describe('row 10: a number has one key, however it is written', () => {
  it('equivalent spellings reach the one account', async () => {
    await register('+8613911002200');
    for (const spelling of [
      '1３911002200',
      '0086 139 1100 2200',
      'tel:+86-139-1100-2200',
      '\u200e+86 139\u200b11002200',
    ]) {
      app.clock.advance(61_000);
      const id = await started(spelling);
      await app.http.post(`/v1/registrations/${id}/codes`, {});
      const proven = await prove(id, await codeFor('+8613911002200'));
      expect(proven.body).toMatchObject({ refusal: { code: 'account_exists' } });
    }
  });
});

describe('row 4: the code stands nowhere but in the message', () => {
  it('no answer, table, queue or header holds it', async () => {
    const phone = newNumber();
    const begun = await start(phone);
    const asked = await app.http.post(`/v1/registrations/${begun.body.id}/codes`, {});
    const told = await app.http.get(`/v1/registrations/${begun.body.id}`);
    const code = await codeFor(phone);
    expect(code).toMatch(/^\d{6}$/);
    for (const answer of [begun, asked, told]) {
      expect(answer.text).not.toContain(code);
      expect(JSON.stringify([...answer.headers])).not.toContain(`"${code}"`);
    }
    const tables = await app.db.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const wholeWord = `(^|[^0-9a-fA-F-])${code}([^0-9a-fA-F-]|$)`;
    for (const { schema, name } of tables) {
      const found = await app.db.query(
        `SELECT 1 FROM "${schema}"."${name}" AS t WHERE t::text ~ $1 AND t::text !~ '\\.${code}' LIMIT 1`,
        [wholeWord],
      );
      expect([name, found.length]).toEqual([name, 0]);
      const number = await app.db.query(`SELECT 1 FROM "${schema}"."${name}" AS t WHERE t::text LIKE $1 LIMIT 1`, [
        `%${phone.slice(1)}%`,
      ]);
      expect([name, number.length]).toEqual([name, 0]);
    }
  });
});
