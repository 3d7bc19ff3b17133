import { Body, Controller, Post } from '@nestjs/common';
import { actorOf, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { REVIEW_ERRORS } from '../review/review.errors.js';
import { MisuseReportsService } from './misuse-reports.service.js';
import { MisuseReviewDto, MisuseReviewedDto } from './misuse-reports.dto.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

@Controller('v1/accounts')
export class MisuseReportsController {
  constructor(private readonly reports: MisuseReportsService) {}

  @Post(':id/misuse-review')
  @Operation({
    summary: 'Ends the review of a reported misuse; the caller holds its task',
    callers: ['staff:moderator', 'staff:senior_moderator'],
    clauses: ['2.4', 'REG-9'],
    answer: MisuseReviewedDto,
    errors: [
      REVIEW_ERRORS.review_task_ended,
      REVIEW_ERRORS.review_claim_required,
      ACCOUNT_ERRORS.account_not_found,
      REVIEW_ERRORS.conflict_of_interest,
      REVIEW_ERRORS.review_task_taken,
      HTTP_ERRORS.stale_version,
      REVIEW_ERRORS.review_task_not_found,
      LIFECYCLE_ERRORS.wrong_state,
    ],
    idempotent: true,
  })
  decide(
    @IdParam('id') id: string,
    @Caller() caller: StaffCaller,
    @Body() body: MisuseReviewDto,
    @OnceKey() once: Once,
  ): Promise<MisuseReviewedDto> {
    const { outcome, note } = body;
    const what = { outcome, unfreeze: body.unfreeze ?? false, ...(note === undefined ? {} : { note }) };
    return this.reports.decide(once, id, what, actorOf(caller));
  }
}
