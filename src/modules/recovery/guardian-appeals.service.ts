import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Account } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { GuardianshipService, type HandOver } from '../guardianship/guardianship.service.js';
import type { IdentifierChangeRow } from './identifier-change.entity.js';
import { type AppealClaim, claimOf } from './recovery-appeal-views.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RecoveryStore } from './recovery.store.js';

/** States of a ward's account in which there is something to guard. */
const GUARDED: readonly string[] = ['active', 'frozen'];

interface Ground {
  readonly proof: HandOver['ground'];
  /** The number that guards until now. */
  readonly from: string;
  readonly relationship?: string | undefined;
}

/** What is particular in an appeal of a guardian who lost their number, or of who takes their place (2.1, 2.4). */
@Injectable()
export class GuardianAppeals {
  constructor(
    private readonly store: RecoveryStore,
    private readonly guardianship: GuardianshipService,
    private readonly identifiers: IdentifiersService,
    private readonly cipher: FieldCipher,
  ) {}

  /**
   * The ward that it is about: the account at the number named, if a consent of the lost number stands for it. The account is
   * locked; whoever asks is not told (row 9).
   */
  async wardOf(tx: Tx, wardPhone: string, lostPhone: string): Promise<string | undefined> {
    const accountId = await this.identifiers.lockAccountBy(tx, 'phone', wardPhone);
    if (accountId === undefined) return undefined;
    return (await this.guardianship.guards(tx, accountId, lostPhone)) ? accountId : undefined;
  }

  /**
   * Before a reviewer's yes counts. Proof of both numbers is not to be had here, so papers must be there: without them it
   * would be the minor's word, or anybody's.
   * @throws DomainError recovery_subject_unclear, evidence_required, guardian_not_acceptable
   */
  async assertAcceptable(tx: Tx, account: Account, appealId: string, claim: AppealClaim): Promise<void> {
    const stands = GUARDED.includes(account.state) && (await this.guardianship.guards(tx, account.id, claim.lostPhone));
    if (!stands) throw new DomainError(RECOVERY_ERRORS.recovery_subject_unclear);
    if ((await this.store.countEvidence(tx, appealId)) === 0) throw new DomainError(RECOVERY_ERRORS.evidence_required);
    await this.guardianship.assertFit(tx, account.id, claim.newPhone);
  }

  /**
   * Time to object has run: the page goes to the new number. Everything is looked at again, for much may have changed (row 8).
   * @returns who is told, or why it came to nothing
   */
  async handOver(
    tx: Tx,
    change: IdentifierChangeRow,
    account: Account,
    phone: string,
  ): Promise<{ readonly failure: string } | { readonly tell: readonly string[] }> {
    if (account.tombstonedAt !== null || !GUARDED.includes(account.state)) return { failure: 'account_state' };
    const ground = await this.groundOf(tx, change);
    if (ground === undefined) return { failure: 'consent_ended' };
    try {
      await (change.about === 'guardian_number'
        ? this.guardianship.moveToNumber(tx, account.id, { phone, ground: ground.proof })
        : this.guardianship.handOver(tx, account.id, { phone, ground: ground.proof }, ground.relationship));
    } catch (error) {
      // Refused before anything was written: nobody is left without a guardian by it.
      if (error instanceof DomainError && error.code === 'guardian_not_acceptable')
        return { failure: 'guardian_not_acceptable' };
      throw error;
    }
    const ward = await this.identifiers.phoneOf(tx, account.id);
    return { tell: [ground.from, ...(ward === undefined ? [] : [ward])] };
  }

  /** On what the change rests, if the guardian that it began with is the guardian still. */
  private async groundOf(tx: Tx, change: IdentifierChangeRow): Promise<Ground | undefined> {
    const { id: changeId, accountId, appealId } = change;
    if (appealId === null) {
      const from = await this.guardianship.guardianSince(tx, accountId, change.requestedAt);
      return from === undefined ? undefined : { proof: { changeId }, from };
    }
    const appeal = await this.store.findAppeal(tx, appealId);
    if (appeal === undefined) return undefined;
    const { lostPhone: from, relationship } = claimOf(this.cipher, appeal);
    return (await this.guardianship.guards(tx, accountId, from))
      ? { proof: { appealId }, from, relationship }
      : undefined;
  }
}
