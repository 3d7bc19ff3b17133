import type { MigrationInterface, QueryRunner } from 'typeorm';

const NEVER_CHANGED = 'id, case_id, account_id, kind, content_hash, size_bytes, added_by, added_at';
const guard = (of: string): string =>
  `CREATE TRIGGER case_evidence_append_only BEFORE UPDATE ${of} ON case_evidence
     FOR EACH ROW EXECUTE FUNCTION case_evidence_stays()`;

/**
 * The guard of evidence runs where a statement names a column that it guards, and not for every hold that a decision sets.
 * The oldest event that waits for the relay is the one with the lowest position: no index of its own for each event.
 */
export class WriteLessPerEvent20261130060000 implements MigrationInterface {
  name = 'WriteLessPerEvent20261130060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER case_evidence_append_only ON case_evidence');
    await runner.query(guard(`OF ${NEVER_CHANGED}`));
    await runner.query('DROP INDEX outbox_pending_event_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX outbox_pending_event_at ON outbox_pending (event_at)');
    await runner.query('DROP TRIGGER case_evidence_append_only ON case_evidence');
    await runner.query(guard(''));
  }
}
