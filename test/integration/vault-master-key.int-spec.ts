import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../src/kernel/clock.js';
import { newId } from '../../src/kernel/ids.js';
import { DirectoryRecordKeyStore } from '../../src/modules/retention/keys/directory-record-key-store.js';
import type { MasterKey } from '../../src/modules/retention/keys/master-key.js';
import { RecordKeys } from '../../src/modules/retention/keys/record-keys.js';
import { RingMasterKey } from '../../src/modules/retention/keys/ring-master-key.js';
import { VaultMasterKey } from '../../src/modules/retention/keys/vault-master-key.js';
import { RetentionConfig } from '../../src/modules/retention/retention.config.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { DirectoryKeyRingStore } from '../../src/platform/crypto/key-ring.store.js';
import { openAccount } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { leave } from '../support/retention.js';
import { staffToken } from '../support/tokens.js';
import { VaultServer } from '../support/vault-server.js';

const text = (value: string): Buffer => Buffer.from(value);

describe('the master key in Vault Transit', () => {
  let vault: VaultServer;
  let directory: string;
  let config: RetentionConfig;
  beforeEach(async () => {
    vault = new VaultServer();
    directory = mkdtempSync(join(tmpdir(), 'vault-keys-'));
    config = Object.assign(new RetentionConfig(), { vaultAddress: await vault.open(), vaultToken: vault.token });
  });
  afterEach(() => {
    vault.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const keysOf = (...masters: [MasterKey, ...MasterKey[]]): RecordKeys =>
    new RecordKeys(new DirectoryRecordKeyStore(join(directory, 'store')), masters);
  const inVault = (over: object = {}): VaultMasterKey =>
    new VaultMasterKey(Object.assign(new RetentionConfig(), config, over));
  const ring = (): RingMasterKey => {
    const found = new KeyRing(new DirectoryKeyRingStore(join(directory, 'ring')), new MovableClock());
    found.generateMissing();
    return new RingMasterKey(found);
  };
  const fresh = () => ({ accountId: newId(), recordClass: 'identity' });
  const stored = (): Buffer =>
    Buffer.concat(
      readdirSync(join(directory, 'store'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.keys'))
        .map((name) => readFileSync(join(directory, 'store', name))),
    );

  it('wraps each data key in Vault, keeps the wrapping here, and sends no record there', async () => {
    const keys = keysOf(inVault());
    const name = fresh();
    const { sealed } = await keys.seal(name, text('kept for six months'), 'x');
    expect((await keys.open(name, sealed, 'x')).toString()).toBe('kept for six months');
    expect(vault.seen.map((s) => s.path)).toEqual([
      '/v1/transit/encrypt/record-keys',
      '/v1/transit/decrypt/record-keys',
    ]);
    const said = JSON.stringify(vault.seen);
    expect(said).not.toContain(text('kept for six months').toString('base64'));
    expect(said).not.toContain(name.accountId);
    const { plaintext } = vault.seen[0]?.body as { plaintext: string };
    expect(stored().includes(Buffer.from(plaintext, 'base64'))).toBe(false);
  });

  it('a wrapping that was put under another name does not open', async () => {
    const master = inVault();
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const wrapped = await master.wrap(one, Buffer.alloc(32, 7));
    expect((await master.unwrap(one, wrapped)).equals(Buffer.alloc(32, 7))).toBe(true);
    await expect(master.unwrap(two, wrapped)).rejects.toMatchObject({ name: 'WrappingRefused' });
  });

  it('rotation: rewraps in Vault without a data key coming here, after which the old version can go', async () => {
    const keys = keysOf(inVault());
    const names = Array.from({ length: 30 }, fresh);
    const sealed: Buffer[] = [];
    for (const name of names) sealed.push((await keys.seal(name, text('kept'), 'x')).sealed);
    const [gone] = names;
    await keys.destroy([gone!]);
    expect(await keys.rewrap()).toBe(0);
    vault.rotate();
    vault.seen.length = 0;
    expect(await keys.rewrap()).toBe(29);
    expect(await keys.rewrap()).toBe(0);
    expect(vault.seen.some((s) => /decrypt|encrypt/.test(s.path))).toBe(false);
    vault.minimum = 2;
    for (const [i, name] of names.entries()) {
      if (i === 0) expect(await keys.isDestroyed(name)).toBe(true);
      else expect((await keys.open(name, sealed[i]!, 'x')).toString()).toBe('kept');
    }
  });

  it('a key that is destroyed while Vault rewraps stays destroyed', async () => {
    const master = inVault();
    const keys = keysOf(master);
    const name = fresh();
    await keys.seal(name, text('kept'), 'x');
    vault.rotate();
    const rewrap = master.rewrap.bind(master);
    master.rewrap = async (given) => {
      const renewed = await rewrap(given);
      await keys.destroy([name]);
      return renewed;
    };
    expect(await keys.rewrap()).toBe(0);
    expect(await keys.isDestroyed(name)).toBe(true);
    expect(
      stored()
        .subarray(40, 100)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('moves from the key ring to Vault and back; either opens what it wrapped meanwhile', async () => {
    const own = ring();
    const name = fresh();
    const { sealed } = await keysOf(own).seal(name, text('kept'), 'x');
    const moved = keysOf(inVault(), own);
    expect((await moved.open(name, sealed, 'x')).toString()).toBe('kept');
    expect(await moved.rewrap()).toBe(1);
    await expect(keysOf(own).open(name, sealed, 'x')).rejects.toMatchObject({ code: 'record_keys_unavailable' });
    const back = keysOf(own, inVault());
    expect(await back.rewrap()).toBe(1);
    expect((await keysOf(own).open(name, sealed, 'x')).toString()).toBe('kept');
  });

  it.each([
    ['sealed', 503],
    ['a standby', 473],
    ['overloaded', 429],
    ['gone', 'drop'],
  ] as const)('%s: refused for now, nothing is written, and well again afterwards', async (_what, fault) => {
    const keys = keysOf(inVault());
    const name = fresh();
    const { sealed } = await keys.seal(name, text('kept'), 'x');
    const before = stored().length;
    vault.fault = fault;
    await expect(keys.open(name, sealed, 'x')).rejects.toMatchObject({ code: 'record_keys_unavailable' });
    await expect(keys.seal(fresh(), text('new'), 'x')).rejects.toMatchObject({ code: 'record_keys_unavailable' });
    await expect(keys.check()).rejects.toMatchObject({ name: 'MasterKeyUnavailable' });
    expect(stored().length).toBe(before);
    vault.fault = undefined;
    expect((await keys.open(name, sealed, 'x')).toString()).toBe('kept');
  });

  it('denied: a token that may not is told apart, and a fresh one in the agent’s file is taken without a restart', async () => {
    const file = join(directory, 'token');
    writeFileSync(file, 'hvs.expired\n');
    const master = inVault({ vaultToken: undefined, vaultTokenPath: file });
    await expect(master.currentVersion()).rejects.toMatchObject({ code: 'denied' });
    writeFileSync(file, `${vault.token}\n`);
    expect(await master.currentVersion()).toBe(1);
    rmSync(file);
    await expect(master.currentVersion()).rejects.toMatchObject({ code: 'no_token' });
  });

  it('a key of another kind, and missing settings, are refused', async () => {
    vault.derived = false;
    await expect(inVault().currentVersion()).rejects.toMatchObject({ code: 'key_of_another_kind' });
    expect(() => new VaultMasterKey(new RetentionConfig())).toThrow('vaultAddress');
  });
});

describe('a service whose master key is in Vault', () => {
  let vault: VaultServer;
  let app: TestApp;
  let env: Record<string, string>;
  beforeAll(async () => {
    vault = new VaultServer();
    env = {
      RETENTION_SCHEDULED_RUNS: 'false',
      RETENTION_MASTER_KEY: 'vault',
      RETENTION_VAULT_ADDRESS: await vault.open(),
      RETENTION_VAULT_TOKEN: vault.token,
    };
    app = await startApp({ env });
  });
  afterAll(async () => {
    await app.stop();
    vault.close();
  });
  afterEach(() => {
    vault.fault = undefined;
  });

  it('seals and opens retained records; while Vault is away reading answers 503, readiness says so, and nothing is erased', async () => {
    const account = await openAccount(app);
    await leave(app, account.id);
    const legal = app.http.with(await staffToken(app, 'legal', 'lei'));
    const query = new URLSearchParams({ subject: account.id, purpose: 'legal_claim', reference: 'X-1' });
    const read = () => legal.get<{ items: { data: object | null }[] }>(`/v1/retained-records?${query}`);
    const opened = await read();
    expect(opened.status).toBe(200);
    expect(opened.body.items.some((item) => item.data !== null)).toBe(true);
    expect((await app.http.get('/health/ready')).status).toBe(200);
    vault.fault = 503;
    expect(await read()).toMatchObject({ status: 503, body: { code: 'record_keys_unavailable' } });
    expect((await app.http.get('/health/ready')).status).toBe(503);
    expect((await app.http.get('/health/live')).status).toBe(200);
    const other = await openAccount(app);
    await expect(leave(app, other.id)).rejects.toMatchObject({ code: 'record_keys_unavailable' });
    const [row] = await app.db.query<{ display_name: Buffer | null }>(
      'SELECT display_name FROM accounts WHERE id = $1',
      [other.id],
    );
    expect(row?.display_name).not.toBeNull();
    vault.fault = undefined;
    expect((await app.http.get('/health/ready')).status).toBe(200);
  });

  it('a process that only answers requests stays ready: the few that open a record are refused, the rest is served', async () => {
    vault.fault = 503;
    const api = await startApp({ env: { ...env, ROLE: 'api' }, db: app.db });
    expect((await api.http.get('/health/ready')).status).toBe(200);
    await api.stop();
  });
});
