import { Bool, DateOnly, Enum, Instant, Int, List, OneTimeCode, Text, Uuid } from '../../platform/http/fields.js';
import { ACCOUNT_STATES, type AccountState } from './domain/account-lifecycle.js';
import { AGE_BANDS, type AgeBand } from './domain/age.js';
import { IDENTIFIER_KINDS, type IdentifierKind } from './domain/identifier.js';

export class IdentifierDto {
  @Uuid()
  id: string;

  @Enum(IDENTIFIER_KINDS)
  kind: IdentifierKind;

  @Text({ max: 600, description: 'Masked, except in a disclosure.', example: '+86*******8000' })
  value: string;

  @Instant()
  since: string;
}

/** What everybody who may see an account sees of it. */
export class AccountDto {
  @Uuid()
  id: string;

  @Enum(ACCOUNT_STATES, { example: 'active' })
  state: AccountState;

  @Instant()
  stateSince: string;

  @Int({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;

  @Enum(AGE_BANDS, { nullable: true, example: '18_plus' })
  band: AgeBand | null;

  @Enum(['zh-CN', 'en'])
  locale: 'zh-CN' | 'en';

  @Bool({ example: false })
  improvementObjection: boolean;

  @Text({ max: 64, nullable: true, example: '小鲸' })
  displayName: string | null;

  @List(() => IdentifierDto, { max: 100 })
  identifiers: IdentifierDto[];

  @Instant()
  createdAt: string;
}

export class OwnAccountDto extends AccountDto {
  @DateOnly({ nullable: true })
  birthDate: string | null;
}

export class EditAccountDto {
  @Text({ max: 200, optional: true, example: '小鲸' })
  displayName?: string;

  @Enum(['zh-CN', 'en'], { optional: true })
  locale?: 'zh-CN' | 'en';
}

export class ObjectionDto {
  @Bool({ description: 'True: inputs and outputs are not to be used for improvement.' })
  objects: boolean;
}

export class ObjectionChangeDto extends ObjectionDto {
  @Instant()
  at: string;
}

export class ObjectionHistoryDto {
  @Bool()
  objects: boolean;

  @List(() => ObjectionChangeDto, { max: 200, description: 'Newest first.' })
  history: ObjectionChangeDto[];
}

export class FreezeDto {
  @Bool({ optional: true, description: 'Somebody else uses the account: a case is opened.' })
  reportMisuse?: boolean;
}

export class UnfreezeDto {
  @OneTimeCode({ description: 'A code asked for with purpose `step_up`.' })
  code: string;
}

export class FrozenDto {
  @Uuid()
  accountId: string;

  @Enum(ACCOUNT_STATES, { example: 'frozen' })
  state: string;

  @Int({ min: 0, max: 100_000, example: 2 })
  sessionsEnded: number;
}

export class DisclosureDto {
  @Text({ max: 500, min: 5, description: 'Why it must be seen; it is recorded.', example: '核对申诉人提交的信息' })
  reason: string;

  @Text({
    max: 100,
    optional: true,
    description: 'A case, appeal or request that it is for.',
    example: 'case-2026-0012',
  })
  reference?: string;
}
