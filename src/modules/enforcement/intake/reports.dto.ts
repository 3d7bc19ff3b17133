import { Enum, Instant, Int, List, Obj, Text, Uuid } from '../../../platform/http/fields.js';
import { CLAUSE, ContentRefDto } from '../enforcement.dto.js';

export class ChallengeAnswerDto {
  @Text({ max: 400, description: 'From the answer `report_challenge_required`.', example: '0198c0de.1795…' })
  ticket: string;

  @Text({ max: 8000, description: 'What the challenge’s widget returned.', example: 'eyJjaGFsbGVuZ2Ui…' })
  response: string;
}

export class NewReportDto {
  @Uuid({ description: 'The account that is reported.' })
  subjectAccountId: string;

  @Text({ max: 10, pattern: CLAUSE, description: 'Clause of the user agreement.', example: '3.3(9)' })
  clause: string;

  @Text({ max: 4000, example: 'Offers gambling in shared conversations.' })
  description: string;

  @List(() => ContentRefDto, { max: 50, optional: true })
  contents?: ContentRefDto[];

  @Int({ min: 0, max: 100, optional: true, description: 'A detector’s score.', example: 87 })
  score?: number;

  @Obj(() => ChallengeAnswerDto, {
    optional: true,
    description: 'Without an account, after the first few reports of a day from one address.',
  })
  challenge?: ChallengeAnswerDto;
}

export class ReportReceiptDto {
  @Uuid()
  id: string;

  @Text({
    max: 100,
    description: 'Shown once; `GET /v1/reports/{token}` answers what became of it.',
    example: 'kJ3vQ0b7m2',
  })
  trackingToken: string;

  @Instant()
  receivedAt: string;

  @Instant({ description: 'Answered by then, as published.' })
  dueAt: string;
}

export class ReportOutcomeDto {
  @Instant()
  receivedAt: string;

  @Enum(['pending', 'measures_taken', 'no_violation'])
  outcome: string;

  @Instant({ nullable: true })
  answeredAt: string | null;
}

export class ReportBatchDto {
  @List(() => NewReportDto, { min: 1, max: 500 })
  reports: NewReportDto[];
}

export class BatchedReceiptDto {
  @Enum(['received', 'refused'])
  outcome: string;

  @Text({ max: 200, nullable: true, description: 'Error code of what was refused.', example: 'report_subject_unknown' })
  problem: string | null;

  @Uuid({ optional: true })
  id?: string;

  @Text({ max: 100, optional: true, example: 'kJ3vQ0b7m2' })
  trackingToken?: string;

  @Instant({ optional: true })
  receivedAt?: string;

  @Instant({ optional: true })
  dueAt?: string;
}

export class ReportBatchReceiptDto {
  @List(() => BatchedReceiptDto, { max: 500, description: 'One for each report, in their order.' })
  items: BatchedReceiptDto[];
}
