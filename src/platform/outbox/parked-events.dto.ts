import { Instant, Int, Text, Uuid } from '../http/fields.js';

/** An event that a consumer of this service could not handle. */
export class ParkedEventDto {
  @Uuid()
  id: string;

  @Text({ max: 100, example: 'review', description: 'The consumer that failed.' })
  consumer: string;

  @Uuid()
  eventId: string;

  @Text({ max: 100, example: 'account.registered' })
  eventType: string;

  @Uuid({ nullable: true })
  accountId: string | null;

  @Int({ min: 0, max: 1_000_000, example: 15 })
  attempts: number;

  @Instant()
  parkedAt: string;

  @Text({ max: 200, nullable: true, example: 'wrong_state', description: 'Code or kind of the last failure.' })
  lastError: string | null;
}
