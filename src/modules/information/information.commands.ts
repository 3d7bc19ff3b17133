import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, Holdable } from '../../platform/holding/holdable.js';
import { DecideCorrectionService } from './decide-correction.service.js';
import { DecideCorrectionDto } from './information.dto.js';

/** Decisions of this module that may be given with an undo window. */
@Injectable()
export class InformationCommands {
  constructor(private readonly deciding: DecideCorrectionService) {}

  @Holdable({
    command: 'correction.decide',
    route: '/v1/information-corrections/{id}/decision',
    kinds: ['information_correction', 'birth_date_correction'],
    callers: ['staff:moderator', 'staff:senior_moderator'],
    body: DecideCorrectionDto,
    versioned: false,
  })
  decide(tx: Tx, { subjectId, body, actor }: Given<DecideCorrectionDto>): Promise<unknown> {
    return this.deciding.decideIn(tx, subjectId, body, actor);
  }
}
