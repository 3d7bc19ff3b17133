import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { PlanAnnouncementService } from '../announcements/plan-announcement.service.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { ApplySanctionsService } from '../sanctions/apply-sanctions.service.js';
import { SanctionsStore } from '../sanctions/sanctions.store.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';
import { EffectDecisionService } from './effect-decision.service.js';

/** Takes back exactly what a decision took, and its strike; what other decisions imposed stands (ENF-10). */
@Injectable()
export class ReverseDecisionService {
  constructor(
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly applying: ApplySanctionsService,
    private readonly effecting: EffectDecisionService,
    private readonly announcing: PlanAnnouncementService,
    private readonly clock: Clock,
  ) {}

  /** The account is locked. @returns what was given back, or undefined when the decision is not in force any more */
  async overturn(tx: Tx, decision: DecisionRecord, reason: string, actor: Actor): Promise<string[] | undefined> {
    const from = decision.state === 'varied' ? 'varied' : 'effective';
    const now = this.clock.now();
    const moved = await this.decisions.move(tx, decision.id, from, 'overturned', { endedAt: now });
    if (moved === undefined) return undefined;
    const remedies: string[] = [];
    for (const sanction of await this.sanctions.lockOfDecision(tx, decision.id)) {
      if (sanctionLifecycle.isTerminal(sanction.state)) continue;
      await this.applying.withdraw(tx, sanction, 'lift', actor, reason);
      remedies.push(`${sanction.type}_lifted`);
    }
    await this.decisions.revokeStrike(tx, decision.id, now);
    await this.announcing.withdrawOf(tx, decision.id, actor);
    remedies.push('strike_revoked');
    await this.effecting.note(tx, ENFORCEMENT_EVENTS.decisionReversed, moved, actor, { remedies }, { reason });
    return remedies;
  }
}
