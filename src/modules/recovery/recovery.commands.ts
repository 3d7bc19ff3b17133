import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, Holdable } from '../../platform/holding/holdable.js';
import { GUARDIAN_KIND, RECOVERY_KIND } from './domain/appeal-subject.js';
import { MISUSE_KIND, MisuseReportsService } from './misuse-reports.service.js';
import { RecoveryAppealsService } from './recovery-appeals.service.js';
import { DecideAppealDto } from './recovery-appeals.dto.js';
import { MisuseReviewDto } from './misuse-reports.dto.js';

const MODERATORS = ['staff:moderator', 'staff:senior_moderator'] as const;

/** Decisions of this module that may be given with an undo window. */
@Injectable()
export class RecoveryCommands {
  constructor(
    private readonly appeals: RecoveryAppealsService,
    private readonly reports: MisuseReportsService,
  ) {}

  @Holdable({
    command: 'recovery.decide',
    route: '/v1/recovery-appeals/{id}/decision',
    kinds: [RECOVERY_KIND, GUARDIAN_KIND],
    callers: MODERATORS,
    body: DecideAppealDto,
    versioned: false,
  })
  decide(tx: Tx, { subjectId, body, actor }: Given<DecideAppealDto>): Promise<unknown> {
    const { decision, reasonCode, note } = body;
    const what = { accept: decision === 'accept', reasonCode, ...(note === undefined ? {} : { note }) };
    return this.appeals.decideIn(tx, subjectId, what, actor);
  }

  @Holdable({
    command: 'misuse.decide',
    route: '/v1/accounts/{id}/misuse-review',
    kinds: [MISUSE_KIND],
    callers: MODERATORS,
    body: MisuseReviewDto,
    versioned: false,
  })
  review(tx: Tx, { subjectId, body, actor }: Given<MisuseReviewDto>): Promise<unknown> {
    const { outcome, note } = body;
    const what = { outcome, unfreeze: body.unfreeze ?? false, ...(note === undefined ? {} : { note }) };
    return this.reports.decideIn(tx, subjectId, what, actor);
  }
}
