import { Controller, Get, Query } from '@nestjs/common';
import { Enum, List, Text, Uuid } from '../../platform/http/fields.js';
import { Operation } from '../../platform/http/operation.js';
import { SEVERITIES } from './domain/taxonomy.js';
import { ReadTaxonomyService } from './read-taxonomy.service.js';

class TaxonomyQuery {
  @Uuid({ optional: true, description: 'The agreement version that binds this account; the newest when absent.' })
  accountId?: string;
}

class ViolationClauseDto {
  @Text({ max: 10, example: '3.3(9)' })
  ref: string;

  @Text({ max: 500, example: '传播赌博信息' })
  zh: string;

  @Text({ max: 500, example: 'Spreads gambling' })
  en: string;

  @Text({ max: 4000, description: 'The words of the agreement.', example: '不得……' })
  text: string;

  @Enum(SEVERITIES)
  severity: string;

  @Text({ max: 60, example: 'serious' })
  ladder: string;
}

class RestrictableFeatureDto {
  @Text({ max: 60, example: 'share' })
  name: string;

  @Text({ max: 200, example: '分享对话' })
  zh: string;

  @Text({ max: 200, example: 'Sharing conversations' })
  en: string;
}

class ViolationsDto {
  @Text({ max: 60, example: '2025-01-20' })
  agreementVersion: string;

  @List(() => ViolationClauseDto, { max: 500 })
  clauses: ViolationClauseDto[];

  @List(() => RestrictableFeatureDto, { max: 200 })
  features: RestrictableFeatureDto[];

  @List('text', { max: 100, itemMax: 63, description: 'Systems whose contents can be removed.', example: ['chat'] })
  contentSystems: readonly string[];
}

@Controller('v1/violations')
export class TaxonomyController {
  constructor(private readonly taxonomy: ReadTaxonomyService) {}

  @Get()
  @Operation({
    summary: 'What can be violated, in the words of the agreement, and which features can be restricted',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:auditor', 'staff:admin'],
    clauses: ['ENF-8', '7.1'],
    answer: ViolationsDto,
  })
  async read(@Query() query: TaxonomyQuery): Promise<ViolationsDto> {
    const { version, features, contentSystems } = await this.taxonomy.read(query.accountId);
    return {
      agreementVersion: version.agreementVersion,
      clauses: [...version.clauses.values()].map(({ ref, zh, en, text, severity, ladder }) => ({
        ref,
        zh,
        en,
        text,
        severity,
        ladder,
      })),
      features: features.map(({ name, zh, en }) => ({ name, zh, en })),
      contentSystems,
    };
  }
}
