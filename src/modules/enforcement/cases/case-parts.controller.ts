import { Body, Controller, Get, Post, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf, Caller, type StaffCaller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { OnceKey } from '../../../platform/http/once.js';
import { IdParam, IfMatch, Operation } from '../../../platform/http/operation.js';
import { ATTACHMENT, attachment, MOST_PROOF_BYTES, readUpload } from '../../../platform/http/uploaded-file.js';
import { CaseDetailDto, EvidenceDto } from './cases.dto.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { ReadEnforcementService } from '../read-enforcement.service.js';
import { CaseFilesService } from './case-files.service.js';
import { SplitCaseDto } from './case-parts.dto.js';
import { MODERATORS } from '../callers.js';
import { SplitCaseService } from './split-case.service.js';
import { REVIEW_ERRORS } from '../../review/review.errors.js';

/** What a case is made of: files that show something, and matters that turn out to be two. */
@Controller('v1/cases')
export class CasePartsController {
  constructor(
    private readonly files: CaseFilesService,
    private readonly splitting: SplitCaseService,
    private readonly reading: ReadEnforcementService,
  ) {}

  @Post(':id/evidence-files')
  @Operation({
    summary: 'Add a file as evidence (multipart, one file); it is hashed as it came and never changed',
    description: 'JPEG, PNG, WebP or PDF by content, at most 5 MB. Listed with the other evidence of the case.',
    callers: [...MODERATORS, 'staff:legal'],
    clauses: ['ENF-11', '7.1'],
    status: 201,
    answer: EvidenceDto,
    errors: [
      E.case_not_found,
      E.proof_refused,
      E.too_many_files,
      HTTP_ERRORS.body_too_large,
      HTTP_ERRORS.stale_version,
      REVIEW_ERRORS.conflict_of_interest,
    ],
  })
  async add(
    @IdParam('id') id: string,
    @Caller() caller: StaffCaller,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const upload = await readUpload(request, MOST_PROOF_BYTES);
    const { record, words } = await this.files.add(id, upload, actorOf(caller));
    const { sealed: _sealed, ...added } = record;
    return { ...added, content: words };
  }

  @Get(':id/evidence-files/:evidenceId')
  @Operation({
    summary: 'A file of the case; the reading is recorded',
    callers: [...MODERATORS, 'staff:legal'],
    clauses: ['ENF-11', '7.1'],
    raw: ATTACHMENT,
    errors: [E.file_not_found, REVIEW_ERRORS.conflict_of_interest],
  })
  async read(
    @IdParam('id') id: string,
    @IdParam('evidenceId') evidenceId: string,
    @Caller() caller: StaffCaller,
  ): Promise<StreamableFile> {
    return attachment(evidenceId, await this.files.read(id, evidenceId, actorOf(caller)));
  }

  @Post(':id/splits')
  @Operation({
    summary: 'Split an undecided case: chosen reports go to a new case, which refers to the chosen evidence',
    callers: MODERATORS,
    clauses: ['ENF-13', '7.1'],
    status: 201,
    answer: CaseDetailDto,
    idempotent: true,
    ifMatch: true,
    errors: [E.case_not_found, E.split_not_possible, E.unknown_clause, REVIEW_ERRORS.conflict_of_interest],
  })
  async split(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @IfMatch() version: number,
    @Body() body: SplitCaseDto,
    @Caller() caller: StaffCaller,
  ): Promise<unknown> {
    const { clause, reason, reportIds = [], evidenceIds = [] } = body;
    const chosen = { clause, reason, reportIds: [...new Set(reportIds)], evidenceIds: [...new Set(evidenceIds)] };
    const made = await this.splitting.split(once, id, version, chosen, actorOf(caller));
    return this.reading.case(made.id, caller);
  }
}
