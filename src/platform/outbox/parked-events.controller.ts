import { Controller, Get, Post, Query } from '@nestjs/common';
import { IdParam, Operation } from '../http/operation.js';
import { type Page, PageQuery } from '../http/paging.js';
import { OUTBOX_ERRORS } from './outbox.errors.js';
import { ParkedEventDto } from './parked-events.dto.js';
import { ParkedEvents } from './parked-events.service.js';

/** Where an event stands that a consumer gave up on, with the button that tries again (rule 7 of the house). */
@Controller('v1/parked-events')
export class ParkedEventsController {
  constructor(private readonly parked: ParkedEvents) {}

  @Get()
  @Operation({
    summary: 'Events that a consumer could not handle, newest first',
    callers: ['staff:ops', 'staff:admin'],
    clauses: ['operation'],
    page: ParkedEventDto,
  })
  list(@Query() query: PageQuery): Promise<Page<ParkedEventDto>> {
    return this.parked.list(query);
  }

  @Post(':id/retries')
  @Operation({
    summary: 'Try a parked event again',
    callers: ['staff:ops', 'staff:admin'],
    clauses: ['operation'],
    status: 204,
    errors: [OUTBOX_ERRORS.event_not_parked],
  })
  retry(@IdParam('id') id: string): Promise<void> {
    return this.parked.retry(id);
  }
}
