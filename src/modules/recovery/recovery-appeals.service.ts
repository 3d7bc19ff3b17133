import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { defineOutcomes, ReviewService } from '../review/review.service.js';
import { GUARDIAN_KIND, isAboutGuardian, RECOVERY_KIND, reviewKindOf } from './domain/appeal-subject.js';
import { recoveryAppealLifecycle } from './domain/recovery-appeal-lifecycle.js';
import { answerFor } from './domain/standing-answers.js';
import { ChangeNotices } from './change-notices.js';
import { GuardianAppeals } from './guardian-appeals.service.js';
import { IdentifierChangesService } from './identifier-changes.service.js';
import type { RecoveryAppealRow } from './recovery-appeal.entity.js';
import {
  type AppealClaim,
  type AppealView,
  claimOf,
  contextOf,
  noteOf,
  type RecoveryDecision,
  type StaffAppealView,
} from './recovery-appeal-views.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RECOVERY_EVENTS } from './recovery.events.js';
import { RecoveryJournal } from './recovery-journal.js';
import { RecoveryTokens } from './recovery-tokens.js';
import { RecoveryStore } from './recovery.store.js';

for (const kind of [RECOVERY_KIND, GUARDIAN_KIND]) defineOutcomes(kind, ['accepted', 'rejected']);

/** The way back into an account for whoever lost number, codes or control (2.4). */
@Injectable()
export class RecoveryAppealsService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly accounts: AccountsService,
    private readonly changes: IdentifierChangesService,
    private readonly guardians: GuardianAppeals,
    private readonly review: ReviewService,
    private readonly notices: ChangeNotices,
    private readonly journal: RecoveryJournal,
    private readonly tokens: RecoveryTokens,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError recovery_appeal_not_found for a token that does not open this appeal */
  async byToken(appealId: string, token: string | undefined): Promise<AppealView> {
    return this.viewOf(await this.mustOpen(appealId, token));
  }

  /** With what the person said; the reading is recorded. */
  forStaff(appealId: string, actor: Actor): Promise<StaffAppealView> {
    return this.transactor.run(async (tx) => {
      const appeal = await this.mustFind(tx, appealId);
      await this.journal.note(tx, {
        type: RECOVERY_EVENTS.appealRead,
        actor,
        target: { kind: 'recovery_appeal', id: appeal.id },
        accountId: appeal.accountId,
        quiet: true,
      });
      const { accountId, version } = appeal;
      return {
        ...(await this.viewOf(appeal)),
        claim: claimOf(this.cipher, appeal),
        note: noteOf(this.cipher, appeal),
        objectedBefore:
          isAboutGuardian(appeal.about) && accountId !== null ? await this.store.guardianObjections(tx, accountId) : 0,
        version,
        accountId,
      };
    });
  }

  /**
   * Who holds the review task decides. Accepting binds the proved number after a delay, in which every number that the
   * account ever had may object.
   */
  decide(once: Once, appealId: string, decision: RecoveryDecision, actor: Actor): Promise<AppealView> {
    return this.transactor.once(once, (tx) => this.decideIn(tx, appealId, decision, actor));
  }

  async decideIn(tx: Tx, appealId: string, decision: RecoveryDecision, actor: Actor): Promise<AppealView> {
    const seen = await this.mustFind(tx, appealId);
    const account = seen.accountId === null ? undefined : await this.accounts.lockForUpdate(tx, seen.accountId);
    const appeal = await this.store.lockAppeal(tx, appealId);
    if (appeal?.state !== 'in_review') throw new DomainError(RECOVERY_ERRORS.recovery_appeal_decided);
    await this.review.complete(tx, { kind: reviewKindOf(appeal.about), subjectId: appeal.id }, actor, {
      code: decision.accept ? 'accepted' : 'rejected',
      reasonCode: decision.reasonCode,
    });
    const now = this.clock.now();
    const state = recoveryAppealLifecycle.move(appeal.state, decision.accept ? 'accept' : 'reject');
    const claim = claimOf(this.cipher, appeal);
    if (decision.accept) await this.accept(tx, appeal, account, claim, actor);
    const decided: RecoveryAppealRow = {
      ...appeal,
      state,
      decidedAt: now,
      decidedBy: actor.id,
      reasonCode: decision.reasonCode,
      note: decision.note === undefined ? null : this.cipher.seal(decision.note, contextOf('note', appeal.id)),
      endedAt: decision.accept ? null : now,
    };
    await this.store.saveAppeal(tx, decided);
    await this.notices.appealDecided(tx, decided, claim.newPhone, state);
    await this.journal.note(tx, {
      type: RECOVERY_EVENTS.appealDecided,
      actor,
      target: { kind: 'recovery_appeal', id: appeal.id },
      accountId: appeal.accountId,
      data: { state, reasonCode: decision.reasonCode, about: appeal.about },
    });
    return this.viewOf(decided, tx);
  }

  /** What is asked for begins: after a delay, in which whoever has the old number may object. */
  private async accept(
    tx: Tx,
    { id, about, locale }: RecoveryAppealRow,
    account: Account | undefined,
    claim: AppealClaim,
    actor: Actor,
  ): Promise<void> {
    const usable =
      account !== undefined && account.tombstonedAt === null && ['active', 'frozen', 'closed'].includes(account.state);
    if (!usable) throw new DomainError(RECOVERY_ERRORS.recovery_subject_unclear);
    if (isAboutGuardian(about)) await this.guardians.assertAcceptable(tx, account, id, claim);
    const { newPhone: phone, lostPhone } = claim;
    await this.changes.openForAppeal(tx, account.id, { id, about, phone, lostPhone, locale }, actor);
  }

  /** The appeal behind a token, or a refusal that does not tell whether there is one. */
  async mustOpen(appealId: string, token: string | undefined): Promise<RecoveryAppealRow> {
    const opened = token === undefined ? undefined : this.tokens.read('recovery-appeal', token);
    if (opened !== appealId) throw new DomainError(RECOVERY_ERRORS.recovery_appeal_not_found);
    return this.mustFind(this.transactor.reader, appealId);
  }

  async mustFind(reader: Tx, appealId: string): Promise<RecoveryAppealRow> {
    const found = await this.store.findAppeal(reader, appealId);
    if (found === undefined) throw new DomainError(RECOVERY_ERRORS.recovery_appeal_not_found);
    return found;
  }

  private async viewOf(a: RecoveryAppealRow, reader: Tx = this.transactor.reader): Promise<AppealView> {
    const evidence = await this.store.evidenceOf(reader, a.id);
    return {
      id: a.id,
      about: a.about,
      state: a.state,
      filedAt: a.filedAt.toISOString(),
      dueAt: a.dueAt.toISOString(),
      decidedAt: a.decidedAt?.toISOString() ?? null,
      reasonCode: a.reasonCode,
      answer: answerFor(a.reasonCode, a.locale),
      evidence: evidence.map(({ id, mediaType, bytes }) => ({ id, mediaType, bytes })),
    };
  }
}
