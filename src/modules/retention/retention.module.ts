import { Module } from '@nestjs/common';
import { join } from 'node:path';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { Transactor } from '../../platform/database/transactor.js';
import { S3Config } from '../../platform/objects/s3.config.js';
import { AuditModule } from '../audit/audit.module.js';
import { BatchLimits } from './batch-limits.js';
import { Catalogue, readPolicyFile } from './catalogue.js';
import { CatalogueStore } from './catalogue.store.js';
import { DeferralStore } from './deferral.store.js';
import { DeferredUnits } from './deferred-units.js';
import { DeletionGateway } from './deletion-gateway.js';
import { DrainClass } from './drain-class.js';
import { DueCounts } from './due-counts.js';
import { ErasureReplay } from './erasure-replay.js';
import { HoldStore } from './hold.store.js';
import { DirectoryRecordKeyStore } from './keys/directory-record-key-store.js';
import type { MasterKey } from './keys/master-key.js';
import { type Alone, RecordKeyStore } from './keys/record-key-store.js';
import { RecordKeys } from './keys/record-keys.js';
import { RingMasterKey } from './keys/ring-master-key.js';
import { VaultMasterKey } from './keys/vault-master-key.js';
import { ErasureLedger } from './ledger/erasure-ledger.js';
import { Ledgers } from './ledger/ledgers.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { LedgerStore } from './ledger.store.js';
import { LegalHoldsController } from './legal-holds.controller.js';
import { LegalHolds } from './legal-holds.js';
import { LockSchemeCheck } from './lock-scheme-check.js';
import { MonthDropper } from './month-dropper.js';
import { PartitionStore } from './partition.store.js';
import { MoveLedgerService } from './move-ledger.service.js';
import { PlaceStore } from './place.store.js';
import { Planner } from './planner.js';
import { RecordReader } from './record-reader.js';
import { RecordSealer } from './record-sealer.js';
import { DueRecordsStore } from './due-records.store.js';
import { RecordStore } from './record.store.js';
import { RetainedRecordsController } from './retained-records.controller.js';
import { RetentionConfig } from './retention.config.js';
import { RetentionController } from './retention.controller.js';
import { RetentionProcessor } from './retention.processor.js';
import { RetentionRegister } from './retention-register.js';
import { RetentionRuns } from './retention-runs.js';
import { RetentionService } from './retention.service.js';
import { RetentionWatch } from './retention-watch.js';
import { PoliciesController } from './policies.controller.js';
import { PolicyPreview } from './policy-preview.js';
import { RunStore } from './run.store.js';
import { SampleRunService } from './sample-run.service.js';
import { StartProposedRunService } from './start-proposed-run.service.js';
import { RunLease } from './run-lease.js';
import { RunWorker } from './run-worker.js';
import { SubjectVerifier } from './subject-verifier.js';
import { VerifyStore } from './verify.store.js';

/** Back from Vault to the key ring: what Vault wrapped opens there until it is rewrapped. */
const formerly = (config: RetentionConfig): VaultMasterKey[] =>
  config.vaultAddress === undefined ? [] : [new VaultMasterKey(config)];

defineStartCheck((section) => {
  const { policyFile, periods } = section(RetentionConfig);
  readPolicyFile(policyFile, periods);
});
defineStartCheck((section) => {
  const config = section(RetentionConfig);
  if (config.masterKey === 'vault') new VaultMasterKey(config);
});
defineStartCheck((section) => {
  const config = section(RetentionConfig);
  new Ledgers(config, section(RuntimeConfig), section(S3Config)).at(config.ledgerStore);
});

/** What is kept, why and until when, and the one way by which classified data goes (2.5(1)). */
@Module({
  imports: [AuditModule],
  controllers: [RetentionController, PoliciesController, RetainedRecordsController, LegalHoldsController],
  providers: [
    CatalogueStore,
    DeferralStore,
    HoldStore,
    LockSchemeCheck,
    LedgerStore,
    PlaceStore,
    RecordStore,
    DueRecordsStore,
    PartitionStore,
    RunStore,
    VerifyStore,
    {
      provide: RecordKeyStore,
      inject: [RetentionConfig, RuntimeConfig],
      useFactory: (config: RetentionConfig, runtime: RuntimeConfig): RecordKeyStore =>
        new DirectoryRecordKeyStore(config.keyStoreDirectory ?? join(runtime.dataDir, 'record-keys')),
    },
    Ledgers,
    {
      provide: ErasureLedger,
      inject: [Ledgers, RetentionConfig],
      useFactory: (ledgers: Ledgers, config: RetentionConfig): ErasureLedger => ledgers.at(config.ledgerStore),
    },
    MoveLedgerService,
    {
      provide: RecordKeys,
      inject: [RecordKeyStore, KeyRing, RetentionConfig, Transactor, HoldStore],
      useFactory: (
        store: RecordKeyStore,
        ring: KeyRing,
        config: RetentionConfig,
        transactor: Transactor,
        holds: HoldStore,
      ): RecordKeys => {
        const own = new RingMasterKey(ring);
        const masters: [MasterKey, ...MasterKey[]] =
          config.masterKey === 'vault' ? [new VaultMasterKey(config), own] : [own, ...formerly(config)];
        // Whoever creates or destroys a key holds a subject's lock, and with it this one, shared.
        const alone: Alone = (work) =>
          transactor.run(async (tx) => {
            await holds.lockAll(tx);
            return work();
          });
        return new RecordKeys(store, masters, alone);
      },
    },
    Catalogue,
    LedgerKeeper,
    DeletionGateway,
    DeferredUnits,
    RetentionProcessor,
    RecordSealer,
    RecordReader,
    RetentionRegister,
    Planner,
    SubjectVerifier,
    LegalHolds,
    RetentionRuns,
    SampleRunService,
    StartProposedRunService,
    BatchLimits,
    RunLease,
    DueCounts,
    DrainClass,
    RunWorker,
    MonthDropper,
    ErasureReplay,
    RetentionService,
    RetentionWatch,
    PolicyPreview,
  ],
  exports: [RetentionService],
})
export class RetentionModule {}
