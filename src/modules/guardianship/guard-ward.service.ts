import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import type { Once } from '../../platform/database/once.js';
import type { Tx } from '../../platform/database/transactor.js';
import { StandingService } from '../accounts/standing.service.js';
import { ConsentJournal } from './consent-journal.js';
import { ConsentLink, guardianOf, type GuardianOrigin } from './consent-link.service.js';
import { consentLifecycle, type ConsentState } from './domain/consent-lifecycle.js';
import { defaultLimits, effectiveLimits, type UsageLimits } from './domain/usage-limits.js';
import type { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import {
  CONSENT_REVOKED,
  DEREGISTRATION_UNWANTED,
  DEREGISTRATION_WANTED,
  LIMITS_CHANGED,
} from './guardianship.events.js';
import { GUARDIANSHIP_ERRORS } from './guardianship.errors.js';
import { sourceOf } from './standing-sources.js';
import { type LeavingOfWard, type WardApplication, WardLeaving } from './ward-leaving.js';

/** Who was asked and has not said no may end it, before consenting too; nobody can for an adult, or for no child of theirs. */
const MAY_END: readonly ConsentState[] = ['contacted', 'verified', 'granted', 'revoked'];

type Coded = GuardianOrigin & { readonly code: string };

/** What a guardian may do for a ward at any time, link and code in hand (MIN-3, MIN-4): limit, take back, ask for the end. */
@Injectable()
export class GuardWardService {
  constructor(
    private readonly link: ConsentLink,
    private readonly store: GuardianConsentsStore,
    private readonly journal: ConsentJournal,
    private readonly standing: StandingService,
    private readonly leaving: WardLeaving,
    private readonly clock: Clock,
  ) {}

  /** Takes consent back, at any time (MIN-2): standing says so with this commit. */
  async revoke(token: string, proof: Coded): Promise<void> {
    await this.link.act(token, proof.code, async (tx, consent) => {
      await this.journal.take(tx, consent, {
        command: 'revoke',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ip: proof.ip, userAgent: proof.userAgent },
        eventType: CONSENT_REVOKED,
        change: { endedAt: this.clock.now() },
      });
      await this.standing.impose(tx, consent.accountId, {
        kind: 'block',
        code: 'guardian_consent_revoked',
        clause: '2.1',
        source: sourceOf(consent),
      });
    });
  }

  /** Sets minutes a day and quiet hours; null falls back to the platform's. Tightens only (MIN-3). */
  async setLimits(token: string, limits: UsageLimits, proof: Coded): Promise<void> {
    await this.link.act(token, proof.code, async (tx, consent) => {
      if (consent.state !== 'granted') consentLifecycle.move(consent.state, 'revoke');
      const change = {
        minutesPerDay: limits.minutesPerDay ?? null,
        quietFrom: limits.quietHours?.from ?? null,
        quietTo: limits.quietHours?.to ?? null,
      };
      await this.store.change(tx, consent.id, consent.version, change);
      await this.imposeLimits(tx, consent.accountId, consent, limits);
      await this.journal.note(tx, consent, {
        name: 'limits_changed',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ...limits, ip: proof.ip, userAgent: proof.userAgent },
        eventType: LIMITS_CHANGED,
      });
    });
  }

  /**
   * Applies for the ward's deregistration (2.5, MIN-4), cooling-off and review included, in the transaction of the proof: the
   * guardian is told at once by when it has to be done, or what stands in the way.
   * @throws DomainError wrong_state, ward_leaving_already, ward_leaving_obstructed
   */
  async applyForDeregistration(
    once: Once,
    token: string,
    proof: Coded,
  ): Promise<LeavingOfWard & { readonly accessToken: string }> {
    const work = async (tx: Tx, consent: GuardianConsentEntity): Promise<LeavingOfWard & { accessToken: string }> => {
      if (!MAY_END.includes(consent.state)) {
        throw new DomainError(LIFECYCLE_ERRORS.wrong_state, { extra: { state: consent.state } });
      }
      const outcome = await this.leaving.apply(tx, consent.accountId, guardianOf(consent));
      if ('refused' in outcome) throw refusalOf(outcome);
      await this.journal.note(tx, consent, {
        name: 'deregistration_wanted',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ip: proof.ip, userAgent: proof.userAgent },
        eventType: DEREGISTRATION_WANTED,
      });
      return outcome.applied;
    };
    const applied = await this.link.act(token, proof.code, work, once);
    // A kept answer comes back as JSON: its instants are text by then.
    return { ...applied, coolingOffEndsAt: new Date(applied.coolingOffEndsAt) };
  }

  /**
   * Takes back what a guardian applied for, until nothing can be undone any more; the account is as it was.
   * @throws DomainError ward_leaving_settled
   */
  async withdrawDeregistration(token: string, proof: Coded): Promise<void> {
    await this.link.act(token, proof.code, async (tx, consent) => {
      if (!(await this.leaving.withdraw(tx, consent.accountId, guardianOf(consent))))
        throw new DomainError(GUARDIANSHIP_ERRORS.ward_leaving_settled);
      await this.journal.note(tx, consent, {
        name: 'deregistration_unwanted',
        actor: guardianOf(consent),
        method: 'sms_code',
        evidence: { ip: proof.ip, userAgent: proof.userAgent },
        eventType: DEREGISTRATION_UNWANTED,
      });
    });
  }

  private async imposeLimits(
    tx: Tx,
    accountId: string,
    consent: GuardianConsentEntity,
    chosen: UsageLimits,
  ): Promise<void> {
    const limits = effectiveLimits(defaultLimits(this.standing.minorDefaults), chosen);
    await this.standing.impose(tx, accountId, {
      kind: 'limits',
      code: 'guardian_limits',
      clause: '2.1',
      limits,
      source: sourceOf(consent),
    });
  }
}

const refusalOf = (outcome: Extract<WardApplication, { refused: string }>): DomainError =>
  outcome.refused === 'open'
    ? new DomainError(GUARDIANSHIP_ERRORS.ward_leaving_already)
    : new DomainError(GUARDIANSHIP_ERRORS.ward_leaving_obstructed, { extra: { obstacles: outcome.obstacles } });
