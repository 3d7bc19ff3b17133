import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../../platform/config/config-section.js';

@ConfigSection('retention')
export class RetentionConfig {
  /** The catalogue. */
  @IsString()
  policyFile: string = 'config/retention-policy.yaml';

  /** Periods by record class instead of the file's, for tests and demonstrations: `RETENTION_PERIODS='{access_log: PT5S}'`. */
  @IsObject()
  periods: Record<string, string> = {};

  /** Wrapped data keys; `<dataDir>/record-keys` by default. Back it up apart from the database, or not at all. */
  @IsOptional()
  @IsString()
  keyStoreDirectory?: string = undefined;

  /** Who holds the master key of the data keys: our own key ring, or the Transit engine of a Vault (or OpenBao). */
  @IsIn(['ring', 'vault'])
  masterKey: 'ring' | 'vault' = 'ring';

  /** `https://vault.internal:8200` */
  @IsOptional()
  @IsUrl({ require_protocol: true, protocols: ['http', 'https'], require_tld: false })
  vaultAddress?: string = undefined;

  /** Where the Transit engine is mounted. */
  @Matches(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/)
  vaultMount: string = 'transit';

  /** Created with `type=aes256-gcm96 derived=true`. */
  @Matches(/^[A-Za-z0-9_.-]+$/)
  vaultKey: string = 'record-keys';

  @IsOptional()
  @IsString()
  vaultNamespace?: string = undefined;

  @Secret()
  @IsOptional()
  @IsString()
  vaultToken?: string = undefined;

  /** A file in which an agent keeps a fresh token; read on every use. Instead of `vaultToken`, which is read once. */
  @IsOptional()
  @IsString()
  vaultTokenPath?: string = undefined;

  @IsPeriod()
  vaultTimeout: string = 'PT3S';

  /** The erasure ledger; `<dataDir>/ledger/erasures.jsonl` by default. Outside the database and its backups. */
  @IsOptional()
  @IsString()
  ledgerFile?: string = undefined;

  /** `s3`: objects in a bucket, created once and never overwritten; see section `s3`. Every process uses the same. */
  @IsIn(['file', 's3'])
  ledgerStore: 'file' | 's3' = 'file';

  @IsOptional()
  @IsString()
  ledgerBucket?: string = undefined;

  @IsString()
  ledgerPrefix: string = 'erasure-ledger/';

  /** Between expiry (unreadable at once) and the destruction of the key; a hold still reaches the record in it. */
  @IsPeriod()
  destructionGrace: string = 'PT0S';

  /** A run starts by itself when the last one is this long ago. */
  @IsPeriod()
  runEvery: string = 'PT1H';

  @IsBoolean()
  scheduledRuns: boolean = true;

  /**
   * What a person starts needs a dry run and a second person; runs by schedule carry out the policy alone. Off: `POST
   * /v1/retention/runs` starts one at once.
   */
  @IsBoolean()
  secondPerson: boolean = true;

  /** Rows of one batch, which is one transaction, one tombstone and one sync of the key store (docs/performance.md). */
  @IsInt()
  @Min(1)
  @Max(20_000)
  batchRows: number = 5000;

  @IsPeriod()
  batchStatementTimeout: string = 'PT10S';

  @IsPeriod()
  batchLockTimeout: string = 'PT2S';

  /** A batch waits while a replica is further behind than this, in bytes. */
  @IsInt()
  @Min(0)
  maxReplicationLagBytes: number = 64 * 1024 * 1024;

  /** A batch waits while more sessions than this wait for locks. */
  @IsInt()
  @Min(0)
  maxLockWaiters: number = 8;

  /** How long a worker's claim on a run lasts without being renewed; then another worker takes the run over. */
  @IsPeriod()
  runLease: string = 'PT30S';

  /** How many retained records one member of staff may open an hour. */
  @IsInt()
  @Min(1)
  readsPerHour: number = 60;

  /** The longest time that a hold may go without review. */
  @IsPeriod()
  longestHoldReview: string = 'P6M';

  /** The verify pass reads a table whole up to this many rows; beyond it only what an index finds. */
  @IsInt()
  @Min(0)
  verifyScanRows: number = 200_000;
}
