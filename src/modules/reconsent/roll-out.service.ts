import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { SessionsService } from '../accounts/sessions.service.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import { ReconsentConfig } from './reconsent.config.js';
import { ReconsentService } from './reconsent.service.js';
import { ReconsentStore } from './reconsent.store.js';

/** Brings a published version to every account that it concerns, and finds the answers that were given by use. */
@Injectable()
export class RollOutService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReconsentStore,
    private readonly agreements: AgreementsService,
    private readonly reconsent: ReconsentService,
    private readonly sessions: SessionsService,
    private readonly config: ReconsentConfig,
    private readonly clock: Clock,
  ) {}

  /** One transaction an account; the mark moves behind them, so that a killed run goes on where it stood. */
  @Sweep({ name: 'reconsent.roll-out', every: 'PT1S' })
  async rollOut(): Promise<number> {
    const { reader } = this.transactor;
    const rollout = await this.store.nextRollout(reader);
    if (rollout === undefined) return 0;
    const after = rollout.afterAccount ?? undefined;
    const accounts = await this.agreements.accountsOf(reader, rollout.documentId, after, this.config.batchSize);
    for (const id of accounts) await this.transactor.run((tx) => this.reconsent.reconcile(tx, id));
    const last = accounts.at(-1);
    await this.transactor.run((tx) =>
      last === undefined
        ? this.store.finishRollout(tx, rollout, this.clock.now())
        : this.store.moveRollout(tx, rollout, last),
    );
    return Math.max(1, accounts.length);
  }

  /**
   * `continued_use`: who uses the service after the version took effect has accepted it (preamble). The proof is the
   * session that was used, at the time at which it was.
   */
  @Sweep({ name: 'reconsent.continued-use', every: 'PT1M' })
  async findContinuedUse(): Promise<number> {
    const now = this.clock.now();
    const again = addPeriod(now, this.config.lookEvery);
    const due = await this.transactor.run((tx) => this.store.claimContinuedUse(tx, now, again, this.config.batchSize));
    for (const { accountId, documentId, version, since } of due) {
      const used = (await this.sessions.list(accountId)).find((session) => session.lastUsedAt > since);
      if (used === undefined) continue;
      await this.transactor.run((tx) =>
        this.reconsent.acceptByUse(tx, {
          accountId,
          version: { documentId, version },
          ip: used.ip ?? 'unknown',
          userAgent: used.userAgent ?? '',
          at: used.lastUsedAt,
        }),
      );
    }
    return due.length;
  }
}
