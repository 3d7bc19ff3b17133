import { Injectable } from '@nestjs/common';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { DeregistrationConfig } from './deregistration.config.js';
import type { UnitKey } from './domain/unit.js';

export type Moment = 'claimed' | 'worked' | 'committed';

defineStartCheck((section) => {
  if (section(RuntimeConfig).production && section(DeregistrationConfig).killPoint !== undefined)
    throw new Error('deregistration.killPoint: refused with NODE_ENV=production');
});

/**
 * Dies on purpose at a named moment of the saga, so that tests can show that dying there is harmless. A configuration
 * that names such a moment does not start in production.
 */
@Injectable()
export class KillPoint {
  constructor(private readonly config: DeregistrationConfig) {}

  reached({ phase, unit }: UnitKey, moment: Moment): void {
    const at = this.config.killPoint;
    if (at === `${phase}/${unit}:${moment}` || at === `${phase}/*:${moment}`) process.kill(process.pid, 'SIGKILL');
  }
}
