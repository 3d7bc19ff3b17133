import { AgreementsService } from '../../src/modules/agreements/agreements.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { refusalOf } from '../../src/platform/http/problem.filter.js';
import { freshPhone } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/http-client.js';

/** A process that has just started, and a crowd at its door: everybody is served or told when to come back, nobody gets a 500. */
describe.each([
  ['PostgreSQL', (): Record<string, string> => ({ REGISTRATION_COUNTERS: 'postgres' })],
  [
    'Redis',
    (): Record<string, string> => ({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REGISTRATION_COUNTERS: 'redis' }),
  ],
])('the first requests of a process, attempts counted in %s', (_store, env) => {
  let app: TestApp;
  const begun = async (more: Record<string, string> = {}): Promise<TestApp> => {
    app = await startApp({ env: { ...env(), ...more } });
    return app;
  };
  afterEach(() => app.stop());

  /** By the door, so that the first request over HTTP is the first of all. */
  const form = async (): Promise<object> => {
    const required = await app.get(AgreementsService).requiredAt(app.clock.now());
    const acceptances = required.map(({ documentId, version }) => ({ documentId, version }));
    return { method: 'phone', birthDate: '1999-12-31', channel: 'web', acceptances };
  };
  const register = async (shared: object): Promise<Answer> => {
    const headers = { 'idempotency-key': freshPhone() };
    const started = await app.http.post<{ id: string }>(
      '/v1/registrations',
      { ...shared, phone: freshPhone() },
      { headers },
    );
    return started.status === 201 ? app.http.post(`/v1/registrations/${started.body.id}/codes`, {}) : started;
  };

  it('fifty registrations at once are fifty registrations', async () => {
    await begun();
    const shared = await form();
    const answers = await Promise.all(Array.from({ length: 50 }, () => register(shared)));
    expect(answers.filter((a) => a.status !== 202).map((a) => a.text)).toEqual([]);
    expect(await app.db.query('SELECT 1 FROM registrations')).toHaveLength(50);
  }, 120_000);

  it('with two connections for all of them the rest is told to come back', async () => {
    await begun({ DATABASE_POOL_SIZE: '2' });
    const shared = await form();
    const answers = await Promise.all(Array.from({ length: 50 }, () => register(shared)));
    for (const { status, headers } of answers) {
      expect([202, 503]).toContain(status);
      if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  }, 120_000);

  it('with no connection left at all: 503 and when to come back', async () => {
    await begun({ DATABASE_POOL_SIZE: '2', ROLE: 'api' });
    const shared = await form();
    let free: () => void = () => undefined;
    const held = new Promise<void>((done) => (free = done));
    const holding = [1, 2].map(() => app.get(Transactor).run(() => held));
    const answer = await register(shared);
    free();
    await Promise.all(holding);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await register(shared)).status).toBe(202);
  }, 60_000);
});

it.each(['40001', '40P01', '25P03', '53300', '55P03', '57014', '57P01', '08006'])(
  'SQLSTATE %s is an outage, not a fault of ours: 503 with Retry-After',
  (code) => {
    const error = Object.assign(new Error('failed'), { driverError: { code } });
    expect(refusalOf(error)).toMatchObject({ definition: { status: 503 }, options: { retryAfterSeconds: 2 } });
  },
);
