import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { SchemaColumn } from './domain/catalogue-check.js';
import type { RetentionPolicy } from './domain/policy.js';

export interface PolicyVersionRow {
  readonly sha256: string;
  readonly version: string;
  readonly pinnedAt: Date;
  readonly classes: number;
}

@Injectable()
export class CatalogueStore {
  /** Every column of every table of ours; a partition is its parent. */
  schema(tx: Tx): Promise<SchemaColumn[]> {
    return rows<SchemaColumn>(
      tx,
      `SELECT c.relname AS "table", a.attname AS "column", i.data_type AS type,
              col_description(c.oid, a.attnum) AS comment
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         JOIN information_schema.columns i
           ON i.table_schema = n.nspname AND i.table_name = c.relname AND i.column_name = a.attname
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.relname, a.attnum`,
    );
  }

  async pin(tx: Tx, sha256: string, policy: RetentionPolicy, now: Date): Promise<void> {
    await rows(
      tx,
      `INSERT INTO retention_policies (sha256, version, body, pinned_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT retention_policies_pk DO NOTHING`,
      [sha256, policy.version, JSON.stringify(policy), now],
    );
  }

  /** Every policy that was ever in force here, newest first. */
  versions(tx: Tx): Promise<PolicyVersionRow[]> {
    return rows(
      tx,
      `SELECT sha256, version, pinned_at AS "pinnedAt", jsonb_array_length(body -> 'classes') AS classes
         FROM retention_policies ORDER BY pinned_at DESC, sha256 LIMIT 100`,
    );
  }

  async pinned(tx: Tx, sha256: string): Promise<RetentionPolicy | undefined> {
    const found = await row<{ body: RetentionPolicy }>(tx, 'SELECT body FROM retention_policies WHERE sha256 = $1', [
      sha256,
    ]);
    return found?.body;
  }
}
