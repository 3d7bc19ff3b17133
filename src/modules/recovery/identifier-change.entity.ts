import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AppealSubject } from './domain/appeal-subject.js';
import type { ChangeState } from './domain/identifier-change-lifecycle.js';

@Entity('identifier_changes')
export class IdentifierChangeRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  /** Whose number: the account's own, or that of the guardian of a minor, who needs no account. */
  @Column('text')
  about: AppealSubject;

  @Column('text')
  origin: 'owner' | 'recovery';

  @Column('uuid', { name: 'appeal_id', nullable: true })
  appealId: string | null;

  @Column('text')
  state: ChangeState;

  @Column('text', { nullable: true })
  failure: string | null;

  @Column('bytea', { name: 'new_value' })
  newValue: Buffer;

  @Column('text')
  locale: 'zh-CN' | 'en';

  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'effective_at', nullable: true })
  effectiveAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
