import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { isDomainError } from '../../kernel/domain-error.js';
import type { Tx } from '../../platform/database/transactor.js';
import { GuardianshipService, type LeavingOfWard, type WardApplication } from '../guardianship/guardianship.service.js';
import { ApplyDeregistrationService } from './apply-deregistration.service.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import { DeregistrationService } from './deregistration.service.js';
import type { Deregistration } from './deregistration.record.js';
import { isIrrevocable, isOpen } from './domain/deregistration-lifecycle.js';

/** Guardians apply for their wards, and see how it stands, by their own page (MIN-4). */
@Injectable()
export class WardsLeave implements OnModuleInit {
  constructor(
    private readonly guardianship: GuardianshipService,
    private readonly requests: DeregistrationService,
    private readonly applications: ApplyDeregistrationService,
  ) {}

  onModuleInit(): void {
    this.guardianship.onLeaving({
      apply: (tx, accountId, guardian) => this.apply(tx, accountId, guardian),
      current: (tx, accountId) => this.current(tx, accountId),
      withdraw: (tx, accountId, guardian) => this.withdraw(tx, accountId, guardian),
    });
  }

  private async apply(tx: Tx, accountId: string, guardian: Actor): Promise<WardApplication> {
    try {
      const applied = await this.requests.applyForWard(tx, accountId, guardian);
      return { applied: { ...applied, state: 'cooling_off', mayWithdraw: true } };
    } catch (error) {
      // Both are thrown before anything is written.
      if (isDomainError(error, DEREGISTRATION_ERRORS.deregistration_open)) return { refused: 'open' };
      if (!isDomainError(error, DEREGISTRATION_ERRORS.deregistration_obstructed)) throw error;
      const obstacles = await this.applications.blocking(tx, accountId);
      return { refused: 'obstructed', obstacles: obstacles.map(({ kind, howToClear }) => ({ kind, howToClear })) };
    }
  }

  private async current(tx: Tx, accountId: string): Promise<LeavingOfWard | undefined> {
    const latest = await this.requests.latestOf(tx, accountId);
    return latest !== undefined && isOpen(latest.state) ? { ...latest, mayWithdraw: isTheirs(latest) } : undefined;
  }

  private async withdraw(tx: Tx, accountId: string, guardian: Actor): Promise<boolean> {
    const latest = await this.requests.latestOf(tx, accountId);
    if (latest === undefined || !isTheirs(latest)) return false;
    try {
      await this.applications.withdrawIn(tx, accountId, guardian);
      return true;
    } catch (error) {
      // Its execution began a moment ago; nothing was written.
      if (isDomainError(error, DEREGISTRATION_ERRORS.point_of_no_return)) return false;
      throw error;
    }
  }
}

/** What the child asked for itself is the child's to take back. */
const isTheirs = ({ state, requestedBy }: Deregistration): boolean =>
  requestedBy.kind === 'guardian' && isOpen(state) && !isIrrevocable(state);
