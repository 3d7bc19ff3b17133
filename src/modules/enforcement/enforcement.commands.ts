import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, Holdable } from '../../platform/holding/holdable.js';
import { AppealAnswerDto } from './appeals/appeals.dto.js';
import { APPEAL_TASK } from './appeals/appeals.service.js';
import { DecideAppealService } from './appeals/decide-appeal.service.js';
import { BULK_TASK, BulkDecisionsService } from './bulk/bulk-decisions.service.js';
import { CASE_TASK } from './cases/open-case.service.js';
import { WorkCaseService } from './cases/work-case.service.js';
import { ApproveDecisionService } from './decisions/approve-decision.service.js';
import { DecideCaseService } from './decisions/decide-case.service.js';
import { APPROVAL_TASK } from './decisions/effect-decision.service.js';
import { EnforcementConfig } from './enforcement.config.js';
import { ApprovalDto, NewDecisionDto } from './decisions/new-decision.dto.js';
import { ReasonDto } from './enforcement.dto.js';
import { BanObjectionAnswerDto } from './objections/objections.dto.js';
import { OBJECTION_TASK, ObjectionsService } from './objections/objections.service.js';
import { REFERRAL_TASK, ReferralsService } from './referrals/referrals.service.js';
import { appealAnswerOf, assessmentOf, decisionRequestOf } from './requests.js';
import { RectificationReviewDto } from './sanctions/orders.dto.js';
import { RECTIFICATION_TASK, RectifyService } from './sanctions/rectify.service.js';

const MODERATORS = ['staff:moderator', 'staff:senior_moderator'] as const;
const SECOND_PERSONS = ['staff:senior_moderator', 'staff:legal'] as const;

/** Decisions of this module that may be given with an undo window. */
@Injectable()
export class EnforcementCommands {
  constructor(
    private readonly deciding: DecideCaseService,
    private readonly work: WorkCaseService,
    private readonly approving: ApproveDecisionService,
    private readonly appeals: DecideAppealService,
    private readonly rectifying: RectifyService,
    private readonly objections: ObjectionsService,
    private readonly referrals: ReferralsService,
    private readonly bulks: BulkDecisionsService,
    private readonly config: EnforcementConfig,
  ) {}

  @Holdable({
    command: 'case.decide',
    kinds: [CASE_TASK],
    callers: MODERATORS,
    body: NewDecisionDto,
    versioned: false,
  })
  decide(tx: Tx, { subjectId, body, actor }: Given<NewDecisionDto>): Promise<unknown> {
    const request = decisionRequestOf(body, this.config.defaultNotice);
    return this.deciding.decideIn(tx, subjectId, undefined, request, actor);
  }

  @Holdable({ command: 'case.dismiss', kinds: [CASE_TASK], callers: MODERATORS, body: ReasonDto, versioned: true })
  dismiss(tx: Tx, { subjectId, version, body, actor }: Given<ReasonDto>): Promise<unknown> {
    return this.work.dismissIn(tx, subjectId, version, body.reason, actor);
  }

  @Holdable({
    command: 'decision.approve',
    kinds: [APPROVAL_TASK],
    callers: SECOND_PERSONS,
    body: ApprovalDto,
    versioned: false,
  })
  approve(tx: Tx, { subjectId, body, actor }: Given<ApprovalDto>): Promise<unknown> {
    return this.approving.answerIn(tx, subjectId, body, actor);
  }

  @Holdable({
    command: 'appeal.decide',
    kinds: [APPEAL_TASK],
    callers: MODERATORS,
    body: AppealAnswerDto,
    versioned: false,
  })
  answer(tx: Tx, { subjectId, body, actor }: Given<AppealAnswerDto>): Promise<unknown> {
    return this.appeals.decideIn(tx, subjectId, appealAnswerOf(body), actor);
  }

  @Holdable({
    command: 'rectification.assess',
    kinds: [RECTIFICATION_TASK],
    callers: MODERATORS,
    body: RectificationReviewDto,
    versioned: false,
  })
  assess(tx: Tx, { subjectId, body, actor }: Given<RectificationReviewDto>): Promise<unknown> {
    return this.rectifying.assessIn(tx, subjectId, assessmentOf(body), actor);
  }

  @Holdable({
    command: 'objection.decide',
    kinds: [OBJECTION_TASK],
    callers: MODERATORS,
    body: BanObjectionAnswerDto,
    versioned: false,
  })
  clear(tx: Tx, { subjectId, body, actor }: Given<BanObjectionAnswerDto>): Promise<unknown> {
    return this.objections.decideIn(tx, subjectId, body, actor);
  }

  @Holdable({
    command: 'referral.approve',
    kinds: [REFERRAL_TASK],
    callers: SECOND_PERSONS,
    body: ApprovalDto,
    versioned: false,
  })
  agreeToReferral(tx: Tx, { subjectId, body, actor }: Given<ApprovalDto>): Promise<unknown> {
    return this.referrals.approveIn(tx, subjectId, body.approved, body.note, actor);
  }

  @Holdable({
    command: 'bulk.approve',
    kinds: [BULK_TASK],
    callers: SECOND_PERSONS,
    body: ApprovalDto,
    versioned: false,
  })
  agreeToBulk(tx: Tx, { subjectId, body, actor }: Given<ApprovalDto>): Promise<unknown> {
    return this.bulks.answerIn(tx, subjectId, body.approved, actor);
  }
}
