import { Injectable } from '@nestjs/common';
import { periodMs } from '../../kernel/period.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import type { GuardRules } from '../../platform/outbound/address-guard.js';
import { guardedPost, type PostOutcome } from '../../platform/outbound/guarded-post.js';
import { WebhooksConfig } from './webhooks.config.js';

// Asked for outside embedded mode, the switch is a mistake that must not pass quietly.
defineStartCheck((section) => {
  const { embedded, production } = section(RuntimeConfig);
  if (section(WebhooksConfig).allowLoopback === true && (production || !embedded))
    throw new Error('webhooks.allowLoopback: possible in embedded mode only');
});

/** Where webhooks may go, and the way there. */
@Injectable()
export class WebhookTargets {
  readonly rules: GuardRules;

  constructor(
    readonly config: WebhooksConfig,
    runtime: RuntimeConfig,
  ) {
    this.rules = { allowLoopback: config.allowLoopback ?? (runtime.embedded && !runtime.production) };
  }

  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<PostOutcome> {
    return guardedPost(url, headers, body, { ...this.rules, timeoutMs: periodMs(this.config.timeout) });
  }
}
