import { SetMetadata } from '@nestjs/common';
import type { Tx } from '../database/transactor.js';
import type { OutboxEvent } from './outbox-event.js';

export const SUBSCRIBER_KEY = 'account-lifecycle:subscriber';
export const ON_EVENT_KEY = 'account-lifecycle:on-event';

/** Runs in a transaction of its own, which also marks the event as taken: what it writes happens once. */
export type EventHandler = (tx: Tx, event: OutboxEvent) => Promise<void>;

/**
 * Names the consumer that a `*.subscriber.ts` class is. The name is kept in rows: it outlives a rename of the class.
 * Without it the consumer is named after the class (`ReviewSubscriber` → `review`).
 */
export const Subscriber =
  (consumer: string): ClassDecorator =>
  (target) => {
    SetMetadata(SUBSCRIBER_KEY, consumer)(target);
  };

/**
 * Subscribes a method `(tx, event) => Promise<void>` to event types of other modules. Each event reaches each consumer
 * at least once and takes effect once; events of one account come in order; a failure is retried with back-off, and
 * parked where it can be seen and retried when back-off is used up.
 */
export const OnEvent =
  (...types: [string, ...string[]]) =>
  <T extends EventHandler>(_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void => {
    if (descriptor.value) SetMetadata(ON_EVENT_KEY, types)(descriptor.value);
  };
