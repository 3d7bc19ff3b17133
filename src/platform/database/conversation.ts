import type { EntityManager } from 'typeorm';
import type { ServiceClient } from './service-client.js';

const conversations = new WeakMap<EntityManager, ServiceClient | 'ended'>();

/** From here on what is asked through `tx` goes to its connection without the detour over TypeORM. */
export function openConversation(tx: EntityManager, client: ServiceClient): void {
  conversations.set(tx, client);
}

/** What a forgotten branch of the work says from here on must not reach whoever has the connection next. */
export function endConversation(tx: EntityManager): void {
  conversations.set(tx, 'ended');
}

/** The connection of an open transaction; undefined for a manager that reads outside of one. */
export function conversationOf(tx: EntityManager): ServiceClient | undefined {
  const client = conversations.get(tx);
  if (client === 'ended') throw new Error('the transaction has ended');
  return client;
}
