import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../database/transactor.js';
import { decodeCursor, type Page, pageOf, type PageQuery } from '../http/paging.js';
import { RelaySignal } from '../queues/relay-signal.js';
import { InboxStore } from './inbox.store.js';
import { OUTBOX_ERRORS } from './outbox.errors.js';
import type { ParkedEventDto } from './parked-events.dto.js';

@Injectable()
export class ParkedEvents {
  constructor(
    private readonly store: InboxStore,
    private readonly transactor: Transactor,
    private readonly signal: RelaySignal,
    private readonly clock: Clock,
  ) {}

  async list({ limit, cursor }: PageQuery): Promise<Page<ParkedEventDto>> {
    const found = await this.store.parked(this.transactor.reader, decodeCursor(cursor), limit);
    return pageOf(
      found,
      limit,
      (r) => [r.parkedAt, r.id],
      (r) => ({ ...r, parkedAt: r.parkedAt.toISOString() }),
    );
  }

  async retry(id: string): Promise<void> {
    await this.transactor.run(async (tx) => {
      if (!(await this.store.retry(tx, id, this.clock.now()))) throw new DomainError(OUTBOX_ERRORS.event_not_parked);
      this.transactor.afterCommit(tx, () => this.signal.wake());
    });
  }
}
