import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Phone } from '../platform/http/fields.js';
import { Operation } from '../platform/http/operation.js';
import { type KeptMessage, MessageInbox } from './message-inbox.js';

class MessagesQuery {
  @Phone({ description: 'E.164 number of the recipient.' })
  to: string;
}

/** Not part of the API: it exists in embedded mode only. */
@ApiExcludeController()
@Controller('demo/messages')
export class DemoMessagesController {
  constructor(private readonly inbox: MessageInbox) {}

  @Get()
  @Operation({
    summary: 'What would have been sent to this number, newest first',
    callers: ['public'],
    clauses: ['2.2'],
  })
  messages(@Query() { to }: MessagesQuery): { items: KeptMessage[] } {
    // A bare `+` in a query string is a space; nobody should have to know that to read their code.
    const number = to.trim();
    return { items: this.inbox.to(number.startsWith('+') ? number : `+${number}`) };
  }
}
