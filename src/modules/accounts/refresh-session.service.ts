import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AccountJournal } from './account-journal.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { mayDo } from './domain/access.js';
import { SessionTokensIssuer } from './session-tokens.js';
import { SessionsService, type SessionTokens } from './sessions.service.js';
import { SessionsStore } from './sessions.store.js';

/** The refresh token as the way to go on. */
@Injectable()
export class RefreshSessionService {
  constructor(
    private readonly store: SessionsStore,
    private readonly sessions: SessionsService,
    private readonly tokens: SessionTokensIssuer,
    private readonly journal: AccountJournal,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /**
   * The next pair of tokens. A token works once: one that comes back ends the session, for two parties hold it, and which
   * of them is the owner nobody can tell (row 15). Whether the account may still have sessions is asked here again (row 8).
   * A client whose answer got lost repeats the request with its `Idempotency-Key`.
   * @throws DomainError session_ended, whatever the cause
   */
  async refresh(once: Once, refreshToken: string): Promise<SessionTokens> {
    const token = this.tokens.read(refreshToken);
    if (token === undefined) throw new DomainError(ACCOUNT_ERRORS.session_ended);
    const next = await this.transactor.once(once, async (tx) => {
      const now = this.clock.now();
      const session = await this.store.lockForRefresh(tx, token.sessionId);
      if (session === undefined || !this.tokens.isOurs(token, session.salt)) return null;
      if (session.endedAt !== null || session.expiresAt <= now) return null;
      if (session.tombstonedAt !== null || !mayDo(session.accountState, 'refresh')) return null;
      const expiresAt = this.sessions.expiry(session.createdAt, now);
      if (!(await this.store.rotate(tx, session.id, token.generation, now, expiresAt))) {
        await this.endStolen(tx, session.accountId, session.id, now);
        // The end must commit, so the refusal is thrown outside.
        return null;
      }
      return this.tokens.issue({ ...session, generation: token.generation + 1, expiresAt });
    });
    if (next === null) throw new DomainError(ACCOUNT_ERRORS.session_ended);
    return next;
  }

  private async endStolen(
    tx: Parameters<AccountJournal['note']>[0],
    accountId: string,
    sessionId: string,
    now: Date,
  ): Promise<void> {
    if (!(await this.store.end(tx, accountId, sessionId, 'token_reused', now))) return;
    await this.journal.note(tx, {
      type: ACCOUNT_EVENTS.sessionTheftSuspected,
      accountId,
      actor: { kind: 'account', id: accountId },
      clauses: ['2.4'],
      target: { kind: 'session', id: sessionId },
      data: { sessionId },
    });
  }
}
