import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface AppealFile {
  readonly id: string;
  readonly appealId: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly addedAt: Date;
}

const LINE = `id, appeal_id AS "appealId", media_type AS "mediaType", size_bytes AS "sizeBytes", sha256, added_at AS "addedAt"`;

@Injectable()
export class AppealFilesStore {
  async insert(tx: Tx, f: AppealFile, accountId: string, sealed: Buffer): Promise<void> {
    await rows(
      tx,
      `INSERT INTO appeal_files (id, appeal_id, account_id, case_id, sealed, media_type, size_bytes, sha256, added_at)
       VALUES ($1, $2, $3, (SELECT d.case_id FROM appeals a JOIN decisions d ON d.id = a.decision_id WHERE a.id = $2),
         $4, $5, $6, $7, $8)`,
      [f.id, f.appealId, accountId, sealed, f.mediaType, f.sizeBytes, f.sha256, f.addedAt],
    );
  }

  /** Without the contents, oldest first. */
  of(tx: Tx, appealIds: readonly string[]): Promise<AppealFile[]> {
    return rows(tx, `SELECT ${LINE} FROM appeal_files WHERE appeal_id = ANY($1::uuid[]) ORDER BY added_at, id`, [
      appealIds,
    ]);
  }

  /** `sealed` is null once the file was erased. */
  find(tx: Tx, appealId: string, id: string): Promise<(AppealFile & { readonly sealed: Buffer | null }) | undefined> {
    return row(tx, `SELECT ${LINE}, sealed FROM appeal_files WHERE appeal_id = $1 AND id = $2`, [appealId, id]);
  }
}
