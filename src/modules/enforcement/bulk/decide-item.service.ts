import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Actor } from '../../../kernel/actor.js';
import type { DomainError } from '../../../kernel/domain-error.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { OpenOwnCaseService } from '../cases/open-own-case.service.js';
import { DecideCaseService, type DecideOptions } from '../decisions/decide-case.service.js';
import type { DecisionRequest } from '../decisions/draft-decision.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { decisionRequestOf } from '../requests.js';
import { NewBulkDto } from './bulk.dto.js';

/** What every item of a bulk decision is decided with. */
export interface BulkOrder {
  readonly clause: string;
  readonly note: string;
  readonly request: DecisionRequest;
}

/** One account of a bulk decision: it gets a case of its own and is decided by the same use case as a single one. */
@Injectable()
export class DecideItemService {
  constructor(
    private readonly opening: OpenOwnCaseService,
    private readonly deciding: DecideCaseService,
    private readonly config: EnforcementConfig,
  ) {}

  /** @param body the proposal as it came, or as it was kept */
  orderOf(body: unknown): BulkOrder {
    const { decision, note } = plainToInstance(NewBulkDto, body);
    return {
      clause: decision.clauses[0] ?? '',
      note,
      request: decisionRequestOf(decision, this.config.defaultNotice),
    };
  }

  /** @returns the decision's id. @throws DomainError whatever a single decision is refused for */
  async decide(
    tx: Tx,
    accountId: string,
    order: BulkOrder,
    actor: Actor,
    of: Pick<DecideOptions, 'bulkId' | 'approvedBy'> = {},
  ): Promise<string> {
    const { clause, note, request } = order;
    const what = { subjectAccountId: accountId, clause, note, decidedAtOnce: true };
    const opened = await this.opening.openIn(tx, what, actor);
    const options = { ...of, approved: true };
    const { decision } = await this.deciding.decideSeen(tx, opened, undefined, request, actor, options);
    return decision.id;
  }
}

/** Why one account was refused, as a code: of a decision that does not fit it, the first thing that does not. */
export const refusalOf = (error: DomainError): string =>
  error.code === ENFORCEMENT_ERRORS.decision_invalid.code
    ? (error.options.errors?.[0]?.code ?? error.code)
    : error.code;
