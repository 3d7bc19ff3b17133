import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the re-encryption of each registered column under a key version has come; a killed rotation goes on from it. */
export class CreateKeyRotations20261123103000 implements MigrationInterface {
  name = 'CreateKeyRotations20261123103000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE key_rotation_columns (
        purpose     text        NOT NULL,
        version     bigint      NOT NULL,
        table_name  text        NOT NULL,
        column_name text        NOT NULL,
        last_id     text,
        changed     bigint      NOT NULL DEFAULT 0,
        updated_at  timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT key_rotation_columns_pkey PRIMARY KEY (purpose, version, table_name, column_name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE key_rotation_columns');
  }
}
