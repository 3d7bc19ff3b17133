import { Injectable } from '@nestjs/common';
import { isId } from '../../kernel/ids.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { isMacOf, macOf } from '../../platform/crypto/keyed-mac.js';

/** What a token opens. One of one purpose opens nothing else (row 15). */
export type TokenPurpose = 'recovery-appeal' | 'identifier-change-objection';

/**
 * Tokens for people who are not signed in: the id of what they open, and a keyed digest over id and purpose. Nothing is
 * stored, so nothing leaks with the database; what may still be done is in the state of the row.
 */
@Injectable()
export class RecoveryTokens {
  constructor(private readonly index: BlindIndex) {}

  issue(purpose: TokenPurpose, id: string): string {
    return `${id}.${macOf(this.index, purpose, id)}`;
  }

  /** @returns the id, or undefined for anything that was not issued here for this purpose */
  read(purpose: TokenPurpose, token: string): string | undefined {
    const [id, mac, ...rest] = token.split('.');
    if (!isId(id) || mac === undefined || rest.length > 0) return undefined;
    return isMacOf(this.index, purpose, id, mac) ? id : undefined;
  }
}
