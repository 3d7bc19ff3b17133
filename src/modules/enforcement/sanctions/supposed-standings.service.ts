import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Standing, StandingService, type Supposed } from '../../accounts/standing.service.js';
import { impositionsOf } from './impositions.js';
import type { SanctionRecord } from './sanctions.store.js';

/** As it is, and as it would be. */
export interface Standings {
  readonly before: Standing;
  readonly after: Standing;
}

/** A measure, and what would become of it; null: lifted. */
export interface SupposedChange {
  readonly before: SanctionRecord;
  readonly after: SanctionRecord | null;
}

const NOTHING: Supposed = { impositions: [], closing: false };

/** What an account may do once measures of it are lifted or moved, by the rules of standing themselves (C7). Writes nothing. */
@Injectable()
export class SupposedStandingsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly clock: Clock,
  ) {}

  /** Null once the account is gone: it has no standing to change. */
  async of(tx: Tx, accountId: string, changes: readonly SupposedChange[]): Promise<Standings | null> {
    const account = await this.accounts.find(tx, accountId);
    if (account === undefined) return null;
    const closed = account.state === 'closed' || account.stateBeforeDeregistration === 'closed';
    const reinstated = closed && changes.some(({ before, after }) => before.type === 'closure' && after === null);
    // What begins later is compared as of then: until then nothing differs.
    const starts = changes.map(({ before }) => before.startsAt.getTime());
    const at = new Date(Math.max(this.clock.now().getTime(), ...starts));
    const supposed: Supposed = {
      impositions: changes.flatMap(({ after }) => (after === null ? [] : impositionsOf(after))),
      closing: false,
      without: changes.map(({ before }) => before.id),
      ...(reinstated ? { state: this.accounts.stateAfter(account, 'reinstate') } : {}),
    };
    const [before, after] = await Promise.all([
      this.standing.whatIf(tx, accountId, NOTHING, at),
      this.standing.whatIf(tx, accountId, supposed, at),
    ]);
    return { before, after };
  }
}
