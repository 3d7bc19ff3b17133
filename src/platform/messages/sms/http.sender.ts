import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../../kernel/clock.js';
import { periodMs } from '../../../kernel/period.js';
import { MessageSender, type OutgoingMessage } from '../message-sender.js';
import { required, SmsRefused } from './sms-provider.js';
import type { SmsConfig } from './sms.config.js';

/**
 * A gateway of the operator's own: the message as JSON, signed as Standard Webhooks over id, time and body, so that it
 * knows us and takes a message that comes twice once. Any 2xx is "taken".
 */
export class HttpSender extends MessageSender {
  readonly name = 'http';
  private readonly url: string;
  private readonly webhook: Webhook;

  constructor(
    private readonly config: SmsConfig,
    private readonly clock: Clock,
  ) {
    super();
    const { httpUrl, httpSecret } = config;
    required(this.name, { httpUrl, httpSecret });
    this.url = httpUrl ?? '';
    this.webhook = new Webhook(httpSecret ?? '');
  }

  async send({ id, to, template, locale, params }: OutgoingMessage): Promise<void> {
    const body = JSON.stringify({ id, to, template, locale, params });
    const at = this.clock.now();
    const answer = await fetch(this.url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': this.webhook.sign(id, at, body),
      },
      body,
      signal: AbortSignal.timeout(periodMs(this.config.timeout)),
    }).catch(() => {
      throw new SmsRefused(this.name, 'unreachable');
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new SmsRefused(this.name, `http_${answer.status}`);
  }
}
