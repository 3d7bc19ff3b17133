import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { ageOn } from '../../kernel/age.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, legalDay } from '../../kernel/period.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { DisplayNamesService } from '../accounts/display-names.service.js';
import { defineOutcomes, ReviewService } from '../review/review.service.js';
import { BirthDatesService } from './birth-dates.service.js';
import { type CorrectionCommand, informationCorrectionLifecycle } from './domain/information-correction-lifecycle.js';
import { InformationConfig } from './information.config.js';
import { InformationDisputesService } from './information-disputes.service.js';
import type { InformationCorrectionRow } from './information.entity.js';
import { KINDS } from './information.dto.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { INFORMATION_EVENTS } from './information.events.js';
import { InformationJournal } from './information-journal.js';
import { InformationStore } from './information.store.js';

/** What the person says; kept sealed. */
export interface Claim {
  readonly statement: string;
  readonly displayName?: string;
  readonly birthDate?: string;
}

export interface CorrectionDecision {
  readonly decision: 'accept' | 'return' | 'refuse';
  readonly reasonCode: string;
  readonly note?: string;
}

export interface CorrectionView {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly disputeId: string | null;
  readonly filedAt: string;
  readonly dueAt: string;
  readonly decidedAt: string | null;
  readonly reasonCode: string | null;
}

export interface CorrectionForReview extends CorrectionView {
  readonly accountId: string;
  readonly claim: Claim;
  readonly note: string | null;
}

const OLDEST = 130;

for (const kind of KINDS) defineOutcomes(kind, ['accept', 'return', 'refuse', 'account_leaving']);

/** The person puts right what is wrong about them: disputed information, or a birth date (2.2, 2.3(1)). Staff decide. */
@Injectable()
export class InformationCorrectionsService {
  constructor(
    private readonly store: InformationStore,
    private readonly disputes: InformationDisputesService,
    private readonly accounts: AccountsService,
    private readonly birthDates: BirthDatesService,
    private readonly names: DisplayNamesService,
    private readonly review: ReviewService,
    private readonly journal: InformationJournal,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly config: InformationConfig,
    private readonly clock: Clock,
  ) {}

  /** Answers a dispute. @throws DomainError information_not_disputed, information_correction_pending, display_name_invalid */
  async answerDispute(once: Once, accountId: string, claim: Claim): Promise<CorrectionView> {
    const name = claim.displayName === undefined ? {} : { displayName: await this.names.accept(claim.displayName) };
    return this.transactor.once(once, async (tx) => {
      const account = await this.lockForWriting(tx, accountId);
      if (claim.birthDate !== undefined)
        await this.refuseImplausible(tx, accountId, claim.birthDate, { mayRepeat: true });
      const dispute = await this.store.liveDispute(tx, accountId);
      if (dispute === undefined) throw new DomainError(E.information_not_disputed);
      const filed = await this.file(tx, account, 'information_correction', { ...claim, ...name }, dispute.id);
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
      const account = await this.lockForWriting(tx, accountId);
      await this.refuseImplausible(tx, accountId, claim.birthDate, { mayRepeat: false });
      return this.file(tx, account, 'birth_date_correction', claim, null);
    });
  }

  /** With what the person said; the reading is recorded. */
  forReview(id: string, actor: Actor): Promise<CorrectionForReview> {
    return this.transactor.run(async (tx) => {
      const found = await this.mustFind(tx, id);
      const { accountId } = found;
      const target = { kind: 'information_correction', id } as const;
      await this.journal.note(tx, { type: INFORMATION_EVENTS.correctionRead, actor, target, accountId, quiet: true });
      return {
        ...viewOf(found),
        accountId,
        claim: this.claimOf(found),
        note: found.note === null ? null : this.cipher.openText(found.note, contextOf('note', id)),
      };
    });
  }

  /** By whoever holds the review task. Accepting writes what was claimed; standing, band and guardian follow. */
  decide(once: Once, id: string, what: CorrectionDecision, actor: Actor): Promise<CorrectionView> {
    return this.transactor.once(once, (tx) => this.decideIn(tx, id, what, actor));
  }

  async decideIn(tx: Tx, id: string, what: CorrectionDecision, actor: Actor): Promise<CorrectionView> {
    const seen = await this.mustFind(tx, id);
    const account = await this.lockForWriting(tx, seen.accountId);
    const correction = await this.mustFind(tx, id);
    if (correction.state !== 'in_review') throw new DomainError(E.information_correction_decided);
    await this.review.complete(tx, { kind: correction.kind, subjectId: id }, actor, {
      code: what.decision,
      reasonCode: what.reasonCode,
    });
    const decided = await this.end(tx, correction, what.decision, actor, what);
    if (what.decision === 'accept') await this.write(tx, account, this.claimOf(correction), actor);
    const dispute = correction.disputeId === null ? undefined : await this.store.dispute(tx, correction.disputeId);
    if (dispute?.state === 'in_review') await this.disputes.move(tx, dispute, what.decision, actor);
    const params = { outcome: what.decision, reason: what.reasonCode };
    await this.disputes.tell(tx, account, 'information_correction_decided', params, id);
    return viewOf(decided);
  }

  /** The account is being deregistered: nothing about it is corrected any more, and no reviewer has to look (2.5). */
  async withdrawAll(tx: Tx, accountId: string): Promise<void> {
    await this.accounts.lockForUpdate(tx, accountId);
    for (const correction of await this.store.inReview(tx, accountId)) {
      await this.end(tx, correction, 'withdraw', SYSTEM);
      await this.review.cancel(tx, { kind: correction.kind, subjectId: correction.id }, SYSTEM, 'account_leaving');
      const dispute = correction.disputeId === null ? undefined : await this.store.dispute(tx, correction.disputeId);
      if (dispute?.state === 'in_review') await this.disputes.move(tx, dispute, 'return', SYSTEM);
    }
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

  async of(accountId: string): Promise<CorrectionView[]> {
    return (await this.store.correctionsOf(this.transactor.reader, accountId)).map(viewOf);
  }

  private async file(
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

  private async end(
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

  private async write(tx: Tx, account: Account, claim: Claim, actor: Actor): Promise<void> {
    const how = { actor, clauses: ['2.2', '2.3(1)', 'REG-3'] };
    const { displayName, birthDate } = claim;
    const named =
      displayName === undefined ? account : await this.accounts.changeProfile(tx, account, { displayName }, how);
    if (birthDate !== undefined) await this.birthDates.correct(tx, named, birthDate, how);
  }

  private async lockForWriting(tx: Tx, accountId: string): Promise<Account> {
    const account = await this.accounts.lockFor(tx, accountId, 'read');
    if (account.state === 'deregistering') {
      throw new DomainError(ACCOUNT_ERRORS.not_in_this_state, { extra: { state: account.state } });
    }
    return account;
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

  private claimOf(correction: InformationCorrectionRow): Claim {
    return JSON.parse(this.cipher.openText(correction.claim, contextOf('claim', correction.id))) as Claim;
  }

  private async mustFind(tx: Tx, id: string): Promise<InformationCorrectionRow> {
    const found = await this.store.correction(tx, id);
    if (found === undefined) throw new DomainError(E.information_correction_not_found);
    return found;
  }
}

const contextOf = (column: string, id: string): string => columnContext('information_corrections', column, id);

const viewOf = (c: InformationCorrectionRow): CorrectionView => ({
  id: c.id,
  kind: c.kind,
  state: c.state,
  disputeId: c.disputeId,
  filedAt: c.filedAt.toISOString(),
  dueAt: c.dueAt.toISOString(),
  decidedAt: c.decidedAt?.toISOString() ?? null,
  reasonCode: c.reasonCode,
});
