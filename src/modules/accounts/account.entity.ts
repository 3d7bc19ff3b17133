import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountState } from './domain/account-lifecycle.js';
import type { AgeBand } from './domain/age.js';

/** The row that every transaction about an account locks first. */
@Entity('accounts')
export class AccountRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  state: AccountState;

  @Column('timestamptz', { name: 'state_changed_at' })
  stateChangedAt: Date;

  @Column('text', { name: 'state_before_closure', nullable: true })
  stateBeforeClosure: AccountState | null;

  @Column('text', { name: 'state_before_deregistration', nullable: true })
  stateBeforeDeregistration: AccountState | null;

  @Column('integer')
  version: number;

  @Column('text', { nullable: true })
  band: AgeBand | null;

  /** When the band is looked at again: the month of the next birthday that matters, not the day, which would tell it. */
  @Column('timestamptz', { name: 'band_check_at', nullable: true })
  bandCheckAt: Date | null;

  @Column('bytea', { name: 'birth_date', nullable: true })
  birthDate: Buffer | null;

  @Column('bytea', { name: 'display_name', nullable: true })
  displayName: Buffer | null;

  @Column('text')
  locale: string;

  @Column('boolean', { name: 'improvement_objection', default: false })
  improvementObjection: boolean;

  @Column('integer', { name: 'standing_version' })
  standingVersion: number;

  @Column('timestamptz', { name: 'standing_changed_at' })
  standingChangedAt: Date;

  @Column('timestamptz', { name: 'standing_due_at', nullable: true })
  standingDueAt: Date | null;

  /** Set at the point of no return of a deregistration; from then on nothing about the account is written (2.5). */
  @Column('timestamptz', { name: 'tombstoned_at', nullable: true })
  tombstonedAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
