import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AppealSubject } from './domain/appeal-subject.js';
import type { AppealState } from './domain/recovery-appeal-lifecycle.js';

@Entity('recovery_appeals')
export class RecoveryAppealRow {
  @PrimaryColumn('uuid')
  id: string;

  /** Of the ward, where it is about a guardian. Null where the named number reaches no account; the person is not told (row 9). */
  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('text')
  about: AppealSubject;

  @Column('text')
  state: AppealState;

  /** Sealed `AppealClaim`. */
  @Column('bytea')
  claim: Buffer;

  @Column('text')
  locale: 'zh-CN' | 'en';

  @Column('integer')
  version: number;

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

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
