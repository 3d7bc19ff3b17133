import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AgreementsModule } from '../agreements/agreements.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ComingOfAgeService } from './coming-of-age.service.js';
import { ReconsentController } from './reconsent.controller.js';
import { ReconsentService } from './reconsent.service.js';
import { ReconsentStore } from './reconsent.store.js';
import { ReconsentSubscriber } from './reconsent.subscriber.js';
import { RollOutService } from './roll-out.service.js';

/** What a revision of an agreement means for accounts: they are asked again, and who refuses can leave (9.1). */
@Module({
  imports: [AuditModule, AccountsModule, AgreementsModule],
  controllers: [ReconsentController],
  providers: [ComingOfAgeService, ReconsentService, ReconsentStore, ReconsentSubscriber, RollOutService],
  exports: [ReconsentService],
})
export class ReconsentModule {}
