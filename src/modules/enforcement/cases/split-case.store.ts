import { Injectable } from '@nestjs/common';
import { changed } from '../../../platform/database/sql.js';
import type { Tx } from '../../../platform/database/transactor.js';

@Injectable()
export class SplitCaseStore {
  /** Reports that nobody has answered yet go to the other case. @returns what went */
  moveReports(tx: Tx, from: string, to: string, ids: readonly string[]): Promise<{ id: string; clause: string }[]> {
    return changed(
      tx,
      `UPDATE reports SET case_id = $2 WHERE case_id = $1 AND id = ANY ($3) AND outcome = 'pending' RETURNING id, clause`,
      [from, to, ids],
    );
  }

  /** @returns how many pieces of evidence of the one case the other refers to now */
  async referTo(
    tx: Tx,
    from: string,
    to: { readonly id: string; readonly accountId: string },
    evidenceIds: readonly string[],
    now: Date,
  ): Promise<number> {
    const referred = await changed(
      tx,
      `INSERT INTO case_evidence_references (case_id, evidence_id, account_id, at)
       SELECT $2, e.id, e.account_id, $5 FROM case_evidence e
        WHERE e.id = ANY ($4) AND e.account_id = $3
          AND (e.case_id IN (SELECT id FROM cases WHERE id = $1 OR (account_id = $3 AND merged_into = $1))
            OR e.id IN (SELECT evidence_id FROM case_evidence_references WHERE case_id = $1))
       RETURNING evidence_id`,
      [from, to.id, to.accountId, evidenceIds, now],
    );
    return referred.length;
  }
}
