import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { IdentifierKind } from './domain/identifier.js';

/** An identifier that an account once had: notices to old contacts, linked accounts. */
@Entity('released_identifiers')
export class ReleasedIdentifierRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  kind: IdentifierKind;

  @Column('text', { name: 'blind_index' })
  blindIndex: string;

  @Column('bytea')
  value: Buffer;

  @Column('timestamptz', { name: 'claimed_at' })
  claimedAt: Date;

  @Column('timestamptz', { name: 'released_at' })
  releasedAt: Date;

  @Column('text')
  reason: string;
}
