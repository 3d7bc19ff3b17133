import type { DataSourceOptions } from 'typeorm';
import { periodMs } from '../../kernel/period.js';
import type { DatabaseConfig } from './database.config.js';
import { loadMigrations } from './migrations.js';
import { ServiceClient } from './service-client.js';

/** Options of the one data source. Schema changes are migrations only; `synchronize` stays off for ever. */
export async function dataSourceOptions(config: DatabaseConfig, url: string): Promise<DataSourceOptions> {
  return {
    type: 'postgres',
    url,
    synchronize: false,
    migrationsRun: false,
    migrations: await loadMigrations(),
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    logging: false,
    installExtensions: false,
    extra: {
      Client: ServiceClient,
      max: config.poolSize,
      application_name: 'account-lifecycle',
      statement_timeout: periodMs(config.statementTimeout),
      lock_timeout: periodMs(config.lockTimeout),
      idle_in_transaction_session_timeout: 30_000,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    },
  };
}
