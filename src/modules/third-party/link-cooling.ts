import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type HeldIdentifier, IdentifiersService } from '../accounts/identifiers.service.js';
import { ThirdPartyConfig } from './third-party.config.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';

/** The owner hears of a new link before it opens anything (2.3(1)). */
@Injectable()
export class LinkCooling {
  constructor(
    private readonly identifiers: IdentifiersService,
    private readonly config: ThirdPartyConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError account_not_linked, link_cooling with the moment from which the link opens the account */
  async assertSettled(tx: Tx, accountId: string, value: string): Promise<void> {
    const held = await this.identifiers.heldBy(tx, accountId);
    const claim = held.find((i) => i.value === value);
    if (claim === undefined) throw new DomainError(THIRD_PARTY_ERRORS.account_not_linked);
    const settledAt = this.settledAt(held, claim);
    const waitMs = settledAt.getTime() - this.clock.now().getTime();
    if (waitMs <= 0) return;
    throw new DomainError(THIRD_PARTY_ERRORS.link_cooling, {
      extra: { signInFrom: settledAt.toISOString() },
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }

  /** The oldest way into an account, such as what it was opened with, is settled from the start. */
  settledAt(held: readonly HeldIdentifier[], claim: HeldIdentifier): Date {
    const isOldest = held[0]?.claimId === claim.claimId;
    return isOldest ? claim.claimedAt : addPeriod(claim.claimedAt, this.config.linkCooling);
  }
}
