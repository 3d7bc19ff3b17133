import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who registered with the same device or from the same subnet: asked when a case is examined (2.3(3)). */
export class IndexRegistrationLinks20261123106650 implements MigrationInterface {
  name = 'IndexRegistrationLinks20261123106650';

  async up(runner: QueryRunner): Promise<void> {
    for (const key of ['device', 'subnet']) {
      await runner.query(
        `CREATE INDEX registration_decisions_${key} ON registration_decisions ((keys ->> '${key}'))
          WHERE account_id IS NOT NULL AND (keys ->> '${key}') IS NOT NULL`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const key of ['device', 'subnet']) await runner.query(`DROP INDEX registration_decisions_${key}`);
  }
}
