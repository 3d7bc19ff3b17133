import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A keyed digest that may not register until a certain time, and nothing that leads back to a person (7.1). */
@Entity('barred_identifiers')
export class BarredIdentifierRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  kind: string;

  @Column('text')
  digest: string;

  @Column('timestamptz')
  since: Date;

  @Column('timestamptz')
  until: Date;

  @Column('text')
  reason: string;

  @Column('text', { name: 'source_kind' })
  sourceKind: string;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;
}
