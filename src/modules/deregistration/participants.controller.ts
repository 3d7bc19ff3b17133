import { Controller, Get, Query } from '@nestjs/common';
import { type CallerSpec, Operation } from '../../platform/http/operation.js';
import type { Page } from '../../platform/http/paging.js';
import { OpenUnitDto, OpenUnitQuery, ParticipantsDto } from './participants.dto.js';
import { ReadParticipantsService } from './read-participants.service.js';

const READERS: CallerSpec[] = ['staff:ops', 'staff:senior_moderator', 'staff:legal', 'staff:auditor', 'staff:admin'];

/** The other systems: what they owe, and what they said. To try again is `POST /v1/deregistrations/{id}/retry`. */
@Controller('v1/participants')
export class ParticipantsController {
  constructor(private readonly participants: ReadParticipantsService) {}

  @Get()
  @Operation({
    summary: 'The systems that take part in leaving, and how they answer',
    callers: READERS,
    clauses: ['DER-3', '2.5'],
    answer: ParticipantsDto,
  })
  async overview(): Promise<ParticipantsDto> {
    return { items: await this.participants.overview() };
  }

  @Get('unacknowledged')
  @Operation({
    summary: 'What has not been acknowledged, the longest waiting first',
    callers: READERS,
    clauses: ['DER-3', '2.5'],
    page: OpenUnitDto,
  })
  open(@Query() query: OpenUnitQuery): Promise<Page<OpenUnitDto>> {
    return this.participants.open(query.participant, query);
  }
}
