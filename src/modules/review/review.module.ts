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
import { SkipTasksService } from './skip-tasks.service.js';
import { TaskSkipsStore } from './task-skips.store.js';
import { TaskViewersStore } from './task-viewers.store.js';
import { WatchTasksService } from './watch-tasks.service.js';
import { WorkTasksController } from './work-tasks.controller.js';
import { WorkTasksService } from './work-tasks.service.js';

/** Review tasks: one queue for every kind of human work. */
@Module({
  imports: [AuditModule],
  controllers: [HeldDecisionsController, ReviewController, WorkTasksController],
  providers: [
    ActInBulkService,
    HeldCommands,
    HeldDecisionsStore,
    HoldDecisionsService,
    ReviewProcessor,
    SkipTasksService,
    TaskSkipsStore,
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
