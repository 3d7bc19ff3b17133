import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MovableClock } from '../kernel/clock.js';

/**
 * The clock of the demo world: runs with real time plus an offset that a demo moves forward, so that a cooling-off of
 * seven days or a retention of six months can be watched. The offset outlives a restart: the rows written under it do too.
 */
export class DemoClock extends MovableClock {
  private readonly file: string;
  private aheadMs: number;

  constructor(dataDir: string) {
    super();
    mkdirSync(dataDir, { recursive: true });
    this.file = join(dataDir, 'demo-clock.json');
    this.aheadMs = existsSync(this.file) ? Number(JSON.parse(readFileSync(this.file, 'utf8'))) || 0 : 0;
    super.advance(this.aheadMs);
  }

  override advance(ms: number): void {
    super.advance(ms);
    this.aheadMs += ms;
    writeFileSync(this.file, JSON.stringify(this.aheadMs));
  }
}
