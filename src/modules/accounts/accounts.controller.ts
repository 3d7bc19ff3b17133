import { Body, Controller, Get, Headers, Patch, Post, Put, Query } from '@nestjs/common';
import { type AccountCaller, Caller, type StaffCaller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { localeOf } from '../../platform/http/locale.js';
import { OnceKey } from '../../platform/http/once.js';
import { type CallerSpec, IdParam, Operation } from '../../platform/http/operation.js';
import { type Page, PageQuery } from '../../platform/http/paging.js';
import { AuditService } from '../audit/audit.service.js';
import { VERIFICATION_ERRORS } from '../verification/verification.service.js';
import {
  AccountDto,
  DisclosureDto,
  EditAccountDto,
  FreezeDto,
  FrozenDto,
  ObjectionDto,
  ObjectionHistoryDto,
  OwnAccountDto,
  UnfreezeDto,
} from './accounts.dto.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import { maskIdentifier, maskName } from './domain/masking.js';
import { FreezeService } from './freeze.service.js';
import { type Profile, ProfileService } from './profile.service.js';
import { CodeSentDto, StepUpCodeDto } from './sessions.dto.js';
import { StepUpService } from './step-up.service.js';
import { TimelineEventDto } from './timeline.dto.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

const ANY_STAFF: readonly CallerSpec[] = [
  'staff:moderator',
  'staff:senior_moderator',
  'staff:legal',
  'staff:ops',
  'staff:auditor',
  'staff:admin',
];

@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly freezes: FreezeService,
    private readonly stepUp: StepUpService,
    private readonly audit: AuditService,
  ) {}

  @Get('me')
  @Operation({ summary: 'My account', callers: ['account'], clauses: ['2.3(1)'], answer: OwnAccountDto })
  async me(@Caller() caller: AccountCaller): Promise<OwnAccountDto> {
    return ownView(await this.profiles.of(caller.accountId));
  }

  @Patch('me')
  @Operation({
    summary: 'Changes my display name or language',
    callers: ['account'],
    clauses: ['2.3(1)', 'REG-5'],
    answer: OwnAccountDto,
    errors: [
      ACCOUNT_ERRORS.display_name_invalid,
      ACCOUNT_ERRORS.not_in_this_state,
      ACCOUNT_ERRORS.account_gone,
      HTTP_ERRORS.stale_version,
    ],
  })
  async edit(@Caller() caller: AccountCaller, @Body() body: EditAccountDto): Promise<OwnAccountDto> {
    return ownView(await this.profiles.edit(caller.accountId, body));
  }

  @Put('me/data-use-objection')
  @Operation({
    summary: 'Objects to the use of my inputs and outputs for improvement, or no longer',
    callers: ['account'],
    clauses: ['4.3', 'REG-10'],
    answer: ObjectionHistoryDto,
    errors: [ACCOUNT_ERRORS.account_gone, ACCOUNT_ERRORS.not_in_this_state],
  })
  async setObjection(@Caller() caller: AccountCaller, @Body() body: ObjectionDto): Promise<ObjectionHistoryDto> {
    await this.profiles.setObjection(caller.accountId, body.objects);
    return this.objection(caller);
  }

  @Get('me/data-use-objection')
  @Operation({
    summary: 'My objection, with its history',
    callers: ['account'],
    clauses: ['4.3', 'REG-10'],
    answer: ObjectionHistoryDto,
  })
  async objection(@Caller() caller: AccountCaller): Promise<ObjectionHistoryDto> {
    const [{ account }, history] = await Promise.all([
      this.profiles.of(caller.accountId),
      this.profiles.objections(caller.accountId),
    ]);
    return {
      objects: account.improvementObjection,
      history: history.map(({ objects, at }) => ({ objects, at: at.toISOString() })),
    };
  }

  @Post('me/step-up-codes')
  @Operation({
    summary: 'Sends a code to my number, to prove once more that it is me',
    callers: ['account'],
    clauses: ['2.4', '2.5'],
    status: 202,
    answer: CodeSentDto,
    errors: [
      ACCOUNT_ERRORS.no_phone,
      VERIFICATION_ERRORS.code_too_soon,
      VERIFICATION_ERRORS.code_limit_reached,
      VERIFICATION_ERRORS.code_attempts_exhausted,
    ],
    idempotent: true,
  })
  sendStepUpCode(
    @Caller() caller: AccountCaller,
    @Body() body: StepUpCodeDto,
    @Headers('accept-language') language: string | undefined,
    @OnceKey() once: Once,
  ): Promise<CodeSentDto> {
    return this.stepUp.sendCode(once, caller.accountId, body.purpose, localeOf(language));
  }

  @Post('me/freeze')
  @Operation({
    summary: 'Somebody else uses my account: stop everything now',
    description: 'Ends every session, this one included. Sign in again and unfreeze with a code once it is safe.',
    callers: ['account'],
    clauses: ['2.4', 'REG-9'],
    answer: FrozenDto,
    errors: [
      ACCOUNT_ERRORS.not_in_this_state,
      ACCOUNT_ERRORS.account_gone,
      HTTP_ERRORS.stale_version,
      LIFECYCLE_ERRORS.wrong_state,
    ],
    idempotent: true,
    endsSession: true,
  })
  freeze(@Caller() caller: AccountCaller, @Body() body: FreezeDto, @OnceKey() once: Once): Promise<FrozenDto> {
    return this.freezes.freeze(once, caller.accountId, { misuse: body.reportMisuse ?? true });
  }

  @Post('me/unfreeze')
  @Operation({
    summary: 'Lifts my freeze, with a code',
    callers: ['account'],
    clauses: ['2.4', 'REG-9'],
    answer: FrozenDto,
    errors: [
      VERIFICATION_ERRORS.code_invalid,
      ACCOUNT_ERRORS.not_in_this_state,
      ACCOUNT_ERRORS.account_gone,
      HTTP_ERRORS.stale_version,
      LIFECYCLE_ERRORS.wrong_state,
    ],
    idempotent: true,
  })
  unfreeze(@Caller() caller: AccountCaller, @Body() body: UnfreezeDto, @OnceKey() once: Once): Promise<FrozenDto> {
    return this.freezes.unfreeze(once, caller.accountId, body.code);
  }

  @Get(':id')
  @Operation({
    summary: 'An account, masked',
    callers: ANY_STAFF,
    clauses: ['2.3', '2.4'],
    answer: AccountDto,
    errors: [ACCOUNT_ERRORS.account_not_found],
  })
  async one(@IdParam('id') id: string): Promise<AccountDto> {
    return maskedView(await this.profiles.of(id));
  }

  @Post(':id/disclosures')
  @Operation({
    summary: 'An account in clear, for a stated reason',
    description: 'Reason, reader and time are recorded before anything is shown.',
    callers: ['staff:senior_moderator', 'staff:legal', 'staff:admin'],
    clauses: ['2.4', '7.1'],
    answer: OwnAccountDto,
    errors: [ACCOUNT_ERRORS.account_not_found],
  })
  async disclose(
    @Caller() caller: StaffCaller,
    @IdParam('id') id: string,
    @Body() body: DisclosureDto,
  ): Promise<OwnAccountDto> {
    const role = caller.roles[0];
    const actor = { kind: 'staff' as const, id: caller.id, ...(role === undefined ? {} : { role }) };
    return clearView(await this.profiles.disclose(id, { actor, ...body }));
  }

  @Get(':id/timeline')
  @Operation({
    summary: 'Everything that ever changed about an account, newest first',
    callers: ANY_STAFF,
    clauses: ['2.4', '7.1'],
    page: TimelineEventDto,
    errors: [ACCOUNT_ERRORS.account_not_found],
  })
  async timeline(@IdParam('id') id: string, @Query() query: PageQuery): Promise<Page<TimelineEventDto>> {
    await this.profiles.mustExist(id);
    const { items, nextCursor } = await this.audit.timeline(id, query);
    const shown = items.map(({ id: eventId, seq, at, type, actor, target, clauses }) => ({
      id: eventId,
      seq,
      at,
      type,
      actor,
      target,
      clauses: [...clauses],
    }));
    return { items: shown, nextCursor };
  }
}

function view({ account, details, identifiers }: Profile, mask: boolean): AccountDto {
  const name = details.displayName;
  return {
    id: account.id,
    state: account.state,
    stateSince: account.stateChangedAt.toISOString(),
    version: account.version,
    band: account.band,
    locale: account.locale,
    improvementObjection: account.improvementObjection,
    displayName: name !== null && mask ? maskName(name) : name,
    identifiers: identifiers.map((i) => ({
      id: i.claimId,
      kind: i.kind,
      value: mask ? maskIdentifier(i) : i.value,
      since: i.claimedAt.toISOString(),
    })),
    createdAt: account.createdAt.toISOString(),
  };
}

const maskedView = (profile: Profile): AccountDto => view(profile, true);

const clearView = (profile: Profile): OwnAccountDto => ({
  ...view(profile, false),
  birthDate: profile.details.birthDate,
});

/** The owner's name and birth date in clear; numbers masked, for whoever looks over a shoulder or holds a stolen session. */
const ownView = (profile: Profile): OwnAccountDto => ({
  ...view(profile, true),
  displayName: profile.details.displayName,
  birthDate: profile.details.birthDate,
});
