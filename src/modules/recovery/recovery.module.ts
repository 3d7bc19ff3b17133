import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { join } from 'node:path';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { S3Bucket } from '../../platform/objects/s3-bucket.js';
import { S3Config } from '../../platform/objects/s3.config.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { GuardianshipModule } from '../guardianship/guardianship.module.js';
import { ReviewModule } from '../review/review.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { ChangeNotices } from './change-notices.js';
import { EvidenceFileCheck } from './evidence-file-check.js';
import { EvidenceFiles, LocalEvidenceFiles, S3EvidenceFiles } from './evidence-files.js';
import { FileAppealService } from './file-appeal.service.js';
import { GuardianAppeals } from './guardian-appeals.service.js';
import { GuardianNumberController } from './guardian-number.controller.js';
import { GuardianNumberService } from './guardian-number.service.js';
import { IdentifierChangeRow } from './identifier-change.entity.js';
import { IdentifierChangesController } from './identifier-changes.controller.js';
import { IdentifierChangeSteps } from './identifier-change-steps.js';
import { IdentifierChangesService } from './identifier-changes.service.js';
import { ObjectToChangeService } from './object-to-change.service.js';
import { SettleChangesService } from './settle-changes.service.js';
import { MisuseReportsController } from './misuse-reports.controller.js';
import { MisuseReportsService } from './misuse-reports.service.js';
import { RecoveryCommands } from './recovery.commands.js';
import { RecoveryConfig } from './recovery.config.js';
import { RecoveryAppealRow } from './recovery-appeal.entity.js';
import { RecoveryAppealsController } from './recovery-appeals.controller.js';
import { RecoveryAppealsService } from './recovery-appeals.service.js';
import { RecoveryEvidenceRow } from './recovery-evidence.entity.js';
import { RecoveryEvidenceService } from './recovery-evidence.service.js';
import { RecoveryJournal } from './recovery-journal.js';
import { RecoveryTokens } from './recovery-tokens.js';
import { RecoveryProcessor } from './recovery.processor.js';
import { RecoveryStore } from './recovery.store.js';
import { RecoverySubscriber } from './recovery.subscriber.js';

/** Ways back into an account, and changes of its number (2.3(1), 2.4). */
@Module({
  imports: [
    AuditModule,
    VerificationModule,
    AccountsModule,
    GuardianshipModule,
    ReviewModule,
    TypeOrmModule.forFeature([IdentifierChangeRow, RecoveryAppealRow, RecoveryEvidenceRow]),
  ],
  controllers: [
    IdentifierChangesController,
    GuardianNumberController,
    RecoveryAppealsController,
    MisuseReportsController,
  ],
  providers: [
    ChangeNotices,
    FileAppealService,
    GuardianAppeals,
    GuardianNumberService,
    IdentifierChangesService,
    IdentifierChangeSteps,
    ObjectToChangeService,
    SettleChangesService,
    MisuseReportsService,
    RecoveryAppealsService,
    RecoveryCommands,
    RecoveryEvidenceService,
    RecoveryJournal,
    RecoveryProcessor,
    RecoveryStore,
    RecoverySubscriber,
    RecoveryTokens,
    EvidenceFileCheck,
    {
      provide: EvidenceFiles,
      inject: [RecoveryConfig, RuntimeConfig, S3Config],
      useFactory: (config: RecoveryConfig, runtime: RuntimeConfig, s3: S3Config): EvidenceFiles =>
        config.evidenceStore === 's3'
          ? new S3EvidenceFiles(new S3Bucket(s3, config.evidenceBucket, config.evidencePrefix))
          : new LocalEvidenceFiles(join(runtime.dataDir, 'evidence')),
    },
  ],
  exports: [RecoveryAppealsService],
})
export class RecoveryModule {}
