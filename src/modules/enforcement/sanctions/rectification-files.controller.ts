import { Controller, Get, Post, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type AccountCaller, actorOf, Caller, type StaffCaller } from '../../../platform/callers/caller.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { ATTACHMENT, attachment, MOST_PROOF_BYTES, readUpload } from '../../../platform/http/uploaded-file.js';
import { ProofFileDto } from '../../../platform/http/proof-file.dto.js';
import { MODERATORS, READERS } from '../callers.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import { ReadMyOrdersService } from './read-my-orders.service.js';
import { MyRectificationsDto, RectificationFilesDto } from './rectification-files.dto.js';
import { RectificationFilesService } from './rectification-files.service.js';

const CLAUSES = ['ENF-2', '7.1'];

/** The person's side of an order: what was said, and what is shown for it. */
@Controller('v1')
export class RectificationFilesController {
  constructor(
    private readonly reading: ReadMyOrdersService,
    private readonly files: RectificationFilesService,
  ) {}

  @Get('accounts/me/rectifications')
  @Operation({
    summary: 'What I have to put right: how it stands, what I said and what was answered',
    callers: ['account'],
    clauses: CLAUSES,
    answer: MyRectificationsDto,
  })
  async mine(@Caller() caller: AccountCaller): Promise<{ items: unknown[] }> {
    return { items: await this.reading.of(caller.accountId) };
  }

  @Post('sanctions/:id/rectification-files')
  @Operation({
    summary: 'Adds a file to my answer (multipart, one file)',
    description: 'JPEG, PNG, WebP or PDF by content, at most 5 MB, at most five.',
    callers: ['account'],
    clauses: CLAUSES,
    status: 201,
    answer: ProofFileDto,
    errors: [
      E.sanction_not_found,
      E.not_an_order,
      E.order_ended,
      E.proof_refused,
      E.too_many_files,
      HTTP_ERRORS.body_too_large,
    ],
  })
  async add(
    @IdParam('id') id: string,
    @Caller() caller: AccountCaller,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    return this.files.add(id, caller.accountId, await readUpload(request, MOST_PROOF_BYTES), actorOf(caller));
  }

  @Get('sanctions/:id/rectification-files')
  @Operation({
    summary: 'Files of the answer to an order',
    callers: READERS,
    clauses: CLAUSES,
    answer: RectificationFilesDto,
  })
  async list(@IdParam('id') id: string): Promise<{ items: unknown[] }> {
    return { items: await this.files.list(id) };
  }

  @Get('sanctions/:id/rectification-files/:fileId')
  @Operation({
    summary: 'A file of the answer to an order; the reading is recorded',
    callers: MODERATORS,
    clauses: CLAUSES,
    raw: ATTACHMENT,
    errors: [E.file_not_found],
  })
  async read(
    @IdParam('id') id: string,
    @IdParam('fileId') fileId: string,
    @Caller() caller: StaffCaller,
  ): Promise<StreamableFile> {
    return attachment(fileId, await this.files.read(id, fileId, actorOf(caller)));
  }
}
