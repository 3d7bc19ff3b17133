import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MinorLimits, StandingEntry } from './domain/standing.js';

@Entity('standing_entries')
export class StandingEntryRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  kind: StandingEntry['kind'];

  @Column('text')
  code: string;

  @Column('text')
  clause: string;

  @Column('text', { default: '' })
  feature: string;

  @Column('text', { name: 'source_kind' })
  sourceKind: string;

  @Column('text', { name: 'source_id' })
  sourceId: string;

  @Column('uuid', { name: 'sanction_id', nullable: true })
  sanctionId: string | null;

  @Column('text', { name: 'document_id', nullable: true })
  documentId: string | null;

  @Column('text', { name: 'document_version', nullable: true })
  documentVersion: string | null;

  @Column('timestamptz')
  since: Date;

  @Column('timestamptz', { nullable: true })
  until: Date | null;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('boolean', { name: 'blocks_when_due', default: false })
  blocksWhenDue: boolean;

  @Column('jsonb', { nullable: true })
  details: MinorLimits | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'lifted_at', nullable: true })
  liftedAt: Date | null;
}
