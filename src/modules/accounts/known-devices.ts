import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { isId } from '../../kernel/ids.js';
import { periodMs } from '../../kernel/period.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { isMacOf, macOf } from '../../platform/crypto/keyed-mac.js';
import { SessionsConfig } from './accounts.config.js';

const PURPOSE = 'known-device';

/**
 * Whoever has had a session of an account gets a token that says so and opens nothing. Codes asked for with it are counted
 * apart from what strangers ask for and try, so that no stranger who knows a number can lock its owner out (row 13).
 */
@Injectable()
export class KnownDevices {
  constructor(
    private readonly index: BlindIndex,
    private readonly clock: Clock,
    private readonly config: SessionsConfig,
  ) {}

  tokenFor(accountId: string): string {
    const text = `${accountId}.${this.clock.now().getTime().toString(36)}`;
    return `${text}.${macOf(this.index, PURPOSE, text)}`;
  }

  /** Whether the token was given here to a client that had a session of this very account, and not too long ago. */
  knows(token: string | undefined, accountId: string | undefined): boolean {
    const [id, since, mac, ...rest] = (token ?? '').split('.');
    if (accountId === undefined || !isId(id) || id !== accountId || since === undefined || mac === undefined)
      return false;
    if (rest.length > 0 || !isMacOf(this.index, PURPOSE, `${id}.${since}`, mac)) return false;
    return parseInt(since, 36) + periodMs(this.config.deviceValidity) > this.clock.now().getTime();
  }
}
