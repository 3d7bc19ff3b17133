import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod, legalDay } from '../../kernel/period.js';
import { publicUrlOf } from '../../platform/config/public-url.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import { Transactor, type Tx, violates } from '../../platform/database/transactor.js';
import type { Locale } from '../../platform/http/locale.js';
import { MessageQueue } from '../../platform/messages/message-queue.js';
import { phoneOf } from '../../platform/phone/phone.errors.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { IdentifiersService } from '../accounts/identifiers.service.js';
import { StandingService } from '../accounts/standing.service.js';
import { ConsentJournal } from './consent-journal.js';
import { objectionsTo } from './domain/eligible-guardian.js';
import { PENDING_STATES } from './domain/consent-lifecycle.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianshipConfig } from './guardianship.config.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import { CONSENT_EXPIRED, CONSENT_REQUESTED } from './guardianship.events.js';
import { LinkTokens } from './link-tokens.js';
import { WaitingWards } from './waiting-wards.service.js';

export interface GuardianToAsk {
  readonly accountId: string;
  /** As given; its canonical form is found here. */
  readonly phone: string;
  readonly relationship: string;
  readonly locale: Locale;
}

const BATCH = 100;
const ADULT = 18;

const TOLD = ['same_number', 'said_not_theirs'] as const;
const WORDS = {
  same_number: { en: "this is the minor's own number", zh: '这是未成年人自己的号码' },
  said_not_theirs: {
    en: 'whoever holds this number said that they are not the guardian',
    zh: '该号码的使用者表示不是监护人',
  },
  not_acceptable: { en: 'name another guardian', zh: '请填写另一位监护人' },
} as const;

/** Asking a guardian: who may be one, the link, the reminder, the end of waiting (MIN-1, MIN-2). */
@Injectable()
export class GuardianRequestsService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly standing: StandingService,
    private readonly waiting: WaitingWards,
    private readonly messages: MessageQueue,
    private readonly links: LinkTokens,
    private readonly index: BlindIndex,
    private readonly cipher: FieldCipher,
    private readonly transactor: Transactor,
    private readonly config: GuardianshipConfig,
    private readonly runtime: RuntimeConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks somebody to consent for a minor. The account is locked by the caller.
   * @param by who named them, and how; the minor, where nothing is said
   * @throws DomainError guardian_not_acceptable with every reason, guardian_consent_pending, guardian_requests_exhausted
   */
  async ask(
    tx: Tx,
    request: GuardianToAsk,
    by: { readonly actor: Actor; readonly method: string } = {
      actor: { kind: 'account', id: request.accountId },
      method: 'registration',
    },
  ): Promise<string> {
    const now = this.clock.now();
    const phone = phoneOf(request.phone, '/guardian/phone').e164;
    await this.assertFit(tx, request.accountId, phone);
    // Whoever is named gets a message: a minor cannot write to one stranger after the other, nor wait for ever (row 13).
    if ((await this.store.requestsSinceConsent(tx, request.accountId)) >= this.config.maxRequests)
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_requests_exhausted);
    const id = newId();
    const consent: GuardianConsentEntity = {
      id,
      accountId: request.accountId,
      state: 'requested',
      guardianPhone: this.cipher.seal(phone, columnContext('guardian_consents', 'guardian_phone', id)),
      guardianPhoneIndex: this.index.of('guardian-phone', phone),
      guardianName: null,
      relationship: request.relationship,
      locale: request.locale,
      linkVersion: 1,
      linkExpiresAt: addPeriod(now, this.config.linkValidity),
      linksSent: 0,
      remindAt: addPeriod(now, this.config.reminderAfter),
      expiresAt: addPeriod(now, this.config.decisionPeriod),
      minutesPerDay: null,
      quietFrom: null,
      quietTo: null,
      decidedAt: null,
      endedAt: null,
      version: 1,
      createdAt: now,
    };
    try {
      await this.store.insert(tx, consent);
    } catch (error) {
      if (violates(error, 'guardian_consents_one_live'))
        throw new DomainError(GUARDIANSHIP_ERRORS.guardian_consent_pending);
      throw error;
    }
    await this.journal.note(tx, consent, {
      ...by,
      name: 'requested',
      eventType: CONSENT_REQUESTED,
    });
    await this.waiting.begin(tx, request.accountId, consent.expiresAt);
    const sent = await this.sendLink(tx, consent, 'guardian_consent_request');
    await this.journal.take(tx, sent, { command: 'contact', actor: SYSTEM, method: 'sms_link' });
    return id;
  }

  /**
   * Sends a new link and closes the older ones.
   * @throws DomainError guardian_links_exhausted
   */
  async sendLink(tx: Tx, consent: GuardianConsentEntity, template: string): Promise<GuardianConsentEntity> {
    if (consent.linksSent >= this.config.maxLinks && PENDING_STATES.includes(consent.state)) {
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_links_exhausted);
    }
    const change = {
      linkVersion: consent.linkVersion + 1,
      linkExpiresAt: addPeriod(this.clock.now(), this.config.linkValidity),
      linksSent: consent.linksSent + 1,
    };
    if (!(await this.store.change(tx, consent.id, consent.version, change))) {
      throw new DomainError(GUARDIANSHIP_ERRORS.guardian_consent_pending);
    }
    const next = { ...consent, ...change, version: consent.version + 1 };
    await this.messages.enqueue(tx, {
      to: this.phoneOf(consent),
      template,
      params: { link: this.linkOf(next), decideBefore: legalDay(consent.expiresAt) },
      locale: consent.locale,
      accountId: consent.accountId,
      dedupeKey: `guardian-link-${consent.id}-${change.linkVersion}`,
    });
    return next;
  }

  phoneOf(consent: GuardianConsentEntity): string {
    return this.cipher.openText(
      consent.guardianPhone,
      columnContext('guardian_consents', 'guardian_phone', consent.id),
    );
  }

  /** One batch of reminders. @returns how many went out */
  remindDue(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const due = await this.store.takeReminders(tx, this.clock.now(), BATCH);
      for (const { id } of due) {
        const consent = await this.store.lock(tx, id);
        if (consent && consent.linksSent < this.config.maxLinks)
          await this.sendLink(tx, consent, 'guardian_consent_reminder');
      }
      return due.length;
    });
  }

  /** One batch of requests that nobody answered in time. @returns how many expired */
  expireDue(): Promise<number> {
    return this.transactor.run(async (tx) => {
      const due = await this.store.expired(tx, this.clock.now(), BATCH);
      for (const id of due) {
        const consent = await this.store.lock(tx, id);
        if (!consent) continue;
        await this.journal.take(tx, consent, {
          command: 'expire',
          actor: SYSTEM,
          method: 'system',
          eventType: CONSENT_EXPIRED,
          change: { endedAt: this.clock.now(), remindAt: null },
        });
        await this.waiting.unanswered(tx, consent.accountId);
      }
      return due.length;
    });
  }

  private linkOf(consent: GuardianConsentEntity): string {
    const token = this.links.sign({
      consentId: consent.id,
      linkVersion: consent.linkVersion,
      expiresAt: Math.floor(consent.linkExpiresAt.getTime() / 1000),
    });
    return `${publicUrlOf(this.runtime)}/account/guardian/${token}`;
  }

  /**
   * Whether the holder of the number can answer for this minor now. Locks the number for the rest of the transaction:
   * two minors who name it at the same moment are counted one after the other.
   * @throws DomainError guardian_not_acceptable
   */
  async assertFit(tx: Tx, accountId: string, phone: string): Promise<void> {
    await this.store.lockGuardian(tx, this.index.of('guardian-phone', phone));
    const wardPhones = (await this.identifiers.heldBy(tx, accountId))
      .filter((i) => i.kind === 'phone')
      .map((i) => i.value);
    const indexes = this.index.allVersions('guardian-phone', phone);
    const guardianAccount = await this.identifiers.findAccountBy(tx, 'phone', phone);
    const known =
      guardianAccount === undefined || guardianAccount === accountId
        ? undefined
        : {
            birthDate: (await this.accounts.detailsOf(tx, guardianAccount)).birthDate ?? undefined,
            status: (await this.standing.within(tx, guardianAccount)).status,
          };
    const objections = objectionsTo(
      {
        sameNumberAsWard: wardPhones.includes(phone),
        otherWards: await this.store.wardsOf(tx, indexes, accountId),
        saidNotTheirs: await this.store.saidNotTheirs(tx, accountId, indexes),
        ...(known ? { account: known } : {}),
      },
      { adultFrom: ADULT, maxWards: this.config.maxWards },
      legalDay(this.clock.now()),
    );
    if (objections.length === 0) return;
    // Only what the applicant can know or mend is told apart: whether a stranger's number has an account, and in which
    // standing, is nobody's business (invariant 12).
    const told = TOLD.find((objection) => objections.includes(objection)) ?? 'not_acceptable';
    throw new DomainError(GUARDIANSHIP_ERRORS.guardian_not_acceptable, {
      errors: [{ path: '/guardian/phone', code: told, ...WORDS[told] }],
    });
  }
}
