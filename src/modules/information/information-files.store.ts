import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

registerEncryptedColumn({ table: 'information_correction_files', column: 'sealed' });

export interface CorrectionFile {
  readonly id: string;
  readonly correctionId: string;
  readonly accountId: string;
  readonly sealed: Buffer;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly addedAt: Date;
}

export type CorrectionFileLine = Omit<CorrectionFile, 'sealed'>;

const LINE = `id, correction_id AS "correctionId", account_id AS "accountId", media_type AS "mediaType",
  size_bytes AS "sizeBytes", sha256, added_at AS "addedAt"`;

/** The account's row is locked by whoever writes here. */
@Injectable()
export class InformationFilesStore {
  async insert(tx: Tx, f: CorrectionFile): Promise<void> {
    await rows(
      tx,
      `INSERT INTO information_correction_files
         (id, correction_id, account_id, sealed, media_type, size_bytes, sha256, added_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [f.id, f.correctionId, f.accountId, f.sealed, f.mediaType, f.sizeBytes, f.sha256, f.addedAt],
    );
  }

  /** Without the contents: a list is no reason to open what is sealed. */
  of(tx: Tx, correctionId: string): Promise<CorrectionFileLine[]> {
    return rows(tx, `SELECT ${LINE} FROM information_correction_files WHERE correction_id = $1 ORDER BY added_at, id`, [
      correctionId,
    ]);
  }

  ofAccount(tx: Tx, accountId: string): Promise<CorrectionFileLine[]> {
    return rows(tx, `SELECT ${LINE} FROM information_correction_files WHERE account_id = $1 ORDER BY added_at, id`, [
      accountId,
    ]);
  }

  find(tx: Tx, correctionId: string, id: string): Promise<CorrectionFile | undefined> {
    return row(tx, `SELECT ${LINE}, sealed FROM information_correction_files WHERE correction_id = $1 AND id = $2`, [
      correctionId,
      id,
    ]);
  }
}
