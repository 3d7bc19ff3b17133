import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One queue for every kind of human work. Whether a task can be taken follows from its times, so no worker has to return it. */
export class CreateReviewTasks20261123107000 implements MigrationInterface {
  name = 'CreateReviewTasks20261123107000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE review_tasks (
        id              uuid        NOT NULL CONSTRAINT review_tasks_pk PRIMARY KEY,
        account_id      uuid,
        kind            text        NOT NULL,
        subject_id      uuid        NOT NULL,
        state           text        NOT NULL,
        version         integer     NOT NULL,
        priority        integer     NOT NULL,
        due_at          timestamptz NOT NULL,
        due_hour        timestamptz NOT NULL,
        provisional_due boolean     NOT NULL,
        roles           text[]      NOT NULL,
        conflict_ids    text[]      NOT NULL,
        refs            jsonb       NOT NULL,
        assignee        text,
        claimed_at      timestamptz,
        lease_until     timestamptz,
        reserved_for    text,
        snoozed_until   timestamptz,
        escalated_at    timestamptz,
        escalated_by    text,
        escalation_reason text,
        changed_by      text        NOT NULL,
        change          text        NOT NULL,
        created_at      timestamptz NOT NULL,
        updated_at      timestamptz NOT NULL,
        ended_at        timestamptz,
        CONSTRAINT review_tasks_state_known CHECK (state IN ('open', 'claimed', 'snoozed', 'done', 'cancelled')),
        CONSTRAINT review_tasks_claim_is_whole CHECK (
          (state = 'claimed') = (lease_until IS NOT NULL) AND (state <> 'claimed' OR assignee IS NOT NULL)),
        CONSTRAINT review_tasks_snooze_is_whole CHECK ((state = 'snoozed') = (snoozed_until IS NOT NULL)),
        CONSTRAINT review_tasks_end_is_whole CHECK ((state IN ('done', 'cancelled')) = (ended_at IS NOT NULL)),
        -- Nobody handles what they are part of (invariant 9): whatever the code forgets, the row refuses.
        CONSTRAINT review_tasks_no_conflict CHECK (
          (assignee IS NULL OR NOT (assignee = ANY (conflict_ids)))
          AND (reserved_for IS NULL OR NOT (reserved_for = ANY (conflict_ids))))
      )`);
    // One live task of a kind for one subject, however often it is asked for.
    await runner.query(`
      CREATE UNIQUE INDEX review_tasks_live_once ON review_tasks (subject_id, kind)
       WHERE state IN ('open', 'claimed', 'snoozed')`);
    // The order in which work is offered: deadline by the hour, then priority, then age (ids grow with time).
    await runner.query(`
      CREATE INDEX review_tasks_next ON review_tasks (due_hour, priority DESC, id)
       WHERE state IN ('open', 'claimed', 'snoozed')`);
    await runner.query(`
      CREATE INDEX review_tasks_next_of_kind ON review_tasks (kind, due_hour, priority DESC, id)
       WHERE state IN ('open', 'claimed', 'snoozed')`);
    await runner.query(`
      CREATE INDEX review_tasks_live_due ON review_tasks (due_at, id) WHERE state IN ('open', 'claimed', 'snoozed')`);
    await runner.query(`
      CREATE INDEX review_tasks_live_kind_due ON review_tasks (kind, due_at, id)
       WHERE state IN ('open', 'claimed', 'snoozed')`);
    await runner.query('CREATE INDEX review_tasks_subject ON review_tasks (subject_id, kind, created_at)');
    await runner.query('CREATE INDEX review_tasks_state_due ON review_tasks (state, due_at, id)');
    await runner.query(
      'CREATE INDEX review_tasks_assignee ON review_tasks (assignee, due_at, id) WHERE assignee IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX review_tasks_account_id ON review_tasks (account_id) WHERE account_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE review_tasks');
  }
}
