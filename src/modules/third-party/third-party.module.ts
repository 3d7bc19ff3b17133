import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { RegistrationModule } from '../registration/registration.module.js';
import { FinishFlowService } from './finish-flow.service.js';
import { LinkCooling } from './link-cooling.js';
import { FlowSealer } from './flow-secrets.js';
import { FlowsStore } from './flows.store.js';
import { ForgetFlowsService } from './forget-flows.service.js';
import { LinksService } from './links.service.js';
import { OidcController } from './oidc.controller.js';
import { PassProviderService } from './pass-provider.service.js';
import { ThirdPartyProviders } from './providers.service.js';
import { SolveChallengeService } from './solve-challenge.service.js';
import { StartFlowService } from './start-flow.service.js';
import { ThirdPartyFlowsController } from './third-party-flows.controller.js';
import { ThirdPartyJournal } from './third-party-journal.js';
import { ThirdPartyLinksController } from './third-party-links.controller.js';
import { ThirdPartyProcessor } from './third-party.processor.js';

/** Registering, signing in and linking with an account at somebody else's (2.2). */
@Module({
  imports: [AuditModule, AccountsModule, RegistrationModule],
  controllers: [ThirdPartyFlowsController, OidcController, ThirdPartyLinksController],
  providers: [
    FinishFlowService,
    LinkCooling,
    FlowSealer,
    FlowsStore,
    ForgetFlowsService,
    LinksService,
    PassProviderService,
    SolveChallengeService,
    StartFlowService,
    ThirdPartyJournal,
    ThirdPartyProcessor,
    ThirdPartyProviders,
  ],
})
export class ThirdPartyModule {}
