import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import { type AppliedFor, ApplyDeregistrationService } from './apply-deregistration.service.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';

export interface RelativesRequest {
  readonly accountId: string;
  readonly relationship: string;
  /** What was seen, and where it is filed. */
  readonly evidence: string;
  /** The lawful and legitimate interest of their own. */
  readonly interest: string;
  /** Somebody asked whether the person who died had decided otherwise. */
  readonly noOtherArrangement: boolean;
}

/**
 * Close relatives of somebody who died ask in writing that the account ends (REG-4; PIPL 49). Nobody gets the account: it is
 * deregistered like any other, cooling-off and messages to its number included, so that whoever is alive can say so; who
 * opens it never decides it (R44, own application).
 */
@Injectable()
export class OpenForDeceasedService {
  constructor(
    private readonly transactor: Transactor,
    private readonly applications: ApplyDeregistrationService,
  ) {}

  /** @throws DomainError holder_arranged_otherwise, deregistration_open, deregistration_obstructed, not_found */
  open(once: Once, asked: RelativesRequest, by: Actor): Promise<AppliedFor> {
    if (!asked.noOtherArrangement) throw new DomainError(DEREGISTRATION_ERRORS.holder_arranged_otherwise);
    const reason = [asked.relationship, asked.evidence, asked.interest].join(' · ');
    return this.transactor.once(once, (tx) =>
      this.applications.applyVerified(tx, {
        accountId: asked.accountId,
        actor: by,
        sessionId: null,
        reason,
        ground: 'holder_deceased',
        // What stays only because its person agreed has nobody who could agree.
        agreed: [],
      }),
    );
  }
}
