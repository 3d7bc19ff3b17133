import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { readCookie } from '../../platform/callers/staff-session/cookies.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { FlowKeys, Identity } from './identity-port.js';

/** `__Host-`: planted by no subdomain. Lax, because the way back from the provider is a navigation from elsewhere. */
const BINDING_COOKIE = '__Host-third_party_flow';

export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Enough for what has 256 random bits: nobody guesses towards a digest. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export function fits(secret: string, digest: string | null): boolean {
  const given = Buffer.from(digestOf(secret), 'hex');
  const expected = Buffer.from(digest ?? '', 'hex');
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** What ties the way to the provider and the way back to one browser. */
export const readBinding = (request: IncomingMessage): string | undefined => readCookie(request, BINDING_COOKIE);

export const bindingCookie = (value: string, maxAgeSeconds: number): string =>
  `${BINDING_COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Lax`;

/** What a flow keeps sealed, while it lasts. */
@Injectable()
export class FlowSealer {
  constructor(private readonly cipher: FieldCipher) {}

  sealKeys(flowId: string, keys: FlowKeys): Buffer {
    return this.cipher.seal(JSON.stringify(keys), contextOf('sealed_keys', flowId));
  }

  openKeys(flowId: string, sealed: Buffer): FlowKeys {
    return JSON.parse(this.cipher.openText(sealed, contextOf('sealed_keys', flowId))) as FlowKeys;
  }

  sealIdentity(flowId: string, { issuer, subject }: Identity): Buffer {
    return this.cipher.seal(JSON.stringify({ issuer, subject }), contextOf('sealed_identity', flowId));
  }

  openIdentity(flowId: string, sealed: Buffer): Identity {
    return JSON.parse(this.cipher.openText(sealed, contextOf('sealed_identity', flowId))) as Identity;
  }
}

const contextOf = (column: string, id: string): string => columnContext('third_party_flows', column, id);
