import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { GuardianshipModule } from '../guardianship/guardianship.module.js';
import { ReconsentModule } from '../reconsent/reconsent.module.js';
import { ReviewModule } from '../review/review.module.js';
import { BirthDatesService } from './birth-dates.service.js';
import { InformationCommands } from './information.commands.js';
import { InformationController } from './information.controller.js';
import { CorrectionSteps } from './correction-steps.js';
import { DecideCorrectionService } from './decide-correction.service.js';
import { InformationCorrectionsService } from './information-corrections.service.js';
import { InformationDisputesService } from './information-disputes.service.js';
import { InformationCorrectionRow, InformationDisputeRow } from './information.entity.js';
import { InformationFilesController } from './information-files.controller.js';
import { InformationFilesService } from './information-files.service.js';
import { InformationFilesStore } from './information-files.store.js';
import { InformationJournal } from './information-journal.js';
import { InformationStore } from './information.store.js';
import { InformationSubscriber } from './information.subscriber.js';

/** Whether what people told about themselves is true, and putting it right (2.2). */
@Module({
  imports: [
    TypeOrmModule.forFeature([InformationDisputeRow, InformationCorrectionRow]),
    AuditModule,
    AccountsModule,
    ReconsentModule,
    ReviewModule,
    GuardianshipModule,
  ],
  controllers: [InformationController, InformationFilesController],
  providers: [
    BirthDatesService,
    InformationCommands,
    InformationCorrectionsService,
    DecideCorrectionService,
    CorrectionSteps,
    InformationDisputesService,
    InformationFilesService,
    InformationFilesStore,
    InformationJournal,
    InformationStore,
    InformationSubscriber,
  ],
})
export class InformationModule {}
