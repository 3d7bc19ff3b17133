import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { actorOf, Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { OnceKey } from '../../../platform/http/once.js';
import type { Page } from '../../../platform/http/paging.js';
import { MODERATORS, READERS } from '../callers.js';
import { IdOnlyDto } from '../enforcement.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import {
  AnswerPreviewDto,
  AppealAnswerDto,
  AppealDto,
  AppealQuery,
  AppealWordsDto,
  NewAppealDto,
} from './appeals.dto.js';
import { appealAnswerOf } from '../requests.js';
import { AppealsService } from './appeals.service.js';
import { DecideAppealService } from './decide-appeal.service.js';
import { PreviewAnswerService } from './preview-answer.service.js';
import { ReadAppealsService } from './read-appeals.service.js';
import { LIFECYCLE_ERRORS } from '../../../kernel/lifecycle.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { IMPOSING, TASKED } from '../shared-refusals.js';

@Controller('v1/appeals')
export class AppealsController {
  constructor(
    private readonly appeals: AppealsService,
    private readonly deciding: DecideAppealService,
    private readonly previewing: PreviewAnswerService,
    private readonly reading: ReadAppealsService,
  ) {}

  @Post()
  @Operation({
    summary: 'Ask to look again at a decision about you; staff: look again by own motion',
    callers: ['account', ...MODERATORS],
    clauses: ['ENF-14', '6', '7.1'],
    status: 201,
    answer: AppealDto,
    idempotent: true,
    errors: [E.decision_not_found, E.appeal_live, E.appeal_out_of_time, E.appeal_not_possible],
  })
  async file(@OnceKey() once: Once, @Body() body: NewAppealDto, @Caller() caller: Caller): Promise<unknown> {
    const actor = actorOf(caller);
    const filed =
      caller.kind === 'account'
        ? await this.appeals.file(once, body.decisionId, body.text, caller.accountId, actor)
        : await this.appeals.fileOwn(once, body.decisionId, body.text, actor);
    return this.reading.get(filed.id);
  }

  @Get()
  @Operation({
    summary: 'Appeals, newest first; your own with an account',
    callers: ['account', ...READERS],
    clauses: ['ENF-14', '6'],
    page: AppealDto,
  })
  list(@Query() query: AppealQuery, @Caller() caller: Caller): Promise<Page<unknown>> {
    const { limit, cursor, ...filter } = query;
    const whose = caller.kind === 'account' ? { ...filter, accountId: caller.accountId } : filter;
    return this.reading.list(whose, { limit, cursor });
  }

  @Get(':id')
  @Operation({
    summary: 'One appeal with its dialogue',
    callers: ['account', ...READERS],
    clauses: ['ENF-14', '6'],
    answer: AppealDto,
    errors: [E.appeal_not_found],
  })
  get(@IdParam('id') id: string, @Caller() caller: Caller): Promise<unknown> {
    return this.reading.get(id, caller.kind === 'account' ? caller.accountId : undefined);
  }

  @Post(':id/messages')
  @Operation({
    summary: 'Write to the other side',
    callers: ['account', ...MODERATORS],
    clauses: ['ENF-14', '6'],
    status: 201,
    answer: AppealDto,
    idempotent: true,
    errors: [E.appeal_not_found, E.appeal_ended],
  })
  async write(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: AppealWordsDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    const by = caller.kind === 'account' ? { accountId: caller.accountId } : {};
    await this.appeals.write(once, id, body.text, by, actorOf(caller));
    return this.reading.get(id);
  }

  @Post(':id/withdrawal')
  @Operation({
    summary: 'Withdraw your appeal',
    callers: ['account'],
    clauses: ['ENF-14', '6'],
    answer: IdOnlyDto,
    errors: [E.appeal_not_found, E.appeal_ended, LIFECYCLE_ERRORS.wrong_state, HTTP_ERRORS.stale_version],
  })
  withdraw(@IdParam('id') id: string, @Caller() caller: Caller): Promise<unknown> {
    return this.appeals.withdraw(id, caller.kind === 'account' ? caller.accountId : '', actorOf(caller));
  }

  @Post(':id/decision-previews')
  @Operation({
    summary: 'What an answer would be, without giving it: the words that the person gets and the resulting standing',
    callers: MODERATORS,
    clauses: ['ENF-8', 'ENF-14', '7.1'],
    answer: AnswerPreviewDto,
    errors: [E.appeal_not_found, LIFECYCLE_ERRORS.wrong_state],
  })
  preview(@IdParam('id') id: string, @Body() body: AppealAnswerDto): Promise<unknown> {
    return this.previewing.preview(id, appealAnswerOf(body));
  }

  @Post(':id/decision')
  @Operation({
    summary: 'Answer an appeal; what it changes takes effect with it',
    callers: MODERATORS,
    clauses: ['ENF-10', 'ENF-14', '6', '7.1'],
    answer: AppealDto,
    idempotent: true,
    errors: [
      E.appeal_not_found,
      E.appeal_ended,
      E.other_reviewer_required,
      E.sanction_ended,
      E.sanction_change_invalid,
      ...IMPOSING,
      ...TASKED,
    ],
  })
  async decide(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: AppealAnswerDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.deciding.decide(once, id, appealAnswerOf(body), actorOf(caller));
    return this.reading.get(id);
  }
}
