import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { isId } from '../../kernel/ids.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';

export interface GuardianLink {
  readonly consentId: string;
  readonly linkVersion: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

const PURPOSE = 'guardian-link';

/**
 * Signed links: what they open and until when stands in the link, under a keyed MAC, so that a guessed or altered one is
 * refused without a look at the database. They hold no number and no name. What they open is in the row: a link of an
 * older version is dead, and a decision once taken is not taken again by opening its link (MIN-4).
 */
@Injectable()
export class LinkTokens {
  constructor(private readonly blindIndex: BlindIndex) {}

  sign(link: GuardianLink): string {
    const payload = payloadOf(link);
    return `${payload}.${mac(this.blindIndex.of(PURPOSE, payload))}`;
  }

  /** @returns the link, or undefined for anything that was not signed here */
  read(token: string): GuardianLink | undefined {
    const dot = token.lastIndexOf('.');
    const payload = token.slice(0, dot);
    const given = token.slice(dot + 1);
    if (dot < 0 || token.length > 200) return undefined;
    const good = this.blindIndex.allVersions(PURPOSE, payload).map((digest) => same(mac(digest), given));
    if (!good.includes(true)) return undefined;
    const [consentId = '', linkVersion = '', expiresAt = ''] = Buffer.from(payload, 'base64url').toString().split(':');
    return isId(consentId) ? { consentId, linkVersion: Number(linkVersion), expiresAt: Number(expiresAt) } : undefined;
  }
}

const payloadOf = ({ consentId, linkVersion, expiresAt }: GuardianLink): string =>
  Buffer.from(`${consentId}:${linkVersion}:${expiresAt}`).toString('base64url');

/** 128 bits of the keyed digest, URL-safe. */
const mac = (digest: string): string =>
  Buffer.from(digest.slice(digest.indexOf(':') + 1), 'hex')
    .subarray(0, 16)
    .toString('base64url');

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
