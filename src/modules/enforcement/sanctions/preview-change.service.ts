import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Standing, StandingService, type Supposed } from '../../accounts/standing.service.js';
import { ChangeSanctionService, type WantedChange } from './change-sanction.service.js';
import { impositionsOf } from './impositions.js';
import { type ChangeLetter, type ChangeMade, TellChangeService } from './tell-change.service.js';

export interface ChangePreview extends ChangeLetter {
  /** As it is, and as it would be: the account is spared nothing else by a change of one measure. */
  readonly standing: { readonly before: Standing; readonly after: Standing } | null;
}

const NOTHING: Supposed = { impositions: [], closing: false };

/** What a measure that is lifted, moved or kept would tell its subject, and what they may do then (C7). Writes nothing. */
@Injectable()
export class PreviewChangeService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly changing: ChangeSanctionService,
    private readonly telling: TellChangeService,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError whatever the change itself is refused for */
  async preview(id: string, change: WantedChange, actor: Actor): Promise<ChangePreview> {
    const { reader } = this.transactor;
    const made = await this.changing.wouldMake(reader, id, change);
    const [letter, standing] = await Promise.all([
      this.telling.preview(reader, made, actor),
      this.standingsOf(reader, made),
    ]);
    return { ...letter, standing };
  }

  /** Null once the account is gone: it has no standing to change. */
  private async standingsOf(tx: Tx, made: ChangeMade): Promise<ChangePreview['standing']> {
    const { accountId, id, startsAt } = made.before;
    const account = await this.accounts.find(tx, accountId);
    if (account === undefined) return null;
    const lifted = made.outcome === 'lifted';
    const after = { ...made.before, endsAt: made.endsAt, features: made.features };
    const closed = account.state === 'closed' || account.stateBeforeDeregistration === 'closed';
    const reinstated = lifted && made.before.type === 'closure' && closed;
    // What begins later is compared as of then: until then nothing differs.
    const at = new Date(Math.max(this.clock.now().getTime(), startsAt.getTime()));
    const supposed: Supposed = {
      impositions: lifted ? [] : impositionsOf(after),
      closing: false,
      withoutSanction: id,
      ...(reinstated ? { state: this.accounts.stateAfter(account, 'reinstate') } : {}),
    };
    const [before, then] = await Promise.all([
      this.standing.whatIf(tx, accountId, NOTHING, at),
      this.standing.whatIf(tx, accountId, supposed, at),
    ]);
    return { before, after: then };
  }
}
