import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ConsentState } from './domain/consent-lifecycle.js';

/** One guardian's decision about one minor. */
@Entity('guardian_consents')
export class GuardianConsentEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** The ward. */
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  state: ConsentState;

  /** Sealed E.164. */
  @Column('bytea', { name: 'guardian_phone' })
  guardianPhone: Buffer;

  @Column('text', { name: 'guardian_phone_index' })
  guardianPhoneIndex: string;

  /** Sealed; given with the decision. */
  @Column('bytea', { name: 'guardian_name', nullable: true })
  guardianName: Buffer | null;

  @Column('text')
  relationship: string;

  @Column('text')
  locale: 'zh-CN' | 'en';

  /** Only links of this version open; a newer link closes the older ones. */
  @Column('integer', { name: 'link_version' })
  linkVersion: number;

  @Column('timestamptz', { name: 'link_expires_at' })
  linkExpiresAt: Date;

  @Column('integer', { name: 'links_sent' })
  linksSent: number;

  @Column('timestamptz', { name: 'remind_at', nullable: true })
  remindAt: Date | null;

  /** Without a decision until then the request expires. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('integer', { name: 'minutes_per_day', nullable: true })
  minutesPerDay: number | null;

  @Column('text', { name: 'quiet_from', nullable: true })
  quietFrom: string | null;

  @Column('text', { name: 'quiet_to', nullable: true })
  quietTo: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
