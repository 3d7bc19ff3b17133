import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { parse, stringify } from 'yaml';
import { acceptancesNow, freshPhone, openAccount, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { type BuiltService, commands, type Ended } from '../support/commands.js';
import { createDatabase, emptyDatabase, type TestDatabase } from '../support/database.js';
import { apply, approve, execute, type Leaver, QUICK, reach, toReview } from '../support/leaving.js';

/** What an operator types, typed: processes of their own against a server's database (docs/operations.md). */
let service: BuiltService;
let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  service = commands();
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** No embedded anything: database, keys, issuer and sender are an installation's own. */
const installation = (db: TestDatabase): Record<string, string> => ({
  NODE_ENV: 'production',
  DATABASE_URL: db.url,
  DATA_DIR: file('data'),
  PORT: '0',
  PUBLIC_URL: 'https://accounts.example',
  STAFF_ISSUER: 'https://staff.example',
  STAFF_AUDIENCE: 'account-lifecycle',
  CRYPTO_KEY_DIRECTORY: file('ring'),
  CRYPTO_ACTIVATION_DELAY: 'PT1S',
  TOKENS_KEY_FILE: file('ring/signing.jwks.json'),
  SMS_PROVIDERS: '[http]',
  SMS_HTTP_URL: 'https://sms.example/send',
  SMS_HTTP_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});

it('a story of the demo that goes wrong says so by its exit code', async () => {
  const nobody = { BASE_URL: 'http://127.0.0.1:9' };
  expect(await service.demo([], nobody)).toMatchObject({
    code: 1,
    err: expect.stringContaining('the scenario stopped'),
  });
  expect(await service.demo(['--scenario', 'no-such'], nobody)).toMatchObject({ code: 1 });
});

describe('a new installation', () => {
  let db: TestDatabase;
  const cli = (...args: string[]): Promise<Ended> => service.cli(args, installation(db));
  beforeAll(async () => {
    db = await emptyDatabase();
  });
  afterAll(() => db.drop());

  it('refuses to start without keys and names all that are missing, before it looks at the schema', async () => {
    const refused = await service.server(installation(db));
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/no signing keys: .*keys init/);
    expect(refused.err).toMatch(/no key for field, blind-index, record-key: .*keys init/);
    expect((await cli('keys', 'init')).code).toBe(0);
  }, 300_000);

  it('refuses to start while the schema is behind, and says what to run', async () => {
    const refused = await service.server(installation(db));
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/the database lacks \d+ migration\(s\): run "npm run migrate" first/);
    const check = await cli('migrate', '--check');
    expect([check.code, check.out]).toEqual([1, expect.stringMatching(/^0 applied, \d+ missing\n {2}Create/)]);
  }, 300_000);

  it('migrate brings the schema up once, also when two come at the same moment', async () => {
    const both = await Promise.all([cli('migrate'), cli('migrate')]);
    expect(both.map((one) => [one.code, one.err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(both.filter((one) => one.out.startsWith('nothing to do'))).toHaveLength(1);
    expect((await cli('migrate')).out).toBe('nothing to do\n');
    expect(await cli('migrate', '--check')).toMatchObject({ code: 0, out: expect.stringContaining(', 0 missing') });
  }, 300_000);

  it('has no key that nobody made: keys init makes them for their owner alone, and replaces none', async () => {
    rmSync(file('ring'), { recursive: true, force: true });
    const without = await cli('keys', 'list');
    expect([without.code, without.err]).toEqual([1, expect.stringContaining('keys init')]);
    const made = await cli('keys', 'init');
    expect([made.code, made.out]).toEqual([0, expect.stringContaining('made field, blind-index, record-key')]);
    const before = readFileSync(file('ring/signing.jwks.json'), 'utf8');
    expect((await cli('keys', 'init')).out).toContain('nothing was missing');
    expect(readFileSync(file('ring/signing.jwks.json'), 'utf8')).toBe(before);
    expect(statSync(file('ring/signing.jwks.json')).mode & 0o077).toBe(0);
    expect((await cli('keys', 'list')).out).toMatch(/^field 1 active from \S+ \(current\)$/m);
  }, 300_000);

  it('agreements publish: a text from a file, once; what contradicts it is refused with its reason', async () => {
    writeFileSync(file('terms.md'), '# 用户协议\n\n第一条 本协议自公布之日起生效。\n');
    const publish = ['agreements', 'publish', '--document', 'user_agreement', '--version', '2026-11-01'];
    const rest = ['--file', file('terms.md'), '--effective-at', '2026-11-01', '--summary', '首次发布'];
    const first = await cli(...publish, ...rest);
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(
      /^user_agreement 2026-11-01 published, in effect from 2026-10-31T16:00:00.000Z\nsha256 [0-9a-f]{64}\n$/,
    );
    expect(await cli(...publish, ...rest)).toMatchObject({ code: 1, out: '' });
    expect((await cli('agreements', 'publish', '--document', 'user_agreement')).code).toBe(1);
    expect((await cli(...publish, '--file', file('nothing.md'), '--effective-at', '2026-11-01')).code).toBe(1);
    expect((await cli('agreements', 'list')).out).toMatch(
      /user_agreement \(\w+\)\n {2}2026-11-01 from \S+ explicit .*in effect/,
    );
  }, 300_000);
});

describe('an installation at work', () => {
  let db: TestDatabase;
  let app: TestApp;
  let env: Record<string, string>;
  let phone: string;
  let leaver: Leaver;
  const cli = (...args: string[]): Promise<Ended> => service.cli(args, env);

  beforeAll(async () => {
    db = await createDatabase();
    // The demo's issuer and inbox, for somebody has to live here; everything else is as above.
    env = {
      NODE_ENV: 'test',
      RUNTIME_EMBEDDED: 'true',
      DATABASE_URL: db.url,
      DATA_DIR: file('work'),
      CRYPTO_KEY_DIRECTORY: file('work-ring'),
      CRYPTO_ACTIVATION_DELAY: 'PT1S',
      TOKENS_KEY_FILE: file('work-ring/signing.jwks.json'),
      RETENTION_SCHEDULED_RUNS: 'false',
      ...QUICK,
    };
    app = await startApp({ db, dataDir: file('work'), env });
    phone = freshPhone();
    await openAccount(app, phone);
    leaver = await apply(app);
    await toReview(app);
    await approve(app, leaver.id);
    await execute(app);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    // Commands live by the machine's clock: what the moved clock of the story left behind is not in their future.
    app.clock.advance(Date.now() - app.clock.now().getTime());
  }, 300_000);
  afterAll(async () => {
    await app.stop();
    await db.drop();
  });

  it('keys rotate: everything sealed is sealed anew, people are found as before, and the old key can go', async () => {
    for (const purpose of ['field', 'blind-index']) {
      const rotated = await cli('keys', 'rotate', '--purpose', purpose);
      expect([rotated.code, rotated.err]).toEqual([0, expect.stringMatching(/^(\S+ \S+ \d+ rows\n)*$/)]);
      expect(rotated.out).toContain(`${purpose}: version 2 seals from`);
      expect(rotated.out).toMatch(/: version 2, [1-9]\d* changed/);
      const retired = await cli('keys', 'retire', '--purpose', purpose, '--key-version', '1');
      expect([retired.code, retired.out, retired.err]).toEqual([0, `${purpose}: version 1 is gone\n`, '']);
    }
    // The running service, which nobody restarted.
    app.clock.advance(5_000);
    expect((await signIn(app, phone)).status).toBe('active');
    expect(await cli('keys', 'rotate', '--purpose', 'nothing')).toMatchObject({ code: 1 });
  }, 300_000);

  it('keys rotate --purpose signing: a new key signs, what the former one signed is still believed', async () => {
    const person = await signIn(app, phone);
    const rotated = await cli('keys', 'rotate', '--purpose', 'signing');
    expect([rotated.code, rotated.err]).toEqual([0, '']);
    expect((await person.http.get('/v1/accounts/me')).status).toBe(200);
    const { body } = await app.http.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json');
    expect(body.keys).toHaveLength(2);
    expect(rotated.out).toContain(body.keys[0]?.kid);
  }, 300_000);

  it('retention rewrap-keys: the keys of retained records are wrapped under the new master key', async () => {
    const rotated = await cli('keys', 'rotate', '--purpose', 'record-key');
    expect([rotated.code, rotated.out]).toEqual([0, expect.stringContaining('now run: retention rewrap-keys')]);
    const rewrapped = await cli('retention', 'rewrap-keys');
    expect([rewrapped.code, rewrapped.err]).toEqual([0, '']);
    expect(rewrapped.out).toMatch(/^[1-9]\d* record keys rewrapped/m);
    expect((await cli('retention', 'rewrap-keys')).out).toMatch(/^0 record keys rewrapped/m);
  }, 300_000);

  it('retention plan: what another policy would do, class by class, before it is in force', async () => {
    const shipped = parse(readFileSync('config/retention-policy.yaml', 'utf8')) as {
      recordClasses: Record<string, { keeping?: { period: string }; tables: { columns: string[] }[] }>;
    };
    const changed = structuredClone(shipped);
    changed.recordClasses['registration_identity']!.keeping!.period = 'P1Y';
    writeFileSync(file('longer.yaml'), stringify({ ...changed, version: 'tried' }));
    const told = await cli('retention', 'plan', '--policy', file('longer.yaml'));
    expect([told.code, told.err]).toEqual([0, '']);
    expect(told.out).toMatch(/^policy \S+ -> tried$/m);
    expect(told.out).toMatch(
      /^registration_identity +seal, account_ended \+ P6M -> seal, account_ended \+ P1Y; live \d+, sealed 1, due at once 0, ends \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d$/m,
    );
    expect(told.out).toMatch(/^one_time_code +unchanged; /m);
  }, 300_000);

  it('retention run: counted, then carried out, by whoever has the machine alone; read, reported, steered', async () => {
    await signIn(app, phone);
    const live = `SELECT 1 FROM verification_codes`;
    await db.query(`UPDATE verification_codes SET issued_at = now() - interval '3 days'`);
    const before = (await db.query(live)).length;
    expect(before).toBeGreaterThan(0);
    const counted = await cli('retention', 'run', '--dry-run', '--class', 'one_time_code');
    expect([counted.code, counted.out]).toEqual([
      0,
      expect.stringMatching(
        /^one_time_code +due [1-9]\d*, erased 0, held 0\ndry run \S+ completed; report sha256 [0-9a-f]{64}$/m,
      ),
    ]);
    expect(await db.query(live)).toHaveLength(before);
    const done = await cli('retention', 'run', '--class', 'one_time_code');
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringMatching(/^run \S+ completed; report sha256 [0-9a-f]{64}$/m),
    ]);
    expect(await db.query(live)).toEqual([]);
    const [, id = ''] = /^run (\S+) completed/m.exec(done.out) ?? [];
    expect((await cli('retention', 'runs')).out).toMatch(new RegExp(`^${id} \\S+ run completed$`, 'm'));
    const report = JSON.parse((await cli('retention', 'report', id)).out) as { sha256: string };
    expect(done.out).toContain(report.sha256);
    // Waiting, so that no worker ends it between two commands.
    const [{ id: waiting } = { id: '' }] = await db.query<{ id: string }>(
      `INSERT INTO retention_runs SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'state', 'paused',
         'finished_at', NULL, 'report_sha256', NULL))).* FROM retention_runs r WHERE id = $1 RETURNING id`,
      [id],
    );
    expect((await cli('retention', 'cancel', waiting)).out).toMatch(/ run cancelled$/m);
    const late = await cli('retention', 'resume', waiting);
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('resume is not possible')]);
  }, 300_000);

  it('erasure status: the database knows what the ledger knows, and says so by its exit code when it does not', async () => {
    expect(await cli('erasure', 'status')).toMatchObject({
      code: 0,
      out: expect.stringContaining('knows every entry'),
    });
    await db.query('CREATE TABLE put_aside AS SELECT * FROM erasure_ledger_entries');
    await db.query('DELETE FROM erasure_ledger_entries');
    await db.query('DELETE FROM erasure_ledger_marks');
    const behind = await cli('erasure', 'status');
    expect([behind.code, behind.out]).toEqual([1, expect.stringContaining(leaver.accountId)]);
    await db.query('INSERT INTO erasure_ledger_entries SELECT * FROM put_aside');
    await db.query('DROP TABLE put_aside');
  }, 300_000);

  it('registration-rules replay: says what a changed policy would have done, and changes nothing', async () => {
    const begun = await app.http.post('/v1/registrations', await registration());
    expect(begun.status).toBe(201);
    const shipped = parse(readFileSync('config/registration-rules.yaml', 'utf8')) as {
      rules: { id: string; limit?: number }[];
    };
    const rules = shipped.rules.map((r) => (r.id === 'number-often' ? { ...r, limit: 0 } : r));
    writeFileSync(file('new.yaml'), stringify({ ...shipped, version: 'tried', rules }));
    const replay = ['registration-rules', 'replay', '--policy', file('new.yaml'), '--since', 'P7D'];
    const told = await cli(...replay);
    expect([told.code, told.err]).toEqual([0, '']);
    expect(told.out).toMatch(/^1 recorded decisions, 1 would change\n {2}allow → refuse +1$/m);
    const result = JSON.parse((await cli(...replay, '--json')).out) as { byRule: Record<string, number> };
    expect(result.byRule['number-often']).toBe(1);
    writeFileSync(file('broken.yaml'), 'version: x\nrules: [{ id: X }]\n');
    const broken = await cli('registration-rules', 'replay', '--policy', file('broken.yaml'));
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('the policy does not read')]);
    expect((await cli(...replay.slice(0, -1), 'yesterday')).code).toBe(1);
  }, 300_000);

  it('receipt verify: a receipt is believed offline, a changed one and one of other keys are not', async () => {
    const { body } = await app.http.get<{ receipt: string }>(`/v1/deregistrations/${leaver.id}/receipt`, {
      headers: { 'receipt-token': leaver.token },
    });
    const keys = (await app.http.get('/.well-known/jwks.json')).text;
    writeFileSync(file('keys.json'), keys);
    writeFileSync(file('receipt.json'), JSON.stringify(body));
    const nothing = { PATH: process.env['PATH'] ?? '' };
    const verify = (name: string, ring = 'keys.json'): Promise<Ended> =>
      service.cli(['receipt', 'verify', file(name), '--keys', file(ring)], nothing);
    const genuine = await verify('receipt.json');
    expect([genuine.code, genuine.err]).toEqual([0, '']);
    expect(genuine.out).toContain('receipt: genuine');
    expect(genuine.out).toContain(String(decodeJwt(body.receipt)['completedAt']));
    const [head, payload = '', signature] = body.receipt.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, completedAt: '2030-01-01' })).toString('base64url');
    writeFileSync(file('forged.jws'), [head, forged, signature].join('.'));
    expect(await verify('forged.jws')).toMatchObject({ code: 1, err: expect.stringContaining('not genuine') });
    const other = (JSON.parse(keys) as { keys: { x: string }[] }).keys.slice(0, 1);
    writeFileSync(file('other.json'), JSON.stringify({ keys: other }));
    expect(await verify('receipt.json', 'other.json')).toMatchObject({ code: 1 });
  }, 300_000);

  it('audit verify: right as it stands; a changed event is named, whoever owns the database', async () => {
    await app.drain();
    const right = await cli('audit', 'verify');
    expect([right.code, right.err]).toEqual([0, '']);
    expect(right.out).toMatch(/^ok: \d+ events, seq 1–\d+, head [0-9a-f]{64}/);
    // Whoever owns the database can switch its guard off.
    await db.query('ALTER TABLE audit_events DISABLE TRIGGER audit_events_is_append_only');
    await db.query(
      `UPDATE audit_events SET type = 'account.forged' WHERE id = (SELECT event_id FROM audit_chain WHERE seq = 3)`,
    );
    const wrong = await cli('audit', 'verify');
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringMatching(/^NOT OK at seq 3: /)]);
  }, 300_000);

  async function registration(): Promise<object> {
    const acceptances = await acceptancesNow(app);
    return { method: 'phone', phone: freshPhone(), birthDate: '1999-12-31', channel: 'web', acceptances };
  }
});
