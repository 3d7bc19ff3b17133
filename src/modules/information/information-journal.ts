import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';

export interface InformationNote {
  readonly type: string;
  readonly actor: Actor;
  readonly target: { readonly kind: 'information_dispute' | 'information_correction'; readonly id: string };
  readonly accountId: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** A read: recorded, told to nobody. */
  readonly quiet?: boolean;
}

const CLAUSES = ['2.2', 'REG-3'];

/** Audit event and outbox event of one change, in its transaction (invariant 4). */
@Injectable()
export class InformationJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
  ) {}

  async note(tx: Tx, { type, actor, target, accountId, data = {}, quiet }: InformationNote): Promise<void> {
    await this.audit.record(tx, { type, actor, target, accountId, clauses: CLAUSES, data });
    if (quiet !== true) await this.outbox.publish(tx, { type, accountId, subjectId: target.id, data });
  }
}
