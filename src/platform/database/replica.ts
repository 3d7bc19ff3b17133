import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { DatabaseConfig } from './database.config.js';

/**
 * Where the audit log, its export and statistics are read: the replica of `DATABASE_REPLICA_URL`, a moment behind, or the
 * primary where there is none. Standing, decisions and whatever a transaction builds on never come here.
 */
@Injectable()
export class Replica implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Replica');
  private own: DataSource | undefined;

  constructor(
    @Inject(DataSource) private readonly primary: DataSource,
    private readonly config: DatabaseConfig,
  ) {}

  /** A replica that is away holds no start up: the primary has everything. */
  async onModuleInit(): Promise<void> {
    const { replicaUrl } = this.config;
    if (replicaUrl === undefined) return;
    const source = new DataSource({ ...(await dataSourceOptions(this.config, replicaUrl)), migrations: [] });
    await source.initialize().then(
      () => (this.own = source),
      () => this.log.warn('the replica does not answer: lists read the primary until the next start'),
    );
  }

  get reader(): EntityManager {
    return (this.own ?? this.primary).manager;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.own?.destroy();
  }
}
