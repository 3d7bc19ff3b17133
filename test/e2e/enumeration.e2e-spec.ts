import { AccountsService } from '../../src/modules/accounts/accounts.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { acceptancesNow, barPhone, openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/http-client.js';
import { rankZ } from '../support/rank-test.js';

const GROUPS = ['unknown', 'known', 'banned', 'cooling-off'] as const;
type Group = (typeof GROUPS)[number];
const STEPS = [
  'POST /v1/registrations',
  'POST …/codes',
  'POST /v1/sessions/codes',
  'POST /v1/sessions',
  'POST /v1/recovery-appeals',
] as const;
type Step = (typeof STEPS)[number];
type Samples = Record<Step, Record<Group, number[]>>;

const EACH = 60;
/** Two-sided, p ≈ 0.0001 of a comparison: fifteen of them, once repeated, hardly ever fail by chance. */
const APART = 3.9;

describe('row 9: nobody learns from an answer whether a number has an account (invariant 12)', () => {
  let app: TestApp;
  let acceptances: { documentId: string; version: string }[];
  beforeAll(async () => {
    // No worker: what is sent afterwards differs and must not be measured with the answer.
    app = await startApp({
      env: { ROLE: 'api', RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]', LIMITS_PUBLIC_REQUESTS: '1000000' },
    });
    acceptances = await acceptancesNow(app);
  });
  afterAll(() => app?.stop());

  let drawn = 0;
  /** Far apart, as numbers of strangers are: the rules on neighbouring numbers stay quiet. */
  const number = (): string => `+86139${String(10_000_000 + (((drawn += 1) * 7_919_317) % 89_999_999))}`;
  let visits = 0;
  /** Everybody from an address of their own. */
  const somewhere = (): string => {
    visits += 1;
    return `${11 + (visits % 80)}.${visits % 251}.${(visits * 7) % 253}.${1 + (visits % 200)}`;
  };

  async function numberOf(group: Group): Promise<string> {
    const phone = number();
    if (group === 'known' || group === 'cooling-off') {
      const account = await openAccount(app, phone);
      if (group === 'known') return phone;
      await app.get(Transactor).run(async (tx) => {
        const locked = await app.get(AccountsService).lockForUpdate(tx, account.id);
        const actor = { kind: 'account', id: account.id } as const;
        await app.get(AccountsService).move(tx, locked, 'deregister', { actor, clauses: ['2.5'] });
      });
    }
    if (group === 'banned') {
      await barPhone(app, phone);
    }
    return phone;
  }

  /** One person at every door, each request timed to its last byte. */
  async function walk(phone: string): Promise<Record<Step, { ms: number; answer: Answer }>> {
    const http = app.http.withHeaders({ 'x-forwarded-for': somewhere() });
    const timed = async (path: string, body: object): Promise<{ ms: number; answer: Answer }> => {
      const from = performance.now();
      const answer = await http.post(path, body);
      return { ms: performance.now() - from, answer };
    };
    const started = await timed('/v1/registrations', {
      method: 'phone',
      phone,
      birthDate: '1999-12-31',
      channel: 'web',
      acceptances,
    });
    return {
      'POST /v1/registrations': started,
      'POST …/codes': await timed(`/v1/registrations/${String(started.answer.body['id'])}/codes`, {}),
      'POST /v1/sessions/codes': await timed('/v1/sessions/codes', { phone }),
      'POST /v1/sessions': await timed('/v1/sessions', { phone, code: '000000' }),
      // The account is looked for and locked before the code is tried: as far as a stranger can come without a number to prove.
      'POST /v1/recovery-appeals': await timed('/v1/recovery-appeals', {
        lostPhone: phone,
        newPhone: number(),
        code: '000000',
        statement: '手机遗失，无法接收验证码。',
      }),
    };
  }

  /** What anybody sees, ids and instants made alike; the order and number of everything else counts. */
  const seen = (answer: Answer): string =>
    JSON.stringify([
      answer.status,
      answer.text
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
        .replace(/"requestId":"[^"]*"/, '"requestId":"R"'),
      [...answer.headers.keys()].filter((name) => name !== 'date').sort(),
    ]);

  async function measure(): Promise<{ samples: Samples; answers: Record<Step, Set<string>> }> {
    const people: { group: Group; phone: string }[][] = [];
    for (let i = 0; i < EACH; i += 1) {
      const round = await Promise.all(GROUPS.map(async (group) => ({ group, phone: await numberOf(group) })));
      // Another order each round, so that a slow second of the machine falls on every group alike.
      people.push([...round.slice(i % GROUPS.length), ...round.slice(0, i % GROUPS.length)]);
    }
    for (let i = 0; i < 15; i += 1) await walk(number());
    const samples = Object.fromEntries(
      STEPS.map((s) => [s, Object.fromEntries(GROUPS.map((g) => [g, [] as number[]]))]),
    ) as Samples;
    const answers = Object.fromEntries(STEPS.map((s) => [s, new Set<string>()])) as Record<Step, Set<string>>;
    for (const { group, phone } of people.flat()) {
      const walked = await walk(phone);
      for (const step of STEPS) {
        samples[step][group].push(walked[step].ms);
        answers[step].add(seen(walked[step].answer));
      }
    }
    return { samples, answers };
  }

  const told = (samples: Samples): string[] =>
    STEPS.flatMap((step) =>
      GROUPS.slice(1)
        .map((group) => ({ group, z: rankZ(samples[step][group], samples[step].unknown) }))
        .filter(({ z }) => Math.abs(z) > APART)
        .map(({ group, z }) => `${step}: ${group} against unknown, z = ${z.toFixed(1)}`),
    );

  it('the rank test tells apart what is apart, and not what is not', () => {
    const noisy = (shift: number, seed: number): number[] =>
      Array.from({ length: EACH }, (_, i) => shift + ((i * 37 + seed) % 60) / 10 + (i % 20 === 0 ? 50 : 0));
    expect(Math.abs(rankZ(noisy(5, 11), noisy(5, 29)))).toBeLessThan(APART);
    // Three milliseconds in six of noise, outliers of fifty included.
    expect(Math.abs(rankZ(noisy(5, 11), noisy(8, 29)))).toBeGreaterThan(APART);
    expect(rankZ([1, 1, 1], [1, 1, 1])).toBe(0);
  });

  it('known, unknown, banned and cooling-off numbers: one body, and times of one population', async () => {
    const first = await measure();
    for (const step of STEPS)
      expect([step, [...first.answers[step]].slice(0, 3)]).toEqual([step, [expect.any(String)]]);
    expect([...first.answers['POST /v1/registrations']][0]).toMatch(/^\[201,/);
    expect([...first.answers['POST …/codes']][0]).toMatch(/^\[202,/);
    expect([...first.answers['POST /v1/sessions/codes']][0]).toMatch(/^\[202,/);
    expect([...first.answers['POST /v1/recovery-appeals']][0]).toMatch(/^\[422,.*code_invalid/);
    // A real difference is there the second time too; a hiccup of the machine is not at the same place.
    const suspects = told(first.samples).map((line) => line.split(', z')[0]);
    if (suspects.length === 0) return;
    const again = told((await measure()).samples).filter((line) => suspects.includes(line.split(', z')[0]));
    expect(again).toEqual([]);
  }, 300_000);
});
