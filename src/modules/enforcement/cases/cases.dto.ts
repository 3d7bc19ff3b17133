import { Bool, Enum, Instant, Int, Json, List, Text, Uuid } from '../../../platform/http/fields.js';
import { PageQuery } from '../../../platform/http/paging.js';
import { CASE_ACTIONS } from '../domain/case-actions.js';
import { CASE_STATES, type CaseState } from '../domain/case-lifecycle.js';
import { SOURCES } from '../domain/statement.js';
import { DecisionDto } from '../decisions/decisions.dto.js';
import { CLAUSE } from '../enforcement.dto.js';

export class NewCaseDto {
  @Uuid()
  subjectAccountId: string;

  @Text({ max: 10, pattern: CLAUSE, example: '3.5(3)' })
  clause: string;

  @Text({
    max: 4000,
    description: 'What was seen; becomes the first evidence.',
    example: 'Scrapes through forty accounts.',
  })
  note: string;
}

export class CaseQuery extends PageQuery {
  @Uuid({ optional: true })
  accountId?: string;

  @Enum(CASE_STATES, { optional: true })
  state?: CaseState;

  @Text({ max: 10, pattern: CLAUSE, optional: true, description: 'About this clause.', example: '3.5(3)' })
  clause?: string;

  @Enum(SOURCES, { optional: true })
  source?: string;
}

export class CaseDto {
  @Uuid()
  id: string;

  @Uuid()
  accountId: string;

  @Text({ max: 40, example: 'content' })
  matter: string;

  @Enum(CASE_STATES)
  state: CaseState;

  @Int({ min: 1, max: 1_000_000_000, example: 3 })
  version: number;

  @List('text', { max: 50, example: ['3.3(9)'] })
  clauses: string[];

  @Int({ min: 0, max: 100, example: 80 })
  priority: number;

  @Instant()
  dueAt: string;

  @Int({ min: 0, max: 1_000_000_000, example: 12 })
  reportCount: number;

  @Enum(SOURCES)
  source: string;

  @Uuid({ nullable: true })
  mergedInto: string | null;

  @Instant()
  openedAt: string;

  @Instant({ nullable: true })
  decidedAt: string | null;
}

export class NewEvidenceDto {
  @Enum(['note', 'content_reference', 'detector_output', 'file'])
  kind: string;

  @Json({ description: 'Hashed as it stands (JCS, SHA-256); never changed.', example: { text: 'Seen on 2026-11-23.' } })
  content: Record<string, unknown>;
}

export class EvidenceDto {
  @Uuid()
  id: string;

  @Text({ max: 40, example: 'note' })
  kind: string;

  @Text({ max: 64, example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  contentHash: string;

  @Json({ nullable: true, description: 'Null once erased.', example: { text: 'Seen on 2026-11-23.' } })
  content: Record<string, unknown> | null;

  @Text({ max: 200, example: 'alice' })
  addedBy: string;

  @Instant()
  addedAt: string;

  @Instant({ nullable: true, description: 'Cited by a decision: kept while it can be questioned.' })
  heldSince: string | null;
}

export class LinkReasonDto {
  @Enum(['shared_phone', 'shared_third_party', 'shared_device', 'same_device', 'same_subnet'])
  kind: string;

  @Instant()
  since: string;
}

export class LinkDto {
  @Uuid()
  accountId: string;

  @List(() => LinkReasonDto, {
    max: 10,
    description: 'Why they may belong together; a hint, never a ground by itself.',
  })
  reasons: LinkReasonDto[];
}

export class CaseActionDto {
  @Enum(CASE_ACTIONS)
  action: string;

  @Bool()
  allowed: boolean;

  @Text({ max: 40, nullable: true, description: 'Why not, where it is not allowed.', example: 'case_decided' })
  reason: string | null;
}

export class CaseDetailDto extends CaseDto {
  @List(() => CaseActionDto, {
    max: 10,
    description: 'What you may do with it besides deciding it, and why not the rest.',
  })
  actions: CaseActionDto[];

  @List(() => EvidenceDto, { max: 500 })
  evidence: EvidenceDto[];

  @List(() => DecisionDto, { max: 100 })
  decisions: DecisionDto[];

  @Json({ description: 'Reports with the reliability of who reported.', example: { items: [] } })
  reports: Record<string, unknown>;

  @List('uuid', { max: 200, description: 'Accounts that may belong together with this one.' })
  linkedAccounts: string[];

  @List(() => LinkDto, { max: 600, description: 'The same with the reason for each link.' })
  links: LinkDto[];
}

export class MergeDto {
  @Uuid()
  into: string;
}
