import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/transactor.js';
import type { EventRef } from './outbox-event.js';

/** Writes rows of its own for a batch of events, in the relay's transaction: database work only, and never a refusal. */
export interface EventFanout {
  fanOut(tx: Tx, events: readonly EventRef[], now: Date): Promise<void>;
}

/** Who else takes every event: webhooks. Registered in `onModuleInit`. */
@Injectable()
export class EventFanouts {
  private readonly fanouts: EventFanout[] = [];

  register(fanout: EventFanout): void {
    this.fanouts.push(fanout);
  }

  get all(): readonly EventFanout[] {
    return this.fanouts;
  }
}
