import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { EventFanouts } from './event-fanouts.js';
import { Inbox } from './inbox.js';
import { InboxStore } from './inbox.store.js';
import { MonthPartitions } from './month-partitions.js';
import { MonthPartitionStore } from './month-partitions.store.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { OutboxService } from './outbox.service.js';
import { OutboxStore } from './outbox.store.js';
import { ParkedEventsController } from './parked-events.controller.js';
import { ParkedEvents } from './parked-events.service.js';
import { Relay } from './relay.js';
import { Subscribers } from './subscribers.js';

@Global()
@Module({
  controllers: [ParkedEventsController],
  providers: [
    OutboxService,
    OutboxStore,
    InboxStore,
    Inbox,
    Subscribers,
    EventFanouts,
    Relay,
    ParkedEvents,
    OutboxMetrics,
    MonthPartitions,
    MonthPartitionStore,
    Background,
  ],
  exports: [OutboxService, EventFanouts, Background],
})
export class OutboxModule {}
