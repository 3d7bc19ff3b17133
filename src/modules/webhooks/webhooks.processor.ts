import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../platform/queues/job-handler.js';
import { defineJob, type JobPayload } from '../../platform/queues/job-options.js';
import { SendWebhookService } from './send-webhook.service.js';

defineJob({ name: 'send-webhook' });

@Injectable()
export class WebhooksProcessor {
  constructor(private readonly sender: SendWebhookService) {}

  @JobHandler('send-webhook')
  async send({ ids }: JobPayload): Promise<void> {
    for (const id of ids) await this.sender.send(id);
  }
}
