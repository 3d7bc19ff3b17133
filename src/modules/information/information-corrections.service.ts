import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../kernel/actor.js';
import { ageOn } from '../../kernel/age.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { legalDay } from '../../kernel/period.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { DisplayNamesService } from '../accounts/display-names.service.js';
import { ReviewService } from '../review/review.service.js';
import { CorrectionSteps } from './correction-steps.js';
import { type Claim, type CorrectionView, viewOf } from './correction-views.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { InformationDisputesService } from './information-disputes.service.js';
import { InformationStore } from './information.store.js';

/** In years. */
const OLDEST = 130;

/** The person puts right what is wrong about them: disputed information, or a birth date (2.2, 2.3(1)). Staff decide. */
@Injectable()
export class InformationCorrectionsService {
  constructor(
    private readonly store: InformationStore,
    private readonly steps: CorrectionSteps,
    private readonly disputes: InformationDisputesService,
    private readonly accounts: AccountsService,
    private readonly names: DisplayNamesService,
    private readonly review: ReviewService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Answers a dispute. @throws DomainError information_not_disputed, information_correction_pending, display_name_invalid */
  async answerDispute(once: Once, accountId: string, claim: Claim): Promise<CorrectionView> {
    const name = claim.displayName === undefined ? {} : { displayName: await this.names.accept(claim.displayName) };
    return this.transactor.once(once, async (tx) => {
      const account = await this.steps.lockForWriting(tx, accountId);
      if (claim.birthDate !== undefined)
        await this.refuseImplausible(tx, accountId, claim.birthDate, { mayRepeat: true });
      const dispute = await this.store.liveDispute(tx, accountId);
      if (dispute === undefined) throw new DomainError(E.information_not_disputed);
      const filed = await this.steps.file(tx, account, 'information_correction', { ...claim, ...name }, dispute.id);
      await this.disputes.move(tx, dispute, 'correct', { kind: 'account', id: accountId });
      return filed;
    });
  }

  /** @throws DomainError birth_date_not_plausible, information_correction_pending */
  correctBirthDate(
    once: Once,
    accountId: string,
    claim: Claim & { readonly birthDate: string },
  ): Promise<CorrectionView> {
    return this.transactor.once(once, async (tx) => {
      const account = await this.steps.lockForWriting(tx, accountId);
      await this.refuseImplausible(tx, accountId, claim.birthDate, { mayRepeat: false });
      return this.steps.file(tx, account, 'birth_date_correction', claim, null);
    });
  }

  /** The account is being deregistered: nothing about it is corrected any more, and no reviewer has to look (2.5). */
  async withdrawAll(tx: Tx, accountId: string): Promise<void> {
    await this.accounts.lockForUpdate(tx, accountId);
    for (const correction of await this.store.inReview(tx, accountId)) {
      await this.steps.end(tx, correction, 'withdraw', SYSTEM);
      await this.review.cancel(tx, { kind: correction.kind, subjectId: correction.id }, SYSTEM, 'account_leaving');
      const dispute = correction.disputeId === null ? undefined : await this.store.dispute(tx, correction.disputeId);
      if (dispute?.state === 'in_review') await this.disputes.move(tx, dispute, 'return', SYSTEM);
    }
  }

  /** Those of one account. */
  async of(accountId: string): Promise<CorrectionView[]> {
    return (await this.store.correctionsOf(this.transactor.reader, accountId)).map(viewOf);
  }

  private async refuseImplausible(
    tx: Tx,
    accountId: string,
    birthDate: string,
    { mayRepeat }: { mayRepeat: boolean },
  ): Promise<void> {
    const age = ageOn(birthDate, legalDay(this.clock.now()));
    const same = (await this.accounts.detailsOf(tx, accountId)).birthDate === birthDate;
    if (age >= 0 && age <= OLDEST && (mayRepeat || !same)) return;
    const errors = [
      same
        ? { path: '/birthDate', code: 'unchanged', en: 'this is the birth date already', zh: '与现有出生日期相同' }
        : { path: '/birthDate', code: 'not_plausible', en: 'nobody is of that age', zh: '出生日期不合理' },
    ];
    throw new DomainError(E.birth_date_not_plausible, { errors });
  }
}
