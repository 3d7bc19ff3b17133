import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AuditConfig } from './audit.config.js';
import { ChainStore, type Turn } from './chain.store.js';
import { type AuditEvent, type ChainedEvent, link } from './domain/chained-event.js';

/**
 * The sequencer: gives committed events their `seq` and hash. Any number of processes may run one. The lease keeps
 * them out of each other's way; the fence makes it safe, because links are written only by who holds the current one.
 */
@Injectable()
export class ChainEventsService {
  private readonly holder = newId();

  constructor(
    private readonly transactor: Transactor,
    private readonly store: ChainStore,
    private readonly config: AuditConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Chains one batch.
   * @returns how many events got their link; 0 when there were none or it is another sequencer's turn
   */
  async chainBatch(): Promise<number> {
    if ((await this.store.oldestPending(this.transactor.reader)) === undefined) return 0;
    const turn = await this.takeTurn();
    if (turn === undefined) return 0;
    // Read after the turn was taken: what a former holder has chained is no longer in the queue.
    const events = await this.store.pending(this.transactor.reader, this.config.batchSize);
    return this.append(turn, events);
  }

  /** Chains until the queue is empty or it is another's turn. */
  async chainAll(): Promise<number> {
    let total = 0;
    for (let done = await this.chainBatch(); done > 0; done = await this.chainBatch()) total += done;
    return total;
  }

  takeTurn(): Promise<Turn | undefined> {
    const now = this.clock.now();
    return this.store.takeTurn(this.transactor.reader, this.holder, now, addPeriod(now, this.config.lease));
  }

  /** Links, head and queue change together; a sequencer that lost its turn meanwhile changes nothing. */
  async append(turn: Turn, events: readonly AuditEvent[]): Promise<number> {
    const links: ChainedEvent[] = [];
    for (const event of events) {
      const before = links.at(-1);
      links.push(link(event, before?.seq ?? turn.size, before?.hash ?? turn.head));
    }
    const written = await this.transactor.run((tx) => this.store.append(tx, turn, links, this.clock.now()));
    return written ? links.length : 0;
  }

  giveTurnBack(): Promise<void> {
    return this.store.giveTurnBack(this.transactor.reader, this.holder);
  }

  /** Age of the oldest event without a link, in seconds: the figure to alert on. */
  async lagSeconds(): Promise<number> {
    const oldest = await this.store.oldestPending(this.transactor.reader);
    return oldest === undefined ? 0 : Math.max(0, (this.clock.now().getTime() - oldest.getTime()) / 1000);
  }
}
