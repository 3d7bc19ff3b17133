import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { IdentifierKind } from './domain/identifier.js';

/** An identifier and the one account that it reaches (invariant 1). */
@Entity('identifier_claims')
export class IdentifierClaimRow {
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
}
