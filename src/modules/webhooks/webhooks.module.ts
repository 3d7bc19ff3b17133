import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { SendWebhookService } from './send-webhook.service.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { WebhookDeliveriesStore } from './webhook-deliveries.store.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookTargets } from './webhook-targets.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksProcessor } from './webhooks.processor.js';
import { WebhooksService } from './webhooks.service.js';
import { WebhooksStore } from './webhooks.store.js';

/** Events leave the service here, signed. */
@Module({
  imports: [AuditModule],
  controllers: [WebhooksController],
  providers: [
    WebhooksService,
    WebhookDeliveriesService,
    SendWebhookService,
    WebhooksProcessor,
    WebhooksStore,
    WebhookDeliveriesStore,
    WebhookSecrets,
    WebhookTargets,
  ],
})
export class WebhooksModule {}
