import { Bool, Enum, Instant, Json, List, Obj, Text, Uuid } from '../../platform/http/fields.js';
import { ProofFileDto } from '../../platform/http/proof-file.dto.js';

export class BanNoticeDto {
  @Enum(['zh-CN', 'en'])
  language: string;

  @Text({ max: 200, example: '关于您账号的处置通知' })
  title: string;

  @Text({ max: 40_000, example: '我们对您的账号作出如下处置：…' })
  text: string;
}

export class NewBanAppealDto {
  @Uuid()
  decisionId: string;

  @Text({ max: 4000, example: 'The number belonged to somebody else then.' })
  text: string;
}

export class BanAppealWordsDto {
  @Text({ max: 4000, example: 'The contract of the number is from last year.' })
  text: string;
}

export class BanAppealMessageDto {
  @Bool()
  fromStaff: boolean;

  @Text({ max: 4000, nullable: true, example: 'It was quoted from a news report.' })
  text: string | null;

  @Instant()
  at: string;
}

export class BanAppealDto {
  @Uuid()
  id: string;

  @Uuid()
  decisionId: string;

  @Text({ max: 40, example: 'filed' })
  state: string;

  @Instant()
  dueAt: string;

  @Instant()
  filedAt: string;

  @List(() => BanAppealMessageDto, { max: 200 })
  messages: BanAppealMessageDto[];

  @List(() => ProofFileDto, { max: 20, description: 'What you showed, oldest first.' })
  files: ProofFileDto[];
}

export class BanChangeDto {
  @Uuid()
  id: string;

  @Enum(['lifted', 'changed', 'kept'])
  outcome: string;

  @Instant()
  at: string;

  @Obj(() => BanNoticeDto, { nullable: true, description: 'Null once erased.' })
  notice: BanNoticeDto | null;

  @Json({ nullable: true, description: 'Where the ban became longer.', example: { explanation: '…' } })
  statementOfReasons: Record<string, unknown> | null;
}

export class StandingBanDto {
  @Uuid({ description: 'The decision to appeal against.' })
  id: string;

  @Json({ nullable: true, example: { facts: '…', explanation: '…' } })
  statementOfReasons: Record<string, unknown> | null;

  @Obj(() => BanNoticeDto, { nullable: true })
  notice: BanNoticeDto | null;

  @Instant()
  decidedAt: string;

  @Instant()
  appealUntil: string;

  @List(() => BanChangeDto, { max: 1000, description: 'What became of it later, oldest first.' })
  changes: BanChangeDto[];

  @Obj(() => BanAppealDto, { nullable: true, description: 'The newest appeal against it.' })
  appeal: BanAppealDto | null;
}

export class StandingBansDto {
  @List(() => StandingBanDto, { max: 100 })
  items: StandingBanDto[];
}
