import { Body, Controller, Get, Headers, Post } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Caller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { Transactor } from '../../platform/database/transactor.js';
import { OnceKey } from '../../platform/http/once.js';
import { Operation } from '../../platform/http/operation.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import {
  AcceptancesDto,
  AnswerDto,
  AnsweredDto,
  type LinksDto,
  type PendingReconsentDto,
  UseDto,
} from './reconsent.dto.js';
import { RECONSENT_ERRORS } from './reconsent.errors.js';
import { type Answered, type Pending, ReconsentService } from './reconsent.service.js';
import { ACCOUNT_ERRORS } from '../accounts/accounts.errors.js';

const SELF = '/v1/accounts/me/acceptances';
const WAY_OUT = '/v1/accounts/me/deregistration';

@Controller('v1/accounts/me')
export class ReconsentController {
  constructor(
    private readonly reconsent: ReconsentService,
    private readonly agreements: AgreementsService,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  @Get('acceptances')
  @Operation({
    summary: 'What I agreed to, and what waits for my answer',
    callers: ['account'],
    clauses: ['AGR-2', 'AGR-4', '9.1'],
    answer: AcceptancesDto,
  })
  async list(@Caller() caller: Caller): Promise<AcceptancesDto> {
    const accountId = accountOf(caller);
    const pending = await this.reconsent.pendingOf(this.transactor.reader, accountId);
    const items = await this.agreements.ledgerOf(accountId);
    return { items, pending: pending.map(toPending), links: linksOf(pending.length > 0) };
  }

  @Post('acceptances')
  @Operation({
    summary: 'Accept or refuse published versions',
    description:
      'An announced version may be accepted before it takes effect. Refusing a version in effect stops use; the answer ' +
      'links to deregistration, and accepting later opens the account again.',
    callers: ['account'],
    clauses: ['AGR-2', 'AGR-4', 'preamble', '9.1'],
    status: 201,
    answer: AnsweredDto,
    errors: [RECONSENT_ERRORS.version_not_acceptable, RECONSENT_ERRORS.leaving_account, ACCOUNT_ERRORS.account_gone],
  })
  answer(
    @Body() body: AnswerDto,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<AnsweredDto> {
    const decision = body.decision ?? 'accepted';
    return this.transactor.once(once, async (tx) => {
      const { answered, pending } = await this.reconsent.answer(tx, {
        accountId: accountOf(caller),
        decision,
        acceptances: body.acceptances,
        how: body.how ?? 'clickwrap',
        channel: body.channel ?? 'web',
        ip: caller.ip,
        userAgent: userAgent ?? '',
        at: this.clock.now(),
      });
      return toAnswered(decision, answered, pending);
    });
  }

  @Post('uses')
  @Operation({
    summary: 'I was shown a revision, and go on using the service',
    description:
      'For the product that is used, with the token of the person who uses it: the notice of a `continued_use` version was on ' +
      'the screen, and then the person went on (sent a message, started a task). That is the acceptance (9.1), and is recorded ' +
      'as `continued_use`. Signing in, refreshing a session and looking at the own account are no use. Call it once; ' +
      'afterwards the version waits no more.',
    callers: ['account'],
    clauses: ['AGR-2', 'AGR-4', '9.1'],
    status: 201,
    answer: AnsweredDto,
    errors: [
      RECONSENT_ERRORS.not_accepted_by_use,
      RECONSENT_ERRORS.version_not_acceptable,
      RECONSENT_ERRORS.leaving_account,
      ACCOUNT_ERRORS.account_gone,
    ],
    idempotent: true,
  })
  use(
    @Body() { documentId, version, noticeShownAt, channel }: UseDto,
    @OnceKey() once: Once,
    @Caller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<AnsweredDto> {
    return this.transactor.once(once, async (tx) => {
      const { answered, pending } = await this.reconsent.acceptByUse(tx, {
        accountId: accountOf(caller),
        version: { documentId, version },
        noticeShownAt: new Date(noticeShownAt),
        channel: channel ?? 'app',
        ip: caller.ip,
        userAgent: userAgent ?? '',
      });
      return toAnswered('accepted', answered, pending);
    });
  }
}

const toAnswered = (
  decision: 'accepted' | 'refused',
  answered: Answered['answered'],
  pending: Answered['pending'],
): AnsweredDto => ({
  decision,
  answered: [...answered],
  pending: pending.map(toPending),
  links: linksOf(decision === 'refused' || pending.length > 0),
});

const toPending = ({ documentId, version, policy, since, answerBy, refusedAt }: Pending): PendingReconsentDto => ({
  documentId,
  version,
  policy,
  since: since.toISOString(),
  answerBy,
  refusedAt: refusedAt?.toISOString() ?? null,
});

/** Never a dead end: whoever does not agree can leave (AGR-4). */
const linksOf = (mayLeave: boolean): LinksDto => ({
  acceptances: SELF,
  ...(mayLeave ? { deregistrationPreview: `${WAY_OUT}/preview`, deregistration: WAY_OUT } : {}),
});

function accountOf(caller: Caller): string {
  if (caller.kind !== 'account') throw new Error('only accounts reach this route');
  return caller.accountId;
}
