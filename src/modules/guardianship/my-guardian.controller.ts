import { Body, Controller, Get, Post } from '@nestjs/common';
import type { AccountCaller } from '../../platform/callers/caller.js';
import { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { maskPhone } from '../../platform/phone/phone-number.js';
import { PHONE_ERRORS } from '../../platform/phone/phone.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { consentLifecycle } from './domain/consent-lifecycle.js';
import {
  GuardianConsentRecordDto,
  GuardianConsentRecordsDto,
  MyGuardianConsentDto,
  NameGuardianDto,
} from './guardianship.dto.js';
import { GUARDIANSHIP_ERRORS as E } from './guardianship.errors.js';
import { type ConsentRecord, MyGuardianService } from './my-guardian.service.js';

@Controller('v1/accounts')
export class MyGuardianController {
  constructor(private readonly guardians: MyGuardianService) {}

  @Get('me/guardian-consent')
  @Operation({
    summary: "My guardian's consent",
    callers: ['account'],
    clauses: ['2.1', 'MIN-2'],
    answer: MyGuardianConsentDto,
    errors: [HTTP_ERRORS.not_found],
  })
  async mine(@Caller() caller: AccountCaller): Promise<MyGuardianConsentDto> {
    return present(await this.guardians.current(caller.accountId));
  }

  @Post('me/guardian-consent')
  @Operation({
    summary: 'Ask another guardian, or correct the number',
    callers: ['account'],
    clauses: ['2.1', 'MIN-1'],
    status: 201,
    answer: MyGuardianConsentDto,
    errors: [E.not_a_minor, E.guardian_consent_pending, E.guardian_not_acceptable, PHONE_ERRORS.phone_invalid],
  })
  async name(
    @Caller() caller: AccountCaller,
    @Body() body: NameGuardianDto,
    @OnceKey() once: Once,
  ): Promise<MyGuardianConsentDto> {
    await this.guardians.name(caller.accountId, body.phone, body.relationship, once);
    return present(await this.guardians.current(caller.accountId));
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
        ...present(record),
        consentId: record.consent.id,
        evidence: record.evidence.map((e) => ({ step: e.step, method: e.method, at: e.at.toISOString() })),
      })),
    };
  }
}

const present = ({ consent, guardianPhone }: ConsentRecord): MyGuardianConsentDto => ({
  state: consent.state,
  guardianPhone: maskPhone(guardianPhone),
  relationship: consent.relationship,
  requestedAt: consent.createdAt.toISOString(),
  decideBefore: consent.expiresAt.toISOString(),
  decidedAt: consent.decidedAt?.toISOString() ?? null,
  canNameAnother: consentLifecycle.isTerminal(consent.state) && consent.state !== 'lapsed',
});
