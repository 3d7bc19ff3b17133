import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { RegisterThirdPartyService } from '../registration/register-third-party.service.js';
import { fits } from './flow-secrets.js';
import { FlowsStore } from './flows.store.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';

/** The challenge of a registration that goes by a provider: solved before the browser leaves, for there is no code to send. */
@Injectable()
export class SolveChallengeService {
  constructor(
    private readonly registrations: RegisterThirdPartyService,
    private readonly store: FlowsStore,
    private readonly transactor: Transactor,
  ) {}

  /** @throws DomainError flow_not_found, challenge_failed */
  async solve(flowId: string, proof: { secret: string; response: string; ip: string }): Promise<void> {
    const flow = await this.store.find(this.transactor.reader, flowId);
    if (flow === undefined || flow.registrationId === null || !fits(proof.secret, flow.secretDigest)) {
      throw new DomainError(THIRD_PARTY_ERRORS.flow_not_found);
    }
    await this.registrations.solveChallenge(flow.registrationId, proof.response, proof.ip);
  }
}
