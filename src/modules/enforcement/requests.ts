import type { AppealAnswerDto } from './appeals/appeals.dto.js';
import type { AppealAnswer } from './appeals/decide-appeal.service.js';
import type { DecisionRequest } from './decisions/draft-decision.service.js';
import type { NoticeChoice } from './domain/notice.js';
import type { NewDecisionDto } from './decisions/new-decision.dto.js';
import type { RectificationReviewDto } from './sanctions/orders.dto.js';
import type { Assessment } from './sanctions/rectify.service.js';
import type { SanctionReview } from './sanctions/review-sanction.service.js';
import type { WantedChange } from './sanctions/change-sanction.service.js';
import type { ChangePreviewDto, SanctionReviewDto } from './sanctions/sanctions.dto.js';
import { DomainError } from '../../kernel/domain-error.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';

/** The request body as the rules take it: instants parsed, defaults filled in, nothing else. */
export function decisionRequestOf(body: NewDecisionDto, defaultNotice: NoticeChoice): DecisionRequest {
  const { statementOfReasons: s, notice, announce } = body;
  return {
    clauses: body.clauses,
    actions: body.actions.map(({ startsAt, endsAt, reviewAt, ...action }) => ({
      ...action,
      ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt) }),
      ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt) }),
      ...(reviewAt === undefined ? {} : { reviewAt: new Date(reviewAt) }),
    })),
    notice: {
      choice: notice?.choice ?? defaultNotice,
      ...(notice?.reason === undefined ? {} : { reason: notice.reason }),
      ...(notice?.until === undefined ? {} : { until: new Date(notice.until) }),
      ...(notice?.authorityReference === undefined ? {} : { authorityReference: notice.authorityReference }),
    },
    statementOfReasons: {
      ...s,
      automatedDetection: s.automatedDetection ?? false,
      automatedDecision: s.automatedDecision ?? 'none',
    },
    deviationReason: body.deviationReason ?? null,
    announce: announce ?? null,
  };
}

export const assessmentOf = ({ accepted, note, dueAt }: RectificationReviewDto): Assessment => ({
  accepted,
  note,
  dueAt: dueAt === undefined ? undefined : new Date(dueAt),
});

export const appealAnswerOf = (body: AppealAnswerDto): AppealAnswer => ({
  ...body,
  changes: (body.changes ?? []).map(({ sanctionId, lift, endsAt }) => ({
    sanctionId,
    lift: lift ?? false,
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt) }),
  })),
});

/** @throws DomainError invalid_request where the date is missing that the outcome needs */
export function sanctionReviewOf({
  outcome,
  reason,
  explanation,
  reviewAt,
  endsAt,
}: SanctionReviewDto): SanctionReview {
  const why = { reason, explanation };
  if (outcome === 'lifted') return { outcome, ...why };
  return outcome === 'kept'
    ? { outcome, ...why, reviewAt: dateOf('/reviewAt', reviewAt) }
    : { outcome, ...why, endsAt: dateOf('/endsAt', endsAt) };
}

/** @throws DomainError invalid_request where the date is missing that the outcome needs */
export function wantedChangeOf({ outcome, endsAt, reviewAt, ...rest }: ChangePreviewDto): WantedChange {
  if (outcome === 'lifted') return { outcome, explanation: rest.explanation };
  if (outcome === 'kept') return { outcome, explanation: rest.explanation, reviewAt: dateOf('/reviewAt', reviewAt) };
  return { outcome, ...rest, ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt) }) };
}

function dateOf(path: string, date: string | undefined): Date {
  if (date === undefined)
    throw new DomainError(HTTP_ERRORS.invalid_request, {
      errors: [{ path, code: 'missing', en: 'a date', zh: '须填日期' }],
    });
  return new Date(date);
}
