import { IsOptional, IsString } from 'class-validator';
import { ConfigSection, Secret } from './config-section.js';

/** `REDIS_URL`; absent: queues, limits and caches live in PostgreSQL and in the process. */
@ConfigSection('redis')
export class RedisConfig {
  @Secret()
  @IsOptional()
  @IsString()
  url?: string = undefined;
}
