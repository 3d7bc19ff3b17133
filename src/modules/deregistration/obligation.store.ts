import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { changed, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { Obligation } from './domain/obstacles.js';

/** What participants reported as standing in the way of leaving. */
@Injectable()
export class ObligationStore {
  of(tx: Tx, accountId: string): Promise<Obligation[]> {
    return rows<Obligation>(
      tx,
      `SELECT participant, kind, reference, how_to_clear AS "howToClear", reported_at AS "reportedAt"
         FROM deregistration_obligations WHERE account_id = $1 ORDER BY participant, reference`,
      [accountId],
    );
  }

  /** One participant's whole answer takes the place of its last one: what it no longer names is cleared. */
  async replace(
    tx: Tx,
    accountId: string,
    participant: string,
    serviceId: string,
    obligations: readonly Obligation[],
  ): Promise<void> {
    await changed(tx, 'DELETE FROM deregistration_obligations WHERE account_id = $1 AND participant = $2 RETURNING 1', [
      accountId,
      participant,
    ]);
    for (const o of obligations) {
      await rows(
        tx,
        `INSERT INTO deregistration_obligations
           (id, account_id, participant, reference, kind, how_to_clear, service_id, reported_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [newId(), accountId, participant, o.reference, o.kind, JSON.stringify(o.howToClear), serviceId, o.reportedAt],
      );
    }
  }
}
