import tencent from 'tencentcloud-sdk-nodejs-sms';
import { periodSeconds } from '../../../kernel/period.js';
import { MessageSender, type OutgoingMessage } from '../message-sender.js';
import { required, SmsRefused, templateOf } from './sms-provider.js';
import type { SmsConfig } from './sms.config.js';

const { Client } = tencent.sms.v20210111;

/** Tencent Cloud 短信, `SendSms` 2021-01-11, through the official SDK. `SessionContext` carries our id. */
export class TencentCloudSender extends MessageSender {
  readonly name = 'tencent_cloud';
  private readonly client: InstanceType<typeof Client>;

  constructor(private readonly config: SmsConfig) {
    super();
    const { tencentSecretId, tencentSecretKey, tencentEndpoint, tencentRegion, tencentAppId, signName } = config;
    required(this.name, { tencentSecretId, tencentSecretKey, tencentAppId, signName });
    const { protocol, host } = new URL(tencentEndpoint);
    this.client = new Client({
      credential: { secretId: tencentSecretId ?? '', secretKey: tencentSecretKey ?? '' },
      region: tencentRegion,
      profile: {
        httpProfile: {
          endpoint: host,
          protocol: `${protocol}//`,
          reqMethod: 'POST',
          reqTimeout: periodSeconds(config.timeout),
        },
      },
    });
  }

  async send(message: OutgoingMessage): Promise<void> {
    const template = templateOf(this.config, this.name, message);
    const answer = await this.client
      .SendSms({
        PhoneNumberSet: [message.to],
        SmsSdkAppId: this.config.tencentAppId,
        SignName: this.config.signName,
        TemplateId: template.id,
        TemplateParamSet: template.params.map((name) => message.params[name] ?? ''),
        SessionContext: message.id,
      })
      .catch((error: unknown) => {
        throw new SmsRefused(this.name, (error as { code?: string }).code ?? 'unreachable');
      });
    const code = answer.SendStatusSet?.[0]?.Code;
    if (code !== 'Ok') throw new SmsRefused(this.name, code ?? 'no_answer');
  }
}
