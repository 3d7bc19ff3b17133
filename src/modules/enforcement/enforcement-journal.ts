import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { TaxonomyService } from './taxonomy.service.js';

export interface EnforcementEntry {
  readonly type: string;
  readonly actor: Actor;
  readonly accountId?: string | undefined;
  readonly target: { readonly kind: string; readonly id: string };
  readonly clauses: readonly string[];
  /** Ids, codes and times: it leaves the service. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** What the log keeps beside that, sealed and erasable. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Audit event and outbox event of one change, in its transaction (invariant 4). */
@Injectable()
export class EnforcementJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly taxonomy: TaxonomyService,
  ) {}

  async note(tx: Tx, entry: EnforcementEntry): Promise<void> {
    await this.audit.record(tx, {
      type: entry.type,
      actor: entry.actor,
      accountId: entry.accountId,
      target: entry.target,
      clauses: entry.clauses,
      policies: { violations: this.taxonomy.current.digest },
      ...(entry.data || entry.details ? { data: { ...entry.data, ...entry.details } } : {}),
    });
    await this.outbox.publish(tx, {
      type: entry.type,
      accountId: entry.accountId,
      subjectId: entry.target.id,
      data: { clauses: entry.clauses, ...entry.data },
    });
  }
}
