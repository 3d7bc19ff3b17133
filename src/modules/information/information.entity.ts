import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CorrectionState } from './domain/information-correction-lifecycle.js';
import type { DisputeOutcome, DisputeState } from './domain/information-dispute-lifecycle.js';

/** Information of one account that was found not to be true. */
@Entity('information_disputes')
export class InformationDisputeRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  state: DisputeState;

  @Column('text')
  outcome: DisputeOutcome;

  /** What is disputed: names of fields, no values. */
  @Column('text', { array: true })
  fields: string[];

  @Column('text', { array: true })
  features: string[];

  /** The reason in a moderator's words; sealed. */
  @Column('bytea')
  reason: Buffer;

  @Column('text', { name: 'opened_by' })
  openedBy: string;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('integer')
  version: number;
}

/** What a person says is right instead. */
@Entity('information_corrections')
export class InformationCorrectionRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  /** Null where nobody disputed anything: the person found the mistake. */
  @Column('uuid', { name: 'dispute_id', nullable: true })
  disputeId: string | null;

  /** The queue that it waits in. */
  @Column('text')
  kind: 'information_correction' | 'birth_date_correction';

  @Column('text')
  state: CorrectionState;

  /** Sealed `Claim`. */
  @Column('bytea')
  claim: Buffer;

  @Column('timestamptz', { name: 'filed_at' })
  filedAt: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('text', { name: 'reason_code', nullable: true })
  reasonCode: string | null;

  @Column('bytea', { nullable: true })
  note: Buffer | null;
}
