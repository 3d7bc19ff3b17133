import { Injectable } from '@nestjs/common';
import { row, rows } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

export interface CaseFileRecord {
  readonly evidenceId: string;
  readonly caseId: string;
  readonly accountId: string;
  /** Null once erased. */
  readonly sealed: Buffer | null;
  readonly mediaType: string;
  readonly addedAt: Date;
}

@Injectable()
export class CaseFilesStore {
  async insert(tx: Tx, f: CaseFileRecord): Promise<void> {
    await rows(
      tx,
      `INSERT INTO case_evidence_files (evidence_id, case_id, account_id, sealed, media_type, added_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [f.evidenceId, f.caseId, f.accountId, f.sealed, f.mediaType, f.addedAt],
    );
  }

  async count(tx: Tx, caseId: string): Promise<number> {
    const found = await row<{ n: number }>(
      tx,
      'SELECT count(*)::int AS n FROM case_evidence_files WHERE case_id = $1',
      [caseId],
    );
    return found?.n ?? 0;
  }

  /** With the hash that the evidence was added under. */
  find(tx: Tx, evidenceId: string): Promise<(CaseFileRecord & { readonly contentHash: string }) | undefined> {
    return row(
      tx,
      `SELECT f.evidence_id AS "evidenceId", f.case_id AS "caseId", f.account_id AS "accountId", f.sealed,
              f.media_type AS "mediaType", f.added_at AS "addedAt", e.content_hash AS "contentHash"
         FROM case_evidence_files f JOIN case_evidence e ON e.id = f.evidence_id WHERE f.evidence_id = $1`,
      [evidenceId],
    );
  }
}
