import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ReadTasksService } from './read-tasks.service.js';
import { ReviewController } from './review.controller.js';
import { ReviewJournal } from './review-journal.js';
import { ReviewService } from './review.service.js';
import { ReviewStore } from './review.store.js';
import { WorkTasksService } from './work-tasks.service.js';

/** Review tasks: one queue for every kind of human work. */
@Module({
  imports: [AuditModule],
  controllers: [ReviewController],
  providers: [ReviewService, WorkTasksService, ReadTasksService, ReviewJournal, ReviewStore],
  exports: [ReviewService],
})
export class ReviewModule {}
