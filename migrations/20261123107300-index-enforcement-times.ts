import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  reports_received: 'reports (received_at)',
  appeals_decided: 'appeals (decided_at) WHERE decided_at IS NOT NULL',
  referrals_sent: 'referrals (sent_at) WHERE sent_at IS NOT NULL',
};

/** Numbers by period read these columns; without an index every report would read every row. */
export class IndexEnforcementTimes20261123107300 implements MigrationInterface {
  name = 'IndexEnforcementTimes20261123107300';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) await runner.query(`CREATE INDEX ${name} ON ${on}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX ${name}`);
  }
}
