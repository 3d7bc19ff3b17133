import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { gather } from '../database/gathered.js';
import { Transactor, type Tx } from '../database/transactor.js';
import { RelaySignal } from '../queues/relay-signal.js';
import type { NewEvent } from './outbox-event.js';
import { OutboxStore } from './outbox.store.js';

const TYPE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

/** Every module's door to the outside: an event commits with the change that it tells, or not at all (invariant 4). */
@Injectable()
export class OutboxService {
  constructor(
    private readonly store: OutboxStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
    private readonly signal: RelaySignal,
  ) {}

  /** @returns the event's id */
  async publish(tx: Tx, event: NewEvent): Promise<string> {
    if (!TYPE.test(event.type)) throw new Error(`event type ${event.type} is not noun.past_participle`);
    const id = newId();
    await gather(tx, this.store, { id, at: this.clock.now(), ...event });
    this.transactor.afterCommit(tx, () => this.signal.wake());
    return id;
  }
}
