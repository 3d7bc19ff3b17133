import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { RuntimeConfig } from '../../../platform/config/runtime.config.js';
import { S3Bucket } from '../../../platform/objects/s3-bucket.js';
import { S3Config } from '../../../platform/objects/s3.config.js';
import { RetentionConfig } from '../retention.config.js';
import type { ErasureLedger } from './erasure-ledger.js';
import { FileErasureLedger } from './file-erasure-ledger.js';
import { S3ErasureLedger } from './s3-erasure-ledger.js';

export type LedgerPlace = RetentionConfig['ledgerStore'];

/** The places where a ledger may lie: the one in use, and the one to move to. */
@Injectable()
export class Ledgers {
  constructor(
    private readonly config: RetentionConfig,
    private readonly runtime: RuntimeConfig,
    private readonly s3: S3Config,
  ) {}

  /** @throws ConfigError where the place is not fully described */
  at(place: LedgerPlace): ErasureLedger {
    const { ledgerBucket, ledgerPrefix, ledgerFile } = this.config;
    return place === 's3'
      ? new S3ErasureLedger(new S3Bucket(this.s3, ledgerBucket, ledgerPrefix))
      : new FileErasureLedger(ledgerFile ?? join(this.runtime.dataDir, 'ledger', 'erasures.jsonl'));
  }
}
