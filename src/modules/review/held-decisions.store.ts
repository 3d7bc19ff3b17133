import { Injectable } from '@nestjs/common';
import { registerEncryptedColumn } from '../../platform/crypto/encrypted-columns.js';
import { changed, row, rows } from '../../platform/database/sql.js';
import type { Tx } from '../../platform/database/transactor.js';
import type { HeldDecisionState } from './domain/held-decision-lifecycle.js';

export interface HeldDecision {
  readonly id: string;
  readonly taskId: string;
  readonly accountId: string | null;
  readonly command: string;
  readonly subjectId: string;
  readonly version: number | null;
  /** The body as it was given; gone when the window is over. */
  readonly sealed: Buffer | null;
  readonly heldBy: string;
  readonly heldRole: string;
  readonly state: HeldDecisionState;
  readonly refusal: Refusal | null;
  readonly heldAt: Date;
  readonly takesEffectAt: Date;
  readonly endedAt: Date | null;
}

export interface Refusal {
  readonly code: string;
  readonly en: string;
  readonly zh: string;
}

const COLUMNS = `id, task_id AS "taskId", account_id AS "accountId", command, subject_id AS "subjectId", version, sealed,
  held_by AS "heldBy", held_role AS "heldRole", state, refusal, held_at AS "heldAt",
  takes_effect_at AS "takesEffectAt", ended_at AS "endedAt"`;

registerEncryptedColumn({ table: 'held_decisions', column: 'sealed' });

@Injectable()
export class HeldDecisionsStore {
  async insert(tx: Tx, d: HeldDecision): Promise<void> {
    await rows(
      tx,
      `INSERT INTO held_decisions (id, task_id, account_id, command, subject_id, version, sealed, held_by, held_role, state,
              refusal, held_at, takes_effect_at, ended_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14)`,
      [
        d.id,
        d.taskId,
        d.accountId,
        d.command,
        d.subjectId,
        d.version,
        d.sealed,
        d.heldBy,
        d.heldRole,
        d.state,
        d.refusal === null ? null : JSON.stringify(d.refusal),
        d.heldAt,
        d.takesEffectAt,
        d.endedAt,
      ],
    );
  }

  find(tx: Tx, id: string): Promise<HeldDecision | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM held_decisions WHERE id = $1`, [id]);
  }

  lock(tx: Tx, id: string): Promise<HeldDecision | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM held_decisions WHERE id = $1 FOR UPDATE`, [id]);
  }

  /** Still held, and nobody else is at it this moment. */
  lockHeld(tx: Tx, id: string): Promise<HeldDecision | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM held_decisions WHERE id = $1 AND state = 'held' FOR UPDATE SKIP LOCKED`, [
      id,
    ]);
  }

  ofTask(tx: Tx, taskId: string): Promise<HeldDecision | undefined> {
    return row(tx, `SELECT ${COLUMNS} FROM held_decisions WHERE task_id = $1 AND state = 'held'`, [taskId]);
  }

  /** The newest of a person's, whatever became of them. */
  ofStaff(tx: Tx, heldBy: string, since: Date, limit: number): Promise<HeldDecision[]> {
    return rows(
      tx,
      `SELECT ${COLUMNS} FROM held_decisions WHERE held_by = $1 AND held_at > $2 ORDER BY held_at DESC, id LIMIT $3`,
      [heldBy, since, limit],
    );
  }

  async dueIds(tx: Tx, now: Date, limit: number): Promise<string[]> {
    const due = await rows<{ id: string }>(
      tx,
      `SELECT id FROM held_decisions WHERE state = 'held' AND takes_effect_at <= $1 ORDER BY takes_effect_at, id LIMIT $2`,
      [now, limit],
    );
    return due.map(({ id }) => id);
  }

  /** @returns false when it had ended already */
  async end(
    tx: Tx,
    id: string,
    state: Exclude<HeldDecisionState, 'held'>,
    refusal: Refusal | null,
    now: Date,
  ): Promise<boolean> {
    const ended = await changed(
      tx,
      `UPDATE held_decisions SET state = $2, refusal = $3::jsonb, ended_at = $4, sealed = NULL
        WHERE id = $1 AND state = 'held' RETURNING id`,
      [id, state, refusal === null ? null : JSON.stringify(refusal), now],
    );
    return ended.length === 1;
  }
}
