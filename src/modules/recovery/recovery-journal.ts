import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';

export interface RecoveryNote {
  readonly type: string;
  readonly actor: Actor;
  readonly target: { readonly kind: 'identifier_change' | 'guardian_change' | 'recovery_appeal'; readonly id: string };
  readonly accountId: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
  /** A read: recorded, told to nobody. */
  readonly quiet?: boolean;
}

const CLAUSES = ['2.3(1)', '2.4', 'REG-5', 'REG-8'];
const OF_GUARDIANS = ['2.1', '2.4', 'MIN-2', 'MIN-4', 'REG-8'];

/** Audit event and outbox event of one change, in its transaction (invariant 4). */
@Injectable()
export class RecoveryJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
  ) {}

  async note(tx: Tx, { type, actor, target, accountId, data, quiet }: RecoveryNote): Promise<void> {
    const account = accountId === null ? {} : { accountId };
    const clauses = target.kind === 'guardian_change' ? OF_GUARDIANS : CLAUSES;
    await this.audit.record(tx, { type, actor, target, clauses, ...account, ...(data ? { data } : {}) });
    if (quiet) return;
    await this.outbox.publish(tx, { type, subjectId: target.id, data: data ?? {}, ...account });
  }
}
