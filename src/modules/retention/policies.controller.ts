import { Body, Controller, Get, Post } from '@nestjs/common';
import { parse, YAMLParseError } from 'yaml';
import { DomainError } from '../../kernel/domain-error.js';
import { Operation } from '../../platform/http/operation.js';
import { Catalogue, type PinnedPolicy } from './catalogue.js';
import { PolicyRefused } from './domain/parse-policy.js';
import { PolicyPreviewDto, PolicyPreviewRequestDto, PolicyVersionsDto } from './policies.dto.js';
import { PolicyPreview } from './policy-preview.js';
import { RETENTION_ERRORS as E } from './retention.errors.js';

const CLAUSES = ['DER-4', '2.5(1)'];

/** Which retention policies were in force, and what another one would do before it is put in force. */
@Controller('v1/retention')
export class PoliciesController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly preview: PolicyPreview,
  ) {}

  @Get('policies')
  @Operation({
    summary: 'Retention policies that were in force here, newest first',
    callers: ['staff:ops', 'staff:auditor', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    answer: PolicyVersionsDto,
  })
  async versions(): Promise<PolicyVersionsDto> {
    const { sha256 } = this.catalogue.current;
    const found = await this.catalogue.versions();
    return { items: found.map((v) => ({ ...v, inForce: v.sha256 === sha256, pinnedAt: v.pinnedAt.toISOString() })) };
  }

  @Post('policy-previews')
  @Operation({
    summary: 'What a new policy would do: counts by class, earliest and latest ends; changes nothing',
    description: 'A new policy is put in force by its file; this shows before that what would change.',
    callers: ['staff:ops', 'staff:legal', 'staff:admin'],
    clauses: CLAUSES,
    answer: PolicyPreviewDto,
    errors: [E.retention_policy_unreadable],
  })
  async effect(@Body() body: PolicyPreviewRequestDto): Promise<PolicyPreviewDto> {
    const { from, to, problems, classes } = await this.preview.effectOf(this.read(body.policy));
    return { from, to, problems: [...problems], classes: classes.map((c) => ({ ...c })) };
  }

  private read(text: string): PinnedPolicy {
    try {
      return this.catalogue.read(parse(text));
    } catch (error) {
      if (error instanceof PolicyRefused)
        throw new DomainError(E.retention_policy_unreadable, { extra: { problems: error.problems } });
      if (error instanceof YAMLParseError)
        throw new DomainError(E.retention_policy_unreadable, { extra: { problems: [error.message] } });
      throw error;
    }
  }
}
