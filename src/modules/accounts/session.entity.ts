import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One sign-in. No token stands here in any form. */
@Entity('sessions')
export class SessionRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  /** Which refresh token is the present one. */
  @Column('integer')
  generation: number;

  @Column('text')
  salt: string;

  @Column('text')
  method: string;

  /** Sealed address and user agent of the sign-in. */
  @Column('bytea', { nullable: true })
  client: Buffer | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;
}
