import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { NotifySubjectService } from '../decisions/notify-subject.service.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ApplySanctionsService } from './apply-sanctions.service.js';
import { type SanctionRecord, SanctionsStore } from './sanctions.store.js';

export interface SanctionChange {
  readonly endsAt?: Date;
  /** Features to free: lifting in part. */
  readonly freeFeatures?: readonly string[];
  readonly reason: string;
}

/** Reinstatement "according to the actual situation" (ENF-10): in full, in part, or at another time. */
@Injectable()
export class ChangeSanctionService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: SanctionsStore,
    private readonly accounts: AccountsService,
    private readonly applying: ApplySanctionsService,
    private readonly notices: NotifySubjectService,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  lift(once: Once, id: string, version: number | undefined, reason: string, actor: Actor): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => {
      await this.liftIn(tx, await this.mustLock(tx, id, version), reason, actor);
      return { id };
    });
  }

  async liftIn(tx: Tx, sanction: SanctionRecord, reason: string, actor: Actor): Promise<SanctionRecord> {
    const lifted = await this.applying.withdraw(tx, sanction, 'lift', actor, reason);
    await this.notices.tellOfChange(tx, lifted, 'sanction_lifted');
    return lifted;
  }

  /** Shortens, extends, or frees single features. */
  change(id: string, version: number, change: SanctionChange, actor: Actor): Promise<SanctionRecord> {
    return this.transactor.run(async (tx) => this.changeIn(tx, await this.mustLock(tx, id, version), change, actor));
  }

  async changeIn(tx: Tx, sanction: SanctionRecord, change: SanctionChange, actor: Actor): Promise<SanctionRecord> {
    const features = sanction.features.filter((f) => !(change.freeFeatures ?? []).includes(f));
    this.refuse(sanction, change, features);
    if (sanction.type === 'feature_restriction' && features.length === 0)
      return this.liftIn(tx, sanction, change.reason, actor);
    const end = change.endsAt === undefined ? {} : { endsAt: change.endsAt };
    const changed = await this.applying.reshape(tx, sanction, { ...end, features }, actor, change.reason);
    await this.notices.tellOfChange(tx, changed, 'sanction_changed');
    return changed;
  }

  /** Looked at again, and kept until it is looked at the next time. @throws DomainError sanction_change_invalid */
  async keepIn(tx: Tx, sanction: SanctionRecord, until: Date, reason: string, actor: Actor): Promise<SanctionRecord> {
    const now = this.clock.now();
    const latest = addPeriod(now, this.config.longestReview);
    if (until <= now || until > latest || (sanction.endsAt !== null && until >= sanction.endsAt)) {
      const detail = `the next date lies in the future, before its end, and within ${this.config.longestReview}`;
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid, { detail });
    }
    const kept = await this.applying.keep(tx, sanction, until, actor, reason);
    await this.notices.tellOfChange(tx, kept, 'sanction_kept');
    return kept;
  }

  async mustLock(tx: Tx, id: string, version?: number): Promise<SanctionRecord> {
    const unlocked = await this.store.find(tx, id);
    if (unlocked === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    await this.accounts.lockForUpdate(tx, unlocked.accountId);
    const sanction = await this.store.lock(tx, id);
    if (sanction === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    const extra = {
      version: sanction.version,
      state: sanction.state,
      endedBy: sanction.endedBy,
      endedAt: sanction.endedAt?.toISOString() ?? null,
    };
    if (version !== undefined && sanction.version !== version)
      throw new DomainError(HTTP_ERRORS.stale_version, { extra });
    const passed = sanction.endsAt !== null && sanction.endsAt <= this.clock.now() && sanction.type !== 'rectification';
    if (sanctionLifecycle.isTerminal(sanction.state) || passed)
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_ended, { extra });
    return sanction;
  }

  private refuse(sanction: SanctionRecord, change: SanctionChange, features: readonly string[]): void {
    const now = this.clock.now();
    const timed = ['suspension', 'feature_restriction', 'reregistration_ban'].includes(sanction.type);
    const say = (detail: string): never => {
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid, { detail });
    };
    if (!timed) say('only suspensions, restrictions and bans have an end to move');
    if (sanction.state === 'awaiting_approval') say('it waits for approval');
    if (change.endsAt === undefined && features.length === sanction.features.length) say('nothing would change');
    if (change.endsAt !== undefined && change.endsAt <= now) say('an end in the past: lift it instead');
    if (change.endsAt !== undefined && change.endsAt <= sanction.startsAt) say('the end lies before the start');
    const { longestBan } = this.config;
    if (sanction.type === 'reregistration_ban' && (change.endsAt ?? now) > addPeriod(sanction.startsAt, longestBan))
      say(`a ban lasts at most ${longestBan}`);
  }
}
