import { Injectable } from '@nestjs/common';
import { SYSTEM } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { type SanctionRecord, SanctionsStore } from './sanctions.store.js';

/** Sanctions that time has ended and no sweep has written down yet. */
@Injectable()
export class WriteDownEndedService {
  constructor(
    private readonly sanctions: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes them down before a decision builds on them, so that a late sweep stands in nobody's way.
   * @param history sanctions of one account, which is locked
   * @returns true when there was any: what was read ahead is read again then
   */
  async of(tx: Tx, history: readonly SanctionRecord[]): Promise<boolean> {
    const now = this.clock.now();
    const passed = history.filter((s) => STANDING.has(s.state) && s.endsAt !== null && s.endsAt <= now);
    for (const { id } of passed) {
      const found = await this.sanctions.lock(tx, id);
      // The sweep was quicker.
      if (found === undefined || !STANDING.has(found.state)) continue;
      const active = found.state === 'scheduled' ? await this.applying.activate(tx, found, SYSTEM) : found;
      if (active.state === 'active' && active.type !== 'rectification') await this.applying.expire(tx, active);
    }
    return passed.length > 0;
  }
}

const STANDING: ReadonlySet<SanctionRecord['state']> = new Set(['scheduled', 'active']);
