import { Lifecycle } from '../../../kernel/lifecycle.js';

export const DELIVERY_STATES = ['pending', 'delivered', 'parked', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export type DeliveryCommand = 'succeed' | 'retry' | 'park' | 'redeliver' | 'cancel';

/** One event on its way to one endpoint. Cancelled: the endpoint is gone. */
export const DELIVERY = new Lifecycle<DeliveryState, DeliveryCommand>('webhook delivery', 'pending', ['cancelled'], {
  pending: { succeed: 'delivered', retry: 'pending', park: 'parked', cancel: 'cancelled' },
  delivered: { redeliver: 'pending' },
  parked: { redeliver: 'pending', cancel: 'cancelled' },
  cancelled: {},
});
