import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { ReviewController } from './review.controller.js';
import { ReviewDeskService } from './review-desk.service.js';
import { ReviewService } from './review.service.js';
import { ReviewTaskRow } from './review-task.entity.js';
import { ReviewTasksStore } from './review-tasks.store.js';

/** Review tasks: one queue for every kind of human work. */
@Module({
  imports: [TypeOrmModule.forFeature([ReviewTaskRow]), AuditModule],
  controllers: [ReviewController],
  providers: [ReviewService, ReviewDeskService, ReviewTasksStore],
  exports: [ReviewService],
})
export class ReviewModule {}
