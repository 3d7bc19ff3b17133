import { Injectable } from '@nestjs/common';
import { changed, row, rows } from '../../../platform/database/sql.js';
import { type Tx, violates } from '../../../platform/database/transactor.js';

export interface ObjectionRecord {
  readonly id: string;
  readonly registrationId: string;
  /** Bars that the registration met; ids, gone with the ban. */
  readonly barIds: readonly string[];
  readonly sanctionIds: readonly string[];
  readonly conflictIds: readonly string[];
  readonly state: 'filed' | 'cleared' | 'kept';
  /** Null once erased. */
  readonly sealed: Buffer | null;
  readonly filedAt: Date;
  readonly dueAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

const COLUMNS = `id, registration_id AS "registrationId", bar_ids AS "barIds", sanction_ids AS "sanctionIds",
  conflict_ids AS "conflictIds", state, sealed, filed_at AS "filedAt", due_at AS "dueAt", decided_at AS "decidedAt",
  decided_by AS "decidedBy"`;

@Injectable()
export class ObjectionsStore {
  async insert(tx: Tx, o: ObjectionRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO ban_objections (id, registration_id, bar_ids, sanction_ids, conflict_ids, state, sealed, filed_at, due_at)
       VALUES ($1, $2, $3, $4, $5, 'filed', $6, $7, $8)`,
      [o.id, o.registrationId, o.barIds, o.sanctionIds, o.conflictIds, o.sealed, o.filedAt, o.dueAt],
    );
  }

  isSecond = (error: unknown): boolean => violates(error, 'ban_objections_once');

  find(tx: Tx, id: string): Promise<ObjectionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM ban_objections WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<ObjectionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM ban_objections WHERE id = $1 FOR UPDATE`, [id]);
  }

  ofRegistration(tx: Tx, registrationId: string): Promise<ObjectionRecord | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM ban_objections WHERE registration_id = $1`, [registrationId]);
  }

  async decide(tx: Tx, o: ObjectionRecord): Promise<void> {
    await changed(
      tx,
      `UPDATE ban_objections SET state = $2, sealed = $3, decided_at = $4, decided_by = $5 WHERE id = $1 RETURNING 1`,
      [o.id, o.state, o.sealed, o.decidedAt, o.decidedBy],
    );
  }
}
