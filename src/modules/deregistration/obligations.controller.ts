import { Body, Controller, Put } from '@nestjs/common';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { ObligationsDto } from './deregistration-participant.dto.js';
import { DEREGISTRATION_ERRORS as ERRORS } from './deregistration.errors.js';
import { ReportObligationsService } from './report-obligations.service.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';

/** What stands in the way of leaving, as the systems that know report it (DER-1). */
@Controller('v1/accounts/:id/obligations')
export class ObligationsController {
  constructor(private readonly obligations: ReportObligationsService) {}

  @Put()
  @Operation({
    summary: 'One participant’s whole present answer; an empty list clears',
    callers: ['service:obligations:write'],
    clauses: ['DER-1', '2.5'],
    status: 204,
    errors: [
      ERRORS.unknown_participant,
      ERRORS.not_this_participant,
      ACCOUNT_ERRORS.account_not_found,
      ACCOUNT_ERRORS.account_gone,
    ],
  })
  async report(
    @Caller() caller: Caller,
    @IdParam('id') accountId: string,
    @Body() body: ObligationsDto,
  ): Promise<void> {
    await this.obligations.report(accountId, body.participant, body.obligations, actorOf(caller).id);
  }
}
