import { Injectable } from '@nestjs/common';
import { isId } from '../../kernel/ids.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { isMacOf, macOf } from '../../platform/crypto/keyed-mac.js';

export interface GuardianLink {
  readonly consentId: string;
  readonly linkVersion: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

const PURPOSE = 'guardian-link';
/** A link goes by short message. */
const MAC_BYTES = 16;

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
    return `${payload}.${macOf(this.blindIndex, PURPOSE, payload, MAC_BYTES)}`;
  }

  /** @returns the link, or undefined for anything that was not signed here */
  read(token: string): GuardianLink | undefined {
    const dot = token.lastIndexOf('.');
    const payload = token.slice(0, dot);
    const given = token.slice(dot + 1);
    if (dot < 0 || token.length > 200) return undefined;
    if (!isMacOf(this.blindIndex, PURPOSE, payload, given, MAC_BYTES)) return undefined;
    const [consentId = '', linkVersion = '', expiresAt = ''] = Buffer.from(payload, 'base64url').toString().split(':');
    return isId(consentId) ? { consentId, linkVersion: Number(linkVersion), expiresAt: Number(expiresAt) } : undefined;
  }
}

const payloadOf = ({ consentId, linkVersion, expiresAt }: GuardianLink): string =>
  Buffer.from(`${consentId}:${linkVersion}:${expiresAt}`).toString('base64url');
