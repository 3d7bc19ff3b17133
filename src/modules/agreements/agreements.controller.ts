import { Body, Controller, Get, Header, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { actorOf, Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import { DOCUMENT_ERRORS } from '../../platform/documents/documents.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import {
  AgreementsDto,
  AgreementTextDto,
  AgreementVersionDto,
  DiffDto,
  DiffQuery,
  GoverningDto,
  ProofDto,
  ProofQuery,
  PublishVersionDto,
  TopicQuery,
} from './agreements.dto.js';
import { AGREEMENT_ERRORS } from './agreements.errors.js';
import { AgreementsService } from './agreements.service.js';
import { ProofPdfService } from './proof-pdf.service.js';
import { type Proof, ProveAcceptanceService } from './prove-acceptance.service.js';
import { PublishAgreementService } from './publish-agreement.service.js';
import { ReadAgreementService } from './read-agreement.service.js';
import { toAgreements, toVersion } from './agreements.views.js';

@Controller('v1')
export class AgreementsController {
  constructor(
    private readonly agreements: AgreementsService,
    private readonly reading: ReadAgreementService,
    private readonly publishing: PublishAgreementService,
    private readonly proofs: ProveAcceptanceService,
    private readonly pdf: ProofPdfService,
    private readonly transactor: Transactor,
  ) {}

  @Get('agreements')
  @Header('cache-control', 'public, max-age=5')
  @Operation({
    summary: 'The documents of this platform, what is in effect and what is announced',
    callers: ['public'],
    clauses: ['AGR-1', 'AGR-5', 'preamble', '9.1'],
    answer: AgreementsDto,
  })
  async list(): Promise<AgreementsDto> {
    return toAgreements(await this.reading.overview());
  }

  @Get('agreements/:documentId/versions/:version')
  @Operation({
    summary: 'One version with its text, as it was published and for ever',
    callers: ['public'],
    clauses: ['AGR-1', '9.1'],
    answer: AgreementTextDto,
    errors: [AGREEMENT_ERRORS.agreement_version_unknown],
  })
  async version(@Param('documentId') documentId: string, @Param('version') version: string): Promise<AgreementTextDto> {
    const found = await this.reading.text(documentId, version);
    return { ...toVersion(found), text: found.text };
  }

  @Get('agreements/:documentId/versions/:version/text')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Operation({
    summary: 'The text alone: the bytes whose SHA-256 the version names',
    callers: ['public'],
    clauses: ['AGR-1'],
    raw: { mediaType: 'text/plain', description: 'Markdown or plain text, UTF-8.' },
    errors: [AGREEMENT_ERRORS.agreement_version_unknown],
  })
  async text(@Param('documentId') documentId: string, @Param('version') version: string): Promise<string> {
    return (await this.reading.text(documentId, version)).text;
  }

  @Get('agreements/:documentId/versions/:version/diff')
  @Operation({
    summary: 'What changed since the version before, or since another one',
    callers: ['public'],
    clauses: ['AGR-5', '9.1'],
    answer: DiffDto,
    errors: [AGREEMENT_ERRORS.agreement_version_unknown],
  })
  diff(
    @Param('documentId') documentId: string,
    @Param('version') version: string,
    @Query() query: DiffQuery,
  ): Promise<DiffDto> {
    return this.reading.diff(documentId, version, query.against);
  }

  @Post('agreements/:documentId/versions')
  @Operation({
    summary: 'Publish a version: announced at once, in effect from its day on, never changed',
    callers: ['staff:legal'],
    clauses: ['AGR-1', 'AGR-5', '9.1'],
    status: 201,
    answer: AgreementVersionDto,
    errors: [
      AGREEMENT_ERRORS.document_unknown,
      AGREEMENT_ERRORS.agreement_version_exists,
      AGREEMENT_ERRORS.publication_refused,
    ],
  })
  publish(
    @Param('documentId') documentId: string,
    @Body() body: PublishVersionDto,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
  ): Promise<AgreementVersionDto> {
    return this.transactor.once(once, async (tx) =>
      toVersion(await this.publishing.publish(tx, documentId, this.reading.draftOf(documentId, body), actorOf(caller))),
    );
  }

  @Get('accounts/me/acceptances/proof')
  @Operation({
    summary: 'Proof of what I agreed to: texts by digest, when and how, signed',
    callers: ['account'],
    clauses: ['AGR-2'],
    description: '`?format=pdf` gives the same as application/pdf.',
    answer: ProofDto,
    errors: [DOCUMENT_ERRORS.pdf_unavailable],
  })
  myProof(@Caller() caller: Caller, @Query() query: ProofQuery): Promise<Proof | StreamableFile> {
    return this.proofOf(accountOf(caller), query);
  }

  @Get('accounts/:id/acceptances/proof')
  @Operation({
    summary: 'Proof of what an account agreed to',
    callers: ['staff:legal', 'staff:auditor'],
    clauses: ['AGR-2'],
    description: '`?format=pdf` gives the same as application/pdf.',
    answer: ProofDto,
    errors: [DOCUMENT_ERRORS.pdf_unavailable],
  })
  proof(@IdParam('id') id: string, @Query() query: ProofQuery): Promise<Proof | StreamableFile> {
    return this.proofOf(id, query);
  }

  @Get('accounts/:id/governing-agreement')
  @Operation({
    summary: 'Which text governs a topic for this account',
    description:
      'Of the versions that the account accepted: a specific agreement prevails over the general one (preamble), then ' +
      'the higher precedence, then the text that names the topic more closely.',
    callers: [
      'account',
      'staff:moderator',
      'staff:senior_moderator',
      'staff:legal',
      'staff:auditor',
      'service:standing:read',
    ],
    clauses: ['AGR-3', 'preamble'],
    answer: GoverningDto,
    errors: [AGREEMENT_ERRORS.no_governing_agreement],
  })
  async governing(
    @IdParam('id') id: string,
    @Query() query: TopicQuery,
    @Caller() caller: Caller,
  ): Promise<GoverningDto> {
    if (caller.kind === 'account' && caller.accountId !== id) throw new DomainError(HTTP_ERRORS.not_found);
    const { governs, yields, because } = await this.agreements.governing(id, query.topic);
    return { topic: query.topic, governs: toVersion(governs), because, yields: yields.map(toVersion) };
  }

  private async proofOf(accountId: string, { format }: ProofQuery): Promise<Proof | StreamableFile> {
    const proof = await this.proofs.prove(accountId);
    if (format !== 'pdf') return proof;
    return new StreamableFile(await this.pdf.render(proof), {
      type: 'application/pdf',
      disposition: 'attachment; filename="acceptances.pdf"',
    });
  }
}

function accountOf(caller: Caller): string {
  if (caller.kind !== 'account') throw new Error('only accounts reach this route');
  return caller.accountId;
}
