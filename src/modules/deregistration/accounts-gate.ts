import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { DomainError } from '../../kernel/domain-error.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import type { Tx } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { SessionsService } from '../accounts/sessions.service.js';
import { VerificationService } from '../verification/verification.service.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import { AccountGate, EnforcementGate, type LeavingAccount } from './ports.js';

const CLAUSES = ['DER-2', '2.5'];
/** Accounts as deregistration needs them. */
@Injectable()
export class AccountsGate extends AccountGate {
  constructor(
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly sessions: SessionsService,
    private readonly codes: VerificationService,
    private readonly index: BlindIndex,
    private readonly enforcement: EnforcementGate,
  ) {
    super();
  }

  async lock(tx: Tx, accountId: string): Promise<LeavingAccount> {
    return leaving(await this.accounts.lockForUpdate(tx, accountId));
  }

  async lockWritable(tx: Tx, accountId: string): Promise<void> {
    await this.accounts.lockForUpdate(tx, accountId);
    await this.accounts.assertWritable(tx, accountId);
  }

  async look(tx: Tx, accountId: string): Promise<LeavingAccount> {
    const found = await this.accounts.find(tx, accountId);
    if (found === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    return leaving(found);
  }

  async begin(
    tx: Tx,
    accountId: string,
    { actor, keepSessionId }: { actor: Actor; keepSessionId: string | null },
  ): Promise<void> {
    const account = await this.accounts.lockForUpdate(tx, accountId);
    if (account.state === 'deregistering') throw new DomainError(DEREGISTRATION_ERRORS.deregistration_open);
    await this.accounts.move(tx, await this.leavable(tx, account, actor), 'deregister', { actor, clauses: CLAUSES });
    await this.sessions.endAll(tx, accountId, 'deregistration', {
      actor,
      ...(keepSessionId === null ? {} : { except: keepSessionId }),
    });
  }

  async restore(tx: Tx, accountId: string, stateBefore: string, actor: Actor): Promise<void> {
    const account = await this.accounts.lockForUpdate(tx, accountId);
    // A closure imposed meanwhile is where the person returns to: the account remembers it, the request need not.
    const how = { actor, clauses: CLAUSES, data: { before: stateBefore } };
    const restored = await this.accounts.move(tx, account, 'restore', how);
    if (stateBefore !== 'awaiting_guardian' || restored.state !== 'closed') return;
    // Closed only in order to leave (`leavable`): waiting for the guardian goes on, unless a sanction closes it by now.
    if (!(await this.enforcement.facts(tx, accountId)).sanctioned) {
      await this.accounts.move(tx, restored, 'reinstate', how);
    }
  }

  /** Nobody leaves from `awaiting_guardian` but by way of `closed`: an account that never began is closed, then it goes. */
  private async leavable(tx: Tx, account: Account, actor: Actor): Promise<Account> {
    if (account.state !== 'awaiting_guardian') return account;
    const data = { reason: 'guardian_consent_missing' };
    return this.accounts.move(tx, account, 'close', { actor, clauses: ['2.1', '2.5'], data });
  }

  async enterExecution(tx: Tx, accountId: string): Promise<void> {
    await this.sessions.endAll(tx, accountId, 'deregistered', { actor: SYSTEM });
    await this.accounts.tombstone(tx, accountId);
  }

  async end(tx: Tx, accountId: string): Promise<void> {
    const account = await this.accounts.lockForUpdate(tx, accountId);
    await this.accounts.move(tx, account, 'finish_deregistration', { actor: SYSTEM, clauses: ['DER-3', '2.5'] });
  }

  async phoneOf(tx: Tx, accountId: string): Promise<string | undefined> {
    return this.identifiers.phoneOf(tx, accountId);
  }

  forgetTraces(tx: Tx, phone: string): Promise<number> {
    return this.codes.forgetNumber(tx, phone);
  }

  /** A counter of codes is not among them: a stranger who tries the number may write one at any time. */
  traces(phone: string): readonly string[] {
    return [phone, ...this.index.allVersions('phone', phone)];
  }
}

const leaving = ({ id, state, locale, band }: Account): LeavingAccount => ({
  id,
  state,
  locale,
  adult: band === '18_plus',
});
