import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions that wait out their undo window, and who looks at which task. */
export class CreateHeldDecisions20261123121000 implements MigrationInterface {
  name = 'CreateHeldDecisions20261123121000';

  async up(runner: QueryRunner): Promise<void> {
    // While it is set nobody else takes the task, however late the decision is carried out.
    await runner.query('ALTER TABLE review_tasks ADD COLUMN deciding_until timestamptz');
    await runner.query(`
      ALTER TABLE review_tasks ADD CONSTRAINT review_tasks_deciding_is_claimed
        CHECK (deciding_until IS NULL OR state = 'claimed')`);
    await runner.query(`
      CREATE TABLE held_decisions (
        id              uuid        NOT NULL CONSTRAINT held_decisions_pk PRIMARY KEY,
        task_id         uuid        NOT NULL,
        account_id      uuid,
        command         text        NOT NULL,
        subject_id      uuid        NOT NULL,
        version         integer,
        sealed          bytea,
        held_by         text        NOT NULL,
        held_role       text        NOT NULL,
        state           text        NOT NULL,
        refusal         jsonb,
        held_at         timestamptz NOT NULL,
        takes_effect_at timestamptz NOT NULL,
        ended_at        timestamptz,
        CONSTRAINT held_decisions_state_known CHECK (state IN ('held', 'in_effect', 'undone', 'refused')),
        -- What was written is in the decision itself afterwards, or nowhere.
        CONSTRAINT held_decisions_words_while_held CHECK ((state = 'held') = (sealed IS NOT NULL)),
        CONSTRAINT held_decisions_end_is_whole CHECK ((state = 'held') = (ended_at IS NULL)),
        CONSTRAINT held_decisions_refusal_is_whole CHECK ((state = 'refused') = (refusal IS NOT NULL))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX held_decisions_one_of_task ON held_decisions (task_id) WHERE state = 'held'`,
    );
    await runner.query(`CREATE INDEX held_decisions_due ON held_decisions (takes_effect_at, id) WHERE state = 'held'`);
    await runner.query('CREATE INDEX held_decisions_of_staff ON held_decisions (held_by, held_at)');
    await runner.query(
      'CREATE INDEX held_decisions_account_id ON held_decisions (account_id) WHERE account_id IS NOT NULL',
    );
    // Seconds of life, worth no write-ahead log: after a crash everybody who still looks says so again.
    await runner.query(`
      CREATE UNLOGGED TABLE task_viewers (
        task_id    uuid        NOT NULL,
        staff_id   text        NOT NULL,
        seen_until timestamptz NOT NULL,
        CONSTRAINT task_viewers_pk PRIMARY KEY (task_id, staff_id)
      )`);
    await runner.query('CREATE INDEX task_viewers_seen_until ON task_viewers (seen_until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE task_viewers');
    await runner.query('DROP TABLE held_decisions');
    await runner.query('ALTER TABLE review_tasks DROP CONSTRAINT review_tasks_deciding_is_claimed');
    await runner.query('ALTER TABLE review_tasks DROP COLUMN deciding_until');
  }
}
