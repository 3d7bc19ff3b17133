import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { DomainError } from '../../kernel/domain-error.js';
import { Operation } from '../../platform/http/operation.js';
import { decodeCursor, type Page, PageQuery, pageOf } from '../../platform/http/paging.js';
import { AuditEventDto, AuditEventQuery, CheckpointDto, VerificationDto } from './audit.dto.js';
import { AUDIT_ERRORS } from './audit.errors.js';
import { AuditService } from './audit.service.js';
import { CheckpointChainService, type SignedCheckpoint } from './checkpoint-chain.service.js';
import type { Verification } from './domain/verify-chain.js';
import { VerifyLogService } from './verify-log.service.js';

@Controller('v1')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly log: VerifyLogService,
    private readonly checkpoints: CheckpointChainService,
  ) {}

  @Get('audit-events')
  @Operation({
    summary: 'The audit log: what changed, who did it, under which clause and policy',
    description:
      'No personal data: details stand beside the event, sealed. `?format=jsonl&from=&to=` streams the chain itself ' +
      '(application/jsonl), to be checked offline with `audit verify --file`.',
    callers: ['staff:auditor'],
    clauses: ['DER-6', '7.1'],
    page: AuditEventDto,
    errors: [AUDIT_ERRORS.export_takes_no_filter],
  })
  async events(@Query() query: AuditEventQuery): Promise<Page<unknown> | StreamableFile> {
    const { format, limit, cursor, ...filter } = query;
    if (format !== 'jsonl') return this.audit.list(filter, { limit, cursor });
    const { from, to, ...others } = filter;
    if (cursor !== undefined || Object.values(others).some((value) => value !== undefined)) {
      throw new DomainError(AUDIT_ERRORS.export_takes_no_filter);
    }
    return new StreamableFile(Readable.from(this.log.exportLines(from, to)), {
      type: 'application/jsonl; charset=utf-8',
      disposition: 'attachment; filename="audit-events.jsonl"',
    });
  }

  @Get('audit-events/verification')
  @Operation({
    summary: 'Walks the whole chain and compares it with every checkpoint',
    description: 'Answers 200 also when something is wrong: `ok` is false and `finding` names the first bad `seq`.',
    callers: ['staff:auditor'],
    clauses: ['DER-6', '7.1'],
    answer: VerificationDto,
  })
  verification(): Promise<Verification> {
    return this.log.verify();
  }

  @Get('audit-checkpoints')
  @Operation({
    summary: 'Signed statements of the log’s size and head',
    description: 'Keep them: a log that was rewritten or shortened later no longer matches.',
    callers: ['public'],
    clauses: ['DER-6'],
    page: CheckpointDto,
  })
  async list(@Query() query: PageQuery): Promise<Page<SignedCheckpoint>> {
    const [before] = decodeCursor(query.cursor, ['count']) ?? [];
    const found = await this.checkpoints.list(before, query.limit);
    return pageOf(found, query.limit, (checkpoint) => [checkpoint.size]);
  }
}
