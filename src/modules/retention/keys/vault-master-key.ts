import { readFile } from 'node:fs/promises';
import { periodMs } from '../../../kernel/period.js';
import { ConfigError } from '../../../platform/config/load-config.js';
import type { RetentionConfig } from '../retention.config.js';
import { WRAPPED_BYTES } from './key-slot.js';
import { MasterKey, MasterKeyUnavailable, type NamedKey, type WrappedKey } from './master-key.js';

/** Vault said no to what it understood: a damaged or foreign wrapping, or a version below the key's minimum. */
export class WrappingRefused extends Error {
  override readonly name = 'WrappingRefused';
}

interface Ciphertext {
  readonly ciphertext?: unknown;
  readonly error?: unknown;
}

/**
 * The master key as a key of the Transit secrets engine (HashiCorp Vault, OpenBao): it never leaves Vault, which sees data
 * keys and no records. The key is created `derived=true`, so that each name has a wrapping key of its own, derived from
 * the name's digest, and `aes256-gcm96`, whose ciphertext is just what a slot holds. Rotation happens in Vault;
 * `retention rewrap-keys` then moves every wrapping without any data key coming here.
 */
export class VaultMasterKey extends MasterKey {
  override readonly is = 'vault';
  private readonly base: string;

  /** @throws ConfigError */
  constructor(private readonly config: RetentionConfig) {
    super();
    const { vaultAddress, vaultToken, vaultTokenPath } = config;
    if (!vaultAddress) throw new ConfigError(['retention.vaultAddress is needed']);
    if (!vaultToken && !vaultTokenPath)
      throw new ConfigError(['retention.vaultToken or retention.vaultTokenPath is needed']);
    this.base = `${vaultAddress.replace(/\/+$/, '')}/v1/${config.vaultMount}`;
  }

  override async currentVersion(): Promise<number> {
    const key = await this.ask('GET', `keys/${this.config.vaultKey}`);
    const latest = key['latest_version'];
    if (typeof latest !== 'number' || key['derived'] !== true || key['type'] !== 'aes256-gcm96') {
      throw new MasterKeyUnavailable('key_of_another_kind');
    }
    return latest;
  }

  override async wrap(name: Buffer, key: Buffer): Promise<WrappedKey> {
    const body = { plaintext: key.toString('base64'), context: name.toString('base64') };
    return wrappedOf(await this.ask('POST', `encrypt/${this.config.vaultKey}`, body));
  }

  override async unwrap(name: Buffer, key: WrappedKey): Promise<Buffer> {
    const body = { ciphertext: textOf(key), context: name.toString('base64') };
    const { plaintext } = await this.ask('POST', `decrypt/${this.config.vaultKey}`, body);
    const opened = Buffer.from(typeof plaintext === 'string' ? plaintext : '', 'base64');
    if (opened.length !== 32) throw new MasterKeyUnavailable('unreadable_answer');
    return opened;
  }

  override async rewrap(keys: readonly NamedKey[]): Promise<WrappedKey[]> {
    const batch = keys.map(({ name, key }) => ({ ciphertext: textOf(key), context: name.toString('base64') }));
    const { batch_results: results } = await this.ask('POST', `rewrap/${this.config.vaultKey}`, { batch_input: batch });
    if (!Array.isArray(results) || results.length !== keys.length) throw new MasterKeyUnavailable('unreadable_answer');
    return (results as Ciphertext[]).map((result) => {
      if (result.error) throw new WrappingRefused('vault refused to rewrap a key');
      return wrappedOf(result);
    });
  }

  /** @throws MasterKeyUnavailable, WrappingRefused; neither quotes the answer, which may quote the request */
  private async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await this.send(method, path, body);
    if (answer.status === 400) {
      await answer.body?.cancel();
      throw new WrappingRefused('vault refused the wrapping');
    }
    if (!answer.ok) {
      await answer.body?.cancel();
      // 403: the token is gone or may not; 404: no such key; 429, 472, 473: not the active node; 503: sealed.
      throw new MasterKeyUnavailable(answer.status === 403 ? 'denied' : `http_${answer.status}`);
    }
    const { data } = ((await answer.json().catch(() => ({}))) ?? {}) as { data?: unknown };
    if (typeof data !== 'object' || data === null) throw new MasterKeyUnavailable('unreadable_answer');
    return data as Record<string, unknown>;
  }

  private async send(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    const { vaultNamespace, vaultTimeout } = this.config;
    const headers = {
      'x-vault-token': await this.token(),
      'x-vault-request': 'true',
      ...(vaultNamespace === undefined ? {} : { 'x-vault-namespace': vaultNamespace }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(periodMs(vaultTimeout));
    const init = { method, headers, signal, redirect: 'error' as const };
    try {
      return await fetch(`${this.base}/${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    } catch (error) {
      throw new MasterKeyUnavailable('unreachable', { cause: error });
    }
  }

  /** Tokens live short: an agent writes the next one to the file, and this reads it each time. */
  private async token(): Promise<string> {
    const { vaultToken, vaultTokenPath } = this.config;
    if (vaultToken) return vaultToken;
    try {
      return (await readFile(vaultTokenPath ?? '', 'utf8')).trim();
    } catch (error) {
      throw new MasterKeyUnavailable('no_token', { cause: error });
    }
  }
}

/** `vault:v<version>:<base64 of nonce ‖ ciphertext ‖ tag>` */
function wrappedOf({ ciphertext }: Ciphertext): WrappedKey {
  const [, version, base64] = /^vault:v(\d{1,9}):([A-Za-z0-9+/=]+)$/.exec(String(ciphertext)) ?? [];
  const wrapped = Buffer.from(base64 ?? '', 'base64');
  if (version === undefined || wrapped.length !== WRAPPED_BYTES) throw new MasterKeyUnavailable('unreadable_answer');
  return { by: 'vault', masterVersion: Number(version), wrapped };
}

const textOf = ({ masterVersion, wrapped }: WrappedKey): string =>
  `vault:v${masterVersion}:${wrapped.toString('base64')}`;
