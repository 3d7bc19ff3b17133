import { Injectable } from '@nestjs/common';
import { row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';

export interface KeptCheckpoint {
  readonly size: number;
  readonly head: string;
  readonly at: Date;
  readonly jws: string;
}

interface CheckpointRow {
  readonly size: string;
  readonly head: string;
  readonly at: Date;
  readonly jws: string;
}

const kept = (r: CheckpointRow): KeptCheckpoint => ({ ...r, size: Number(r.size) });

@Injectable()
export class CheckpointStore {
  /** @returns false when one of this size is kept already; it swears to the same head, or the chain is broken */
  async keep(tx: Tx, checkpoint: KeptCheckpoint): Promise<boolean> {
    const { size, head, at, jws } = checkpoint;
    const made = await rows(
      tx,
      `INSERT INTO audit_checkpoints (size, head, at, jws) VALUES ($1, $2, $3, $4)
       ON CONFLICT (size) DO NOTHING RETURNING size`,
      [size, head, at, jws],
    );
    return made.length > 0;
  }

  async ofSize(tx: Tx, size: number): Promise<KeptCheckpoint | undefined> {
    const found = await row<CheckpointRow>(tx, 'SELECT size, head, at, jws FROM audit_checkpoints WHERE size = $1', [
      size,
    ]);
    return found && kept(found);
  }

  async latest(tx: Tx): Promise<KeptCheckpoint | undefined> {
    const found = await row<CheckpointRow>(
      tx,
      'SELECT size, head, at, jws FROM audit_checkpoints ORDER BY size DESC LIMIT 1',
    );
    return found && kept(found);
  }

  /** Newest first, `limit + 1` of them. */
  async list(tx: Tx, beforeSize: number | undefined, limit: number): Promise<KeptCheckpoint[]> {
    const found = await rows<CheckpointRow>(
      tx,
      `SELECT size, head, at, jws FROM audit_checkpoints
       WHERE ($1::bigint IS NULL OR size < $1) ORDER BY size DESC LIMIT $2`,
      [beforeSize ?? null, limit + 1],
    );
    return found.map(kept);
  }

  /** Ascending from a size, for a walk along the chain. */
  async from(tx: Tx, size: number, limit: number): Promise<KeptCheckpoint[]> {
    const found = await rows<CheckpointRow>(
      tx,
      'SELECT size, head, at, jws FROM audit_checkpoints WHERE size >= $1 ORDER BY size LIMIT $2',
      [size, limit],
    );
    return found.map(kept);
  }
}
