import { Controller, Get, Post, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type AccountCaller, actorOf, Caller, type StaffCaller } from '../../../platform/callers/caller.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { ATTACHMENT, attachment, MOST_PROOF_BYTES, readUpload } from '../../../platform/http/uploaded-file.js';
import { ProofFileDto } from '../../../platform/http/proof-file.dto.js';
import { MODERATORS } from '../callers.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { AppealFilesService } from './appeal-files.service.js';

const CLAUSES = ['ENF-14', '6', '7.1'];

/** What the person shows for what they say; the lines stand on the appeal itself. */
@Controller('v1/appeals/:id/files')
export class AppealFilesController {
  constructor(private readonly files: AppealFilesService) {}

  @Post()
  @Operation({
    summary: 'Adds a file to my appeal (multipart, one file)',
    description: 'JPEG, PNG, WebP or PDF by content, at most 5 MB, at most ten. The same file again is the same file.',
    callers: ['account'],
    clauses: CLAUSES,
    status: 201,
    answer: ProofFileDto,
    errors: [E.appeal_not_found, E.appeal_ended, E.proof_refused, E.too_many_files, HTTP_ERRORS.body_too_large],
  })
  async add(
    @IdParam('id') id: string,
    @Caller() caller: AccountCaller,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const upload = await readUpload(request, MOST_PROOF_BYTES);
    const { appealId: _appealId, ...added } = await this.files.add(id, caller.accountId, upload, actorOf(caller));
    return added;
  }

  @Get(':fileId')
  @Operation({
    summary: 'A file of an appeal; the reading is recorded',
    callers: MODERATORS,
    clauses: CLAUSES,
    raw: ATTACHMENT,
    errors: [E.file_not_found, E.other_reviewer_required],
  })
  async read(
    @IdParam('id') id: string,
    @IdParam('fileId') fileId: string,
    @Caller() caller: StaffCaller,
  ): Promise<StreamableFile> {
    return attachment(fileId, await this.files.read(id, fileId, actorOf(caller)));
  }
}
