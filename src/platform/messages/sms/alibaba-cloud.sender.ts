import dysmsapi from '@alicloud/dysmsapi20170525';
import openApi from '@alicloud/openapi-client';
import { periodMs } from '../../../kernel/period.js';
import { MessageSender, type OutgoingMessage } from '../message-sender.js';
import { required, SmsRefused, templateOf } from './sms-provider.js';
import type { SmsConfig } from './sms.config.js';

/** The SDK is CommonJS with a `default` export of its own. */
const Client = dysmsapi.default;

/** Alibaba Cloud 短信服务, `SendSms`, through the official SDK. `OutId` carries our id, so that receipts can be matched. */
export class AlibabaCloudSender extends MessageSender {
  readonly name = 'alibaba_cloud';
  private readonly client: InstanceType<typeof Client>;

  constructor(private readonly config: SmsConfig) {
    super();
    const { alibabaAccessKeyId, alibabaAccessKeySecret, alibabaEndpoint, signName } = config;
    required(this.name, { alibabaAccessKeyId, alibabaAccessKeySecret, signName });
    const { protocol, host } = new URL(alibabaEndpoint);
    const timeout = periodMs(config.timeout);
    this.client = new Client(
      new openApi.Config({
        accessKeyId: alibabaAccessKeyId ?? '',
        accessKeySecret: alibabaAccessKeySecret ?? '',
        protocol: protocol.replace(':', '').toUpperCase(),
        endpoint: host,
        connectTimeout: timeout,
        readTimeout: timeout,
      }),
    );
  }

  async send(message: OutgoingMessage): Promise<void> {
    const template = templateOf(this.config, this.name, message);
    const params = Object.fromEntries(template.params.map((name) => [name, message.params[name] ?? '']));
    const request = new dysmsapi.SendSmsRequest({
      phoneNumbers: message.to.replace(/^\+86/, '').replace(/^\+/, ''),
      signName: this.config.signName,
      templateCode: template.id,
      templateParam: JSON.stringify(params),
      outId: message.id,
    });
    const answer = await this.client.sendSms(request).catch((error: unknown) => {
      throw new SmsRefused(this.name, (error as { code?: string }).code ?? 'unreachable');
    });
    const code = answer.body?.code;
    if (code !== 'OK') throw new SmsRefused(this.name, code ?? 'no_answer');
  }
}
