import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { addressGroup } from '../../platform/callers/client-address.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { Limits } from '../../platform/limits/limits.service.js';
import type { PhoneNumber } from '../../platform/phone/phone-number.js';
import { type Account, AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { ReviewService } from '../review/review.service.js';
import { type IssuedCode, refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { type AppealSubject, isAboutGuardian } from './domain/appeal-subject.js';
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
  type FiledAppeal,
  noteOf,
  type RecoveryDecision,
  type StaffAppealView,
} from './recovery-appeal-views.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { RECOVERY_EVENTS } from './recovery.events.js';
import { RecoveryJournal } from './recovery-journal.js';
import { RecoveryTokens } from './recovery-tokens.js';
import { RecoveryStore } from './recovery.store.js';

export const REVIEW_KIND = 'recovery';

/** The way back into an account for whoever lost number, codes or control (2.4). */
@Injectable()
export class RecoveryAppealsService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly changes: IdentifierChangesService,
    private readonly guardians: GuardianAppeals,
    private readonly review: ReviewService,
    private readonly notices: ChangeNotices,
    private readonly codes: VerificationService,
    private readonly journal: RecoveryJournal,
    private readonly tokens: RecoveryTokens,
    private readonly transactor: Transactor,
    private readonly cipher: FieldCipher,
    private readonly index: BlindIndex,
    private readonly limits: Limits,
    private readonly clock: Clock,
    private readonly config: RecoveryConfig,
  ) {}

  /** A code to the number that the person can be reached at now. */
  async sendCode(
    once: Once,
    phone: PhoneNumber,
    locale: Locale,
    address: string,
  ): Promise<Omit<IssuedCode, 'issueId'>> {
    const count = () => this.limit(addressGroup(address), 'recovery.code');
    const { expiresAt, resendAfterSeconds } = await this.transactor.onceAdmitted(once, count, (tx) =>
      this.codes.issue(tx, { purpose: 'recovery', subjectId: this.subjectOf(phone), to: phone.e164, address, locale }),
    );
    return { expiresAt: new Date(expiresAt), resendAfterSeconds };
  }

  /**
   * Files an appeal. The answer is the same whether or not the lost number reaches an account, and whether or not somebody
   * appealed for it before (row 9); who appeals a second time gets an appeal that the reviewer sees beside the first.
   */
  async file(
    once: Once,
    what: {
      about: AppealSubject;
      reach: PhoneNumber;
      code: string;
      claim: AppealClaim;
      locale: Locale;
      address: string;
    },
  ): Promise<FiledAppeal> {
    const count = () => this.limit(what.address, 'recovery.appeal');
    const outcome = await this.transactor.onceAdmitted(once, count, async (tx) => {
      const { lostPhone, wardPhone } = what.claim;
      const accountId =
        wardPhone === undefined
          ? await this.identifiers.lockAccountBy(tx, 'phone', lostPhone)
          : await this.guardians.wardOf(tx, wardPhone, lostPhone);
      const check = await this.codes.check(tx, {
        purpose: 'recovery',
        subjectId: this.subjectOf(what.reach),
        code: what.code,
      });
      if (!check.right) return { refused: check.attemptsLeft };
      return { filed: await this.insert(tx, accountId ?? null, what) };
    });
    if ('refused' in outcome) throw refusalOfCode({ attemptsLeft: outcome.refused });
    return outcome.filed;
  }

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
    await this.review.complete(tx, { kind: REVIEW_KIND, subjectId: appeal.id }, actor, decision.reasonCode);
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

  private async insert(
    tx: Tx,
    accountId: string | null,
    what: { readonly about: AppealSubject; readonly claim: AppealClaim; readonly locale: Locale },
  ): Promise<FiledAppeal> {
    const { about, claim, locale } = what;
    const now = this.clock.now();
    const id = newId();
    const appeal = {
      id,
      accountId,
      about,
      state: recoveryAppealLifecycle.initial,
      claim: this.cipher.seal(JSON.stringify(claim), contextOf('claim', id)),
      locale,
      version: 1,
      filedAt: now,
      dueAt: addPeriod(now, this.config.reviewWithin),
      decidedAt: null,
      decidedBy: null,
      reasonCode: null,
      note: null,
      endedAt: null,
    };
    // A second live appeal of one account stands without it: whoever filed it learns nothing.
    if (!(await this.store.insertAppeal(tx, appeal))) return this.insert(tx, null, what);
    await this.review.open(tx, {
      kind: REVIEW_KIND,
      subjectId: id,
      ...(accountId === null ? {} : { accountId }),
      dueAt: appeal.dueAt,
      refs: { appealId: id, reachesAccount: accountId !== null, about },
    });
    await this.journal.note(tx, {
      type: RECOVERY_EVENTS.appealFiled,
      actor: ANONYMOUS,
      target: { kind: 'recovery_appeal', id },
      accountId,
    });
    return {
      id,
      token: this.tokens.issue('recovery-appeal', id),
      state: appeal.state,
      dueAt: appeal.dueAt.toISOString(),
    };
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

  private subjectOf(phone: PhoneNumber): string {
    return this.index.of('recovery', phone.e164);
  }

  private async limit(key: string, bucket: string): Promise<void> {
    await this.limits.consume({ bucket, key, limit: this.config.appealsPerAddress, window: 'P1D' });
  }
}
