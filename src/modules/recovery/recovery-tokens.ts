import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { isId } from '../../kernel/ids.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';

/** What a token opens. One of one purpose opens nothing else (row 15). */
export type TokenPurpose = 'recovery-appeal' | 'identifier-change-objection';

const macOf = (digest: string): string =>
  Buffer.from(digest.slice(digest.indexOf(':') + 1), 'hex').toString('base64url');

/**
 * Tokens for people who are not signed in: the id of what they open, and a keyed digest over id and purpose. Nothing is
 * stored, so nothing leaks with the database; what may still be done is in the state of the row.
 */
@Injectable()
export class RecoveryTokens {
  constructor(private readonly index: BlindIndex) {}

  issue(purpose: TokenPurpose, id: string): string {
    return `${id}.${macOf(this.index.of(purpose, id))}`;
  }

  /** @returns the id, or undefined for anything that was not issued here for this purpose */
  read(purpose: TokenPurpose, token: string): string | undefined {
    const [id, mac, ...rest] = token.split('.');
    if (!isId(id) || mac === undefined || rest.length > 0) return undefined;
    const given = Buffer.from(mac);
    const fits = this.index.allVersions(purpose, id).map((digest) => {
      const expected = Buffer.from(macOf(digest));
      return expected.length === given.length && timingSafeEqual(expected, given);
    });
    return fits.includes(true) ? id : undefined;
  }
}
