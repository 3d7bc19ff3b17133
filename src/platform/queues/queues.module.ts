import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { RedisConfig } from '../config/redis.config.js';
import { JobDispatcher } from './job-dispatcher.js';
import { JobQueues } from './job-queues.js';
import { JobRegistry } from './job-registry.js';
import { JobSources } from './job-sources.js';
import { MarkedMethods } from './marked-methods.js';
import { PostgresQueues, QueueBackend, RedisQueues } from './queue-backend.js';
import { QueuesConfig } from './queues.config.js';
import { RelaySignal } from './relay-signal.js';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: QueueBackend,
      inject: [QueuesConfig, RedisConfig, DataSource],
      useFactory: (config: QueuesConfig, redis: RedisConfig, database: DataSource): QueueBackend => {
        const { schema, poolSize, prefix } = config;
        if (redis.url !== undefined) return new RedisQueues({ url: redis.url, prefix });
        const { url } = database.options as { url?: string };
        return new PostgresQueues({ url: config.databaseUrl ?? url ?? '', schema, poolSize });
      },
    },
    MarkedMethods,
    JobRegistry,
    JobSources,
    JobQueues,
    JobDispatcher,
    RelaySignal,
  ],
  exports: [MarkedMethods, JobRegistry, JobSources, JobQueues, JobDispatcher, RelaySignal],
})
export class QueuesModule {}
