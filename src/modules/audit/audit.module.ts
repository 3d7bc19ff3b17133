import { Module } from '@nestjs/common';
import { AuditMetrics } from './audit-metrics.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { AuditStore } from './audit.store.js';
import { ChainEventsService } from './chain-events.service.js';
import { ChainStore } from './chain.store.js';
import { CheckpointChainService } from './checkpoint-chain.service.js';
import { CheckpointStore } from './checkpoint.store.js';
import { DetailCipher, FieldDetailCipher } from './detail-cipher.js';
import { KeepMonthsService } from './keep-months.service.js';
import { SequencerProcessor } from './sequencer.processor.js';
import { VerifyLogService } from './verify-log.service.js';

/** The hash chain: every change of every module, provable afterwards. */
@Module({
  controllers: [AuditController],
  providers: [
    AuditMetrics,
    AuditService,
    AuditStore,
    ChainEventsService,
    ChainStore,
    CheckpointChainService,
    CheckpointStore,
    KeepMonthsService,
    SequencerProcessor,
    VerifyLogService,
    { provide: DetailCipher, useClass: FieldDetailCipher },
  ],
  exports: [AuditService],
})
export class AuditModule {}
