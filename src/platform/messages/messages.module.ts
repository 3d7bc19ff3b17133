import { Global, Module } from '@nestjs/common';
import { MessageQueue } from './message-queue.js';
import { OutgoingMessagesStore } from './outgoing-messages.store.js';
import { SendMessagesProcessor } from './send-messages.processor.js';
import { SendMessagesService } from './send-messages.service.js';

/** Notices to people. The sender itself is bound elsewhere: a provider in production, the inbox in the demo world. */
@Global()
@Module({
  providers: [MessageQueue, OutgoingMessagesStore, SendMessagesProcessor, SendMessagesService],
  exports: [MessageQueue],
})
export class MessagesModule {}
