import { IsBoolean, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod, Secret } from '../config/config-section.js';

/** Jobs travel through Redis when `REDIS_URL` is set, else through PostgreSQL. Neither is ever the only memory of anything. */
@ConfigSection('queues')
export class QueuesConfig {
  /** A direct connection for the queues' LISTEN, where `DATABASE_URL` goes through a transaction pooler. */
  @Secret()
  @IsOptional()
  @IsString()
  databaseUrl?: string = undefined;

  /** Schema of the queues' own tables. */
  @Matches(/^[a-z_][a-z0-9_]{0,62}$/)
  schema: string = 'queues';

  /** First part of every Redis key of ours. */
  @Matches(/^[a-z][a-z0-9-]{0,40}$/)
  prefix: string = 'account-lifecycle';

  /** Jobs of one queue that one process works on at once. */
  @IsInt()
  @Min(1)
  @Max(200)
  concurrency: number = 8;

  /** Connections per queue and process. */
  @IsInt()
  @Min(2)
  @Max(50)
  poolSize: number = 4;

  /** A claimed row whose job was lost (queue flushed, worker killed) is dispatched again after this long. */
  @IsPeriod()
  claimLease: string = 'PT1M';

  /** Above so many waiting jobs nothing more is dispatched: the rest waits in its rows, where it is safe. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  maxWaiting: number = 2000;

  /** `GET /ops/queues` for ops. */
  @IsBoolean()
  dashboard: boolean = true;
}
