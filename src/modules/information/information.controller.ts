import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';
import { type AccountCaller, actorOf, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { type CallerSpec, IdParam, Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import {
  CorrectBirthDateDto,
  CorrectInformationDto,
  CorrectionForReviewDto,
  CorrectionQuery,
  DecideCorrectionDto,
  DisputeQuery,
  InformationCorrectionDto,
  InformationCorrectionItemDto,
  InformationCorrectionsDto,
  InformationDisputeDto,
  InformationDisputeItemDto,
  InformationDisputesDto,
  MyInformationCorrectionDto,
  OpenDisputeDto,
} from './information.dto.js';
import type { CorrectionForReview, CorrectionView } from './correction-views.js';
import { DecideCorrectionService } from './decide-correction.service.js';
import { InformationCorrectionsService } from './information-corrections.service.js';
import { REVIEW_ERRORS } from '../review/review.errors.js';
import { type DisputeView, InformationDisputesService } from './information-disputes.service.js';
import { InformationFilesService } from './information-files.service.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';

const CLAUSES = ['2.2', 'REG-3'];
const REVIEWERS: readonly CallerSpec[] = ['staff:moderator', 'staff:senior_moderator'];
const READERS: readonly CallerSpec[] = [...REVIEWERS, 'staff:legal', 'staff:auditor'];
const FILING = [E.information_correction_pending, E.birth_date_not_plausible, ACCOUNT_ERRORS.not_in_this_state];

/** Information that is not true, and putting it right. */
@Controller('v1')
export class InformationController {
  constructor(
    private readonly disputes: InformationDisputesService,
    private readonly corrections: InformationCorrectionsService,
    private readonly deciding: DecideCorrectionService,
    private readonly files: InformationFilesService,
  ) {}

  @Get('accounts/me/information-disputes')
  @Operation({
    summary: 'What is disputed about me',
    callers: ['account'],
    clauses: CLAUSES,
    answer: InformationDisputesDto,
  })
  async mine(@Caller() caller: AccountCaller): Promise<{ items: DisputeView[] }> {
    return { items: await this.disputes.of(caller.accountId) };
  }

  @Post('accounts/me/information-corrections')
  @Operation({
    summary: 'Puts disputed information right',
    description: 'A person looks at it; until then nothing becomes overdue.',
    callers: ['account'],
    clauses: CLAUSES,
    status: 201,
    answer: InformationCorrectionDto,
    errors: [
      E.information_not_disputed,
      ACCOUNT_ERRORS.display_name_invalid,
      LIFECYCLE_ERRORS.wrong_state,
      ...FILING,
      ACCOUNT_ERRORS.account_gone,
    ],
    idempotent: true,
  })
  correct(
    @Caller() caller: AccountCaller,
    @Body() { statement, displayName, birthDate }: CorrectInformationDto,
    @OnceKey() once: Once,
  ): Promise<CorrectionView> {
    return this.corrections.answerDispute(once, caller.accountId, {
      statement,
      ...(displayName === undefined ? {} : { displayName }),
      ...(birthDate === undefined ? {} : { birthDate }),
    });
  }

  @Get('accounts/me/information-corrections')
  @Operation({ summary: 'My corrections', callers: ['account'], clauses: CLAUSES, answer: InformationCorrectionsDto })
  async myCorrections(@Caller() { accountId }: AccountCaller): Promise<{ items: MyInformationCorrectionDto[] }> {
    const [corrections, files] = await Promise.all([this.corrections.of(accountId), this.files.ofAccount(accountId)]);
    return { items: corrections.map((each) => ({ ...each, files: files.get(each.id) ?? [] })) };
  }

  @Post('accounts/me/birth-date-corrections')
  @Operation({
    summary: 'My birth date is wrong',
    description: 'A person looks at it. Band, guardian and limits follow the decision at once.',
    callers: ['account'],
    clauses: ['2.1', '2.2', '2.3(1)', 'MIN-1', 'REG-3'],
    status: 201,
    answer: InformationCorrectionDto,
    errors: [...FILING, ACCOUNT_ERRORS.account_gone],
    idempotent: true,
  })
  correctBirthDate(
    @Caller() caller: AccountCaller,
    @Body() { birthDate, statement }: CorrectBirthDateDto,
    @OnceKey() once: Once,
  ): Promise<CorrectionView> {
    return this.corrections.correctBirthDate(once, caller.accountId, { birthDate, statement });
  }

  @Post('accounts/:id/information-disputes')
  @Operation({
    summary: 'Disputes information of an account',
    callers: REVIEWERS,
    clauses: CLAUSES,
    status: 201,
    answer: InformationDisputeDto,
    errors: [
      E.information_dispute_open,
      E.features_not_known,
      ACCOUNT_ERRORS.account_not_found,
      ACCOUNT_ERRORS.account_gone,
      ACCOUNT_ERRORS.not_in_this_state,
    ],
    idempotent: true,
  })
  dispute(
    @IdParam('id') id: string,
    @Caller() caller: StaffCaller,
    @Body() { fields, reason, outcome, features }: OpenDisputeDto,
    @OnceKey() once: Once,
  ): Promise<DisputeView> {
    return this.disputes.open(once, id, { fields, reason, outcome, features: features ?? [] }, actorOf(caller));
  }

  @Get('accounts/:id/information-disputes')
  @Operation({ summary: 'Disputes of an account', callers: READERS, clauses: CLAUSES, answer: InformationDisputesDto })
  async ofAccount(@IdParam('id') id: string): Promise<{ items: DisputeView[] }> {
    return { items: await this.disputes.of(id) };
  }

  @Get('information-disputes')
  @Operation({
    summary: 'Disputes of all accounts, newest first; what is open without a state',
    callers: READERS,
    clauses: CLAUSES,
    page: InformationDisputeItemDto,
  })
  allDisputes(@Query() query: DisputeQuery): Promise<Page<unknown>> {
    return this.disputes.list(query.state, query);
  }

  @Get('information-corrections')
  @Operation({
    summary: 'Corrections of all accounts, newest first; what waits for a person without a state',
    callers: READERS,
    clauses: CLAUSES,
    page: InformationCorrectionItemDto,
  })
  allCorrections(@Query() query: CorrectionQuery): Promise<Page<unknown>> {
    return this.deciding.list(query.state, query);
  }

  @Post('information-disputes/:id/withdrawal')
  @Operation({
    summary: 'The dispute was a mistake: nothing of it stays',
    callers: REVIEWERS,
    clauses: CLAUSES,
    answer: InformationDisputeDto,
    errors: [E.information_dispute_not_found, LIFECYCLE_ERRORS.wrong_state],
    idempotent: true,
  })
  withdraw(@IdParam('id') id: string, @Caller() caller: StaffCaller, @OnceKey() once: Once): Promise<DisputeView> {
    return this.disputes.withdraw(once, id, actorOf(caller));
  }

  @Get('information-corrections/:id')
  @Operation({
    summary: 'A correction with what the person says; the reading is recorded',
    callers: REVIEWERS,
    clauses: CLAUSES,
    answer: CorrectionForReviewDto,
    errors: [E.information_correction_not_found],
  })
  one(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<CorrectionForReview> {
    return this.deciding.forReview(id, actorOf(caller));
  }

  @Post('information-corrections/:id/decision')
  @Operation({
    summary: 'Decides a correction; the caller holds its task',
    callers: REVIEWERS,
    clauses: [...CLAUSES, '2.1', '2.3(1)'],
    answer: InformationCorrectionDto,
    errors: [
      E.information_correction_not_found,
      E.information_correction_decided,
      REVIEW_ERRORS.review_task_ended,
      REVIEW_ERRORS.review_claim_required,
      ACCOUNT_ERRORS.account_gone,
      ACCOUNT_ERRORS.not_in_this_state,
      REVIEW_ERRORS.conflict_of_interest,
      REVIEW_ERRORS.review_task_taken,
      HTTP_ERRORS.stale_version,
      LIFECYCLE_ERRORS.wrong_state,
      REVIEW_ERRORS.review_task_not_found,
    ],
    idempotent: true,
  })
  decide(
    @IdParam('id') id: string,
    @Caller() caller: StaffCaller,
    @Body() body: DecideCorrectionDto,
    @OnceKey() once: Once,
  ): Promise<CorrectionView> {
    return this.deciding.decide(once, id, body, actorOf(caller));
  }
}
