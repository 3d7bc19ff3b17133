import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { MessageSender, type OutgoingMessage } from '../platform/messages/message-sender.js';

export interface KeptMessage extends OutgoingMessage {
  readonly at: Date;
}

const MAX_MESSAGES = 2_000;

/**
 * What would have been sent. In memory, the newest few: codes and numbers in clear belong in no table, and a scan of the
 * database after an erasure must find nothing of the person (invariant 7).
 */
@Injectable()
export class MessageInbox extends MessageSender {
  readonly name = 'demo-inbox';
  private readonly kept: KeptMessage[] = [];

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Keeps it; the same message id is kept once, as a job may run twice. */
  override send(message: OutgoingMessage): Promise<void> {
    if (!this.kept.some((known) => known.id === message.id)) {
      this.kept.push({ ...message, at: this.clock.now() });
      if (this.kept.length > MAX_MESSAGES) this.kept.shift();
    }
    return Promise.resolve();
  }

  /** Newest first. */
  to(recipient: string): KeptMessage[] {
    return this.kept.filter((message) => message.to === recipient).toReversed();
  }
}
