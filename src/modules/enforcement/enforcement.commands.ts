import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { type Given, Holdable } from '../../platform/holding/holdable.js';
import { AppealAnswerDto } from './appeals/appeals.dto.js';
import { APPEAL_TASK } from './appeals/appeals.service.js';
import { DecideAppealService } from './appeals/decide-appeal.service.js';
import { BULK_TASK, BulkDecisionsService } from './bulk/bulk-decisions.service.js';
import { MODERATORS } from './callers.js';
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
import { FollowUpReferralService } from './referrals/follow-up-referral.service.js';
import { REFERRAL_FOLLOW_UP, REFERRAL_TASK } from './referrals/referral-steps.service.js';
import { ReferralFollowUpDto } from './referrals/referrals.dto.js';
import { ReferralsService } from './referrals/referrals.service.js';
import { appealAnswerOf, assessmentOf, decisionRequestOf, sanctionReviewOf } from './requests.js';
import { SANCTION_REVIEW } from './sanctions/apply-sanctions.service.js';
import { ReviewSanctionService } from './sanctions/review-sanction.service.js';
import { SanctionReviewDto } from './sanctions/sanctions.dto.js';
import { AcknowledgeRemovalService } from './sanctions/acknowledge-removal.service.js';
import { ExtensionDto, RectificationReviewDto, RemovalRequestDto } from './sanctions/orders.dto.js';
import { RECTIFICATION_TASK, REMOVAL_TASK } from './sanctions/orders.service.js';
import { RectifyService } from './sanctions/rectify.service.js';

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
    private readonly removing: AcknowledgeRemovalService,
    private readonly reviewing: ReviewSanctionService,
    private readonly objections: ObjectionsService,
    private readonly referrals: ReferralsService,
    private readonly following: FollowUpReferralService,
    private readonly bulks: BulkDecisionsService,
    private readonly config: EnforcementConfig,
  ) {}

  @Holdable({
    command: 'case.decide',
    route: '/v1/cases/{id}/decisions',
    kinds: [CASE_TASK],
    callers: MODERATORS,
    body: NewDecisionDto,
    versioned: false,
  })
  decide(tx: Tx, { subjectId, body, actor }: Given<NewDecisionDto>): Promise<unknown> {
    const request = decisionRequestOf(body, this.config.defaultNotice);
    return this.deciding.decideIn(tx, subjectId, undefined, request, actor);
  }

  @Holdable({
    command: 'case.dismiss',
    route: '/v1/cases/{id}/dismissal',
    kinds: [CASE_TASK],
    callers: MODERATORS,
    body: ReasonDto,
    versioned: true,
  })
  dismiss(tx: Tx, { subjectId, version, body, actor }: Given<ReasonDto>): Promise<unknown> {
    return this.work.dismissIn(tx, subjectId, version, body.reason, actor);
  }

  @Holdable({
    command: 'decision.approve',
    route: '/v1/decisions/{id}/approval',
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
    route: '/v1/appeals/{id}/decision',
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
    route: '/v1/sanctions/{id}/rectification-reviews',
    kinds: [RECTIFICATION_TASK],
    callers: MODERATORS,
    body: RectificationReviewDto,
    versioned: false,
  })
  assess(tx: Tx, { subjectId, body, actor }: Given<RectificationReviewDto>): Promise<unknown> {
    return this.rectifying.assessIn(tx, subjectId, assessmentOf(body), actor);
  }

  @Holdable({
    command: 'rectification.extend',
    route: '/v1/sanctions/{id}/rectification-extensions',
    kinds: [RECTIFICATION_TASK],
    callers: MODERATORS,
    body: ExtensionDto,
    versioned: false,
  })
  extend(tx: Tx, { subjectId, body, actor }: Given<ExtensionDto>): Promise<unknown> {
    return this.rectifying.extendIn(tx, subjectId, new Date(body.dueAt), body.reason, actor);
  }

  @Holdable({
    command: 'content_removal.ask_again',
    route: '/v1/content-removals/{id}/requests',
    kinds: [REMOVAL_TASK],
    callers: [...MODERATORS, 'staff:ops'],
    body: RemovalRequestDto,
    versioned: false,
  })
  askAgain(tx: Tx, { subjectId, body, actor }: Given<RemovalRequestDto>): Promise<unknown> {
    return this.removing.askAgainIn(tx, subjectId, body.note, actor);
  }

  @Holdable({
    command: 'content_removal.give_up',
    route: '/v1/content-removals/{id}/closure',
    kinds: [REMOVAL_TASK],
    callers: [...MODERATORS, 'staff:ops'],
    body: ReasonDto,
    versioned: false,
  })
  giveUp(tx: Tx, { subjectId, body, actor }: Given<ReasonDto>): Promise<unknown> {
    return this.removing.giveUpIn(tx, subjectId, body.reason, actor);
  }

  @Holdable({
    command: 'sanction.review',
    route: '/v1/sanctions/{id}/reviews',
    kinds: [SANCTION_REVIEW],
    callers: MODERATORS,
    body: SanctionReviewDto,
    versioned: false,
  })
  reviewSanction(tx: Tx, { subjectId, body, actor }: Given<SanctionReviewDto>): Promise<unknown> {
    return this.reviewing.answerIn(tx, subjectId, sanctionReviewOf(body), actor);
  }

  @Holdable({
    command: 'objection.decide',
    route: '/v1/ban-objections/{id}/decision',
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
    route: '/v1/referrals/{id}/approval',
    kinds: [REFERRAL_TASK],
    callers: SECOND_PERSONS,
    body: ApprovalDto,
    versioned: false,
  })
  agreeToReferral(tx: Tx, { subjectId, body, actor }: Given<ApprovalDto>): Promise<unknown> {
    return this.referrals.approveIn(tx, subjectId, body.approved, body.note, actor);
  }

  @Holdable({
    command: 'referral.follow_up',
    route: '/v1/referrals/{id}/follow-up',
    kinds: [REFERRAL_FOLLOW_UP],
    callers: ['staff:legal'],
    body: ReferralFollowUpDto,
    versioned: false,
  })
  followUpReferral(tx: Tx, { subjectId, body, actor }: Given<ReferralFollowUpDto>): Promise<unknown> {
    return this.following.answerIn(tx, subjectId, body, actor);
  }

  @Holdable({
    command: 'bulk.approve',
    route: '/v1/bulk-decisions/{id}/approval',
    kinds: [BULK_TASK],
    callers: SECOND_PERSONS,
    body: ApprovalDto,
    versioned: false,
  })
  agreeToBulk(tx: Tx, { subjectId, body, actor }: Given<ApprovalDto>): Promise<unknown> {
    return this.bulks.answerIn(tx, subjectId, body.approved, actor);
  }
}
