import { Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../../kernel/clock.js';
import { periodMs } from '../../../kernel/period.js';
import { RuntimeConfig } from '../../config/runtime.config.js';
import { defineStartCheck } from '../../config/start-checks.js';
import { MessageSender } from '../message-sender.js';
import { AlibabaCloudSender } from './alibaba-cloud.sender.js';
import { ConsoleSender } from './console.sender.js';
import { FailoverSender } from './failover.sender.js';
import { HttpSender } from './http.sender.js';
import { SmsConfig, type SmsProviderName } from './sms.config.js';
import { TencentCloudSender } from './tencent-cloud.sender.js';

/** @throws Error when a provider is named without what it needs, or none is named */
export function smsSender(config: SmsConfig, clock: Clock, runtime: RuntimeConfig): MessageSender {
  const make: Record<SmsProviderName, () => MessageSender> = {
    alibaba_cloud: () => new AlibabaCloudSender(config),
    tencent_cloud: () => new TencentCloudSender(config),
    http: () => new HttpSender(config, clock),
    console: () => new ConsoleSender(runtime),
  };
  if (config.providers.length === 0)
    throw new Error('sms.providers: name at least one, codes cannot be sent otherwise');
  return new FailoverSender(
    config.providers.map((name) => make[name]()),
    periodMs(config.restAfterFailure),
    clock,
  );
}

defineStartCheck((section) => {
  const runtime = section(RuntimeConfig);
  if (!runtime.embedded) smsSender(section(SmsConfig), new SystemClock(), runtime);
});

/** The real world's sender: `boot` brings it in where the demo world, with its inbox, does not come. */
@Global()
@Module({
  providers: [{ provide: MessageSender, inject: [SmsConfig, Clock, RuntimeConfig], useFactory: smsSender }],
  exports: [MessageSender],
})
export class SmsModule {}
