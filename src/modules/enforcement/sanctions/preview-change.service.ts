import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { ChangeSanctionService, type WantedChange } from './change-sanction.service.js';
import { type Standings, SupposedStandingsService } from './supposed-standings.service.js';
import { type ChangeLetter, TellChangeService } from './tell-change.service.js';

export interface ChangePreview extends ChangeLetter {
  readonly standing: Standings | null;
}

/** What a measure that is lifted, moved or kept would tell its subject, and what they may do then (C7). Writes nothing. */
@Injectable()
export class PreviewChangeService {
  constructor(
    private readonly transactor: Transactor,
    private readonly standings: SupposedStandingsService,
    private readonly changing: ChangeSanctionService,
    private readonly telling: TellChangeService,
  ) {}

  /** @throws DomainError whatever the change itself is refused for */
  async preview(id: string, change: WantedChange, actor: Actor): Promise<ChangePreview> {
    const { reader } = this.transactor;
    const made = await this.changing.wouldMake(reader, id, change);
    const { before, outcome, endsAt, features } = made;
    const after = outcome === 'lifted' ? null : { ...before, endsAt, features };
    const [letter, standing] = await Promise.all([
      this.telling.preview(reader, made, actor),
      this.standings.of(reader, before.accountId, [{ before, after }]),
    ]);
    return { ...letter, standing };
  }
}
