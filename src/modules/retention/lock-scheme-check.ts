import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { StartRefused } from '../../platform/config/load-config.js';
import { Transactor } from '../../platform/database/transactor.js';
import { HoldStore, LOCK_SCHEME } from './hold.store.js';

/**
 * Holds, seals and erasures of one person shut each other out by numbered locks. A process that numbers them otherwise than
 * its database says does not start; one that runs while they change is stopped at its next lock (`HoldStore.lockStripes`).
 */
@Injectable()
export class LockSchemeCheck implements OnApplicationBootstrap {
  constructor(
    private readonly holds: HoldStore,
    private readonly transactor: Transactor,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const inForce = await this.holds.lockScheme(this.transactor.reader);
    if (inForce === LOCK_SCHEME) return;
    throw new StartRefused(
      `this version numbers its locks by scheme ${LOCK_SCHEME}, the database by ${inForce ?? 'none'}: ` +
        'start the version that the database was migrated for',
    );
  }
}
