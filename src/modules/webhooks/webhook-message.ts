import { Webhook } from 'standardwebhooks';
import type { Outgoing } from './webhook-deliveries.store.js';

/** CloudEvents 1.0, structured JSON. The same bytes in every try. */
export function cloudEventOf(delivery: Outgoing, source: string): string {
  return JSON.stringify({
    specversion: '1.0',
    id: delivery.eventId,
    source,
    type: delivery.eventType,
    subject: delivery.subjectId,
    time: delivery.eventAt.toISOString(),
    datacontenttype: 'application/json',
    // Extensions: the account that the order holds for, and a text that sorts in that order.
    ...(delivery.accountId === null ? {} : { accountid: delivery.accountId }),
    sequence: delivery.position.padStart(20, '0'),
    data: delivery.data,
  });
}

/**
 * Standard Webhooks: each signature covers id, timestamp and body, so that none of the three can be exchanged and a
 * replay is at most as old as the receiver tolerates (attack row 18). One signature per valid secret.
 */
export function signedHeaders(id: string, at: Date, body: string, secrets: readonly string[]): Record<string, string> {
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'account-lifecycle',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
