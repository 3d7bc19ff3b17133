import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, Holdable } from '../../platform/holding/holdable.js';
import { DecideRegistrationService } from './decide-registration.service.js';
import { REGISTRATION_REVIEW } from './hold-registration.service.js';
import { DecideRegistration } from './registration-review.dto.js';

/** Decisions of this module that may be given with an undo window. */
@Injectable()
export class RegistrationCommands {
  constructor(private readonly deciding: DecideRegistrationService) {}

  @Holdable({
    command: 'registration.decide',
    route: '/v1/registrations/{id}/decision',
    kinds: [REGISTRATION_REVIEW],
    callers: ['staff:moderator', 'staff:senior_moderator'],
    body: DecideRegistration,
    versioned: true,
  })
  decide(tx: Tx, { subjectId, version, body, actor }: Given<DecideRegistration>): Promise<unknown> {
    return this.deciding.decideIn(tx, subjectId, version, body, actor);
  }
}
