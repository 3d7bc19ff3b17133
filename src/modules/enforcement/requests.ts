import type { AppealAnswerDto } from './appeals/appeals.dto.js';
import type { AppealAnswer } from './appeals/decide-appeal.service.js';
import type { DecisionRequest } from './decisions/draft-decision.service.js';
import type { NoticeChoice } from './domain/notice.js';
import type { NewDecisionDto } from './decisions/new-decision.dto.js';
import type { RectificationReviewDto } from './sanctions/orders.dto.js';
import type { Assessment } from './sanctions/rectify.service.js';

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
