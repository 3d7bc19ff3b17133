import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../database/transactor.js';
import { JobHandler } from '../queues/job-handler.js';
import { defineJob, type JobPayload } from '../queues/job-options.js';
import { type JobClaim, type JobSource, JobSources } from '../queues/job-sources.js';
import { SendMessagesService } from './send-messages.service.js';

const SEND_MESSAGES = defineJob({ name: 'send-messages', concurrency: 4 });

/** A job carries ids of notices that are due. */
@Injectable()
export class SendMessagesProcessor implements JobSource, OnModuleInit {
  readonly job = SEND_MESSAGES.name;

  constructor(
    private readonly sources: JobSources,
    private readonly messages: SendMessagesService,
  ) {}

  onModuleInit(): void {
    this.sources.register(this);
  }

  async claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    const claimed = await this.messages.claim(tx, now, until, limit);
    return claimed.map(({ id, claims }) => ({ rowIds: [id], claim: claims }));
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.messages.isDue(tx, now, claimedToo);
  }

  @JobHandler('send-messages')
  send({ ids }: JobPayload): Promise<void> {
    return this.messages.send(ids);
  }
}
