import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ConfigSection, IsPeriod } from './config-section.js';

export type Role = 'api' | 'worker' | 'all';

/** How this process runs. `PORT`, `ROLE` and `NODE_ENV` are read under their usual names. */
@ConfigSection('runtime')
export class RuntimeConfig {
  @IsIn(['api', 'worker', 'all'])
  role: Role = 'all';

  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 3000;

  @IsString()
  host: string = '127.0.0.1';

  /** Where people and other systems reach the service; links and token issuers are built from it, never from a header. */
  @IsOptional()
  @IsString()
  publicUrl?: string = undefined;

  @IsBoolean()
  production: boolean = false;

  /** No servers, no keys, demo identity provider and inbox. Impossible in production. */
  @IsBoolean()
  embedded: boolean = true;

  /** What people call the service, in Chinese and in English: whoever asks for a parent's consent says who they are. */
  @IsString()
  serviceName: string = '';

  @IsString()
  serviceNameEn: string = '';

  /** Folder of the embedded database, generated keys, key store, ledger and uploads. */
  @IsString()
  dataDir: string = '.data';

  /** Folder of the built console and account pages; without it the service has an API and no pages. */
  @IsString()
  pagesDir: string = 'console/dist';

  /** Addresses (CIDR) of proxies whose X-Forwarded-For is believed, walked from the right. */
  @IsString({ each: true })
  trustedProxies: string[] = [];

  /** How long a stopping process goes on serving after it said that it is not ready, for a balancer to notice. */
  @IsPeriod()
  shutdownDelay: string = 'PT0S';

  /** How long a stopping process waits for requests and jobs in flight. */
  @IsPeriod()
  shutdownGrace: string = 'PT20S';
}
