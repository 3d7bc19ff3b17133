import { Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { CallersModule } from '../callers/callers.module.js';
import { RedisConfig } from '../config/redis.config.js';
import { FallbackLimitStore } from './fallback-limits.store.js';
import { LimitStore } from './limit-store.js';
import { LimitsConfig } from './limits.config.js';
import { Limits } from './limits.service.js';
import { PostgresLimitStore } from './postgres-limits.store.js';
import { PublicLimitGuard } from './public-limit.guard.js';
import { RedisLimitStore } from './redis-limits.store.js';

const REDIS = Symbol('redis of the limits');

/** Answers within a moment or not at all: a request must not wait for a counter that has a second home. */
export function openRedis(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 250,
    connectTimeout: 1_000,
    // What requests of the same moment count goes out in one write: a write costs more than the counting.
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  const log = new Logger('Limits');
  redis.on('error', (error: Error) => log.debug(`redis: ${error.message}`));
  return redis;
}

/** Imports the callers first: the wall stands behind their guard, for it asks who calls. */
@Global()
@Module({
  imports: [CallersModule],
  providers: [
    {
      provide: REDIS,
      inject: [RedisConfig],
      useFactory: ({ url }: RedisConfig) => (url === undefined ? null : openRedis(url)),
    },
    {
      provide: LimitStore,
      inject: [LimitsConfig, DataSource, REDIS],
      useFactory: (config: LimitsConfig, dataSource: DataSource, redis: Redis | null): LimitStore => {
        const postgres = new PostgresLimitStore(dataSource);
        if (redis === null) return postgres;
        const shared = new RedisLimitStore(redis);
        return config.whenRedisFails === 'postgres' ? new FallbackLimitStore(shared, postgres) : shared;
      },
    },
    Limits,
    { provide: APP_GUARD, useClass: PublicLimitGuard },
  ],
  exports: [Limits, LimitStore],
})
export class LimitsModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: Redis | null) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
