import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';

export interface JournalEntry {
  readonly type: string;
  readonly accountId: string;
  readonly actor: Actor;
  readonly clauses: readonly string[];
  /** Ids, codes and times: it leaves the service. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** What the log keeps beside that, sealed. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly target?: { readonly kind: string; readonly id: string };
}

/** Audit event and outbox event of one change, in its transaction (invariant 4). */
@Injectable()
export class AccountJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
  ) {}

  async note(tx: Tx, entry: JournalEntry): Promise<void> {
    const target = entry.target ?? { kind: 'account', id: entry.accountId };
    await this.audit.record(tx, {
      type: entry.type,
      actor: entry.actor,
      accountId: entry.accountId,
      target,
      clauses: entry.clauses,
      ...(entry.data || entry.details ? { data: { ...entry.data, ...entry.details } } : {}),
    });
    await this.outbox.publish(tx, {
      type: entry.type,
      accountId: entry.accountId,
      subjectId: target.id,
      data: entry.data ?? {},
    });
  }

  /** A read or an act that others need not hear of. */
  async noteQuietly(tx: Tx, entry: JournalEntry): Promise<void> {
    await this.audit.record(tx, {
      type: entry.type,
      actor: entry.actor,
      accountId: entry.accountId,
      target: entry.target ?? { kind: 'account', id: entry.accountId },
      clauses: entry.clauses,
      ...(entry.data || entry.details ? { data: { ...entry.data, ...entry.details } } : {}),
    });
  }
}
