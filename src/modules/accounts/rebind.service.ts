import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AccountJournal } from './account-journal.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { IdentifiersService } from './identifiers.service.js';
import { type SessionEndReason, SessionsService } from './sessions.service.js';

export interface Rebinding {
  /** E.164. */
  readonly phone: string;
  readonly reason: Extract<SessionEndReason, 'identifier_changed' | 'recovered'>;
  readonly actor: Actor;
}

/** Another number in place of what the account has: the way in changes hands in one transaction (2.3(1), 2.4). */
@Injectable()
export class RebindService {
  constructor(
    private readonly identifiers: IdentifiersService,
    private readonly sessions: SessionsService,
    private readonly journal: AccountJournal,
  ) {}

  /**
   * Claims the number, releases the old ones and ends every session: whoever signed in by the old number is out; after a
   * recovery linked third-party accounts go too. The account is locked.
   * @returns the numbers that were released
   * @throws DomainError identifier_taken; nothing has changed then
   */
  async rebind(tx: Tx, accountId: string, { phone, reason, actor }: Rebinding): Promise<string[]> {
    const all = await this.identifiers.heldBy(tx, accountId);
    const held = all.filter((i) => i.kind === 'phone');
    const old = held.filter((i) => i.value !== phone);
    if (old.length === held.length) await this.identifiers.claim(tx, accountId, { kind: 'phone', value: phone });
    // Who found the way back may have lost it to somebody who linked an account of their own meanwhile (row 5).
    const linked = reason === 'recovered' ? all.filter((i) => i.kind === 'third_party') : [];
    const claimIds = [...old, ...linked].map((i) => i.claimId);
    if (claimIds.length > 0) await this.identifiers.release(tx, accountId, { claimIds }, reason);
    await this.sessions.endAll(tx, accountId, reason, { actor });
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.identifierChanged,
      accountId,
      actor,
      clauses: ['2.3(1)', 'REG-5'],
      data: { kind: 'phone', reason },
    });
    return old.map((i) => i.value);
  }
}
