import { Body, Controller, Put } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Bool, Text } from '../platform/http/fields.js';
import { Operation } from '../platform/http/operation.js';
import { DemoParticipants } from './demo-participants.js';

class ParticipantMoodDto {
  @Text({ max: 63, example: 'billing' })
  participant: string;

  @Bool({ description: 'Refuses to erase until told otherwise.' })
  refuses: boolean;
}

/** How the systems played by the demo world behave. Exists in embedded mode only. */
@ApiExcludeController()
@Controller('demo/participants')
export class DemoParticipantsController {
  constructor(private readonly participants: DemoParticipants) {}

  @Put()
  @Operation({
    summary: 'Let a system of the demo world refuse to erase, or do it again',
    callers: ['public'],
    clauses: ['DER-3'],
    status: 204,
  })
  behave(@Body() { participant, refuses }: ParticipantMoodDto): void {
    this.participants.behave(participant, refuses);
  }
}
