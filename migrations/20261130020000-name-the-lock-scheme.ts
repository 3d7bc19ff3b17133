import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How locks of subjects are numbered, as the version in force says it (`LOCK_SCHEME` in hold.store.ts). A later version that
 * numbers them otherwise changes the row under the wide lock, which waits for whoever holds one by the old numbers:
 *
 *   SELECT pg_advisory_xact_lock(7242, 0); UPDATE advisory_lock_scheme SET scheme = '…';
 */
export class NameTheLockScheme20261130020000 implements MigrationInterface {
  name = 'NameTheLockScheme20261130020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE advisory_lock_scheme (
         one boolean NOT NULL DEFAULT true CONSTRAINT advisory_lock_scheme_pk PRIMARY KEY
           CONSTRAINT advisory_lock_scheme_one CHECK (one),
         scheme text NOT NULL)`,
    );
    await runner.query(`INSERT INTO advisory_lock_scheme (scheme) VALUES ('8e0eea9d394dfd8a')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE advisory_lock_scheme');
  }
}
