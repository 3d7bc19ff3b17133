import { Body, Controller, Get, Post } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import type { AccountCaller } from '../../platform/callers/caller.js';
import { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { maskPhone } from '../../platform/phone/phone-number.js';
import { PHONE_ERRORS } from '../../platform/phone/phone.errors.js';
import { LIMIT_ERRORS } from '../../platform/limits/limits.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import {
  GuardianConsentRecordDto,
  GuardianConsentRecordsDto,
  MyGuardianConsentDto,
  NameGuardianDto,
} from './guardianship.dto.js';
import { GUARDIANSHIP_ERRORS as E } from './guardianship.errors.js';
import { canNameAnother, canSendLink, type ConsentRecord, MyGuardianService } from './my-guardian.service.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

@Controller('v1/accounts')
export class MyGuardianController {
  constructor(
    private readonly guardians: MyGuardianService,
    private readonly clock: Clock,
  ) {}

  @Get('me/guardian-consent')
  @Operation({
    summary: "My guardian's consent",
    callers: ['account'],
    clauses: ['2.1', 'MIN-2'],
    answer: MyGuardianConsentDto,
    errors: [HTTP_ERRORS.not_found, E.guardian_not_asked],
  })
  async mine(@Caller() caller: AccountCaller): Promise<MyGuardianConsentDto> {
    return this.currentOf(caller.accountId);
  }

  @Post('me/guardian-consent')
  @Operation({
    summary: 'Ask another guardian, or correct the number',
    description:
      'Ends a request that nobody has answered yet; its link opens nothing to decide any more. The same number again is sent ' +
      'its link once more.',
    callers: ['account'],
    clauses: ['2.1', 'MIN-1'],
    status: 201,
    answer: MyGuardianConsentDto,
    errors: [
      E.not_a_minor,
      E.guardian_consent_pending,
      E.guardian_not_acceptable,
      E.guardian_requests_exhausted,
      E.guardian_links_exhausted,
      PHONE_ERRORS.phone_invalid,
      HTTP_ERRORS.stale_version,
      ACCOUNT_ERRORS.account_gone,
      LIFECYCLE_ERRORS.wrong_state,
    ],
  })
  async name(
    @Caller() caller: AccountCaller,
    @Body() body: NameGuardianDto,
    @OnceKey() once: Once,
  ): Promise<MyGuardianConsentDto> {
    await this.guardians.name(caller.accountId, body.phone, body.relationship, once);
    return this.currentOf(caller.accountId);
  }

  @Post('me/guardian-consent/link')
  @Operation({
    summary: 'Send my guardian the link once more',
    description: 'To the same number; for a lost message, or when something new waits for the guardian.',
    callers: ['account'],
    clauses: ['2.1', 'MIN-2', 'MIN-4'],
    status: 202,
    errors: [
      HTTP_ERRORS.not_found,
      E.guardian_not_asked,
      E.guardian_links_exhausted,
      LIMIT_ERRORS.too_many_requests,
      E.guardian_consent_pending,
      ACCOUNT_ERRORS.account_gone,
    ],
  })
  async sendLink(@Caller() caller: AccountCaller): Promise<void> {
    await this.guardians.sendLinkAgain(caller.accountId);
  }

  @Get(':id/guardian-consents')
  @Operation({
    summary: 'Guardian consents of an account, with the proof of each step',
    callers: ['staff:moderator', 'staff:senior_moderator', 'staff:legal', 'staff:auditor'],
    clauses: ['2.1', 'MIN-2'],
    answer: GuardianConsentRecordsDto,
  })
  async ofAccount(@IdParam('id') id: string): Promise<GuardianConsentRecordsDto> {
    const records = await this.guardians.history(id);
    return {
      items: records.map((record): GuardianConsentRecordDto => ({
        ...present(record, this.clock.now()),
        consentId: record.consent.id,
        evidence: record.evidence.map((e) => ({ step: e.step, method: e.method, at: e.at.toISOString() })),
      })),
    };
  }

  private async currentOf(accountId: string): Promise<MyGuardianConsentDto> {
    return present(await this.guardians.current(accountId), this.clock.now());
  }
}

const present = ({ consent, guardianPhone }: ConsentRecord, now: Date): MyGuardianConsentDto => ({
  state: consent.state,
  guardianPhone: maskPhone(guardianPhone),
  relationship: consent.relationship,
  requestedAt: consent.createdAt.toISOString(),
  decideBefore: consent.expiresAt.toISOString(),
  decidedAt: consent.decidedAt?.toISOString() ?? null,
  canNameAnother: canNameAnother(consent),
  canSendLink: canSendLink(consent, now),
});
