import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ReconsentModule } from '../reconsent/reconsent.module.js';
import { RegistrationModule } from '../registration/registration.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { AcceptForWardService } from './accept-for-ward.service.js';
import { ConsentJournal } from './consent-journal.js';
import { ConsentLink } from './consent-link.service.js';
import { DecideConsentService } from './decide-consent.service.js';
import { GuardWardService } from './guard-ward.service.js';
import { GuardianConsentEntity } from './guardian-consent.entity.js';
import { GuardianConsentsStore } from './guardian-consents.store.js';
import { GuardianPageController } from './guardian-page.controller.js';
import { GuardianPageService } from './guardian-page.service.js';
import { GuardianRequestsService } from './guardian-requests.service.js';
import { GuardianshipService } from './guardianship.service.js';
import { GuardianshipSubscriber } from './guardianship.subscriber.js';
import { GuardianshipSweeps } from './guardianship.sweeps.js';
import { HandOverService } from './hand-over.service.js';
import { LinkTokens } from './link-tokens.js';
import { MyGuardianController } from './my-guardian.controller.js';
import { MyGuardianService } from './my-guardian.service.js';
import { RenewLinkService } from './renew-link.service.js';
import { WaitingWards } from './waiting-wards.service.js';
import { WaitingWardsStore } from './waiting-wards.store.js';
import { WardFacts } from './ward-facts.service.js';
import { WardLeaving } from './ward-leaving.js';

/** Guardian consent for minors (2.1). */
@Module({
  imports: [
    TypeOrmModule.forFeature([GuardianConsentEntity]),
    AuditModule,
    VerificationModule,
    AgreementsModule,
    AccountsModule,
    ReconsentModule,
    RegistrationModule,
  ],
  controllers: [GuardianPageController, MyGuardianController],
  providers: [
    AcceptForWardService,
    ConsentJournal,
    ConsentLink,
    DecideConsentService,
    GuardWardService,
    GuardianConsentsStore,
    GuardianPageService,
    GuardianRequestsService,
    GuardianshipService,
    GuardianshipSubscriber,
    GuardianshipSweeps,
    HandOverService,
    LinkTokens,
    MyGuardianService,
    RenewLinkService,
    WaitingWards,
    WaitingWardsStore,
    WardFacts,
    WardLeaving,
  ],
  exports: [GuardianshipService, MyGuardianService],
})
export class GuardianshipModule {}
