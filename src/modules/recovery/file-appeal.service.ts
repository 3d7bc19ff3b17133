import { Injectable } from '@nestjs/common';
import { ANONYMOUS } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
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
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { ReviewService } from '../review/review.service.js';
import { type IssuedCode, refusalOfCode, VerificationService } from '../verification/verification.service.js';
import { type AppealSubject, reviewKindOf } from './domain/appeal-subject.js';
import { recoveryAppealLifecycle } from './domain/recovery-appeal-lifecycle.js';
import { GuardianAppeals } from './guardian-appeals.service.js';
import { type AppealClaim, contextOf, type FiledAppeal } from './recovery-appeal-views.js';
import { RecoveryConfig } from './recovery.config.js';
import { RECOVERY_EVENTS } from './recovery.events.js';
import { RecoveryJournal } from './recovery-journal.js';
import { RecoveryTokens } from './recovery-tokens.js';
import { RecoveryStore } from './recovery.store.js';

/** Filing an appeal: a number proved, what was lost said, a task for a person of ours (2.4). */
@Injectable()
export class FileAppealService {
  constructor(
    private readonly store: RecoveryStore,
    private readonly identifiers: IdentifiersService,
    private readonly guardians: GuardianAppeals,
    private readonly review: ReviewService,
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
      kind: reviewKindOf(about),
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

  private subjectOf(phone: PhoneNumber): string {
    return this.index.of('recovery', phone.e164);
  }

  private async limit(key: string, bucket: string): Promise<void> {
    await this.limits.consume({ bucket, key, limit: this.config.appealsPerAddress, window: 'P1D' });
  }
}
