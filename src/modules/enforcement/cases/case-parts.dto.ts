import { List, Text } from '../../../platform/http/fields.js';
import { CLAUSE } from '../enforcement.dto.js';

export class SplitCaseDto {
  @Text({
    max: 10,
    pattern: CLAUSE,
    description: 'What the new case is about.',
    example: '3.5(3)',
  })
  clause: string;

  @List('uuid', { max: 200, optional: true, description: 'Reports that go along; each is answered with the new case.' })
  reportIds?: string[];

  @List('uuid', {
    max: 200,
    optional: true,
    description: 'Evidence that the new case refers to; it stays where it was added.',
  })
  evidenceIds?: string[];

  @Text({ max: 2000, example: 'Two matters: the gambling, and the scraping.' })
  reason: string;
}
