import { Module } from '@nestjs/common';
import { BudgetService } from './budget.service.js';
import { BudgetStore } from './budget.store.js';
import { CodeSealer } from './code-sealer.js';
import { SendCodesProcessor } from './send-codes.processor.js';
import { SendCodesService } from './send-codes.service.js';
import { VerificationService } from './verification.service.js';
import { VerificationStore } from './verification.store.js';

/** One-time codes, used by accounts, registration, guardianship and deregistration. */
@Module({
  providers: [
    VerificationService,
    VerificationStore,
    CodeSealer,
    BudgetService,
    BudgetStore,
    SendCodesService,
    SendCodesProcessor,
  ],
  exports: [VerificationService],
})
export class VerificationModule {}
