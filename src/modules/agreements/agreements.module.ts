import { Module } from '@nestjs/common';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { DocumentsModule } from '../../platform/documents/documents.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AcceptancesStore } from './acceptances.store.js';
import { AgreementsConfig } from './agreements.config.js';
import { AgreementsController } from './agreements.controller.js';
import { AgreementsService } from './agreements.service.js';
import { AgreementsStore } from './agreements.store.js';
import { DocumentCatalogue } from './document-catalogue.js';
import { EmbeddedAgreement } from './embedded-agreement.js';
import { ProofPdfService } from './proof-pdf.service.js';
import { ProveAcceptanceService } from './prove-acceptance.service.js';
import { PublishAgreementService } from './publish-agreement.service.js';
import { PublishedVersions } from './published-versions.js';
import { ReadAgreementService } from './read-agreement.service.js';
import { RecordAcceptanceService } from './record-acceptance.service.js';

defineStartCheck((section) => DocumentCatalogue.fromFile(section(AgreementsConfig).documentsFile));

/** Documents, versions and the ledger of who agreed to what (preamble, 9.1). */
@Module({
  imports: [AuditModule, DocumentsModule],
  controllers: [AgreementsController],
  providers: [
    AcceptancesStore,
    AgreementsService,
    AgreementsStore,
    EmbeddedAgreement,
    ProofPdfService,
    ProveAcceptanceService,
    PublishAgreementService,
    PublishedVersions,
    ReadAgreementService,
    RecordAcceptanceService,
    {
      provide: DocumentCatalogue,
      inject: [AgreementsConfig],
      useFactory: (config: AgreementsConfig) => DocumentCatalogue.fromFile(config.documentsFile),
    },
  ],
  exports: [AgreementsService],
})
export class AgreementsModule {}
