import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { defineOutcomes, ReviewService } from '../review/review.service.js';
import { BirthDatesService } from './birth-dates.service.js';
import { CorrectionSteps } from './correction-steps.js';
import {
  type Claim,
  type CorrectionDecision,
  type CorrectionForReview,
  type CorrectionView,
  viewOf,
} from './correction-views.js';
import { KINDS } from './information.dto.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { INFORMATION_EVENTS } from './information.events.js';
import { InformationDisputesService } from './information-disputes.service.js';
import { InformationJournal } from './information-journal.js';
import { InformationStore } from './information.store.js';

for (const kind of KINDS) defineOutcomes(kind, ['accept', 'return', 'refuse', 'account_leaving']);

/** Staff read a correction, and accept it, return it or refuse it (2.2, 2.3(1)). */
@Injectable()
export class DecideCorrectionService {
  constructor(
    private readonly store: InformationStore,
    private readonly steps: CorrectionSteps,
    private readonly disputes: InformationDisputesService,
    private readonly accounts: AccountsService,
    private readonly birthDates: BirthDatesService,
    private readonly review: ReviewService,
    private readonly journal: InformationJournal,
    private readonly transactor: Transactor,
  ) {}

  /** With what the person said; the reading is recorded. */
  forReview(id: string, actor: Actor): Promise<CorrectionForReview> {
    return this.transactor.run(async (tx) => {
      const found = await this.steps.mustFind(tx, id);
      const { accountId } = found;
      const target = { kind: 'information_correction', id } as const;
      await this.journal.note(tx, { type: INFORMATION_EVENTS.correctionRead, actor, target, accountId, quiet: true });
      return {
        ...viewOf(found),
        accountId,
        claim: this.steps.claimOf(found),
        note: this.steps.noteOf(found),
      };
    });
  }

  /** By whoever holds the review task. Accepting writes what was claimed; standing, band and guardian follow. */
  decide(once: Once, id: string, what: CorrectionDecision, actor: Actor): Promise<CorrectionView> {
    return this.transactor.once(once, (tx) => this.decideIn(tx, id, what, actor));
  }

  async decideIn(tx: Tx, id: string, what: CorrectionDecision, actor: Actor): Promise<CorrectionView> {
    const seen = await this.steps.mustFind(tx, id);
    const account = await this.steps.lockForWriting(tx, seen.accountId);
    const correction = await this.steps.mustFind(tx, id);
    if (correction.state !== 'in_review') throw new DomainError(E.information_correction_decided);
    await this.review.complete(tx, { kind: correction.kind, subjectId: id }, actor, {
      code: what.decision,
      reasonCode: what.reasonCode,
    });
    const decided = await this.steps.end(tx, correction, what.decision, actor, what);
    if (what.decision === 'accept') await this.write(tx, account, this.steps.claimOf(correction), actor);
    const dispute = correction.disputeId === null ? undefined : await this.store.dispute(tx, correction.disputeId);
    if (dispute?.state === 'in_review') await this.disputes.move(tx, dispute, what.decision, actor);
    const params = { outcome: what.decision, reason: what.reasonCode };
    await this.disputes.tell(tx, account, 'information_correction_decided', params, id);
    return viewOf(decided);
  }

  /** Of all accounts, newest first; what waits for a person without a state. What the person says is not in a list. */
  async list(
    state: string | undefined,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<CorrectionView & { readonly accountId: string }>> {
    const after = decodeCursor(page.cursor);
    const found = await this.store.listCorrections(this.transactor.reader, state ?? 'in_review', after, page.limit);
    return pageOf(
      found,
      page.limit,
      (c) => [c.filedAt, c.id],
      (c) => ({ ...viewOf(c), accountId: c.accountId }),
    );
  }

  private async write(tx: Tx, account: Account, claim: Claim, actor: Actor): Promise<void> {
    const how = { actor, clauses: ['2.2', '2.3(1)', 'REG-3'] };
    const { displayName, birthDate } = claim;
    const named =
      displayName === undefined ? account : await this.accounts.changeProfile(tx, account, { displayName }, how);
    if (birthDate !== undefined) await this.birthDates.correct(tx, named, birthDate, how);
  }
}
