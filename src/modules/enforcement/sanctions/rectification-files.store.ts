import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface FileRecord {
  readonly id: string;
  readonly sanctionId: string;
  readonly accountId: string;
  /** Null once erased. */
  readonly sealed: Buffer | null;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly addedAt: Date;
}

export type FileLine = Omit<FileRecord, 'sealed'>;

const LINE = `id, sanction_id AS "sanctionId", account_id AS "accountId", media_type AS "mediaType", size_bytes AS "sizeBytes",
  sha256, added_at AS "addedAt"`;

@Injectable()
export class RectificationFilesStore {
  async insert(tx: Tx, f: FileRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO rectification_files (id, sanction_id, account_id, sealed, media_type, size_bytes, sha256, added_at, case_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT case_id FROM sanctions WHERE id = $2))`,
      [f.id, f.sanctionId, f.accountId, f.sealed, f.mediaType, f.sizeBytes, f.sha256, f.addedAt],
    );
  }

  /** Without the contents: a list of names is not a reason to open what is sealed. */
  of(tx: Tx, sanctionId: string): Promise<FileLine[]> {
    return rows(tx, `SELECT ${LINE} FROM rectification_files WHERE sanction_id = $1 ORDER BY added_at, id`, [
      sanctionId,
    ]);
  }

  find(tx: Tx, sanctionId: string, id: string): Promise<FileRecord | undefined> {
    return row(tx, `SELECT ${LINE}, sealed FROM rectification_files WHERE sanction_id = $1 AND id = $2`, [
      sanctionId,
      id,
    ]);
  }
}
