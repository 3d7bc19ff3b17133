import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { AuditService } from '../audit/audit.service.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DEREGISTRATION_ERRORS } from './deregistration.errors.js';
import type { Obligation } from './domain/obstacles.js';
import { ObligationStore } from './obligation.store.js';
import { AccountGate } from './ports.js';

/** Which of two with one reference would count is not for us to choose. */
function refuseRepeated(reported: readonly { readonly reference: string }[]): void {
  const errors = reported.flatMap(({ reference }, place) =>
    reported.findIndex((o) => o.reference === reference) < place
      ? [
          {
            path: `/obligations/${place}/reference`,
            code: 'repeated',
            en: 'another one of the list has it',
            zh: '列表中另有一项相同',
          },
        ]
      : [],
  );
  if (errors.length > 0) throw new DomainError(HTTP_ERRORS.invalid_request, { errors });
}

/** What other systems report as standing in the way (DER-1); each report says how to clear it. */
@Injectable()
export class ReportObligationsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ObligationStore,
    private readonly accounts: AccountGate,
    private readonly audit: AuditService,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  /** One participant's whole present answer; an empty list clears. @throws DomainError account_gone: too late to matter */
  async report(
    accountId: string,
    participant: string,
    reported: readonly Omit<Obligation, 'participant' | 'reportedAt'>[],
    serviceId: string,
  ): Promise<void> {
    const known = this.config.participants.find((p) => p.name === participant);
    if (known === undefined) throw new DomainError(DEREGISTRATION_ERRORS.unknown_participant);
    if (known.clients.length > 0 && !known.clients.includes(serviceId)) {
      throw new DomainError(DEREGISTRATION_ERRORS.not_this_participant);
    }
    refuseRepeated(reported);
    const reportedAt = this.clock.now();
    const obligations = reported.map((o) => ({ ...o, participant, reportedAt }));
    await this.transactor.run(async (tx) => {
      await this.accounts.lockWritable(tx, accountId);
      await this.store.replace(tx, accountId, participant, serviceId, obligations);
      await this.audit.record(tx, {
        type: 'deregistration.obligations_reported',
        actor: { kind: 'service', id: serviceId },
        accountId,
        target: { kind: 'account', id: accountId },
        clauses: ['DER-1', '2.5'],
        data: { participant, kinds: obligations.map((o) => o.kind) },
      });
    });
  }
}
