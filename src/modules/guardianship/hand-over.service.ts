import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { StandingService } from '../accounts/standing.service.js';
import { ConsentJournal } from './consent-journal.js';
import { guardianOf } from './consent-link.service.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { CONSENT_REVOKED, GUARDIAN_NUMBER_CHANGED } from './guardianship.events.js';
import { sourceOf } from './standing-sources.js';

export interface HandOver {
  /** To whom, proved by code and found fit. */
  readonly phone: string;
  /** What it rests on: an appeal that a person of ours accepted, or the codes at both of the guardian's numbers. */
  readonly ground: { readonly appealId: string } | { readonly changeId: string };
}

/** What a guardian has shown about a new number of their own, step by step. */
export type NumberStep = 'number_change_asked' | 'number_change_proved';

interface By {
  readonly actor: Actor;
  readonly method: string;
}

const BY_APPEAL: By = { actor: SYSTEM, method: 'reviewed_appeal' };
const BY_CODES: By = { actor: SYSTEM, method: 'codes_to_both_numbers' };

/**
 * The guardian's page in other hands, after somebody of ours has looked at proofs, or the guardian has proved both numbers,
 * and time to object has run (2.1, 2.4). The minor has no part in it: who could name the next number alone would be their own
 * guardian the day after.
 */
@Injectable()
export class HandOverService {
  constructor(
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly requests: GuardianRequestsService,
    private readonly standing: StandingService,
    private readonly index: BlindIndex,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** The consent that the holder of the number has given for this minor, if it stands. */
  async givenBy(tx: Tx, accountId: string, phone: string): Promise<GuardianConsentEntity | undefined> {
    const consent = await this.store.latestOf(tx, accountId);
    return consent?.state === 'granted' && this.requests.phoneOf(consent) === phone ? consent : undefined;
  }

  /**
   * The number of the guardian whose consent stands, if it was asked for before that moment: a change that an earlier
   * guardian began is none of a later one's.
   */
  async guardianSince(tx: Tx, accountId: string, before: Date): Promise<string | undefined> {
    const consent = await this.store.latestOf(tx, accountId);
    return consent?.state === 'granted' && consent.createdAt <= before ? this.requests.phoneOf(consent) : undefined;
  }

  /** Proof of one step towards a new number; the account is locked. @throws DomainError wrong_state */
  async noteNumberStep(
    tx: Tx,
    accountId: string,
    name: NumberStep,
    evidence: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const consent = await this.granted(tx, accountId);
    await this.journal.note(tx, consent, { name, actor: guardianOf(consent), method: 'sms_code', evidence });
  }

  /**
   * The same guardian at another number: what they agreed to and the limits they set stay, every older link is dead.
   * @throws DomainError wrong_state when no consent stands, guardian_not_acceptable
   */
  async toNumber(tx: Tx, accountId: string, { phone, ground }: HandOver): Promise<void> {
    const consent = await this.granted(tx, accountId);
    await this.requests.assertFit(tx, accountId, phone);
    const from = this.requests.phoneOf(consent);
    const change = {
      guardianPhone: this.cipher.seal(phone, columnContext('guardian_consents', 'guardian_phone', consent.id)),
      guardianPhoneIndex: this.index.of('guardian-phone', phone),
    };
    await this.store.change(tx, consent.id, consent.version, change);
    const moved = { ...consent, ...change, version: consent.version + 1 };
    await this.journal.note(tx, moved, {
      ...('appealId' in ground ? BY_APPEAL : BY_CODES),
      name: 'number_changed',
      evidence: { from, ...ground },
      eventType: GUARDIAN_NUMBER_CHANGED,
    });
    await this.requests.sendLink(tx, moved, 'guardian_link_renewed');
  }

  /**
   * Another guardian: nobody's yes is somebody else's. The old consent ends, the new one is asked for at once, and until it is
   * given there is no use (preamble, 2.1).
   * @throws DomainError wrong_state when no consent stands, guardian_not_acceptable
   */
  async toPerson(tx: Tx, accountId: string, { phone, ground }: HandOver, relationship?: string): Promise<void> {
    const consent = await this.granted(tx, accountId);
    // Before the first write: a refusal leaves the minor with the guardian that they have.
    await this.requests.assertFit(tx, accountId, phone);
    await this.journal.take(tx, consent, {
      ...BY_APPEAL,
      command: 'revoke',
      evidence: ground,
      eventType: CONSENT_REVOKED,
      change: { endedAt: this.clock.now() },
    });
    await this.standing.impose(tx, accountId, {
      kind: 'block',
      code: 'guardian_consent_revoked',
      clause: '2.1',
      source: sourceOf(consent),
    });
    const { locale } = consent;
    await this.requests.ask(
      tx,
      { accountId, phone, relationship: relationship ?? consent.relationship, locale },
      BY_APPEAL,
    );
  }

  private async granted(tx: Tx, accountId: string): Promise<GuardianConsentEntity> {
    const seen = await this.store.latestOf(tx, accountId);
    const consent = seen && (await this.store.lock(tx, seen.id));
    if (consent?.state === 'granted') return consent;
    throw new DomainError(LIFECYCLE_ERRORS.wrong_state, { extra: { state: consent?.state ?? 'none' } });
  }
}
