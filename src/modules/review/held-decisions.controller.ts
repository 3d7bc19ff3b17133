import { Body, Controller, Get, Post } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Caller, type StaffCaller } from '../../platform/callers/caller.js';
import type { Once } from '../../platform/database/once.js';
import { OnceKey } from '../../platform/http/once.js';
import { IdParam, Operation } from '../../platform/http/operation.js';
import { HeldDecisionDto, HeldDecisionsDto, HoldDecisionDto } from './held-decisions.dto.js';
import type { HeldDecision } from './held-decisions.store.js';
import { HoldDecisionsService } from './hold-decisions.service.js';
import { WORKERS } from './review.callers.js';
import { REVIEW_ERRORS as E } from './review.errors.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { LIFECYCLE_ERRORS } from '../../kernel/lifecycle.js';

const CLAUSES = ['2.4', '2.5', '7.1'];

/** Decisions with an undo window: given, taken back, in effect. */
@Controller('v1')
export class HeldDecisionsController {
  constructor(
    private readonly holding: HoldDecisionsService,
    private readonly clock: Clock,
  ) {}

  @Post('review-tasks/:id/held-decisions')
  @Operation({
    summary: 'Decide a task, with time to take it back',
    description:
      'Refused now for whatever the decision itself would be refused for. Nothing of it leaves before `takesEffectAt`; then it ' +
      'takes effect once, whether or not anybody still looks. The routes that decide at once stay.',
    callers: WORKERS,
    clauses: CLAUSES,
    status: 201,
    answer: HeldDecisionDto,
    idempotent: true,
    errors: [
      E.review_task_not_found,
      E.review_task_ended,
      E.review_task_taken,
      E.review_claim_required,
      E.conflict_of_interest,
      E.review_role_needed,
      E.decision_held,
      E.decision_of_other_kind,
      HTTP_ERRORS.precondition_required,
      E.held_decision_not_found,
    ],
  })
  async hold(
    @OnceKey() once: Once,
    @IdParam('id') id: string,
    @Body() { command, version, body }: HoldDecisionDto,
    @Caller() caller: StaffCaller,
  ): Promise<HeldDecisionDto> {
    return shown(await this.holding.hold(once, id, { command, version, body }, caller));
  }

  @Get('held-decisions')
  @Operation({ summary: 'My decisions of the last hour', callers: WORKERS, clauses: CLAUSES, answer: HeldDecisionsDto })
  async mine(@Caller() caller: StaffCaller): Promise<HeldDecisionsDto> {
    const items = (await this.holding.mine(caller)).map(shown);
    return { asOf: this.clock.now().toISOString(), items };
  }

  @Get('held-decisions/:id')
  @Operation({
    summary: 'What became of my decision',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: HeldDecisionDto,
    errors: [E.held_decision_not_found],
  })
  async one(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<HeldDecisionDto> {
    return shown(await this.holding.mustFind(id, caller));
  }

  @Post('held-decisions/:id/undo')
  @Operation({
    summary: 'Take my decision back while nothing of it has left',
    callers: WORKERS,
    clauses: CLAUSES,
    answer: HeldDecisionDto,
    errors: [E.held_decision_not_found, E.held_by_other, E.undo_window_over, LIFECYCLE_ERRORS.wrong_state],
  })
  async undo(@IdParam('id') id: string, @Caller() caller: StaffCaller): Promise<HeldDecisionDto> {
    return shown(await this.holding.undo(id, caller));
  }
}

const shown = ({ sealed: _, accountId: __, heldRole: ___, version: ____, ...held }: HeldDecision): HeldDecisionDto => ({
  ...held,
  heldAt: held.heldAt.toISOString(),
  takesEffectAt: held.takesEffectAt.toISOString(),
  endedAt: held.endedAt?.toISOString() ?? null,
});
