import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface ObjectionFile {
  readonly id: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly addedAt: Date;
}

const LINE = `id, media_type AS "mediaType", size_bytes AS "sizeBytes", sha256, added_at AS "addedAt"`;

@Injectable()
export class ObjectionFilesStore {
  async insert(tx: Tx, objectionId: string, f: ObjectionFile, sealed: Buffer): Promise<void> {
    await rows(
      tx,
      `INSERT INTO ban_objection_files (id, objection_id, sealed, media_type, size_bytes, sha256, added_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [f.id, objectionId, sealed, f.mediaType, f.sizeBytes, f.sha256, f.addedAt],
    );
  }

  /** Without the contents, oldest first. */
  of(tx: Tx, objectionId: string): Promise<ObjectionFile[]> {
    return rows(tx, `SELECT ${LINE} FROM ban_objection_files WHERE objection_id = $1 ORDER BY added_at, id`, [
      objectionId,
    ]);
  }

  /** `sealed` is null once the file was erased. */
  find(tx: Tx, objectionId: string, id: string): Promise<(ObjectionFile & { sealed: Buffer | null }) | undefined> {
    return row(tx, `SELECT ${LINE}, sealed FROM ban_objection_files WHERE objection_id = $1 AND id = $2`, [
      objectionId,
      id,
    ]);
  }
}
