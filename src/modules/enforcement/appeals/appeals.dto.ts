import { Bool, Enum, Instant, Int, List, Obj, Text, Uuid } from '../../../platform/http/fields.js';
import { ProofFileDto } from '../../../platform/http/proof-file.dto.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { NoticePartDto, StandingsDto } from '../decisions/decisions.dto.js';
import { APPEAL_STATES, type AppealState } from '../domain/appeal-lifecycle.js';

export class NewAppealDto {
  @Uuid()
  decisionId: string;

  @Text({ max: 4000, example: 'The conversation was quoted from a news report.' })
  text: string;
}

export class AppealWordsDto {
  @Text({ max: 4000, example: 'Could you send the link of the report?' })
  text: string;
}

export class AppealChangeDto {
  @Uuid()
  sanctionId: string;

  @Bool({ optional: true, description: 'Lift it; or give an earlier end.' })
  lift?: boolean;

  @Instant({ optional: true })
  endsAt?: string;
}

export class AppealAnswerDto {
  @Enum(['upheld', 'overturned', 'varied'])
  outcome: 'upheld' | 'overturned' | 'varied';

  @Text({
    max: 4000,
    description: 'To the person, always in words.',
    example: 'You are right: it was quoted. The suspension is lifted.',
  })
  answer: string;

  @List(() => AppealChangeDto, { max: 10, optional: true, description: 'For `varied`.' })
  changes?: AppealChangeDto[];
}

/** An answer while it is written: it is words, and nothing else. */
export class AnswerLetterDto {
  @Enum(['zh-CN', 'en'], { description: 'What the person reads in.' })
  language: string;

  @Text({ max: 4000, example: 'You are right: it was quoted.' })
  text: string;

  @List(() => NoticePartDto, { max: 10 })
  parts: NoticePartDto[];
}

export class AnswerPreviewDto {
  @Obj(() => AnswerLetterDto)
  letter: AnswerLetterDto;

  @Obj(() => StandingsDto, { nullable: true, description: 'Null once the account is gone.' })
  standing: StandingsDto | null;
}

export class AppealQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Enum(APPEAL_STATES, { optional: true })
  state?: AppealState;
}

export class AppealMessageDto {
  @Bool({ description: 'By us; who of us is not said to the person.' })
  fromStaff: boolean;

  @Text({ max: 4000, nullable: true, example: 'It was quoted from a news report.' })
  text: string | null;

  @Instant()
  at: string;
}

export class AppealDto {
  @Uuid()
  id: string;

  @Uuid()
  decisionId: string;

  @Uuid()
  accountId: string;

  @Enum(APPEAL_STATES)
  state: AppealState;

  @Int({ min: 1, max: 1_000_000_000, example: 1 })
  version: number;

  @Bool({ example: false })
  ownMotion: boolean;

  @List('text', { max: 20, example: ['suspension_lifted', 'strike_revoked'] })
  remedies: string[];

  @Instant()
  dueAt: string;

  @Instant()
  filedAt: string;

  @Instant({ nullable: true })
  decidedAt: string | null;

  @List(() => AppealMessageDto, { max: 200 })
  messages: AppealMessageDto[];

  @List(() => ProofFileDto, { max: 20, description: 'What the person showed, oldest first.' })
  files: ProofFileDto[];
}
