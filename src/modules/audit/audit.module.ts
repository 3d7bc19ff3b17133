import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';
import { AuditStore } from './audit.store.js';
import { DetailCipher, FieldDetailCipher } from './detail-cipher.js';

/** The hash chain: every change of every module, provable afterwards. */
@Module({
  providers: [AuditService, AuditStore, { provide: DetailCipher, useClass: FieldDetailCipher }],
  exports: [AuditService],
})
export class AuditModule {}
