import { CompactSign } from 'jose';
import type { KeyObject } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json.js';

export interface JwsKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/**
 * A compact JWS (RFC 7515, EdDSA) over the canonical JSON of `claims`, by the key that it is given; services sign by
 * `TokenIssuer.sign`, which knows the key. Verified with
 * `/.well-known/jwks.json` and any JOSE library.
 * @param typ what it is, so that one kind of signed statement never passes for another
 */
export const signJws = (key: JwsKey, typ: string, claims: object): Promise<string> =>
  new CompactSign(Buffer.from(canonicalJson(claims), 'utf8'))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ })
    .sign(key.privateKey);
