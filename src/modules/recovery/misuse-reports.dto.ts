import { Bool, Enum, Text, Uuid } from '../../platform/http/fields.js';

export class MisuseReviewDto {
  @Enum(['misuse_confirmed', 'no_misuse_found'])
  outcome: 'misuse_confirmed' | 'no_misuse_found';

  @Bool({ optional: true, description: 'Lifts the freeze for an owner who cannot do it with a code.' })
  unfreeze?: boolean;

  @Text({ max: 2000, optional: true })
  note?: string;
}

export class MisuseReviewedDto {
  @Uuid()
  accountId: string;

  @Enum(['misuse_confirmed', 'no_misuse_found'])
  outcome: 'misuse_confirmed' | 'no_misuse_found';

  @Text({ max: 40, example: 'frozen' })
  state: string;
}
