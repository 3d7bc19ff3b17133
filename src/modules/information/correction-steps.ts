import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { ReviewService } from '../review/review.service.js';
import { type Claim, type CorrectionDecision, type CorrectionView, viewOf } from './correction-views.js';
import { type CorrectionCommand, informationCorrectionLifecycle } from './domain/information-correction-lifecycle.js';
import { InformationConfig } from './information.config.js';
import type { InformationCorrectionRow } from './information.entity.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { INFORMATION_EVENTS } from './information.events.js';
import { InformationJournal } from './information-journal.js';
import { InformationStore } from './information.store.js';

/** The steps of a correction that both the person's side and the reviewer's side take. */
@Injectable()
export class CorrectionSteps {
  constructor(
    private readonly store: InformationStore,
    private readonly accounts: AccountsService,
    private readonly review: ReviewService,
    private readonly journal: InformationJournal,
    private readonly cipher: FieldCipher,
    private readonly config: InformationConfig,
    private readonly clock: Clock,
  ) {}

  /** Locks the account, and refuses while it is being deregistered. @throws DomainError not_in_this_state, account_gone */
  async lockForWriting(tx: Tx, accountId: string): Promise<Account> {
    const account = await this.accounts.lockFor(tx, accountId, 'read');
    if (account.state === 'deregistering') {
      throw new DomainError(ACCOUNT_ERRORS.not_in_this_state, { extra: { state: account.state } });
    }
    return account;
  }

  /** @throws DomainError information_correction_not_found */
  async mustFind(tx: Tx, id: string): Promise<InformationCorrectionRow> {
    const found = await this.store.correction(tx, id);
    if (found === undefined) throw new DomainError(E.information_correction_not_found);
    return found;
  }

  /** Files what the person says and opens the task to look at it. @throws DomainError information_correction_pending */
  async file(
    tx: Tx,
    account: Account,
    kind: InformationCorrectionRow['kind'],
    claim: Claim,
    disputeId: string | null,
  ): Promise<CorrectionView> {
    const now = this.clock.now();
    const id = newId();
    const accountId = account.id;
    const correction: InformationCorrectionRow = {
      id,
      accountId,
      disputeId,
      kind,
      state: informationCorrectionLifecycle.initial,
      claim: this.cipher.seal(JSON.stringify(claim), contextOf('claim', id)),
      filedAt: now,
      dueAt: addPeriod(now, this.config.reviewWithin),
      decidedAt: null,
      decidedBy: null,
      reasonCode: null,
      note: null,
    };
    if (!(await this.store.fileCorrection(tx, correction))) throw new DomainError(E.information_correction_pending);
    await this.review.open(tx, {
      kind,
      subjectId: id,
      accountId,
      dueAt: correction.dueAt,
      refs: { correctionId: id, ...(disputeId === null ? {} : { disputeId }), band: account.band },
    });
    await this.journal.note(tx, {
      type: INFORMATION_EVENTS.correctionFiled,
      actor: { kind: 'account', id: accountId },
      target: { kind: 'information_correction', id },
      accountId,
      data: { kind },
    });
    return viewOf(correction);
  }

  /** Its last step: decided, or withdrawn with the account. */
  async end(
    tx: Tx,
    correction: InformationCorrectionRow,
    command: CorrectionCommand,
    actor: Actor,
    why?: CorrectionDecision,
  ): Promise<InformationCorrectionRow> {
    const { id, accountId, kind } = correction;
    const decided: InformationCorrectionRow = {
      ...correction,
      state: informationCorrectionLifecycle.move(correction.state, command),
      decidedAt: this.clock.now(),
      decidedBy: actor.id,
      reasonCode: why?.reasonCode ?? null,
      note: why?.note === undefined ? null : this.cipher.seal(why.note, contextOf('note', id)),
    };
    await this.store.saveCorrection(tx, decided);
    await this.journal.note(tx, {
      type: command === 'withdraw' ? INFORMATION_EVENTS.correctionWithdrawn : INFORMATION_EVENTS.correctionDecided,
      actor,
      target: { kind: 'information_correction', id },
      accountId,
      data: { kind, state: decided.state, ...(why === undefined ? {} : { reasonCode: why.reasonCode }) },
    });
    return decided;
  }

  /** What the person said, opened. */
  claimOf(correction: InformationCorrectionRow): Claim {
    return JSON.parse(this.cipher.openText(correction.claim, contextOf('claim', correction.id))) as Claim;
  }

  /** What the reviewer noted, opened. */
  noteOf({ id, note }: InformationCorrectionRow): string | null {
    return note === null ? null : this.cipher.openText(note, contextOf('note', id));
  }
}

const contextOf = (column: string, id: string): string => columnContext('information_corrections', column, id);
