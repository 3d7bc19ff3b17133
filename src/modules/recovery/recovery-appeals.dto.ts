import { DateOnly, Enum, Instant, Int, List, Obj, OneTimeCode, Phone, Text, Uuid } from '../../platform/http/fields.js';
import { APPEAL_SUBJECTS, type AppealSubject } from './domain/appeal-subject.js';
import { APPEAL_STATES, type AppealState } from './domain/recovery-appeal-lifecycle.js';

export class AppealCodeDto {
  @Phone({ description: 'The number that you can be reached at now.' })
  phone: string;
}

export class AppealCodeSentDto {
  @Instant()
  expiresAt: string;

  @Int({ min: 0, max: 86_400, example: 60 })
  resendAfterSeconds: number;
}

export class FileAppealDto {
  @Enum(APPEAL_SUBJECTS, {
    optional: true,
    description:
      'What was lost: the way into my `account` (when nothing is said); as a guardian, the number at which I am reached ' +
      '(`guardian_number`); or a minor has another guardian now, who is me (`new_guardian`).',
  })
  about?: AppealSubject;

  @Phone({ optional: true, description: "Where it is about a guardian: the minor's own number." })
  wardPhone?: string;

  @Text({ max: 40, optional: true, description: 'What a new guardian is to the minor.', example: 'mother' })
  relationship?: string;

  @Phone({ description: 'The number that the account has; or at which the guardian was reached.' })
  lostPhone: string;

  @Phone({ description: 'The number that you can be reached at now, and that shall be bound.' })
  newPhone: string;

  @OneTimeCode({ description: 'The code that reached the new number.' })
  code: string;

  @Text({ max: 4000, min: 10, description: 'What happened.', example: '手机遗失，号码已被注销，无法接收验证码。' })
  statement: string;

  @Text({ max: 64, optional: true, description: 'The display name of the account, as far as remembered.' })
  displayName?: string;

  @DateOnly({ optional: true, description: 'The birth date given at registration.' })
  birthDate?: string;
}

export class FiledAppealDto {
  @Uuid()
  id: string;

  @Text({ max: 200, description: 'Opens this appeal in the header `Recovery-Token`. It is shown once.' })
  token: string;

  @Enum(APPEAL_STATES)
  state: AppealState;

  @Instant()
  dueAt: string;
}

export class EvidenceItemDto {
  @Uuid()
  id: string;

  @Text({ max: 60, example: 'image/png' })
  mediaType: string;

  @Int({ min: 1, max: 100_000_000, example: 48_213 })
  bytes: number;
}

export class AddedEvidenceDto extends EvidenceItemDto {
  @Text({ max: 64, pattern: /^[0-9a-f]{64}$/, example: 'a'.repeat(64) })
  sha256: string;
}

export class StandingAnswerDto {
  @List('text', { max: 5, description: 'Clauses that it rests on.' })
  clauses: string[];

  @Text({ max: 2000, example: '账号不可继承，不能交由他人使用，只能注销。' })
  text: string;
}

export class RecoveryAppealDto {
  @Uuid()
  id: string;

  @Enum(APPEAL_SUBJECTS)
  about: AppealSubject;

  @Enum(APPEAL_STATES)
  state: AppealState;

  @Instant()
  filedAt: string;

  @Instant()
  dueAt: string;

  @Instant({ nullable: true })
  decidedAt: string | null;

  @Text({ max: 60, nullable: true, example: 'evidence_insufficient' })
  reasonCode: string | null;

  @Obj(() => StandingAnswerDto, {
    nullable: true,
    description: 'For `not_inheritable` and `not_transferable`: what the agreement says, and what can be done (2.2).',
  })
  answer: StandingAnswerDto | null;

  @List(() => EvidenceItemDto, { max: 20 })
  evidence: EvidenceItemDto[];
}

export class AppealClaimDto {
  @Phone()
  lostPhone: string;

  @Phone()
  newPhone: string;

  @Text({ max: 4000, example: '手机遗失，号码已被注销，无法接收验证码。' })
  statement: string;

  @Text({ max: 64, optional: true })
  displayName?: string;

  @DateOnly({ optional: true })
  birthDate?: string;

  @Phone({ optional: true })
  wardPhone?: string;

  @Text({ max: 40, optional: true })
  relationship?: string;
}

/** What a reviewer sees besides. */
export class AppealFileDto {
  @Int({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;

  @Uuid({ nullable: true, description: 'Null: the number named reaches no account, or one with an appeal under way.' })
  accountId: string | null;

  @Obj(() => AppealClaimDto)
  claim: AppealClaimDto;

  @Text({ max: 2000, nullable: true })
  note: string | null;

  @Int({
    min: 0,
    max: 2_147_483_647,
    example: 0,
    description: 'How often a change of this minor’s guardian was stopped by an objection.',
  })
  objectedBefore: number;
}

export class RecoveryAppealAnswerDto extends RecoveryAppealDto {
  @Obj(() => AppealFileDto, { optional: true, description: 'For staff only.' })
  file?: AppealFileDto;
}

export class DecideAppealDto {
  @Enum(['accept', 'reject'])
  decision: 'accept' | 'reject';

  @Text({
    max: 60,
    pattern: /^[a-z][a-z0-9_]*$/,
    description: '`not_inheritable` and `not_transferable` are answered with the words of clause 2.2.',
    example: 'evidence_sufficient',
  })
  reasonCode: string;

  @Text({ max: 2000, optional: true, example: '身份信息与登记一致' })
  note?: string;
}
