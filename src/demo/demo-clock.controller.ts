import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Clock, MovableClock } from '../kernel/clock.js';
import { DomainError, defineErrors } from '../kernel/domain-error.js';
import { addPeriod, isPeriod } from '../kernel/period.js';
import { rule, Text } from '../platform/http/fields.js';
import { Operation } from '../platform/http/operation.js';

const ERRORS = defineErrors({
  clock_not_movable: { status: 409, en: 'This clock is not a demo clock.', zh: '当前时钟不可调整。' },
});

class AdvanceDto {
  @Text({ max: 40, description: 'ISO 8601 duration.', example: 'P7D' })
  @rule('isPeriod', isPeriod, 'must be an ISO 8601 duration')
  by: string;
}

/** The demo world's time. Exists in embedded mode only. */
@ApiExcludeController()
@Controller('demo/clock')
export class DemoClockController {
  constructor(private readonly clock: Clock) {}

  @Get()
  @Operation({ summary: 'What time it is in the demo world', callers: ['public'], clauses: [] })
  now(): { now: string } {
    return { now: this.clock.now().toISOString() };
  }

  @Post()
  @Operation({
    summary: 'Move the demo world forward',
    callers: ['public'],
    clauses: [],
    errors: [ERRORS.clock_not_movable],
  })
  advance(@Body() body: AdvanceDto): { now: string } {
    if (!(this.clock instanceof MovableClock)) throw new DomainError(ERRORS.clock_not_movable);
    const now = this.clock.now();
    this.clock.advance(addPeriod(now, body.by).getTime() - now.getTime());
    return this.now();
  }
}
