import { Body, Controller, Get, Post, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf, Caller, type StaffCaller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { HTTP_ERRORS } from '../../../platform/http/http.errors.js';
import { OnceKey } from '../../../platform/http/once.js';
import { IdParam, Operation } from '../../../platform/http/operation.js';
import { ProofFileDto } from '../../../platform/http/proof-file.dto.js';
import { ATTACHMENT, attachment, MOST_PROOF_BYTES, readUpload } from '../../../platform/http/uploaded-file.js';
import { LIMIT_ERRORS } from '../../../platform/limits/limits.errors.js';
import { MODERATORS, READERS } from '../callers.js';
import { ENFORCEMENT_ERRORS as E } from '../enforcement.errors.js';
import {
  NewBanObjectionDto,
  BanObjectionAnswerDto,
  BanObjectionDto,
  BanObjectionForReviewDto,
} from './objections.dto.js';
import { ObjectionFilesService } from './objection-files.service.js';
import { ObjectionsService } from './objections.service.js';
import { TASKED } from '../shared-refusals.js';

const CLAUSES = ['ENF-6', 'ENF-14', 'REG-7', '7.1'];

/** A number that has changed hands: its new holder is heard without an account. */
@Controller('v1')
export class ObjectionsController {
  constructor(
    private readonly objections: ObjectionsService,
    private readonly files: ObjectionFilesService,
  ) {}

  @Post('registrations/:id/ban-objection')
  @Operation({
    summary: 'Object to a ban that is about somebody else: this number or third-party account is yours now',
    description: 'After a registration that was refused as `identifier_barred`; once each.',
    callers: ['public'],
    clauses: CLAUSES,
    status: 201,
    answer: BanObjectionDto,
    idempotent: true,
    errors: [E.objection_not_possible, LIMIT_ERRORS.too_many_requests, E.objection_not_found],
  })
  async file(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() body: NewBanObjectionDto,
    @Caller() caller: Caller,
  ): Promise<unknown> {
    await this.objections.file(once, id, body.text, caller.ip);
    return this.objections.ofRegistration(id);
  }

  @Get('registrations/:id/ban-objection')
  @Operation({
    summary: 'What became of your objection, for whoever holds the registration’s id',
    callers: ['public'],
    clauses: CLAUSES,
    answer: BanObjectionDto,
    errors: [E.objection_not_found],
  })
  told(@IdParam('id') id: string): Promise<unknown> {
    return this.objections.ofRegistration(id);
  }

  @Post('registrations/:id/ban-objection/files')
  @Operation({
    summary: 'Adds a file to your objection (multipart, one file)',
    description: 'JPEG, PNG, WebP or PDF by content, at most 5 MB, at most ten. The same file again is the same file.',
    callers: ['public'],
    clauses: CLAUSES,
    status: 201,
    answer: ProofFileDto,
    errors: [
      E.objection_not_found,
      E.objection_answered,
      E.proof_refused,
      E.too_many_files,
      HTTP_ERRORS.body_too_large,
      LIMIT_ERRORS.too_many_requests,
    ],
  })
  async show(@IdParam('id') id: string, @Caller() caller: Caller, @Req() request: FastifyRequest): Promise<unknown> {
    return this.files.add(id, await readUpload(request, MOST_PROOF_BYTES), caller.ip);
  }

  @Get('ban-objections/:id/files/:fileId')
  @Operation({
    summary: 'A file of an objection; the reading is recorded',
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

  @Get('ban-objections/:id')
  @Operation({
    summary: 'An objection with the bans that it is about',
    callers: READERS,
    clauses: CLAUSES,
    answer: BanObjectionForReviewDto,
    errors: [E.objection_not_found],
  })
  get(@IdParam('id') id: string): Promise<unknown> {
    return this.objections.get(id);
  }

  @Post('ban-objections/:id/decision')
  @Operation({
    summary: 'Clear this identifier, or keep it barred; the ban stands otherwise',
    callers: MODERATORS,
    clauses: CLAUSES,
    answer: BanObjectionForReviewDto,
    errors: [E.objection_not_found, E.objection_answered, ...TASKED],
  })
  async decide(
    @IdParam('id') id: string,
    @Body() body: BanObjectionAnswerDto,
    @Caller() caller: StaffCaller,
  ): Promise<unknown> {
    await this.objections.decide(id, body, actorOf(caller));
    return this.objections.get(id);
  }
}
