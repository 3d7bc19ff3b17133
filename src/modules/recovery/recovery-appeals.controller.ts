import { Body, Controller, Get, Headers, Post, Req, type StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/domain-error.js';
import { actorOf, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import { addressGroup } from '../../platform/callers/client-address.js';
import type { Once } from '../../platform/database/once.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { type CallerSpec, IdParam, Operation } from '../../platform/http/operation.js';
import { ATTACHMENT, attachment, readUpload } from '../../platform/http/uploaded-file.js';
import { LIMIT_ERRORS } from '../../platform/limits/limits.errors.js';
import { PHONE_ERRORS, phoneOf } from '../../platform/phone/phone.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.service.js';
import { GUARDIANSHIP_ERRORS } from '../guardianship/guardianship.errors.js';
import { REVIEW_ERRORS } from '../review/review.errors.js';
import { isAboutGuardian } from './domain/appeal-subject.js';
import { FileAppealService } from './file-appeal.service.js';
import { RecoveryAppealsService } from './recovery-appeals.service.js';
import { RecoveryEvidenceService } from './recovery-evidence.service.js';
import {
  AddedEvidenceDto,
  RecoveryAppealAnswerDto,
  AppealCodeDto,
  AppealCodeSentDto,
  RecoveryAppealDto,
  DecideAppealDto,
  FileAppealDto,
  FiledAppealDto,
} from './recovery-appeals.dto.js';
import { RECOVERY_ERRORS } from './recovery.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

const CLAUSES = ['2.4', 'REG-8'];
const OF_GUARDIANS = ['2.1', 'MIN-4'];
const WARD = {
  errors: [
    {
      path: '/wardPhone',
      code: 'required',
      en: 'the number of the minor, where it is about a guardian, and only then',
      zh: '仅涉及监护人时填写未成年人的号码',
    },
  ],
};
const REVIEWERS: readonly CallerSpec[] = ['staff:moderator', 'staff:senior_moderator'];

@Controller('v1/recovery-appeals')
export class RecoveryAppealsController {
  constructor(
    private readonly filing: FileAppealService,
    private readonly appeals: RecoveryAppealsService,
    private readonly evidence: RecoveryEvidenceService,
  ) {}

  @Post('codes')
  @Operation({
    summary: 'Sends a code to the number that I can be reached at now',
    callers: ['public'],
    clauses: CLAUSES,
    status: 202,
    answer: AppealCodeSentDto,
    errors: [
      PHONE_ERRORS.phone_invalid,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_limit_reached,
      LIMIT_ERRORS.too_many_requests,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
    idempotent: true,
  })
  async sendCode(
    @Body() body: AppealCodeDto,
    @Caller() caller: Caller,
    @Headers('accept-language') language: string | undefined,
    @OnceKey() once: Once,
  ): Promise<AppealCodeSentDto> {
    const sent = await this.filing.sendCode(once, phoneOf(body.phone), localeOf(language), caller.ip);
    return { expiresAt: sent.expiresAt.toISOString(), resendAfterSeconds: sent.resendAfterSeconds };
  }

  @Post()
  @Operation({
    summary: 'I lost the way into my account, or the number at which I guard a minor',
    description:
      'The answer is the same whether or not the lost number has an account, or guards anybody. About a guardian it takes files ' +
      'as proof before it can be accepted; then the number that guards now and the minor are told, and may object.',
    callers: ['public'],
    clauses: [...CLAUSES, ...OF_GUARDIANS],
    status: 201,
    answer: FiledAppealDto,
    errors: [PHONE_ERRORS.phone_invalid, VERIFICATION_ERRORS.code_invalid, LIMIT_ERRORS.too_many_requests],
    idempotent: true,
  })
  file(
    @Body() body: FileAppealDto,
    @Caller() caller: Caller,
    @Headers('accept-language') language: string | undefined,
    @OnceKey() once: Once,
  ): Promise<FiledAppealDto> {
    const about = body.about ?? 'account';
    if (isAboutGuardian(about) !== (body.wardPhone !== undefined))
      throw new DomainError(HTTP_ERRORS.invalid_request, WARD);
    const lost = phoneOf(body.lostPhone, '/lostPhone');
    const reach = phoneOf(body.newPhone, '/newPhone');
    const { statement, displayName, birthDate, relationship, code } = body;
    const claim = {
      lostPhone: lost.e164,
      newPhone: reach.e164,
      statement,
      ...(displayName === undefined ? {} : { displayName }),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(relationship === undefined ? {} : { relationship }),
      ...(body.wardPhone === undefined ? {} : { wardPhone: phoneOf(body.wardPhone, '/wardPhone').e164 }),
    };
    const address = addressGroup(caller.ip);
    return this.filing.file(once, { about, reach, code, claim, locale: localeOf(language), address });
  }

  @Get(':id')
  @Operation({
    summary: 'My appeal, with the header `Recovery-Token`; staff see what was said',
    callers: ['public', ...REVIEWERS],
    clauses: CLAUSES,
    answer: RecoveryAppealAnswerDto,
    errors: [RECOVERY_ERRORS.recovery_appeal_not_found],
  })
  async read(
    @IdParam('id') id: string,
    @Caller() caller: Caller,
    @Headers('recovery-token') token: string | undefined,
  ): Promise<RecoveryAppealAnswerDto> {
    if (caller.kind !== 'staff' || !REVIEWERS.some((r) => r === `staff:${caller.roles[0] ?? ''}`)) {
      return answerOf(await this.appeals.byToken(id, token));
    }
    const { version, accountId, claim, note, objectedBefore, ...appeal } = await this.appeals.forStaff(
      id,
      actorOf(caller),
    );
    return { ...answerOf(appeal), file: { version, accountId, claim, note, objectedBefore } };
  }

  @Post(':id/evidence')
  @Operation({
    summary: 'Adds a file to my appeal (multipart, one file, header `Recovery-Token`)',
    description: 'JPEG, PNG, WebP or PDF by content, at most 10 MB.',
    callers: ['public'],
    clauses: CLAUSES,
    status: 201,
    answer: AddedEvidenceDto,
    errors: [
      RECOVERY_ERRORS.recovery_appeal_not_found,
      RECOVERY_ERRORS.recovery_appeal_decided,
      RECOVERY_ERRORS.evidence_refused,
      RECOVERY_ERRORS.too_much_evidence,
      HTTP_ERRORS.body_too_large,
    ],
  })
  async addEvidence(
    @IdParam('id') id: string,
    @Headers('recovery-token') token: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<AddedEvidenceDto> {
    // Nobody uploads who could not open the appeal.
    await this.appeals.mustOpen(id, token);
    const upload = await readUpload(request);
    if (upload === undefined) throw new DomainError(RECOVERY_ERRORS.evidence_refused);
    return this.evidence.add(id, token, upload);
  }

  @Get(':id/evidence/:evidenceId')
  @Operation({
    summary: 'A file of an appeal; the reading is recorded',
    callers: REVIEWERS,
    clauses: CLAUSES,
    raw: ATTACHMENT,
    errors: [RECOVERY_ERRORS.recovery_appeal_not_found],
  })
  async readEvidence(
    @IdParam('id') id: string,
    @IdParam('evidenceId') evidenceId: string,
    @Caller() caller: StaffCaller,
  ): Promise<StreamableFile> {
    return attachment(evidenceId, await this.evidence.read(id, evidenceId, actorOf(caller)));
  }

  @Post(':id/decision')
  @Operation({
    summary: 'Decides an appeal; the caller holds its review task',
    description:
      'Accepting binds the new number after a delay in which every number of the account may object. About a guardian, the ' +
      'number that guards now may, and the minor once.',
    callers: REVIEWERS,
    clauses: [...CLAUSES, ...OF_GUARDIANS, 'REG-4', '2.2'],
    answer: RecoveryAppealDto,
    errors: [
      RECOVERY_ERRORS.recovery_appeal_not_found,
      RECOVERY_ERRORS.recovery_appeal_decided,
      RECOVERY_ERRORS.recovery_subject_unclear,
      RECOVERY_ERRORS.evidence_required,
      REVIEW_ERRORS.review_task_ended,
      REVIEW_ERRORS.review_claim_required,
      GUARDIANSHIP_ERRORS.guardian_not_acceptable,
      LIFECYCLE_ERRORS.wrong_state,
      REVIEW_ERRORS.conflict_of_interest,
      REVIEW_ERRORS.review_task_taken,
      HTTP_ERRORS.stale_version,
      REVIEW_ERRORS.review_task_not_found,
      RECOVERY_ERRORS.identifier_change_pending,
    ],
    idempotent: true,
  })
  async decide(
    @IdParam('id') id: string,
    @Caller() caller: StaffCaller,
    @Body() body: DecideAppealDto,
    @OnceKey() once: Once,
  ): Promise<RecoveryAppealDto> {
    const { decision, reasonCode, note } = body;
    const what = { accept: decision === 'accept', reasonCode, ...(note === undefined ? {} : { note }) };
    return answerOf(await this.appeals.decide(once, id, what, actorOf(caller)));
  }
}

const answerOf = (view: Awaited<ReturnType<RecoveryAppealsService['byToken']>>): RecoveryAppealDto => ({
  ...view,
  answer: view.answer && { ...view.answer, clauses: [...view.answer.clauses] },
  evidence: [...view.evidence],
});
