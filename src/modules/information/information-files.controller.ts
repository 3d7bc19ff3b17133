import { Controller, Get, Post, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type AccountCaller, actorOf, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { type CallerSpec, IdParam, Operation } from '../../platform/http/operation.js';
import { ATTACHMENT, attachment, MOST_PROOF_BYTES, readUpload } from '../../platform/http/uploaded-file.js';
import { ProofFileDto } from '../../platform/http/proof-file.dto.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { InformationCorrectionFilesDto } from './information.dto.js';
import { INFORMATION_ERRORS as E } from './information.errors.js';
import { InformationFilesService } from './information-files.service.js';

const CLAUSES = ['2.2', 'REG-3'];
const REVIEWERS: readonly CallerSpec[] = ['staff:moderator', 'staff:senior_moderator'];

/** Files that support a correction. */
@Controller('v1')
export class InformationFilesController {
  constructor(private readonly files: InformationFilesService) {}

  @Post('accounts/me/information-corrections/:id/files')
  @Operation({
    summary: 'Adds a file to my correction (multipart, one file)',
    description: 'JPEG, PNG, WebP or PDF by content, at most 5 MB, at most five; while somebody looks at it.',
    callers: ['account'],
    clauses: CLAUSES,
    status: 201,
    answer: ProofFileDto,
    errors: [
      E.information_correction_not_found,
      E.information_correction_decided,
      E.information_file_refused,
      E.too_many_information_files,
      ACCOUNT_ERRORS.not_in_this_state,
      HTTP_ERRORS.body_too_large,
      ACCOUNT_ERRORS.account_gone,
    ],
  })
  async add(
    @IdParam('id') id: string,
    @Caller() caller: AccountCaller,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    return this.files.add(id, caller.accountId, await readUpload(request, MOST_PROOF_BYTES));
  }

  @Get('information-corrections/:id/files')
  @Operation({
    summary: 'Files of a correction',
    callers: REVIEWERS,
    clauses: CLAUSES,
    answer: InformationCorrectionFilesDto,
  })
  async list(@IdParam('id') id: string): Promise<{ items: unknown[] }> {
    return { items: await this.files.list(id) };
  }

  @Get('information-corrections/:id/files/:fileId')
  @Operation({
    summary: 'A file of a correction; the reading is recorded',
    callers: REVIEWERS,
    clauses: CLAUSES,
    raw: ATTACHMENT,
    errors: [E.information_file_not_found],
  })
  async read(
    @IdParam('id') id: string,
    @IdParam('fileId') fileId: string,
    @Caller() caller: StaffCaller,
  ): Promise<StreamableFile> {
    return attachment(fileId, await this.files.read(id, fileId, actorOf(caller)));
  }
}
