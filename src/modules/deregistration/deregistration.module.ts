import { Module } from '@nestjs/common';
import { CalendarModule } from '../../platform/calendar/calendar.module.js';
import { ChineseWorkingDays } from '../../platform/calendar/chinese-working-days.js';
import { tightestSpanDays } from '../../platform/calendar/domain/working-days.js';
import { periodMs } from '../../kernel/period.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { DocumentsModule } from '../../platform/documents/documents.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { GuardianshipModule } from '../guardianship/guardianship.module.js';
import { EnforcementModule } from '../enforcement/enforcement.module.js';
import { RetentionModule } from '../retention/retention.module.js';
import { ReviewModule } from '../review/review.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { AccountsGate } from './accounts-gate.js';
import { AcknowledgeParticipantService } from './acknowledge-participant.service.js';
import { ApplyDeregistrationService } from './apply-deregistration.service.js';
import { BanAppealsController } from './ban-appeals.controller.js';
import { ChangeDeregistrationService } from './change-deregistration.service.js';
import { DecideDeregistrationService } from './decide-deregistration.service.js';
import { DeregistrationCommands } from './deregistration.commands.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { DeregistrationProcessor } from './deregistration.processor.js';
import { DeregistrationService } from './deregistration.service.js';
import { DeregistrationStore } from './deregistration.store.js';
import { DueDeregistrationsStore } from './due-deregistrations.store.js';
import { DeregistrationSubscriber } from './deregistration.subscriber.js';
import { DeregistrationWatch } from './deregistration-watch.js';
import { DeregistrationsController } from './deregistrations.controller.js';
import { overrun } from './domain/timeline.js';
import { AgreementsGate, AuditCheckpointGate, EnforcementFactsGate, ReviewTasksGate } from './house-gates.js';
import { DueDates } from './due-dates.service.js';
import { IssueReceiptService } from './issue-receipt.service.js';
import { KillPoint } from './kill-point.js';
import { MyDeregistrationController } from './my-deregistration.controller.js';
import { NotifyPersonService } from './notify-person.service.js';
import { ObligationStore } from './obligation.store.js';
import { ObligationsController } from './obligations.controller.js';
import { OpenForDeceasedService } from './open-for-deceased.service.js';
import { PlanDeregistrationService } from './plan-deregistration.service.js';
import { AccountGate, AgreementGate, CheckpointGate, EnforcementGate, RetentionGate, ReviewGate } from './ports.js';
import { PrintReceiptService } from './print-receipt.service.js';
import { ReceiptPromises } from './receipt-promises.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReplayErasureService } from './replay-erasure.service.js';
import { ReportObligationsService } from './report-obligations.service.js';
import { RetentionDoorGate } from './retention-gate.js';
import { RunDueService } from './run-due.service.js';
import { RunSagaService } from './run-saga.service.js';
import { SagaStepsService } from './saga-steps.service.js';
import { StartExecutionService } from './start-execution.service.js';
import { ParticipantsController } from './participants.controller.js';
import { ParticipantsStore } from './participants.store.js';
import { ReadParticipantsService } from './read-participants.service.js';
import { UnitStore } from './unit.store.js';
import { WardsLeave } from './wards-leave.js';
import { SnapshotsStore } from './snapshots.store.js';

/** An obstacle is repeated by whoever reported it, or it is none. */
const LONGEST_SILENT_OBSTACLE = 'P90D';

// A promise that the configured periods cannot keep is refused before anybody is given it (R39).
defineStartCheck((section) => {
  const config = section(DeregistrationConfig);
  const problem = overrun(config, tightestSpanDays(new ChineseWorkingDays(), config.legalLimitWorkingDays));
  if (problem !== undefined) throw new Error(`deregistration: ${problem}`);
});
// No unreasonable obstacle by configuration: one that nobody repeats ends by itself, and soon.
defineStartCheck((section) => {
  const { obligationFreshness } = section(DeregistrationConfig);
  if (periodMs(obligationFreshness) <= periodMs(LONGEST_SILENT_OBSTACLE)) return;
  throw new Error(`deregistration: obligationFreshness is longer than ${LONGEST_SILENT_OBSTACLE}`);
});
defineStartCheck((section) => {
  const { autoApproval, autoApprovalConditions } = section(DeregistrationConfig);
  if (autoApproval && autoApprovalConditions.length === 0)
    throw new Error('deregistration: autoApproval is on and names no condition');
});

/** Leaving (2.5): request, review, saga, receipt. */
@Module({
  imports: [
    CalendarModule,
    DocumentsModule,
    AuditModule,
    VerificationModule,
    AgreementsModule,
    AccountsModule,
    ReviewModule,
    RetentionModule,
    EnforcementModule,
    GuardianshipModule,
  ],
  controllers: [
    MyDeregistrationController,
    DeregistrationsController,
    ParticipantsController,
    ReceiptsController,
    BanAppealsController,
    ObligationsController,
  ],
  providers: [
    { provide: AccountGate, useClass: AccountsGate },
    { provide: AgreementGate, useClass: AgreementsGate },
    { provide: EnforcementGate, useClass: EnforcementFactsGate },
    { provide: CheckpointGate, useClass: AuditCheckpointGate },
    { provide: RetentionGate, useClass: RetentionDoorGate },
    { provide: ReviewGate, useClass: ReviewTasksGate },
    DeregistrationCommands,
    DeregistrationStore,
    DueDeregistrationsStore,
    SnapshotsStore,
    ObligationStore,
    UnitStore,
    ParticipantsStore,
    ReadParticipantsService,
    KillPoint,
    AcknowledgeParticipantService,
    ApplyDeregistrationService,
    ChangeDeregistrationService,
    DecideDeregistrationService,
    IssueReceiptService,
    NotifyPersonService,
    OpenForDeceasedService,
    PlanDeregistrationService,
    PrintReceiptService,
    ReportObligationsService,
    ReplayErasureService,
    ReceiptPromises,
    DeregistrationWatch,
    DueDates,
    RunDueService,
    RunSagaService,
    SagaStepsService,
    StartExecutionService,
    DeregistrationService,
    DeregistrationProcessor,
    DeregistrationSubscriber,
    WardsLeave,
  ],
  exports: [DeregistrationService],
})
export class DeregistrationModule {}
