import { type BeforeApplicationShutdown, Global, Module } from '@nestjs/common';
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
  constructor(private readonly readiness: Readiness) {}

  beforeApplicationShutdown(): void {
    this.readiness.stop();
  }
}
