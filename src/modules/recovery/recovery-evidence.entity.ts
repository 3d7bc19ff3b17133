import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One uploaded file. Its bytes lie in the file store, under a key that stands sealed here: no row, no file. */
@Entity('recovery_evidence')
export class RecoveryEvidenceRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'appeal_id' })
  appealId: string;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('bytea', { name: 'file_name' })
  fileName: Buffer;

  @Column('bytea', { name: 'file_key' })
  fileKey: Buffer;

  @Column('text', { name: 'media_type' })
  mediaType: string;

  @Column('integer')
  bytes: number;

  @Column('text')
  sha256: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** When it was last looked whether the file is there. */
  @Column('timestamptz', { name: 'file_checked_at', nullable: true })
  fileCheckedAt: Date | null;

  /** Since when the file is known to be gone: evidence is lost, and somebody has to know. */
  @Column('timestamptz', { name: 'file_missing_since', nullable: true })
  fileMissingSince: Date | null;
}
