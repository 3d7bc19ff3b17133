import { Bool, Enum, Instant, List, Text, Uuid } from '../../../platform/http/fields.js';
import { REFERRAL_STATES, type ReferralState } from '../domain/referral-lifecycle.js';

const ENTRY_KINDS = ['note', 'sent', 'received', 'produced'] as const;

export class NewReferralDto {
  @Enum(['report', 'request'], { description: '`request`: the authority asked.' })
  direction: 'report' | 'request';

  @Text({ max: 200, example: '杭州市公安局网安支队' })
  authority: string;

  @Text({ max: 200, optional: true, example: '公(网安)调证字〔2026〕12号' })
  documentNo?: string;

  @Text({ max: 500, example: '网络安全法 49; 计算机信息网络国际联网安全保护管理办法 10(6)' })
  legalGround: string;

  @Text({ max: 4000, example: 'Four conversations arrange the sale of stolen cards.' })
  note: string;

  @Instant({ optional: true, description: 'The authority’s deadline; the clock of the law when absent.' })
  dueAt?: string;
}

export class ReferralEntryDto {
  @Enum(ENTRY_KINDS)
  kind: (typeof ENTRY_KINDS)[number];

  @Text({ max: 10_000, example: 'Sent by courier, receipt 4711.' })
  text: string;

  @Bool({ optional: true, description: 'The matter ends with it.', example: false })
  close?: boolean;
}

export class ReferralFollowUpDto {
  @Enum(['sent', 'proposed_again', 'dropped'], {
    description: '`sent`: what was agreed to has left. `proposed_again`: what lapsed. `dropped`: either, for a reason.',
  })
  outcome: 'sent' | 'proposed_again' | 'dropped';

  @Text({ max: 10_000, description: 'How it was sent, or why.', example: 'Sent by courier, receipt 4711.' })
  text: string;
}

export class ReferralLogDto {
  @Enum(ENTRY_KINDS)
  kind: string;

  @Text({ max: 200, example: 'lena' })
  author: string;

  @Text({ max: 10_000, nullable: true, example: 'Sent by courier, receipt 4711.' })
  text: string | null;

  @Text({
    max: 64,
    nullable: true,
    description: 'SHA-256 of the text.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  checksum: string | null;

  @Instant()
  at: string;
}

export class ManifestItemDto {
  @Uuid()
  evidenceId: string;

  @Text({ max: 40, example: 'note' })
  kind: string;

  @Text({ max: 64, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  sha256: string;

  @Instant()
  addedAt: string;
}

export class ReferralDto {
  @Uuid()
  id: string;

  @Uuid()
  caseId: string;

  @Enum(['report', 'request'])
  direction: string;

  @Enum(REFERRAL_STATES)
  state: ReferralState;

  @Text({ max: 200, example: '杭州市公安局网安支队' })
  authority: string;

  @Text({ max: 200, nullable: true, example: '公(网安)调证字〔2026〕12号' })
  documentNo: string | null;

  @Uuid()
  accountId: string;

  @Text({ max: 500, example: '网络安全法 49' })
  legalGround: string;

  @Text({ max: 200, example: 'alice' })
  proposedBy: string;

  @Text({ max: 200, nullable: true, example: 'carol' })
  approvedBy: string | null;

  @Instant()
  createdAt: string;

  @Instant({ nullable: true })
  closedAt: string | null;

  @Text({ max: 64, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  manifestDigest: string;

  @List(() => ManifestItemDto, { max: 500 })
  manifest: ManifestItemDto[];

  @Instant()
  dueAt: string;

  @Instant({ nullable: true, description: 'While it waits for a second person: when it lapses.' })
  lapsesAt: string | null;

  @Bool({ example: false })
  overdue: boolean;

  @Instant({ nullable: true })
  sentAt: string | null;

  @List(() => ReferralLogDto, { max: 500 })
  entries: ReferralLogDto[];
}
