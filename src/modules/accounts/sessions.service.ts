import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { SessionLookup } from '../../platform/callers/session-lookup.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AccountJournal } from './account-journal.js';
import { SessionsConfig } from './accounts.config.js';
import { ACCOUNT_EVENTS } from './accounts.events.js';
import { type SessionTokens, SessionTokensIssuer } from './session-tokens.js';
import { SessionsStore } from './sessions.store.js';

export type { SessionTokens } from './session-tokens.js';

/** Where a sign-in came from; kept sealed, shown to the owner. */
export interface ClientInfo {
  readonly ip: string;
  readonly userAgent?: string;
}

export type SignInMethod = 'phone_code' | 'third_party' | 'registration' | 'recovery';

export interface LiveSession {
  readonly id: string;
  readonly method: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export type SessionEndReason =
  | 'signed_out'
  | 'signed_out_everywhere'
  | 'frozen'
  | 'deregistration'
  | 'deregistered'
  | 'identifier_changed'
  | 'recovered'
  | 'token_reused'
  | 'security';

/** Sessions of accounts. Ending one works with the commit that ends it: every request asks whether its session lives. */
@Injectable()
export class SessionsService extends SessionLookup {
  constructor(
    private readonly store: SessionsStore,
    private readonly tokens: SessionTokensIssuer,
    private readonly journal: AccountJournal,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
    private readonly config: SessionsConfig,
  ) {
    super();
  }

  isLive(sessionId: string, accountId: string): Promise<boolean> {
    return this.store.isLive(this.transactor.reader, sessionId, accountId, this.clock.now());
  }

  /** Starts a session; the caller has locked the account and found that its holder may sign in. */
  async start(tx: Tx, accountId: string, how: { method: SignInMethod; client: ClientInfo }): Promise<SessionTokens> {
    const now = this.clock.now();
    const id = newId();
    const session = {
      id,
      accountId,
      generation: 1,
      salt: randomBytes(16).toString('base64url'),
      method: how.method,
      client: this.cipher.seal(JSON.stringify(how.client), columnContext('sessions', 'client', id)),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: this.expiry(now, now),
    };
    await this.store.insert(tx, session);
    // An account that has just been opened has no other.
    if (how.method !== 'registration') await this.store.endOldest(tx, accountId, this.config.maxPerAccount, now);
    await this.journal.noteQuietly(tx, {
      type: 'session.started',
      accountId,
      actor: { kind: 'account', id: accountId },
      clauses: ['2.4'],
      target: { kind: 'session', id },
      data: { method: how.method },
    });
    return this.tokens.issue(session);
  }

  /** Ends every session of a locked account. @param except one that stays @returns how many ended */
  async endAll(
    tx: Tx,
    accountId: string,
    reason: SessionEndReason,
    options: { actor: Actor; except?: string },
  ): Promise<number> {
    const count = await this.store.endAll(tx, accountId, reason, this.clock.now(), options.except);
    if (count > 0) {
      await this.journal.note(tx, {
        type: ACCOUNT_EVENTS.sessionsEnded,
        accountId,
        actor: options.actor,
        clauses: ['2.4'],
        data: { reason, count },
      });
    }
    return count;
  }

  /** Signs one session out. Doing it again changes nothing. */
  async signOut(once: Once, accountId: string, sessionId: string): Promise<void> {
    await this.transactor.once(once, async (tx) => {
      const ended = await this.store.end(tx, accountId, sessionId, 'signed_out', this.clock.now());
      if (ended) {
        await this.journal.noteQuietly(tx, {
          type: 'session.ended',
          accountId,
          actor: { kind: 'account', id: accountId },
          clauses: ['2.4'],
          target: { kind: 'session', id: sessionId },
          data: { reason: 'signed_out' },
        });
      }
    });
  }

  /** Safe sign-out everywhere (2.4). */
  signOutEverywhere(once: Once, accountId: string): Promise<{ ended: number }> {
    return this.transactor.once(once, async (tx) => ({
      ended: await this.endAll(tx, accountId, 'signed_out_everywhere', { actor: { kind: 'account', id: accountId } }),
    }));
  }

  async list(accountId: string): Promise<LiveSession[]> {
    const live = await this.store.live(this.transactor.reader, accountId, this.clock.now());
    return live.map((s) => {
      const client =
        s.client === null
          ? undefined
          : (JSON.parse(this.cipher.openText(s.client, columnContext('sessions', 'client', s.id))) as ClientInfo);
      return {
        id: s.id,
        method: s.method,
        createdAt: s.createdAt,
        lastUsedAt: s.lastUsedAt,
        expiresAt: s.expiresAt,
        ip: client?.ip ?? null,
        userAgent: client?.userAgent ?? null,
      };
    });
  }

  /** When a session that is used at `usedAt` ends: idle or at the end of its life, whichever is first. */
  expiry(createdAt: Date, usedAt: Date): Date {
    const idle = addPeriod(usedAt, this.config.idle);
    const end = addPeriod(createdAt, this.config.lifetime);
    return idle < end ? idle : end;
  }
}
