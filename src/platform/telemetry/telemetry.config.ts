import { IsBoolean, IsIn, IsString } from 'class-validator';
import { ConfigSection } from '../config/config-section.js';

@ConfigSection('telemetry')
export class TelemetryConfig {
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel: string = 'info';

  /** Lines for people instead of JSON. */
  @IsBoolean()
  pretty: boolean = false;

  /** Who may read `/metrics` (CIDR of the client's address): this machine and private networks by default. */
  @IsString({ each: true })
  metricsFrom: string[] = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
}
