import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TaskState } from './domain/review-task-lifecycle.js';

@Entity('review_tasks')
export class ReviewTaskRow {
  @PrimaryColumn('uuid')
  id: string;

  /** `deregistration`, `case`, `approval`, `appeal`, `recovery`, `registration`, … */
  @Column('text')
  kind: string;

  @Column('uuid', { name: 'subject_id' })
  subjectId: string;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('text')
  state: TaskState;

  /** Higher comes first among tasks that are picked by the server. */
  @Column('integer')
  priority: number;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  /** The due date leaves the published working-day calendar and will be computed again. */
  @Column('boolean', { name: 'provisional_due' })
  provisionalDue: boolean;

  /** Codes and ids for the list; no personal data. */
  @Column('jsonb')
  facts: Record<string, unknown>;

  /** Staff who have a part in the matter (invariant 9). */
  @Column('text', { array: true })
  excluded: string[];

  @Column('text', { nullable: true })
  assignee: string | null;

  @Column('text', { nullable: true })
  holder: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column('timestamptz', { name: 'snoozed_until', nullable: true })
  snoozedUntil: Date | null;

  @Column('timestamptz', { name: 'escalated_at', nullable: true })
  escalatedAt: Date | null;

  @Column('text', { nullable: true })
  escalation: string | null;

  @Column('text', { nullable: true })
  outcome: string | null;

  @Column('text', { name: 'ended_by', nullable: true })
  endedBy: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
