import { Global, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { StaffKeys } from '../platform/callers/staff-keys.js';
import { RuntimeConfig } from '../platform/config/runtime.config.js';
import { MessageSender } from '../platform/messages/message-sender.js';
import { DemoClockController } from './demo-clock.controller.js';
import { DemoIssuer, PROVIDER_PATH } from './demo-issuer.js';
import { DeregistrationModule } from '../modules/deregistration/deregistration.module.js';
import { DemoMessagesController } from './demo-messages.controller.js';
import { DemoParticipantsController } from './demo-participants.controller.js';
import { DemoParticipants } from './demo-participants.js';
import { ExtraProviders } from '../modules/third-party/providers.service.js';
import { DemoThirdParty } from './demo-third-party.js';
import { DemoParticipantsSubscriber } from './demo-participants.subscriber.js';
import { IdentityProvider } from './identity-provider.js';
import { MessageInbox } from './message-inbox.js';

/**
 * The demo world: a provider where anybody is anybody, and an inbox with everybody's codes. `boot` imports this file in
 * embedded mode only; production refuses embedded mode, and `DemoIssuer` refuses both, should anything else bring it in.
 */
@Global()
@Module({
  imports: [DeregistrationModule],
  controllers: [DemoMessagesController, DemoClockController, DemoParticipantsController],
  providers: [
    {
      provide: DemoIssuer,
      inject: [RuntimeConfig],
      useFactory: (runtime: RuntimeConfig) => DemoIssuer.ofService(runtime),
    },
    { provide: StaffKeys, useExisting: DemoIssuer },
    IdentityProvider,
    MessageInbox,
    DemoParticipants,
    DemoParticipantsSubscriber,
    DemoThirdParty,
    { provide: ExtraProviders, useExisting: DemoThirdParty },
    { provide: MessageSender, useExisting: MessageInbox },
  ],
  exports: [DemoIssuer, StaffKeys, MessageInbox, MessageSender, ExtraProviders],
})
export class DemoModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(IdentityProvider).forRoutes(`${PROVIDER_PATH.slice(1)}/{*path}`);
  }
}
