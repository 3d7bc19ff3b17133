import { Body, Controller, Delete, Get } from '@nestjs/common';
import { type AccountCaller, Caller } from '../../platform/callers/caller.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';
import { VERIFICATION_ERRORS } from '../verification/verification.service.js';
import { LinksService } from './links.service.js';
import { LinksAnswer, Unlink } from './third-party.dto.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';

@Controller('v1/accounts/me/third-party-links')
export class ThirdPartyLinksController {
  constructor(private readonly links: LinksService) {}

  @Get()
  @Operation({
    summary: 'The third-party accounts that reach my account',
    callers: ['account'],
    clauses: ['REG-2', '2.3(1)'],
    answer: LinksAnswer,
  })
  async list(@Caller() caller: AccountCaller): Promise<LinksAnswer> {
    return { items: await this.links.list(caller.accountId), nextCursor: null };
  }

  @Delete(':id')
  @Operation({
    summary: 'Unlinks one, with a code; never the last way in',
    description: 'Ends every other session of the account, and tells its number.',
    callers: ['account'],
    clauses: ['REG-5', '2.3(1)'],
    status: 204,
    errors: [
      THIRD_PARTY_ERRORS.link_not_found,
      THIRD_PARTY_ERRORS.last_identifier,
      VERIFICATION_ERRORS.code_invalid,
      ACCOUNT_ERRORS.not_in_this_state,
      ACCOUNT_ERRORS.account_gone,
    ],
  })
  unlink(@Caller() caller: AccountCaller, @IdParam('id') id: string, @Body() body: Unlink): Promise<void> {
    return this.links.unlink(caller, id, body.code);
  }
}
