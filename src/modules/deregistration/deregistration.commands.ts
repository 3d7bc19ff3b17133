import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, Holdable } from '../../platform/holding/holdable.js';
import { DecideDeregistrationService } from './decide-deregistration.service.js';
import { DeregistrationDecisionDto } from './deregistration-review.dto.js';

/** Decisions of this module that may be given with an undo window. */
@Injectable()
export class DeregistrationCommands {
  constructor(private readonly decisions: DecideDeregistrationService) {}

  @Holdable({
    command: 'deregistration.decide',
    route: '/v1/deregistrations/{id}/decision',
    kinds: ['deregistration'],
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal'],
    body: DeregistrationDecisionDto,
    versioned: true,
  })
  decide(tx: Tx, { subjectId, version, body, actor }: Given<DeregistrationDecisionDto>): Promise<unknown> {
    return this.decisions.decideIn(tx, subjectId, version, { ...body, note: body.note ?? null }, actor);
  }
}
