import { Module } from '@nestjs/common';
import { VerificationService } from './verification.service.js';
import { VerificationStore } from './verification.store.js';

/** One-time codes, used by accounts, registration, guardianship and deregistration. */
@Module({
  providers: [VerificationService, VerificationStore],
  exports: [VerificationService],
})
export class VerificationModule {}
