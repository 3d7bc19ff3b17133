import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors, type JWTVerifyGetKey, SignJWT } from 'jose';
import { newId } from '../kernel/ids.js';
import { type Period, periodSeconds } from '../kernel/period.js';
import { createKeyFile } from '../platform/callers/key-file.js';
import { StaffKeys } from '../platform/callers/staff-keys.js';
import { publicUrlOf } from '../platform/config/public-url.js';
import type { RuntimeConfig } from '../platform/config/runtime.config.js';

export const PROVIDER_PATH = '/demo/idp';
export const ISSUER_ALGORITHM = 'ES256';

export interface DemoTokenRequest {
  readonly subject: string;
  readonly audience: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly ttl: Period;
  readonly now: Date;
}

/**
 * The demo provider's identity and key. The key lies in the data folder, so that the command line signs tokens that the
 * service accepts, whether it runs or not, and so that tokens outlive a restart.
 */
export class DemoIssuer extends StaffKeys {
  readonly issuer: string;
  /** Where the service is reached. */
  readonly url: string;
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  private readonly kid: string;

  constructor(runtime: RuntimeConfig, url = publicUrlOf(runtime)) {
    super();
    if (runtime.production || !runtime.embedded) throw new Error('the demo provider exists in embedded mode only');
    this.url = url;
    this.issuer = url + PROVIDER_PATH;
    const file = join(runtime.dataDir, 'keys', 'demo-issuer.jwk.json');
    createKeyFile(file, JSON.stringify(newKey(), null, 2));
    this.privateKey = createPrivateKey({ key: JSON.parse(readFileSync(file, 'utf8')) as JsonWebKey, format: 'jwk' });
    this.publicKey = createPublicKey(this.privateKey);
    const { crv, kty, x, y } = this.publicKey.export({ format: 'jwk' });
    this.kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  }

  /** The issuer of the running service itself; others who sign on its folder learn from it where it is reached. */
  static ofService(runtime: RuntimeConfig): DemoIssuer {
    const issuer = new DemoIssuer(runtime);
    writeFileSync(urlFile(runtime), publicUrlOf(runtime));
    return issuer;
  }

  /** For the command line: the service on this folder may run on a port that only its own shell knows. */
  static besideService(runtime: RuntimeConfig): DemoIssuer {
    const file = urlFile(runtime);
    return new DemoIssuer(runtime, existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  }

  readonly keyOf: JWTVerifyGetKey = ({ kid }) => {
    if (kid !== this.kid) throw new errors.JWKSNoMatchingKey();
    return this.publicKey;
  };

  /** The private JWK, for the provider that signs with it. */
  jwk(): Record<string, unknown> {
    return { ...this.privateKey.export({ format: 'jwk' }), kid: this.kid, alg: ISSUER_ALGORITHM, use: 'sig' };
  }

  /** An access token as the provider would issue it, without asking it. */
  async token(request: DemoTokenRequest): Promise<string> {
    const { subject, audience, roles, scopes, ttl, now } = request;
    const seconds = Math.floor(now.getTime() / 1000);
    return new SignJWT({
      client_id: roles.length > 0 ? 'cli' : subject,
      ...(roles.length > 0 ? { roles } : {}),
      ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    })
      .setProtectedHeader({ alg: ISSUER_ALGORITHM, typ: 'at+jwt', kid: this.kid })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + periodSeconds(ttl))
      .setJti(newId())
      .sign(this.privateKey);
  }
}

const urlFile = (runtime: RuntimeConfig): string => join(runtime.dataDir, 'keys', 'demo-issuer.url');

const newKey = (): object => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
