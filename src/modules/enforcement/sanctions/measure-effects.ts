import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { IdentifiersService } from '../../accounts/identifiers.service.js';
import { type StandingFacts, StandingService } from '../../accounts/standing.service.js';
import { BarIdentifiersService } from './bar-identifiers.service.js';
import { impositionsOf } from './impositions.js';
import { OrdersService } from './orders.service.js';
import type { SanctionRecord } from './sanctions.store.js';

/** What each of the seven measures does to an account, and how that is undone (7.1). */
@Injectable()
export class MeasureEffects {
  constructor(
    private readonly accounts: AccountsService,
    private readonly identifiers: IdentifiersService,
    private readonly barring: BarIdentifiersService,
    private readonly standing: StandingService,
    private readonly orders: OrdersService,
  ) {}

  /**
   * Brings about what the measure is: a state, a bar, an order, or what standing shows. The account is locked.
   * @param how `again`: it stood before, and its end or its features have moved
   * @param standing what the account's standing is made of, where nothing has changed it since it was read
   */
  async impose(tx: Tx, s: SanctionRecord, actor: Actor, how: 'new' | 'again', standing?: StandingFacts): Promise<void> {
    switch (s.type) {
      case 'warning':
        return;
      case 'closure':
        return this.close(tx, s, actor);
      case 'reregistration_ban':
        return this.barring.bar(tx, s, actor);
      case 'rectification':
        return this.orders.open(tx, s, actor);
      case 'content_removal':
        return this.orders.askForRemoval(tx, s, actor);
      case 'suspension':
      case 'feature_restriction':
        if (how === 'new') return this.standing.imposeNew(tx, s.accountId, impositionsOf(s), standing);
        for (const imposition of impositionsOf(s)) await this.standing.impose(tx, s.accountId, imposition);
    }
  }

  /** Takes back what `impose` brought about, and nothing that stands on its own. */
  async revoke(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    if (s.state === 'awaiting_approval') return;
    if (s.type === 'closure') {
      const account = await this.accounts.lockForUpdate(tx, s.accountId);
      const closed = account.state === 'closed' || account.stateBeforeDeregistration === 'closed';
      // Reinstated to exactly where it was; what stands on its own (a suspension, a missing consent) still stands.
      if (closed)
        await this.accounts.move(tx, account, 'reinstate', {
          actor,
          clauses: ['7.1', s.clause],
          data: { sanctionId: s.id },
        });
      return;
    }
    if (s.type === 'reregistration_ban') {
      await this.identifiers.unbar(tx, { kind: 'sanction', id: s.id });
      return;
    }
    if (s.type === 'rectification') await this.orders.withdraw(tx, s, actor);
    if (await this.stillThere(tx, s.accountId)) await this.standing.lift(tx, s.accountId, sourceOf(s));
  }

  private async close(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    const account = await this.accounts.lockForUpdate(tx, s.accountId);
    await this.accounts.move(tx, account, 'close', { actor, clauses: ['7.1', s.clause], data: { sanctionId: s.id } });
  }

  private async stillThere(tx: Tx, accountId: string): Promise<boolean> {
    return (await this.accounts.find(tx, accountId)) !== undefined;
  }

  /** Takes restricted features out of standing, before others take their place. */
  async liftRestrictions(tx: Tx, s: SanctionRecord): Promise<void> {
    await this.standing.lift(tx, s.accountId, sourceOf(s), { kind: 'restriction' });
  }
}

const sourceOf = (s: SanctionRecord) => ({ kind: 'sanction', id: s.id });
