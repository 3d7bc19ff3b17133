import { Enum, Instant, Int, List, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';

export class RepeatedMisuseQuery extends PageQuery {
  @Int({ min: 2, max: 100, optional: true, description: 'At least so many decisions.', example: 2 })
  least?: number;

  @Enum(['P30D', 'P90D', 'P180D', 'P1Y'], {
    optional: true,
    description: 'Looking back so far; half a year by default.',
  })
  within?: string;
}

export class RepeatedMisuseDto {
  @Uuid()
  accountId: string;

  @Int({ min: 2, max: 1_000_000, example: 3 })
  decisions: number;

  @Int({ min: 0, max: 1_000_000, description: 'Strikes, frozen with each decision.', example: 4 })
  strikes: number;

  @List('text', { max: 200, example: ['3.3(9)'] })
  clauses: string[];

  @List('text', { max: 10, example: ['warning', 'suspension'] })
  measures: string[];

  @Enum(['low', 'medium', 'high', 'critical'], { description: 'Of the gravest clause.' })
  gravity: string;

  @Instant()
  firstAt: string;

  @Instant()
  lastAt: string;

  @Instant({ nullable: true, description: 'The last warning, whenever it was.' })
  warnedAt: string | null;

  @Int({ min: 0, max: 1_000_000_000, description: 'Reports about the account in the same time.', example: 5 })
  reports: number;

  @Int({ min: 0, max: 1_000_000_000, description: 'Of these, how many a decision followed.', example: 4 })
  reportsUpheld: number;
}
