import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { DecisionsStore } from '../decisions/decisions.store.js';
import { outlasts } from '../domain/actions.js';
import { lengthens } from '../domain/change-text.js';
import { fourEyesReasons } from '../domain/four-eyes.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { type SanctionRecord, SanctionsStore } from './sanctions.store.js';
import { type ChangeMade, TellChangeService } from './tell-change.service.js';

/** Why: for the record, and in the person's language for them. */
export interface Why {
  readonly reason: string;
  readonly explanation?: string | undefined;
}

export interface SanctionChange extends Why {
  readonly endsAt?: Date;
  /** Features to free: lifting in part. */
  readonly freeFeatures?: readonly string[];
}

/** What somebody asks about before they do it. */
export type WantedChange = { readonly explanation?: string | undefined } & (
  | { readonly outcome: 'lifted' }
  | { readonly outcome: 'kept'; readonly reviewAt: Date }
  | { readonly outcome: 'changed'; readonly endsAt?: Date; readonly freeFeatures?: readonly string[] }
);

/** Reinstatement "according to the actual situation" (ENF-10): in full, in part, or at another time. */
@Injectable()
export class ChangeSanctionService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: SanctionsStore,
    private readonly decisions: DecisionsStore,
    private readonly accounts: AccountsService,
    private readonly applying: ApplySanctionsService,
    private readonly telling: TellChangeService,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  lift(once: Once, id: string, version: number | undefined, why: Why, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      await this.liftIn(tx, await this.mustLock(tx, id, version), why, actor);
      return { id };
    });
  }

  async liftIn(tx: Tx, sanction: SanctionRecord, why: Why, actor: Actor): Promise<SanctionRecord> {
    const lifted = await this.applying.withdraw(tx, sanction, 'lift', actor, why.reason);
    await this.telling.tell(tx, { ...asItIs(sanction), ...why, outcome: 'lifted' }, lifted, actor);
    return lifted;
  }

  /** Shortens, extends, or frees single features. */
  change(id: string, version: number, change: SanctionChange, actor: Actor): Promise<SanctionRecord> {
    return this.transactor.run(async (tx) => this.changeIn(tx, await this.mustLock(tx, id, version), change, actor));
  }

  async changeIn(tx: Tx, sanction: SanctionRecord, change: SanctionChange, actor: Actor): Promise<SanctionRecord> {
    const made = this.changeOf(sanction, change);
    if (made.outcome === 'lifted') return this.liftIn(tx, sanction, change, actor);
    if (this.needsColleague(sanction, change)) await this.refuseWhoDecided(tx, sanction, actor);
    const changed = await this.applying.reshape(tx, sanction, made, actor, change.reason);
    await this.telling.tell(tx, made, changed, actor);
    return changed;
  }

  /** Looked at again, and kept until it is looked at the next time. @throws DomainError sanction_change_invalid */
  async keepIn(tx: Tx, sanction: SanctionRecord, until: Date, why: Why, actor: Actor): Promise<SanctionRecord> {
    const made = this.keepingOf(sanction, until, why);
    const kept = await this.applying.keep(tx, sanction, until, actor, why.reason);
    await this.telling.tell(tx, made, kept, actor);
    return kept;
  }

  /** What a change would make of a measure; nothing is written. @throws DomainError whatever the change is refused for */
  async wouldMake(tx: Tx, id: string, change: WantedChange): Promise<ChangeMade> {
    const sanction = await this.store.find(tx, id);
    if (sanction === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    this.refuseEnded(sanction);
    const why = { reason: '', explanation: change.explanation };
    if (change.outcome === 'lifted') return { ...asItIs(sanction), ...why, outcome: change.outcome };
    return change.outcome === 'kept'
      ? this.keepingOf(sanction, change.reviewAt, why)
      : this.changeOf(sanction, { ...change, ...why });
  }

  private changeOf(sanction: SanctionRecord, change: SanctionChange): ChangeMade {
    const features = sanction.features.filter((f) => !(change.freeFeatures ?? []).includes(f));
    this.refuse(sanction, change, features);
    const { explanation, endsAt = sanction.endsAt } = change;
    // Nothing is left of it.
    const outcome = sanction.type === 'feature_restriction' && features.length === 0 ? 'lifted' : 'changed';
    const far = lengthens(sanction.endsAt, change.endsAt) && this.outlastsReview(sanction, endsAt);
    const reviewAt = sanction.reviewAt ?? (far ? this.latestReview() : null);
    return { ...asItIs(sanction), outcome, endsAt, features, reviewAt, explanation };
  }

  /** What would take two people if it were decided now is made longer by somebody who did not decide it. */
  private needsColleague(sanction: SanctionRecord, { endsAt }: SanctionChange): boolean {
    if (endsAt === undefined || !lengthens(sanction.endsAt, endsAt)) return false;
    return fourEyesReasons([{ ...sanction, endsAt }], this.config.longestReview).length > 0;
  }

  private outlastsReview({ startsAt }: SanctionRecord, endsAt: Date | null): boolean {
    return outlasts(endsAt, addPeriod(startsAt, this.config.longestReview));
  }

  private latestReview(): Date {
    return addPeriod(this.clock.now(), this.config.longestReview);
  }

  private keepingOf(sanction: SanctionRecord, until: Date, { explanation }: Why): ChangeMade {
    const now = this.clock.now();
    if (until <= now || until > this.latestReview() || (sanction.endsAt !== null && until >= sanction.endsAt)) {
      const { longestReview } = this.config;
      const en = `the next date lies in the future, before its end, and within ${longestReview}`;
      const zh = `下次复核须在今后、措施结束之前、${longestReview} 之内`;
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid, { detail: { en, zh } });
    }
    return { ...asItIs(sanction), outcome: 'kept', reviewAt: until, explanation };
  }

  async mustLock(tx: Tx, id: string, version?: number): Promise<SanctionRecord> {
    const unlocked = await this.store.find(tx, id);
    if (unlocked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    await this.accounts.lockForUpdate(tx, unlocked.accountId);
    const sanction = await this.store.lock(tx, id);
    if (sanction === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    if (version !== undefined && sanction.version !== version)
      throw new DomainError(HTTP_ERRORS.stale_version, { extra: stateOf(sanction) });
    this.refuseEnded(sanction);
    return sanction;
  }

  private refuseEnded(sanction: SanctionRecord): void {
    const passed = sanction.endsAt !== null && sanction.endsAt <= this.clock.now() && sanction.type !== 'rectification';
    if (sanctionLifecycle.isTerminal(sanction.state) || passed)
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_ended, { extra: stateOf(sanction) });
  }

  /** Whoever decided a measure or approved it cannot be its second person again (invariant 9). @throws DomainError second_person_required */
  private async refuseWhoDecided(tx: Tx, { decisionId }: SanctionRecord, actor: Actor): Promise<void> {
    const decision = await this.decisions.find(tx, decisionId);
    if ([decision?.decidedBy, decision?.approvedBy].includes(actor.id))
      throw new DomainError(ENFORCEMENT_ERRORS.second_person_required);
  }

  private refuse(sanction: SanctionRecord, change: SanctionChange, features: readonly string[]): void {
    const now = this.clock.now();
    const timed = ['suspension', 'feature_restriction', 'reregistration_ban'].includes(sanction.type);
    const say = (en: string, zh: string): never => {
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid, { detail: { en, zh } });
    };
    if (!timed) say('only suspensions, restrictions and bans have an end to move', '只有暂停、限制与禁止可以变更期限');
    if (sanction.state === 'awaiting_approval') say('it waits for approval', '正待批准');
    if (change.endsAt === undefined && features.length === sanction.features.length)
      say('nothing would change', '没有变更');
    if (change.endsAt !== undefined && change.endsAt <= now)
      say('an end in the past: lift it instead', '结束时间已过，请改为解除');
    if (change.endsAt !== undefined && change.endsAt <= sanction.startsAt)
      say('the end lies before the start', '结束早于开始');
    const { longestBan } = this.config;
    if (sanction.type === 'reregistration_ban' && (change.endsAt ?? now) > addPeriod(sanction.startsAt, longestBan))
      say(`a ban lasts at most ${longestBan}`, `禁止再注册最长 ${longestBan}`);
  }
}

const asItIs = (before: SanctionRecord) => ({
  before,
  endsAt: before.endsAt,
  features: before.features,
  reviewAt: before.reviewAt,
});

const stateOf = ({ version, state, endedBy, endedAt }: SanctionRecord): Record<string, unknown> => ({
  version,
  state,
  endedBy,
  endedAt: endedAt?.toISOString() ?? null,
});
