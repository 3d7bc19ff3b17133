import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ActInBulkService } from './act-in-bulk.service.js';
import { HeldCommands } from './held-commands.js';
import { HeldDecisionsController } from './held-decisions.controller.js';
import { HeldDecisionsStore } from './held-decisions.store.js';
import { HoldDecisionsService } from './hold-decisions.service.js';
import { ReadTasksService } from './read-tasks.service.js';
import { ReviewProcessor } from './review.processor.js';
import { ReviewController } from './review.controller.js';
import { ReviewJournal } from './review-journal.js';
import { ReviewService } from './review.service.js';
import { ReviewQueueStore } from './review-queue.store.js';
import { ReviewStore } from './review.store.js';
import { TaskViewersStore } from './task-viewers.store.js';
import { WatchTasksService } from './watch-tasks.service.js';
import { WorkTasksService } from './work-tasks.service.js';

/** Review tasks: one queue for every kind of human work. */
@Module({
  imports: [AuditModule],
  controllers: [HeldDecisionsController, ReviewController],
  providers: [
    ActInBulkService,
    HeldCommands,
    HeldDecisionsStore,
    HoldDecisionsService,
    ReviewProcessor,
    TaskViewersStore,
    WatchTasksService,
    ReviewService,
    WorkTasksService,
    ReadTasksService,
    ReviewJournal,
    ReviewQueueStore,
    ReviewStore,
  ],
  exports: [ReviewService],
})
export class ReviewModule {}
