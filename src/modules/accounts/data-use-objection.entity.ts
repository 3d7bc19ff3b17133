import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One change of mind about clause 4.3. */
@Entity('data_use_objections')
export class DataUseObjectionRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('boolean')
  objects: boolean;

  @Column('text', { name: 'actor_kind' })
  actorKind: string;

  @Column('timestamptz')
  at: Date;
}
