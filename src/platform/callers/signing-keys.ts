import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { newId } from '../../kernel/ids.js';
import { createKeyFile } from './key-file.js';

/**
 * How many keys a set publishes: the one that signs, and every one that signed what is still in the world. Checkpoints and
 * receipts are kept for ever, so no key is ever dropped; the bound is against a rotation gone wild.
 */
const KEPT_KEYS = 1000;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A public key as `/.well-known/jwks.json` shows it. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

interface PrivateJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
}

/**
 * The Ed25519 keys of this service, the signing one first, the former ones still published so that receipts and
 * checkpoints stay verifiable. A key that another process has rotated in is found as soon as its id is met.
 */
export class SigningKeys {
  private keys: readonly SigningKey[];
  private seen = 0;

  private constructor(
    text: string,
    private readonly file?: string,
  ) {
    this.keys = parseKeys(text);
    if (file !== undefined) this.seen = statSync(file).mtimeMs;
  }

  /** From a secret: read only. */
  static fromText(text: string): SigningKeys {
    return new SigningKeys(text);
  }

  /** From a file; `generate` makes it when it is missing (embedded mode only). */
  static fromFile(file: string, generate: boolean): SigningKeys {
    if (!existsSync(file)) {
      if (!generate) throw new Error(`no signing keys: ${file} is not there, run "keys init" once`);
      createKeyFile(file, keySet([generateJwk()]));
    }
    return new SigningKeys(readFileSync(file, 'utf8'), file);
  }

  get current(): SigningKey {
    this.refresh();
    return this.keys[0] as SigningKey;
  }

  /** @returns undefined for a key that is not (or no longer) ours */
  find(kid: string | undefined): SigningKey | undefined {
    const known = this.keys.find((key) => key.kid === kid);
    if (known !== undefined) return known;
    this.refresh();
    return this.keys.find((key) => key.kid === kid);
  }

  published(): PublicJwk[] {
    this.refresh();
    return this.keys.map(({ kid, publicKey }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x: publicKey.export({ format: 'jwk' }).x as string,
      kid,
      alg: 'EdDSA',
      use: 'sig',
    }));
  }

  /**
   * A new key signs from now on; the former ones stay published.
   * @returns the new key's id
   */
  rotate(): string {
    if (this.file === undefined) throw new Error('these signing keys come from a secret: rotate them where it is kept');
    const jwks = [generateJwk(), ...this.keys.map((key) => key.privateKey.export({ format: 'jwk' }))];
    const draft = `${this.file}.${newId()}`;
    writeFileSync(draft, keySet(jwks.slice(0, KEPT_KEYS)), { mode: 0o600 });
    renameSync(draft, this.file);
    this.refresh();
    return this.current.kid;
  }

  private refresh(): void {
    if (this.file === undefined) return;
    const changed = statSync(this.file).mtimeMs;
    if (changed === this.seen) return;
    this.keys = parseKeys(readFileSync(this.file, 'utf8'));
    this.seen = changed;
  }
}

const keySet = (keys: readonly object[]): string => JSON.stringify({ keys }, null, 2);

const generateJwk = (): object => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });

/** @throws Error that says what is wrong and never quotes the material */
function parseKeys(text: string): SigningKey[] {
  let keys: unknown;
  try {
    keys = (JSON.parse(text) as { keys?: unknown }).keys;
  } catch {
    throw new Error('tokens: the signing keys are not a JWK set');
  }
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('tokens: the set of signing keys is empty');
  return keys.map((jwk, index) => {
    if (!isPrivateJwk(jwk)) throw new Error(`tokens: signing key ${index} is not an Ed25519 private JWK`);
    const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    return { kid: thumbprint(jwk), privateKey, publicKey: createPublicKey(privateKey) };
  });
}

function isPrivateJwk(value: unknown): value is PrivateJwk {
  const jwk = value as Partial<PrivateJwk> | null;
  return jwk?.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.x === 'string' && typeof jwk.d === 'string';
}

/** RFC 7638. */
const thumbprint = ({ crv, kty, x }: PrivateJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
