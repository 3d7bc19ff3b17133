import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By whom and by what age retention finds rows: the sweep of a class and the erasure of a subject never scan (R28). */
const INDEXES: readonly (readonly [table: string, column: string])[] = [
  ['verification_codes', 'issued_at'],
  ['verification_sends', 'last_sent_at'],
  ['registrations', 'started_at'],
  ['registration_marks', 'at'],
  ['sessions', 'last_used_at'],
  ['recovery_evidence', 'created_at'],
  ['recovery_appeals', 'filed_at'],
  ['identifier_changes', 'requested_at'],
  ['case_evidence', 'added_at'],
  ['rectification_entries', 'at'],
  ['reports', 'received_at'],
  ['appeal_messages', 'at'],
  ['referral_entries', 'at'],
  ['claim_payments', 'at'],
  ['loss_claims', 'created_at'],
];

export class IndexRetentionColumns20261123109500 implements MigrationInterface {
  name = 'IndexRetentionColumns20261123109500';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of INDEXES) {
      await runner.query(`CREATE INDEX ${table}_retention_${column} ON ${table} (${column})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of INDEXES) await runner.query(`DROP INDEX ${table}_retention_${column}`);
  }
}
