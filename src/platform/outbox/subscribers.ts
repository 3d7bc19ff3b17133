import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { MarkedMethods } from '../queues/marked-methods.js';
import { type EventHandler, ON_EVENT_KEY, SUBSCRIBER_KEY } from './on-event.js';

export interface Subscription {
  readonly consumer: string;
  readonly type: string;
  readonly where: string;
  readonly handle: EventHandler;
}

/** Who listens to what, found among all providers. */
@Injectable()
export class Subscribers implements OnModuleInit {
  private subscriptions: readonly Subscription[] = [];

  constructor(
    private readonly methods: MarkedMethods,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error when one consumer handles a type twice: which of the two marked the event as taken? */
  onModuleInit(): void {
    this.subscriptions = this.methods.find<string[]>(ON_EVENT_KEY).flatMap(({ mark, type, where, call }) => {
      const consumer = this.reflector.get<string | undefined>(SUBSCRIBER_KEY, type) ?? consumerNameOf(type.name);
      return mark.map((eventType) => ({ consumer, type: eventType, where, handle: call as EventHandler }));
    });
    const problems = subscriptionProblems(this.subscriptions);
    if (problems.length > 0) throw new Error(`subscribers:\n  ${problems.join('\n  ')}`);
  }

  get consumers(): readonly string[] {
    return [...new Set(this.subscriptions.map((s) => s.consumer))];
  }

  consumersOf(type: string): readonly string[] {
    return this.subscriptions.filter((s) => s.type === type).map((s) => s.consumer);
  }

  handlerOf(consumer: string, type: string): EventHandler | undefined {
    return this.subscriptions.find((s) => s.consumer === consumer && s.type === type)?.handle;
  }
}

/** `StandingCacheSubscriber` → `standing-cache`. */
export const consumerNameOf = (className: string): string =>
  className
    .replace(/Subscriber$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();

export function subscriptionProblems(all: readonly Pick<Subscription, 'consumer' | 'type' | 'where'>[]): string[] {
  const by = new Map<string, string[]>();
  for (const { consumer, type, where } of all)
    by.set(`${consumer} ${type}`, [...(by.get(`${consumer} ${type}`) ?? []), where]);
  return [...by].filter(([, wheres]) => wheres.length > 1).map(([key, wheres]) => `${key}: ${wheres.join(', ')}`);
}
