import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Sweep } from '../../platform/sweeps/sweep.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import { ReconsentConfig } from './reconsent.config.js';
import { ReconsentService } from './reconsent.service.js';
import { ReconsentStore } from './reconsent.store.js';

/** Brings a published version to every account that it concerns. */
@Injectable()
export class RollOutService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReconsentStore,
    private readonly agreements: AgreementsService,
    private readonly reconsent: ReconsentService,
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
}
