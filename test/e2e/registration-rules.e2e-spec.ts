import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { newId } from '../../src/kernel/ids.js';
import { ReplayRulesService } from '../../src/modules/registration/replay-rules.service.js';
import { acceptancesNow, barPhone } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { staffToken } from '../support/tokens.js';

interface Policy {
  version: string;
  rules: { id: string; limit?: number; when: object }[];
  segments: Record<string, string[]>;
}
interface Begun {
  id: string;
  status: string;
  code?: string;
  clauses?: string[];
  challenge?: { kind: string; parameters: Parameters<typeof solveChallenge>[0]['challenge'] };
}
interface Proven {
  status: string;
  code?: string;
  account?: { id: string };
  refusal?: { code: string; clauses: string[] };
}

let app: TestApp;
let folder: string;
let rulesFile: string;
let acceptances: { documentId: string; version: string }[];
let next = 0;
const shipped = parse(readFileSync('config/registration-rules.yaml', 'utf8')) as Policy;

/** Far apart, so that no two lie in one block of a hundred. */
const newNumber = (prefix = '+86139'): string =>
  `${prefix}${String(10_000_000 + (next += 211)).slice(0, 14 - prefix.length)}`;

/** The shipped policy with other limits. */
function write(version: string, limits: Record<string, number>, over: Partial<Policy> = {}): Policy {
  const rules = shipped.rules.map((rule) =>
    limits[rule.id] === undefined ? rule : { ...rule, limit: limits[rule.id] as number },
  );
  const policy = { ...shipped, ...over, version, rules };
  writeFileSync(rulesFile, stringify(policy));
  app?.clock.advance(6_000);
  return policy;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
  rulesFile = join(folder, 'rules.yaml');
  write('first', {});
  app = await startApp({
    env: {
      REGISTRATION_RULES_FILE: rulesFile,
      REGISTRATION_CHALLENGE_COST: '10',
      CODES_RESEND_COOLDOWN: 'PT0S',
      CODES_MAX_SENDS_PER_HOUR: '100',
      CODES_MAX_SENDS_PER_DAY: '100',
      RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]',
    },
  });
  acceptances = await acceptancesNow(app);
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

let address = 0;
/** A client at an address of its own, unless told. */
const from = (ip = `198.51.${Math.floor((address += 1) / 250)}.${(address % 250) + 1}`) =>
  app.http.withHeaders({ 'x-forwarded-for': ip });

const start = (phone: string, over: Record<string, unknown> = {}, ip?: string) =>
  from(ip).post<Begun>('/v1/registrations', {
    method: 'phone',
    phone,
    birthDate: '1999-12-31',
    channel: 'web',
    acceptances,
    ...over,
  });
const send = (id: string, body: Record<string, unknown> = {}) =>
  from().post<{ code?: string }>(`/v1/registrations/${id}/codes`, body);
const prove = (id: string, code: string, ip?: string) =>
  from(ip).post<Proven>(`/v1/registrations/${id}/verifications`, { code });

async function codeFor(phone: string): Promise<string> {
  await app.drain();
  return (
    app
      .get(MessageInbox)
      .to(phone)
      .find((m) => m.params['code'] !== undefined)?.params['code'] ?? ''
  );
}

async function register(phone: string, over: Record<string, unknown> = {}, ip?: string): Promise<Proven> {
  const begun = await start(phone, over, ip);
  expect(begun.status).toBe(201);
  expect((await send(begun.body.id)).status).toBe(202);
  return (await prove(begun.body.id, await codeFor(phone), ip)).body;
}

async function solve(begun: Begun): Promise<string> {
  const challenge = begun.challenge?.parameters;
  if (challenge === undefined) throw new Error('no challenge');
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}

it('invariant 1: 50 concurrent registrations of one number yield exactly one account', async () => {
  write('generous', { 'number-often': 1000 });
  const phone = newNumber();
  const ids = (await Promise.all(Array.from({ length: 50 }, () => start(phone)))).map((a) => a.body.id);
  for (const id of ids) expect((await send(id)).status).toBe(202);
  await app.drain();
  const issued = await app.db.query<{ subject_id: string; issue_id: string }>(
    'SELECT subject_id, issue_id FROM verification_codes',
  );
  const issueOf = new Map(issued.map((row) => [row.subject_id, row.issue_id]));
  const messages = app.get(MessageInbox).to(phone);
  const codes = ids.map((id) => messages.find((m) => m.id === issueOf.get(id))?.params['code']);
  const answers = await Promise.all(ids.map((id, i) => prove(id, codes[i] ?? '')));
  expect(answers.filter((a) => a.body.status === 'completed')).toHaveLength(1);
  expect(answers.filter((a) => a.body.refusal?.code === 'account_exists')).toHaveLength(49);
  const accounts = await app.db.query('SELECT 1 FROM accounts');
  expect(accounts).toHaveLength(1);
}, 120_000);

describe('challenge (2.3(3))', () => {
  it('a number of a virtual operator solves a proof of work before a code is sent', async () => {
    const begun = await start(newNumber('+86170'));
    expect(begun.body.challenge).toMatchObject({ kind: 'proof_of_work' });
    expect((await send(begun.body.id)).body).toMatchObject({ code: 'challenge_required' });
    expect((await send(begun.body.id, { challengeResponse: 'e30=' })).body).toMatchObject({ code: 'challenge_failed' });
    const solution = await solve(begun.body);
    expect((await send(begun.body.id, { challengeResponse: solution })).status).toBe(202);
    // Once passed it stays passed: another code needs no other proof.
    expect((await send(begun.body.id)).status).toBe(202);
  });

  it('row 16: a solution is worth nothing for another registration, nor with cheaper parameters', async () => {
    const [a, b] = [await start(newNumber('+86170')), await start(newNumber('+86171'))];
    const solution = await solve(a.body);
    expect((await send(b.body.id, { challengeResponse: solution })).body).toMatchObject({ code: 'challenge_failed' });
    const cheap = {
      ...b.body.challenge?.parameters,
      parameters: { ...b.body.challenge?.parameters.parameters, cost: 1, keyPrefix: '00' },
    };
    const forged = await solve({ ...b.body, challenge: { kind: 'proof_of_work', parameters: cheap as never } });
    expect((await send(b.body.id, { challengeResponse: forged })).body).toMatchObject({ code: 'challenge_failed' });
  });
});

it('bad input: whatever stands in for a solution is refused, and never breaks anything', async () => {
  const begun = await start(newNumber('+86170'));
  const real = begun.body.challenge?.parameters as unknown as { parameters: object; signature: string };
  const payloads = [
    null,
    [],
    'text',
    { challenge: null, solution: null },
    { challenge: real, solution: { counter: -1, derivedKey: 'zz' } },
    { challenge: real, solution: { counter: 1e300, derivedKey: '' } },
    { challenge: { ...real, signature: 'no hex' }, solution: { counter: 1, derivedKey: '00' } },
    {
      challenge: { ...real, parameters: { ...real.parameters, salt: 'no hex', nonce: '' } },
      solution: { counter: 1, derivedKey: '00' },
    },
    {
      challenge: { ...real, parameters: { ...real.parameters, keyLength: 1e9, expiresAt: 'never' } },
      solution: { counter: 1, derivedKey: '00' },
    },
    {
      challenge: { ...real, parameters: { ...real.parameters, data: 'text' } },
      solution: { counter: 1, derivedKey: '00' },
    },
  ];
  const texts = [...payloads.map((p) => Buffer.from(JSON.stringify(p)).toString('base64')), '{', '\u0001?', '%%%'];
  for (const challengeResponse of texts) {
    const answer = await send(begun.body.id, { challengeResponse });
    expect([challengeResponse, answer.status === 403 || answer.status === 400]).toEqual([challengeResponse, true]);
  }
});

describe('bulk (2.3(3))', () => {
  it('many numbers on one device are challenged, then refused, with rule, clause and what was seen on record', async () => {
    write('device', {});
    const deviceId = `device-${newId()}`;
    const answers = [];
    for (let i = 0; i < 9; i += 1) answers.push(await start(newNumber(), { deviceId }));
    expect(answers.slice(0, 3).every((a) => a.status === 201 && a.body.challenge === undefined)).toBe(true);
    expect(answers.slice(3, 8).every((a) => a.status === 201 && a.body.challenge !== undefined)).toBe(true);
    expect(answers[8]?.status).toBe(429);
    expect(answers[8]?.body).toMatchObject({ code: 'registration_limited', clauses: ['2.3(3)'] });
    expect(answers[8]?.headers.get('retry-after')).toBe('86400');
    const [decision] = await app.db.query<{ fired: unknown; facts: object; policy_version: string }>(
      `SELECT * FROM registration_decisions WHERE outcome = 'refuse' ORDER BY at DESC LIMIT 1`,
    );
    expect(decision).toMatchObject({
      policy_version: 'device',
      fired: [
        { rule: 'device-several-numbers', observed: 9, limit: 3, clause: '2.3(3)' },
        { rule: 'device-many-numbers', observed: 9, limit: 8, clause: '2.3(3)', outcome: 'refuse' },
      ],
    });
    expect(JSON.stringify(decision)).not.toContain(deviceId);
  });

  it('a run of neighbouring numbers is held for a moderator, who sees why and decides with a reason', async () => {
    write('run', { 'neighbouring-numbers': 3 });
    const run = Array.from({ length: 5 }, (_, i) => `+861590000770${i}`);
    const answers: Proven[] = [];
    for (const phone of run) answers.push(await register(phone));
    expect(answers.map((a) => a.status)).toEqual(['completed', 'completed', 'completed', 'in_review', 'in_review']);

    const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
    const held = await app.db.query<{ id: string }>(
      `SELECT id FROM registrations WHERE state = 'in_review' ORDER BY id`,
    );
    const [first, second] = held.map((h) => h.id);
    const seen = await moderator.get<{ version: number }>(`/v1/registrations/${first}/review`);
    expect(seen.body).toMatchObject({
      status: 'in_review',
      decisions: [
        { stage: 'start', outcome: 'review', fired: [{ rule: 'neighbouring-numbers', observed: 4, limit: 3 }] },
        { stage: 'proof' },
      ],
    });
    expect(seen.text).not.toContain('1590000770');

    const decide = (id: string | undefined, decision: string, version: number) =>
      moderator.post(
        `/v1/registrations/${id}/decision`,
        { decision, reasonCode: 'looked_at' },
        { headers: { 'if-match': `"${version}"` } },
      );
    expect((await decide(first, 'approve', seen.body.version)).body).toMatchObject({ code: 'review_claim_required' });
    for (let i = 0; i < 2; i += 1) {
      expect((await moderator.post('/v1/review-tasks/claim-next', { kinds: ['registration'] })).status).toBe(200);
    }
    expect((await decide(first, 'approve', 1)).body).toMatchObject({ code: 'stale_version' });
    const approved = await decide(first, 'approve', seen.body.version);
    expect(approved.body).toMatchObject({ status: 'completed', accountId: expect.any(String) as string });
    const refused = await decide(second, 'refuse', seen.body.version);
    expect(refused.body).toMatchObject({ status: 'refused', refusal: 'refused_on_review' });
    expect((await decide(first, 'refuse', seen.body.version + 1)).status).toBe(409);
    await app.drain();
    expect(app.get(MessageInbox).to(run[3] ?? '')[0]?.template).toBe('registration_approved');
    expect(app.get(MessageInbox).to(run[4] ?? '')[0]?.template).toBe('registration_refused');
    expect((await app.http.get(`/v1/registrations/${second}`)).body).toMatchObject({
      status: 'refused',
      refusal: { code: 'refused_on_review' },
    });
    const kept = await app.db.query<{ sealed_person: null }>(
      `SELECT sealed_person FROM registrations WHERE id = ANY($1::uuid[])`,
      [[first, second]],
    );
    expect(kept.every((k) => k.sealed_person === null)).toBe(true);
  });

  it('a strip of numbers with one stride, in any order, is held; what was only typed makes no run of proven numbers', async () => {
    write('strip', { 'numbers-in-a-run': 3, 'numbers-in-a-run-asked': 3 });
    const strip = (i: number): string => `+86159${String(20_047_700 + 7 * i)}`;
    const typed = [];
    for (let i = 10; i < 14; i += 1) typed.push(await start(strip(i)));
    expect(typed.map((t) => t.body.challenge !== undefined)).toEqual([false, false, false, true]);
    write('strip proven', { 'numbers-in-a-run': 3 });
    const statuses: string[] = [];
    for (const i of [2, 0, 4, 1, 3]) statuses.push((await register(strip(i))).status);
    expect(statuses).toEqual(['completed', 'completed', 'completed', 'completed', 'in_review']);

    const [held] = await app.db.query<{ id: string }>(
      `SELECT id FROM registrations WHERE state = 'in_review' ORDER BY started_at DESC LIMIT 1`,
    );
    const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
    const seen = await moderator.get(`/v1/registrations/${held?.id}/review`);
    const run = { length: 5, stride: 7, overMs: expect.any(Number) as number };
    expect(seen.body).toMatchObject({
      decisions: [
        { stage: 'start' },
        {
          stage: 'proof',
          outcome: 'review',
          fired: [{ rule: 'numbers-in-a-run', clause: '2.3(3)', observed: 5, limit: 3, window: 'P1D' }],
          facts: { runs: { 'numbers-in-a-run': run } },
        },
      ],
    });
    expect(seen.text).not.toContain(strip(3).slice(4));
    const kept = await app.db.query('SELECT key, member FROM registration_marks');
    expect(JSON.stringify(kept)).not.toContain('592004');
    const recorded = await app.db.query('SELECT keys FROM registration_decisions WHERE registration_id = $1', [
      held?.id,
    ]);
    expect(JSON.stringify(recorded)).toMatch(/"hidden":\d+/);
    expect(JSON.stringify(recorded)).not.toContain('592004');

    const rules = shipped.rules.map((r) => (r.id === 'numbers-in-a-run' ? { ...r, limit: 4 } : r));
    const replayed = await app.get(ReplayRulesService).replay({ ...shipped, version: 'longer', rules }, 'P7D');
    // This one and the five neighbours of the test before.
    expect(replayed.byRule['numbers-in-a-run']).toBe(2);
  });

  it('answers quicker than a hand, again and again from one subnet, are held', async () => {
    write('quick', { 'quicker-than-a-hand': 2 });
    const statuses: string[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await register(newNumber(), {}, `203.0.113.${i + 1}`)).status);
    expect(statuses.slice(0, 2)).toEqual(['completed', 'completed']);
    expect(statuses.at(-1)).toBe('in_review');
  });

  it('row 12: 300 attempts from one subnet, 20 at a time: exactly the limit gets through', async () => {
    write('flood', { 'subnet-very-often': 100, 'subnet-often': 1000, 'address-often': 1000 });
    let passed = 0;
    for (let i = 0; i < 300; i += 20) {
      const batch = await Promise.all(
        Array.from({ length: 20 }, (_, j) => start(newNumber(), {}, `192.0.2.${((i + j) % 250) + 1}`)),
      );
      passed += batch.filter((a) => a.status === 201).length;
      expect(batch.every((a) => a.status === 201 || a.status === 429)).toBe(true);
    }
    expect(passed).toBe(100);
  }, 120_000);
});

describe('row 1: one code guessed from many addresses', () => {
  const codeWrong = (code: string, i: number): string => {
    const guess = String((i * 7_919) % 1_000_000).padStart(6, '0');
    return guess === code ? '999999' : guess;
  };
  const attemptsOf = async (purpose: string): Promise<number> => {
    const [row] = await app.db.query<{ attempts: number }>(
      'SELECT attempts FROM verification_codes WHERE purpose = $1 ORDER BY issued_at DESC LIMIT 1',
      [purpose],
    );
    return row?.attempts ?? -1;
  };

  it('of a registration: 120 guesses, each from an address of its own, and five are looked at', async () => {
    write('guesses', {});
    const phone = newNumber();
    const { id } = (await start(phone)).body;
    await send(id);
    const code = await codeFor(phone);
    for (let i = 0; i < 120; i += 20) {
      const batch = await Promise.all(Array.from({ length: 20 }, (_, j) => prove(id, codeWrong(code, i + j))));
      expect(new Set(batch.map((a) => a.body.code))).toEqual(new Set(['code_invalid']));
    }
    expect(await attemptsOf('registration')).toBe(5);
    expect((await prove(id, code)).body.code).toBe('code_invalid');
  });

  it('of a sign-in: also when every guess is preceded by a new code, and the address changes each time', async () => {
    const phone = newNumber();
    expect((await register(phone)).status).toBe('completed');
    const guess = async (i: number, askFirst: boolean): Promise<string> => {
      if (askFirst) await from().post('/v1/sessions/codes', { phone });
      const code = codeWrong('', i);
      return String((await from().post<{ code?: string }>('/v1/sessions', { phone, code })).body.code);
    };
    const answers: string[] = [];
    for (let i = 0; i < 60; i += 20)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, (_, j) => guess(i + j, true)))));
    expect(new Set(answers)).toEqual(new Set(['code_invalid']));
    expect(await attemptsOf('sign_in')).toBe(5);
    // Half an hour later five more, and no more than that a window however many addresses there are.
    app.clock.advance(31 * 60_000);
    await from().post('/v1/sessions/codes', { phone });
    await Promise.all(Array.from({ length: 20 }, (_, i) => guess(100 + i, false)));
    expect(await attemptsOf('sign_in')).toBe(5);
  });
});

describe('REG-7: barred (7.1)', () => {
  it('row 9 and row 10: a barred number is answered like any other until its holder proves it; a bar needs no account to stand', async () => {
    write('bars', {});
    const phone = newNumber();
    await barPhone(app, phone);
    for (const spelling of [phone, phone.slice(3), `0086 ${phone.slice(3)}`]) {
      const begun = await start(spelling);
      expect([begun.status, Object.keys(begun.body).sort()]).toEqual([201, ['expiresAt', 'id', 'status']]);
      expect((await send(begun.body.id)).status).toBe(202);
      expect(app.get(MessageInbox).to(phone)[0]?.template ?? 'verification_code').toBe('verification_code');
      const proven = await prove(begun.body.id, await codeFor(phone));
      expect(proven.body).toMatchObject({
        status: 'refused',
        refusal: { code: 'identifier_barred', clauses: ['7.1'] },
      });
    }
    app.clock.advance(86_400_000);
    expect((await register(phone)).status).toBe('completed');
  });
});

describe('the policy', () => {
  it('is read again when the file changes, recorded and audited once; a version that does not read changes nothing', async () => {
    write('tight', { 'number-often': 0 });
    expect((await start(newNumber())).body).toMatchObject({ code: 'registration_limited' });
    writeFileSync(rulesFile, 'version: broken\nrules: [{ id: x }]\n');
    app.clock.advance(6_000);
    expect((await start(newNumber())).body).toMatchObject({ code: 'registration_limited' });
    write('open-again', {});
    expect((await start(newNumber())).status).toBe(201);
    const versions = await app.db.query<{ version: string }>(
      'SELECT version FROM registration_policies ORDER BY first_used_at',
    );
    expect(versions.map((v) => v.version)).toEqual(expect.arrayContaining(['first', 'tight', 'open-again']));
    expect(versions.map((v) => v.version)).not.toContain('broken');
    const audited = await app.db.query(
      `SELECT 1 FROM audit_events WHERE type = 'registration_rules.activated' AND target_id = 'tight'`,
    );
    expect(audited).toHaveLength(1);
  });

  it('replay tells what a changed policy would have done to the recorded attempts, and changes nothing', async () => {
    const before = await app.db.query<{ n: string }>('SELECT count(*) AS n FROM registration_decisions');
    const policy = {
      ...shipped,
      version: 'candidate',
      rules: shipped.rules.map((r) => (r.id === 'device-many-numbers' ? { ...r, limit: 4 } : r)),
    };
    const result = await app.get(ReplayRulesService).replay(policy, 'P7D');
    expect(result.attempts).toBe(Number(before[0]?.n));
    expect(result.totals['challenge>refuse']).toBe(4);
    expect(result.byRule['device-many-numbers']).toBe(5);
    expect(await app.db.query('SELECT count(*) AS n FROM registration_decisions')).toEqual(before);
    await expect(app.get(ReplayRulesService).replay({ version: 'x' }, 'P7D')).rejects.toThrow('rules must be a list');
  });
});
