import { type BeforeApplicationShutdown, Global, Module } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { periodMs } from '../../kernel/period.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { DatabaseReadiness } from './database-readiness.store.js';
import { HealthController } from './health.controller.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

/** What the outside can see of this process: logs, metrics, health. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [Log, Metrics, Readiness, DatabaseReadiness],
  exports: [Log, Metrics, Readiness],
})
export class TelemetryModule implements BeforeApplicationShutdown {
  constructor(
    private readonly readiness: Readiness,
    private readonly runtime: RuntimeConfig,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.readiness.stop();
    await sleep(periodMs(this.runtime.shutdownDelay));
  }
}
