import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import type { ReviewTask } from './review-task.record.js';

/** Audit event and outbox event of one change of a task, in its transaction (invariant 4). */
@Injectable()
export class ReviewJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
  ) {}

  async note(
    tx: Tx,
    type: string,
    task: ReviewTask,
    actor: Actor,
    data: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const facts = { kind: task.kind, subjectId: task.subjectId, ...data };
    const accountId = task.accountId ?? undefined;
    await this.audit.record(tx, {
      type,
      actor,
      accountId,
      target: { kind: 'review_task', id: task.id },
      clauses: [],
      data: facts,
    });
    await this.outbox.publish(tx, { type, accountId, subjectId: task.id, data: { ...facts, assignee: task.assignee } });
  }
}
