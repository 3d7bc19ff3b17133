import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The account row: the one that every transaction about an account locks first. */
export class CreateAccounts20261123100010 implements MigrationInterface {
  name = 'CreateAccounts20261123100010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts (
        id                         uuid        NOT NULL CONSTRAINT accounts_pk PRIMARY KEY,
        state                      text        NOT NULL,
        state_changed_at           timestamptz NOT NULL,
        state_before_closure       text,
        state_before_deregistration text,
        version                    integer     NOT NULL,
        band                       text,
        band_check_at              timestamptz,
        birth_date                 bytea,
        display_name               bytea,
        locale                     text        NOT NULL,
        improvement_objection      boolean     NOT NULL DEFAULT false,
        standing_version           integer     NOT NULL,
        standing_changed_at        timestamptz NOT NULL,
        standing_due_at            timestamptz,
        tombstoned_at              timestamptz,
        created_at                 timestamptz NOT NULL,
        updated_at                 timestamptz NOT NULL,
        CONSTRAINT accounts_state_known CHECK (state IN
          ('awaiting_guardian', 'active', 'frozen', 'closed', 'deregistering', 'deregistered')),
        CONSTRAINT accounts_remembers_before_deregistration CHECK
          ((state = 'deregistering') = (state_before_deregistration IS NOT NULL)),
        CONSTRAINT accounts_deregistered_is_tombstoned CHECK (state <> 'deregistered' OR tombstoned_at IS NOT NULL)
      ) WITH (fillfactor = 80)`);
    await runner.query('CREATE INDEX accounts_created_at ON accounts (created_at, id)');
    await runner.query(
      'CREATE INDEX accounts_standing_due_at ON accounts (standing_due_at) WHERE standing_due_at IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX accounts_band_check_at ON accounts (band_check_at) WHERE band_check_at IS NOT NULL',
    );
    await runner.query(`COMMENT ON COLUMN accounts.birth_date IS 'personal'`);
    await runner.query(`COMMENT ON COLUMN accounts.display_name IS 'personal'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE accounts');
  }
}
