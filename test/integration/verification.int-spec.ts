import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { MovableClock } from '../../src/kernel/clock.js';
import { newId } from '../../src/kernel/ids.js';
import { BudgetService } from '../../src/modules/verification/budget.service.js';
import { BudgetStore } from '../../src/modules/verification/budget.store.js';
import { CodeSealer } from '../../src/modules/verification/code-sealer.js';
import type { Purpose } from '../../src/modules/verification/domain/code.js';
import { SendCodesService } from '../../src/modules/verification/send-codes.service.js';
import { CodesConfig } from '../../src/modules/verification/verification.config.js';
import { type CodeCheck, VerificationService } from '../../src/modules/verification/verification.service.js';
import { VerificationStore } from '../../src/modules/verification/verification.store.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { FieldCipher } from '../../src/platform/crypto/field-cipher.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { DirectoryKeyRingStore } from '../../src/platform/crypto/key-ring.store.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { DatabaseConfig } from '../../src/platform/database/database.config.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { MessageSender, type OutgoingMessage } from '../../src/platform/messages/message-sender.js';
import { RelaySignal } from '../../src/platform/queues/relay-signal.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

class Inbox extends MessageSender {
  readonly name = 'inbox';
  readonly sent: OutgoingMessage[] = [];
  failures = 0;

  send(message: OutgoingMessage): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error(`provider down, ${message.to}`));
    }
    this.sent.push(message);
    return Promise.resolve();
  }
}

let db: TestDatabase;
let dataSource: DataSource;
let keys: string;
let clock: MovableClock;
let transactor: Transactor;
let service: VerificationService;
let sending: SendCodesService;
let inbox: Inbox;
let budget: BudgetService;
let config: CodesConfig;
const TO = '+8613800138000';

beforeAll(async () => {
  db = await createDatabase();
  keys = mkdtempSync(join(tmpdir(), 'codes-keys-'));
});
afterAll(async () => {
  await db.drop();
  rmSync(keys, { recursive: true, force: true });
});

beforeEach(async () => {
  await db.query('TRUNCATE verification_codes, verification_sends, code_send_counts, code_budget_alarms');
  clock = new MovableClock();
  const ring = new KeyRing(new DirectoryKeyRingStore(keys), clock);
  ring.generateMissing();
  const database = Object.assign(new DatabaseConfig(), { poolSize: 30 });
  dataSource = await new DataSource(await dataSourceOptions(database, db.url)).initialize();
  const cipher = new FieldCipher(ring);
  transactor = new Transactor(dataSource, cipher, clock);
  const store = new VerificationStore();
  const sealer = new CodeSealer(cipher, new BlindIndex(ring));
  inbox = new Inbox();
  config = new CodesConfig();
  budget = new BudgetService(new BudgetStore(), transactor, config, clock);
  service = new VerificationService(store, config, sealer, budget, transactor, new RelaySignal(), clock);
  sending = new SendCodesService(store, sealer, inbox, transactor, clock);
});
afterEach(() => dataSource.destroy());

const issue = (subjectId: string, over: { purpose?: Purpose; to?: string; address?: string } = {}) =>
  transactor.run((tx) => service.issue(tx, { purpose: 'registration', subjectId, to: TO, locale: 'en', ...over }));

/** As a use case does it: the check's outcome leaves the transaction, whatever it is. */
const check = (subjectId: string, code: string, purpose: Purpose = 'registration'): Promise<CodeCheck> =>
  transactor.run((tx) => service.check(tx, { purpose, subjectId, code }));

async function dispatch(): Promise<void> {
  const now = clock.now();
  const claims = await transactor.run((tx) => sending.claim(tx, now, new Date(now.getTime() + 60_000), 100));
  for (const { rowIds } of claims) await sending.send(rowIds);
}

async function issueAndRead(subjectId: string, over: { purpose?: Purpose; to?: string } = {}): Promise<string> {
  await issue(subjectId, over);
  await dispatch();
  return inbox.sent.at(-1)?.params['code'] ?? '';
}

const wrongOf = (code: string): string => (code === '000000' ? '000001' : '000000');
const attemptsOf = async (subjectId: string): Promise<number> =>
  (
    await db.query<{ attempts: number }>('SELECT attempts FROM verification_codes WHERE subject_id = $1', [subjectId])
  )[0]?.attempts ?? -1;

describe('row 1: parallel guesses do not pass the cap', () => {
  it('200 parallel wrong codes: at most 5 are looked at, and the right one is then worth nothing', async () => {
    const subject = newId();
    const code = await issueAndRead(subject);
    const checks = await Promise.all(Array.from({ length: 200 }, () => check(subject, wrongOf(code))));
    expect(checks.every((c) => !c.right)).toBe(true);
    expect(
      checks
        .map((c) => (c.right ? -1 : c.attemptsLeft))
        .filter((left) => left > 0)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
    expect(await attemptsOf(subject)).toBe(5);
    expect(await check(subject, code)).toEqual({ right: false, attemptsLeft: 0 });
  });

  it('with all transactions open before the first check, the same', async () => {
    const subject = newId();
    const code = await issueAndRead(subject);
    let begun = 0;
    let open: () => void = () => undefined;
    const barrier = new Promise<void>((resolve) => (open = resolve));
    const attempts = Array.from({ length: 25 }, () =>
      transactor.run(async (tx) => {
        await tx.query('SELECT 1');
        begun += 1;
        if (begun === 25) open();
        await barrier;
        return service.check(tx, { purpose: 'registration', subjectId: subject, code: wrongOf(code) });
      }),
    );
    await Promise.all(attempts);
    expect(await attemptsOf(subject)).toBe(5);
  });

  it('a use case that fails after a wrong code has still spent the try once it commits the outcome', async () => {
    const subject = newId();
    const code = await issueAndRead(subject);
    const outcome = await check(subject, wrongOf(code));
    expect(outcome).toEqual({ right: false, attemptsLeft: 4 });
    expect(await attemptsOf(subject)).toBe(1);
  });
});

describe('row 2: a code is used once', () => {
  it.each([20, 50])('%i parallel right codes: exactly one success', async (parallel) => {
    const subject = newId();
    const code = await issueAndRead(subject);
    const checks = await Promise.all(Array.from({ length: parallel }, () => check(subject, code)));
    expect(checks.filter((c) => c.right)).toHaveLength(1);
    expect((await check(subject, code)).right).toBe(false);
  });

  it('a use case that rolls back gives the code back, so that nobody is locked out by our fault', async () => {
    const subject = newId();
    const code = await issueAndRead(subject);
    const failing = transactor.run(async (tx) => {
      expect((await service.check(tx, { purpose: 'registration', subjectId: subject, code })).right).toBe(true);
      throw new Error('later step failed');
    });
    await expect(failing).rejects.toThrow('later step');
    expect((await check(subject, code)).right).toBe(true);
  });
});

describe('row 3: one counter for every route and every re-send', () => {
  it('asking for a new code does not buy new tries, and the wait is told', async () => {
    const subject = newId();
    const first = await issueAndRead(subject);
    for (let i = 0; i < 3; i += 1) await check(subject, wrongOf(first));
    clock.advance(61_000);
    const second = await issueAndRead(subject);
    expect((await check(subject, first === second ? wrongOf(first) : first)).right).toBe(false);
    expect(await check(subject, wrongOf(second))).toEqual({ right: false, attemptsLeft: 0 });
    expect((await check(subject, second)).right).toBe(false);
    clock.advance(61_000);
    await expect(issue(subject)).rejects.toMatchObject({
      code: 'code_attempts_exhausted',
      options: { retryAfterSeconds: expect.any(Number) as number },
    });
    clock.advance(30 * 60_000);
    const third = await issueAndRead(subject);
    expect((await check(subject, third)).right).toBe(true);
  });

  it('a code fits its purpose, its subject and its last issue only', async () => {
    const [a, b] = [newId(), newId()];
    const code = await issueAndRead(a, { purpose: 'step_up' });
    await issueAndRead(b, { purpose: 'step_up', to: '+8613900139000' });
    expect((await check(a, code, 'deregistration')).right).toBe(false);
    expect((await check(b, code, 'step_up')).right).toBe(code === inbox.sent.at(-1)?.params['code']);
    expect((await check(a, code, 'step_up')).right).toBe(true);
  });

  it('expires by the clock, without a job', async () => {
    const subject = newId();
    const code = await issueAndRead(subject);
    clock.advance(10 * 60_000);
    expect((await check(subject, code)).right).toBe(false);
  });

  it('refuses what is no code without comparing it', async () => {
    const subject = newId();
    await issueAndRead(subject);
    for (const text of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
      expect((await check(subject, text)).right).toBe(false);
  });
});

describe('row 4: the code stands nowhere in clear', () => {
  it('not in its row, before or after sending, and the sealed message goes when it is sent', async () => {
    const subject = newId();
    const { issueId } = await issue(subject);
    const before = await db.query<{ sealed_message: Buffer | null }>(
      'SELECT * FROM verification_codes WHERE issue_id = $1',
      [issueId],
    );
    expect(before[0]?.sealed_message).toBeInstanceOf(Buffer);
    await dispatch();
    const code = inbox.sent[0]?.params['code'] ?? 'none';
    const after = await db.query<{ sealed_message: Buffer | null }>(
      'SELECT * FROM verification_codes WHERE issue_id = $1',
      [issueId],
    );
    expect(after[0]?.sealed_message).toBeNull();
    for (const row of [...before, ...after]) {
      const text = Object.entries(row as Record<string, unknown>)
        .filter(([name]) => /digest|sealed|destination|wording|purpose/.test(name))
        .map(([, value]) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))
        .join(' ');
      expect(text).not.toContain(`"${code}"`);
      expect(text).not.toContain(TO);
    }
  });
});

describe('sending', () => {
  it('20 parallel requests for one number send one code', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => issue(newId())));
    await dispatch();
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
    expect(inbox.sent).toHaveLength(1);
  });

  it('tells how long to wait, and caps sends per number however many subjects ask', async () => {
    await issue(newId());
    await expect(issue(newId())).rejects.toMatchObject({ code: 'code_too_soon', options: { retryAfterSeconds: 60 } });
    for (let i = 1; i < 6; i += 1) {
      clock.advance(61_000);
      await issue(newId());
    }
    clock.advance(61_000);
    await expect(issue(newId())).rejects.toMatchObject({ code: 'code_limit_reached' });
  });

  it("row 13: whoever burns the sends of a stranger's number at sign-up leaves its owner able to sign in", async () => {
    for (let i = 0; i < 6; i += 1) {
      await issue(newId(), { purpose: 'registration' });
      clock.advance(61_000);
    }
    await expect(issue(newId(), { purpose: 'registration' })).rejects.toMatchObject({ code: 'code_limit_reached' });
    const owner = newId();
    const code = await issueAndRead(owner, { purpose: 'sign_in' });
    expect((await check(owner, code, 'sign_in')).right).toBe(true);
  });

  it('a provider that is down is tried again, until the code is too old to be of use', async () => {
    const subject = newId();
    inbox.failures = 2;
    await issue(subject);
    await dispatch();
    expect(inbox.sent).toHaveLength(0);
    clock.advance(5_000);
    await dispatch();
    clock.advance(10_000);
    await dispatch();
    expect(inbox.sent).toHaveLength(1);
    expect((await check(subject, inbox.sent[0]?.params['code'] ?? '')).right).toBe(true);

    inbox.failures = 1;
    clock.advance(61_000);
    const late = newId();
    await issue(late, { to: '+8613900139000' });
    await dispatch();
    clock.advance(11 * 60_000);
    await dispatch();
    expect(inbox.sent).toHaveLength(1);
    const [row] = await db.query<{ sealed_message: Buffer | null }>(
      'SELECT sealed_message FROM verification_codes WHERE subject_id = $1',
      [late],
    );
    expect(row?.sealed_message).toBeNull();
  });

  it('two dispatchers never claim one code', async () => {
    for (let i = 0; i < 10; i += 1) await issue(newId(), { to: `+861380013${8000 + i}` });
    const now = clock.now();
    const claims = await Promise.all(
      Array.from({ length: 4 }, () =>
        transactor.run((tx) => sending.claim(tx, now, new Date(now.getTime() + 60_000), 100)),
      ),
    );
    const ids = claims.flat().flatMap((claim) => claim.rowIds);
    expect(ids).toHaveLength(10);
    expect(new Set(ids).size).toBe(10);
  });
});

describe('row 13: SMS pumping', () => {
  const flood = async (count: number): Promise<number> => {
    let refused = 0;
    for (let i = 0; i < count; i += 1) {
      const to = `+3932${String(10_000_000 + i)}`;
      await issue(newId(), { to }).catch((error: { code?: string }) => {
        expect(error.code).toBe('code_limit_reached');
        refused += 1;
      });
      if (i % 5 === 4) {
        await budget.recount();
        clock.advance(16_000);
      }
    }
    return refused;
  };

  it('a flood to one country is seen and put on record once an hour, and nothing is refused while the budget only records', async () => {
    expect(await flood(25)).toBe(0);
    const alarms = await db.query<{ country: string; mode: string }>(
      'SELECT country, span, mode FROM code_budget_alarms ORDER BY span',
    );
    expect(alarms).toEqual([
      { country: 'IT', span: 'day', mode: 'record_only' },
      { country: 'IT', span: 'hour', mode: 'record_only' },
    ]);
  });

  /** Far apart; each a number that can be sent to. */
  const NUMBERS = {
    IT: (i: number) => `+3932${String(10_000_000 + i)}`,
    FR: (i: number) => `+336${String(12_000_000 + i)}`,
    DE: (i: number) => `+49151${String(10_000_000 + i)}`,
    GB: (i: number) => `+447400${String(100_000 + i)}`,
    CN: (i: number) => `+86139${String(10_000_000 + i)}`,
  };
  const asks = async (address: string, to: string, purpose: Purpose = 'registration'): Promise<string> => {
    clock.advance(1_000);
    try {
      await issue(newId(), { to, address, purpose });
      return 'sent';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('one address, a few numbers in many countries: stopped at the fourth country, though no country is over anything', async () => {
    Object.assign(config, { smsBudget: 'enforce', smsBudgetHourFloor: 1000, smsBudgetDayFloor: 1000 });
    const seen: string[] = [];
    for (const of of Object.values(NUMBERS)) seen.push(await asks('203.0.113.9', of(1)));
    expect(seen).toEqual(['sent', 'sent', 'sent', 'sent', 'code_limit_reached']);
    // The rest of the world, a household beside it, and owners from that very address are not touched.
    expect(await asks('203.0.113.10', NUMBERS.CN(2))).toBe('sent');
    expect(await asks('203.0.113.9', NUMBERS.CN(3), 'sign_in')).toBe('sent');
    // It is the same customer behind every address of one /64.
    for (const of of Object.values(NUMBERS).slice(0, 4)) await asks('2001:db8:1:2::1', of(7));
    expect(await asks('2001:db8:1:2:ffff::9', NUMBERS.CN(8))).toBe('code_limit_reached');
    expect(await asks('2001:db8:1:3::1', NUMBERS.CN(9))).toBe('sent');
  });

  it('one address, many numbers: stopped, also at the door for lost accounts; who proves what they ask for goes on', async () => {
    Object.assign(config, { smsBudget: 'enforce', smsBudgetHourFloor: 1000, smsBudgetDayFloor: 1000 });
    let sent = 0;
    while ((await asks('203.0.113.9', NUMBERS.CN(sent))) === 'sent') sent += 1;
    expect(sent).toBe(16);
    expect(await asks('203.0.113.9', NUMBERS.CN(500), 'recovery')).toBe('code_limit_reached');

    // A campus: three of four are entered.
    for (let i = 0; i < 60; i += 1) {
      const subject = newId();
      const to = NUMBERS.CN(10_000 + i);
      await issue(subject, { to, address: '198.51.100.7' });
      await dispatch();
      const code = inbox.sent.at(-1)?.params['code'] ?? '';
      if (i % 4 > 0) expect((await check(subject, code)).right).toBe(true);
    }
  });

  it('an address over its budget is put on record without telling which', async () => {
    for (let i = 0; i < 20; i += 1) await asks('203.0.113.9', NUMBERS.CN(i));
    await budget.recount();
    const alarms = await db.query<{ country: string; span: string; observed: number }>(
      `SELECT country, span, observed FROM code_budget_alarms WHERE country = '*'`,
    );
    expect(alarms).toEqual([{ country: '*', span: 'address_hour', observed: 20 }]);
    const rows = await db.query('SELECT * FROM verification_codes');
    expect(JSON.stringify(rows)).not.toContain('203.0.113.9');
  });

  it('enforced, it stops the flood; another country, and owners signing in there, are not touched', async () => {
    Object.assign(config, { smsBudget: 'enforce' });
    expect(await flood(25)).toBeGreaterThanOrEqual(15);
    await issue(newId(), { to: TO });
    await issue(newId(), { purpose: 'sign_in', to: '+393210000099' });
  });
});

it('finished codes and counters are forgotten', async () => {
  const subject = newId();
  await issueAndRead(subject);
  clock.advance(2 * 86_400_000);
  expect(await service.forgetFinished()).toBe(2);
  expect(await service.forgetFinished()).toBe(0);
});
