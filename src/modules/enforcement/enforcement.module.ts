import { Module } from '@nestjs/common';
import { BulkController } from './bulk/bulk.controller.js';
import { BulkDecisionsService } from './bulk/bulk-decisions.service.js';
import { BulkStore } from './bulk/bulk.store.js';
import { CarryOutBulkService } from './bulk/carry-out-bulk.service.js';
import { DecideItemService } from './bulk/decide-item.service.js';
import { ClaimsController } from './claims/claims.controller.js';
import { ClaimsService } from './claims/claims.service.js';
import { ClaimsStore } from './claims/claims.store.js';
import { ReferralsController } from './referrals/referrals.controller.js';
import { FollowUpReferralService } from './referrals/follow-up-referral.service.js';
import { ReferralSteps } from './referrals/referral-steps.service.js';
import { ReferralsService } from './referrals/referrals.service.js';
import { ReferralsStore } from './referrals/referrals.store.js';
import { AppealFilesController } from './appeals/appeal-files.controller.js';
import { AppealFilesService } from './appeals/appeal-files.service.js';
import { AppealFilesStore } from './appeals/appeal-files.store.js';
import { AppealsController } from './appeals/appeals.controller.js';
import { AppealsService } from './appeals/appeals.service.js';
import { AppealsStore } from './appeals/appeals.store.js';
import { DecideAppealService } from './appeals/decide-appeal.service.js';
import { ReadAppealsService } from './appeals/read-appeals.service.js';
import { ReverseDecisionService } from './decisions/reverse-decision.service.js';
import { AcknowledgeRemovalService } from './sanctions/acknowledge-removal.service.js';
import { OrdersController } from './sanctions/orders.controller.js';
import { ReadMyOrdersService } from './sanctions/read-my-orders.service.js';
import { RectificationFilesController } from './sanctions/rectification-files.controller.js';
import { RectificationFilesService } from './sanctions/rectification-files.service.js';
import { RectificationFilesStore } from './sanctions/rectification-files.store.js';
import { PreviewAnswerService } from './appeals/preview-answer.service.js';
import { SupposedStandingsService } from './sanctions/supposed-standings.service.js';
import { PreviewChangeService } from './sanctions/preview-change.service.js';
import { ReviewSanctionService } from './sanctions/review-sanction.service.js';
import { RectifyService } from './sanctions/rectify.service.js';
import { CalendarModule } from '../../platform/calendar/calendar.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { RegistrationModule } from '../registration/registration.module.js';
import { RetentionModule } from '../retention/retention.module.js';
import { ReviewModule } from '../review/review.module.js';
import { AnnouncementsController } from './announcements/announcements.controller.js';
import { AnnouncementsStore } from './announcements/announcements.store.js';
import { DraftDecisionService } from './decisions/draft-decision.service.js';
import { PreviewDecisionService } from './decisions/preview-decision.service.js';
import { NoticeTexts } from './notice-texts.js';
import { BanAppealsService } from './appeals/ban-appeals.service.js';
import { BarIdentifiersService } from './sanctions/bar-identifiers.service.js';
import { SelectAccountsService } from './bulk/select-accounts.service.js';
import { LinkedAccountsService } from './cases/linked-accounts.service.js';
import { ListsController } from './lists/lists.controller.js';
import { ListsStore } from './lists/lists.store.js';
import { ReadListsService } from './lists/read-lists.service.js';
import { AnnouncementDeskController } from './announcements/announcement-desk.controller.js';
import { AnnouncementDeskService } from './announcements/announcement-desk.service.js';
import { NumbersController } from './numbers/numbers.controller.js';
import { NumbersStore } from './numbers/numbers.store.js';
import { ReadNumbersService } from './numbers/read-numbers.service.js';
import { ReadStatisticsService } from './numbers/read-statistics.service.js';
import { StatisticsStore } from './numbers/statistics.store.js';
import { PlanAnnouncementService } from './announcements/plan-announcement.service.js';
import { CaseFilesService } from './cases/case-files.service.js';
import { CaseFilesStore } from './cases/case-files.store.js';
import { CasePartsController } from './cases/case-parts.controller.js';
import { CasesController } from './cases/cases.controller.js';
import { CasesStore } from './cases/cases.store.js';
import { OpenCaseService } from './cases/open-case.service.js';
import { OpenOwnCaseService } from './cases/open-own-case.service.js';
import { SplitCaseService } from './cases/split-case.service.js';
import { SplitCaseStore } from './cases/split-case.store.js';
import { WorkCaseService } from './cases/work-case.service.js';
import { ApproveDecisionService } from './decisions/approve-decision.service.js';
import { DecideCaseService } from './decisions/decide-case.service.js';
import { DecisionsStore } from './decisions/decisions.store.js';
import { EffectDecisionService } from './decisions/effect-decision.service.js';
import { NotifySubjectService } from './decisions/notify-subject.service.js';
import { TellDelayedService } from './decisions/tell-delayed.service.js';
import { EnforcementCommands } from './enforcement.commands.js';
import { EnforcementJournal } from './enforcement-journal.js';
import { EnforcementProcessor } from './enforcement.processor.js';
import { EnforcementSubscriber } from './enforcement.subscriber.js';
import { EnforcementService } from './enforcement.service.js';
import { ReceiveBatchService } from './intake/receive-batch.service.js';
import { ReceiveReportService } from './intake/receive-report.service.js';
import { ObjectionsController } from './objections/objections.controller.js';
import { ObjectionsService } from './objections/objections.service.js';
import { ObjectionFilesService } from './objections/objection-files.service.js';
import { ObjectionFilesStore } from './objections/objection-files.store.js';
import { ObjectionsStore } from './objections/objections.store.js';
import { ReportGuardService } from './intake/report-guard.service.js';
import { ReportsStore } from './intake/reports.store.js';
import { ReadEnforcementService } from './read-enforcement.service.js';
import { ApplySanctionsService } from './sanctions/apply-sanctions.service.js';
import { MeasureEffects } from './sanctions/measure-effects.js';
import { WriteDownEndedService } from './sanctions/write-down-ended.service.js';
import { ChangeSanctionService } from './sanctions/change-sanction.service.js';
import { SanctionNoticesStore } from './sanctions/sanction-notices.store.js';
import { TellChangeService } from './sanctions/tell-change.service.js';
import { ExpireSanctionsService } from './sanctions/expire-sanctions.service.js';
import { OrdersService } from './sanctions/orders.service.js';
import { OrdersStore } from './sanctions/orders.store.js';
import { SanctionsController } from './sanctions/sanctions.controller.js';
import { SanctionsStore } from './sanctions/sanctions.store.js';
import { SealedTexts } from './sealed-texts.js';
import { ReadTaxonomyService } from './read-taxonomy.service.js';
import { TaxonomyController } from './taxonomy.controller.js';
import { TaxonomyService } from './taxonomy.service.js';

/** Report → case → decision → sanction → appeal (3.3–3.6, 6, 7.1). */
@Module({
  imports: [
    CalendarModule,
    AuditModule,
    AgreementsModule,
    AccountsModule,
    RegistrationModule,
    RetentionModule,
    ReviewModule,
  ],
  controllers: [
    NumbersController,
    ListsController,
    AnnouncementDeskController,
    CasesController,
    CasePartsController,
    TaxonomyController,
    SanctionsController,
    OrdersController,
    RectificationFilesController,
    AppealsController,
    AppealFilesController,
    AnnouncementsController,
    BulkController,
    ClaimsController,
    ReferralsController,
    ObjectionsController,
  ],
  providers: [
    ListsStore,
    ReadListsService,
    AnnouncementDeskService,
    LinkedAccountsService,
    SelectAccountsService,
    CaseFilesService,
    CaseFilesStore,
    SplitCaseService,
    SplitCaseStore,
    BarIdentifiersService,
    BanAppealsService,
    DraftDecisionService,
    PreviewDecisionService,
    NoticeTexts,
    NumbersStore,
    ReadNumbersService,
    ReadStatisticsService,
    StatisticsStore,
    BulkDecisionsService,
    BulkStore,
    CarryOutBulkService,
    DecideItemService,
    ClaimsService,
    ClaimsStore,
    FollowUpReferralService,
    ReferralSteps,
    ReferralsService,
    ReferralsStore,
    AcknowledgeRemovalService,
    AppealFilesService,
    AppealFilesStore,
    AppealsService,
    AppealsStore,
    DecideAppealService,
    ReadAppealsService,
    ReadMyOrdersService,
    RectificationFilesService,
    RectificationFilesStore,
    RectifyService,
    PreviewChangeService,
    PreviewAnswerService,
    SupposedStandingsService,
    ReviewSanctionService,
    ReverseDecisionService,
    AnnouncementsStore,
    ApplySanctionsService,
    MeasureEffects,
    WriteDownEndedService,
    ApproveDecisionService,
    CasesStore,
    ChangeSanctionService,
    SanctionNoticesStore,
    TellChangeService,
    DecideCaseService,
    DecisionsStore,
    EffectDecisionService,
    EnforcementCommands,
    EnforcementJournal,
    EnforcementProcessor,
    EnforcementService,
    EnforcementSubscriber,
    ExpireSanctionsService,
    NotifySubjectService,
    OpenCaseService,
    OpenOwnCaseService,
    OrdersService,
    OrdersStore,
    PlanAnnouncementService,
    ReadEnforcementService,
    ReceiveBatchService,
    ReceiveReportService,
    ObjectionsService,
    ObjectionFilesService,
    ObjectionFilesStore,
    ObjectionsStore,
    ReportGuardService,
    ReportsStore,
    SanctionsStore,
    SealedTexts,
    TaxonomyService,
    ReadTaxonomyService,
    TellDelayedService,
    WorkCaseService,
  ],
  exports: [EnforcementService],
})
export class EnforcementModule {}
