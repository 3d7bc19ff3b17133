import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  'bulk_items',
  'bulk_decisions',
  'claim_payments',
  'loss_claims',
  'referral_entries',
  'referrals',
  'announcements',
  'appeal_messages',
  'appeals',
  'content_removals',
  'rectification_entries',
  'rectifications',
];

/** What follows a decision: orders with a deadline, removals, appeals, announcements, referrals, claims, bulk. */
export class CreateAppealsAndOrders20261123107200 implements MigrationInterface {
  name = 'CreateAppealsAndOrders20261123107200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rectifications (
        sanction_id  uuid        NOT NULL CONSTRAINT rectifications_pk PRIMARY KEY,
        account_id   uuid        NOT NULL,
        state        text        NOT NULL,
        version      integer     NOT NULL,
        due_at       timestamptz NOT NULL,
        remind_at    timestamptz,
        next_at      timestamptz,
        updated_at   timestamptz NOT NULL,
        CONSTRAINT rectifications_state_known CHECK (state IN ('ordered', 'submitted', 'returned', 'overdue', 'escalated', 'accepted',
          'withdrawn'))
      )`);
    await runner.query('CREATE INDEX rectifications_next ON rectifications (next_at) WHERE next_at IS NOT NULL');
    await runner.query('CREATE INDEX rectifications_account_id ON rectifications (account_id)');
    await runner.query(`
      CREATE TABLE rectification_entries (
        id          uuid        NOT NULL CONSTRAINT rectification_entries_pk PRIMARY KEY,
        sanction_id uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        kind        text        NOT NULL,
        actor_kind  text        NOT NULL,
        actor_id    text        NOT NULL,
        sealed      bytea,
        due_at      timestamptz,
        at          timestamptz NOT NULL,
        CONSTRAINT rectification_entries_kind_known CHECK (kind IN ('submission', 'accepted', 'returned', 'extended'))
      )`);
    await runner.query('CREATE INDEX rectification_entries_sanction ON rectification_entries (sanction_id, at, id)');
    await runner.query('CREATE INDEX rectification_entries_account_id ON rectification_entries (account_id)');

    await runner.query(`
      CREATE TABLE content_removals (
        id          uuid        NOT NULL CONSTRAINT content_removals_pk PRIMARY KEY,
        sanction_id uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        system      text        NOT NULL,
        content_ref text        NOT NULL,
        state       text        NOT NULL,
        attempts    integer     NOT NULL,
        next_at     timestamptz,
        asked_at    timestamptz NOT NULL,
        answered_at timestamptz,
        answered_by text,
        note        text,
        CONSTRAINT content_removals_state_known CHECK (state IN ('asked', 'removed', 'not_found', 'refused')),
        CONSTRAINT content_removals_once UNIQUE (sanction_id, system, content_ref)
      )`);
    await runner.query('CREATE INDEX content_removals_next ON content_removals (next_at) WHERE next_at IS NOT NULL');
    await runner.query('CREATE INDEX content_removals_account_id ON content_removals (account_id)');

    await runner.query(`
      CREATE TABLE appeals (
        id            uuid        NOT NULL CONSTRAINT appeals_pk PRIMARY KEY,
        account_id    uuid        NOT NULL,
        decision_id   uuid        NOT NULL,
        state         text        NOT NULL,
        version       integer     NOT NULL,
        own_motion    boolean     NOT NULL,
        conflict_ids  text[]      NOT NULL,
        reviewer      text,
        remedies      text[]      NOT NULL,
        due_at        timestamptz NOT NULL,
        filed_at      timestamptz NOT NULL,
        decided_at    timestamptz,
        updated_at    timestamptz NOT NULL,
        CONSTRAINT appeals_state_known CHECK (state IN ('filed', 'in_review', 'upheld', 'overturned', 'varied', 'withdrawn',
          'out_of_time')),
        -- Invariant 9: whoever decided or approved does not review.
        CONSTRAINT appeals_other_reviewer CHECK (reviewer IS NULL OR NOT (reviewer = ANY (conflict_ids)))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX appeals_live_once ON appeals (decision_id) WHERE state IN ('filed', 'in_review')`,
    );
    await runner.query('CREATE INDEX appeals_account ON appeals (account_id, filed_at DESC, id DESC)');
    await runner.query('CREATE INDEX appeals_filed ON appeals (filed_at DESC, id DESC)');
    await runner.query(`
      CREATE TABLE appeal_messages (
        id         uuid        NOT NULL CONSTRAINT appeal_messages_pk PRIMARY KEY,
        appeal_id  uuid        NOT NULL,
        account_id uuid        NOT NULL,
        from_staff boolean     NOT NULL,
        author     text        NOT NULL,
        sealed     bytea,
        at         timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX appeal_messages_appeal ON appeal_messages (appeal_id, at, id)');
    await runner.query('CREATE INDEX appeal_messages_account_id ON appeal_messages (account_id)');

    await runner.query(`
      CREATE TABLE announcements (
        id           uuid        NOT NULL CONSTRAINT announcements_pk PRIMARY KEY,
        account_id   uuid,
        decision_id  uuid        NOT NULL CONSTRAINT announcements_once UNIQUE,
        pseudonym    text        NOT NULL,
        state        text        NOT NULL,
        version      integer     NOT NULL,
        clauses      text[]      NOT NULL,
        measures     text[]      NOT NULL,
        text_zh      text        NOT NULL,
        text_en      text        NOT NULL,
        correction_zh text,
        correction_en text,
        publish_at   timestamptz NOT NULL,
        created_at   timestamptz NOT NULL,
        updated_at   timestamptz NOT NULL,
        withdrawn_at timestamptz,
        withdrawal_reason text,
        CONSTRAINT announcements_state_known CHECK (state IN ('planned', 'corrected', 'withdrawn'))
      )`);
    await runner.query('CREATE INDEX announcements_published ON announcements (publish_at DESC, id DESC)');
    await runner.query('CREATE INDEX announcements_account_id ON announcements (account_id)');

    await runner.query(`
      CREATE TABLE referrals (
        id           uuid        NOT NULL CONSTRAINT referrals_pk PRIMARY KEY,
        account_id   uuid        NOT NULL,
        case_id      uuid        NOT NULL,
        direction    text        NOT NULL,
        state        text        NOT NULL,
        version      integer     NOT NULL,
        authority    text        NOT NULL,
        document_no  text,
        legal_ground text        NOT NULL,
        manifest     jsonb       NOT NULL,
        manifest_digest text     NOT NULL,
        due_at       timestamptz NOT NULL,
        proposed_by  text        NOT NULL,
        approved_by  text,
        hold_id      uuid,
        created_at   timestamptz NOT NULL,
        updated_at   timestamptz NOT NULL,
        sent_at      timestamptz,
        closed_at    timestamptz,
        CONSTRAINT referrals_direction_known CHECK (direction IN ('report', 'request')),
        CONSTRAINT referrals_state_known CHECK (state IN ('awaiting_approval', 'approved', 'sent', 'answered', 'closed', 'declined')),
        CONSTRAINT referrals_second_person CHECK (approved_by IS NULL OR approved_by <> proposed_by)
      )`);
    await runner.query('CREATE INDEX referrals_case ON referrals (case_id, created_at)');
    await runner.query('CREATE INDEX referrals_account_id ON referrals (account_id)');
    await runner.query('CREATE INDEX referrals_created ON referrals (created_at DESC, id DESC)');
    await runner.query(`
      CREATE TABLE referral_entries (
        id          uuid        NOT NULL CONSTRAINT referral_entries_pk PRIMARY KEY,
        referral_id uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        kind        text        NOT NULL,
        author      text        NOT NULL,
        sealed      bytea,
        checksum    text,
        at          timestamptz NOT NULL,
        CONSTRAINT referral_entries_kind_known CHECK (kind IN ('note', 'sent', 'received', 'produced'))
      )`);
    await runner.query('CREATE INDEX referral_entries_referral ON referral_entries (referral_id, at, id)');
    await runner.query('CREATE INDEX referral_entries_account_id ON referral_entries (account_id)');

    await runner.query(`
      CREATE TABLE loss_claims (
        id           uuid        NOT NULL CONSTRAINT loss_claims_pk PRIMARY KEY,
        account_id   uuid        NOT NULL,
        case_id      uuid        NOT NULL,
        kind         text        NOT NULL,
        amount_minor bigint      NOT NULL,
        paid_minor   bigint      NOT NULL,
        currency     text        NOT NULL,
        state        text        NOT NULL,
        version      integer     NOT NULL,
        reference    text,
        recorded_by  text        NOT NULL,
        created_at   timestamptz NOT NULL,
        updated_at   timestamptz NOT NULL,
        CONSTRAINT loss_claims_kind_known CHECK (kind IN ('litigation', 'arbitration', 'lawyer', 'notary', 'announcement', 'appraisal',
          'travel', 'investigation', 'compensation', 'penalty', 'settlement', 'administrative_fine', 'other')),
        CONSTRAINT loss_claims_state_known CHECK (state IN ('recorded', 'asserted', 'partly_paid', 'paid', 'waived')),
        CONSTRAINT loss_claims_amounts CHECK (amount_minor > 0 AND paid_minor >= 0 AND paid_minor <= amount_minor)
      )`);
    await runner.query('CREATE INDEX loss_claims_account ON loss_claims (account_id, created_at DESC, id DESC)');
    await runner.query('CREATE INDEX loss_claims_case ON loss_claims (case_id)');
    await runner.query(`
      CREATE TABLE claim_payments (
        id           uuid        NOT NULL CONSTRAINT claim_payments_pk PRIMARY KEY,
        claim_id     uuid        NOT NULL,
        account_id   uuid        NOT NULL,
        amount_minor bigint      NOT NULL,
        reference    text        NOT NULL,
        recorded_by  text        NOT NULL,
        at           timestamptz NOT NULL,
        CONSTRAINT claim_payments_positive CHECK (amount_minor > 0),
        CONSTRAINT claim_payments_once UNIQUE (claim_id, reference)
      )`);
    await runner.query('CREATE INDEX claim_payments_account_id ON claim_payments (account_id)');

    await runner.query(`
      CREATE TABLE bulk_decisions (
        id           uuid        NOT NULL CONSTRAINT bulk_decisions_pk PRIMARY KEY,
        state        text        NOT NULL,
        version      integer     NOT NULL,
        order_json   jsonb       NOT NULL,
        order_digest text        NOT NULL,
        total        integer     NOT NULL,
        proposed_by  text        NOT NULL,
        proposed_role text       NOT NULL,
        approved_by  text,
        reversed_by  text,
        next_at      timestamptz,
        created_at   timestamptz NOT NULL,
        updated_at   timestamptz NOT NULL,
        CONSTRAINT bulk_decisions_state_known CHECK (state IN ('awaiting_approval', 'running', 'done', 'declined', 'reversing',
          'reversed')),
        CONSTRAINT bulk_decisions_second_person CHECK (approved_by IS NULL OR approved_by <> proposed_by)
      )`);
    await runner.query('CREATE INDEX bulk_decisions_next ON bulk_decisions (next_at) WHERE next_at IS NOT NULL');
    await runner.query('CREATE INDEX bulk_decisions_created ON bulk_decisions (created_at DESC, id DESC)');
    await runner.query(`
      CREATE TABLE bulk_items (
        bulk_id     uuid        NOT NULL,
        account_id  uuid        NOT NULL,
        state       text        NOT NULL,
        decision_id uuid,
        problem     text,
        updated_at  timestamptz NOT NULL,
        CONSTRAINT bulk_items_pk PRIMARY KEY (bulk_id, account_id),
        CONSTRAINT bulk_items_state_known CHECK (state IN ('waiting', 'done', 'refused', 'reversed', 'not_reversed'))
      )`);
    await runner.query('CREATE INDEX bulk_items_state ON bulk_items (bulk_id, state, account_id)');
    await runner.query('CREATE INDEX bulk_items_account_id ON bulk_items (account_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
  }
}
