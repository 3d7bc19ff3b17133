import type { FieldProblem } from '../../../kernel/domain-error.js';
import { addPeriod } from '../../../kernel/period.js';
import { restraintAt } from './overlap.js';
import type { Measure } from './taxonomy.js';
import {
  type Action,
  type ActionFacts,
  BANNABLE_KINDS,
  type LiveMeasure,
  outlasts,
  planned,
  type PlannedMeasure,
} from './actions.js';

/** Everything that is wrong with a decision's measures, not only the first. Empty: they can be imposed. */
export function actionProblems(actions: readonly Action[], facts: ActionFacts): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const tell = (index: number, member: string, code: string, en: string, zh: string): void => {
    problems.push({ path: `/actions/${index}${member && `/${member}`}`, code, en, zh });
  };
  const measures = planned(actions, facts.now);
  const gone = facts.accountState === 'deregistered';
  const closing = measures.some((m) => m.type === 'closure');
  measures.forEach((measure, i) => {
    const action = actions[i] as Action;
    const say: Say = (...problem) => tell(i, ...problem);
    if (measures.findIndex((m) => m.type === measure.type) < i)
      say('type', 'duplicate', 'each kind of measure once', '每种措施只能一次');
    if (action.endsAt !== undefined && action.duration !== undefined)
      say('duration', 'two_ends', 'give endsAt or duration', '结束时间与时长只填一个');
    if (measure.startsAt.getTime() < facts.now.getTime() - 1000)
      say('startsAt', 'in_the_past', 'no measure begins in the past', '措施不能从过去开始');
    if (measure.endsAt !== null && measure.endsAt <= measure.startsAt)
      say('endsAt', 'ends_before_start', 'the end lies before the start', '结束早于开始');
    if (measure.reviewAt !== null && !lookedAtInTime(measure.reviewAt, measure, facts))
      say(
        'reviewAt',
        'review_out_of_time',
        `it is looked at again while it lasts, within ${facts.longestReview}`,
        `复核须在措施期间且在 ${facts.longestReview} 之内`,
      );
    if (WITH_END_OR_REASON.includes(measure.type) && measure.endsAt === null && (measure.openEndedReason ?? '') === '')
      say(
        'openEndedReason',
        'open_ended_reason_missing',
        'say why it has no end; the person is told',
        '须说明为何没有期限，本人会看到',
      );
    if (gone && !AFTER_THE_END.includes(measure.type))
      say('type', 'account_gone', 'a deregistered account cannot be measured so', '已注销的账号不能采取此措施');
    RULES[measure.type]({ measure, facts, closing, say });
  });
  return problems;
}

interface RuleInput {
  readonly measure: PlannedMeasure;
  readonly facts: ActionFacts;
  readonly closing: boolean;
  readonly say: Say;
}

type Say = (member: string, code: string, en: string, zh: string) => void;

/** Measures that usually end; one that does not says why (statement of reasons). */
export const WITH_END_OR_REASON: readonly Measure[] = ['feature_restriction', 'suspension'];

/** Violations from before deregistration stay actionable (2.5(2)): what can still reach the subject. */
const AFTER_THE_END: readonly Measure[] = ['reregistration_ban', 'content_removal', 'warning'];

const RULES: Readonly<Record<Measure, (input: RuleInput) => void>> = {
  warning: () => undefined,
  rectification: ({ measure, closing, say }) => {
    if (measure.endsAt === null)
      say('endsAt', 'deadline_missing', 'an order to rectify has a deadline', '责令改正须有期限');
    if (measure.instructions === null)
      say('instructions', 'instructions_missing', 'say what has to be rectified', '须说明改正什么');
    if (closing) say('type', 'contradicts_closure', 'a closed account has nothing to rectify', '已关闭的账号无可改正');
  },
  feature_restriction: ({ measure, facts, closing, say }) => {
    if (measure.features.length === 0) say('features', 'features_missing', 'name the features', '须选择功能');
    for (const feature of measure.features) {
      if (!facts.knownFeatures.includes(feature))
        say('features', 'unknown_feature', `${feature} is not in the catalogue`, `没有功能 ${feature}`);
    }
    if (closing) say('type', 'contradicts_closure', 'a closed account has no features', '已关闭的账号没有可限制的功能');
    const restrained = restraintAt(
      facts.live.filter((l) => l.type === 'feature_restriction').map(timed),
      measure.startsAt,
    );
    const covered = measure.features.filter(
      (f) => restrained.features.has(f) && !outlasts(measure.endsAt, restrained.features.get(f) ?? null),
    );
    if (measure.features.length > 0 && covered.length === measure.features.length) {
      say(
        'features',
        'already_restricted',
        'these features are restricted at least as long already',
        '这些功能已限制，且不短于此期限',
      );
    }
  },
  suspension: ({ measure, facts, closing, say }) => {
    const live = facts.live.find((l) => l.type === 'suspension');
    if (live !== undefined)
      say('type', 'already_suspended', `extend sanction ${live.id} instead`, `已在暂停中，请延长措施 ${live.id}`);
    if (closing) say('type', 'contradicts_closure', 'closure and suspension at once', '不能同时关闭与暂停');
    if (facts.accountState === 'closed') say('type', 'account_closed', 'the account is closed', '账号已关闭');
    if (measure.reviewAt === null && outlasts(measure.endsAt, addPeriod(measure.startsAt, facts.longestReview)))
      say(
        'reviewAt',
        'review_missing',
        `a suspension without an end, or for longer than ${facts.longestReview}, has a review date`,
        `无期限或超过 ${facts.longestReview} 的暂停须有复核日期`,
      );
  },
  closure: ({ measure, facts, say }) => {
    if (facts.accountState === 'closed' || facts.live.some((l) => l.type === 'closure')) {
      say(
        'type',
        'account_closed',
        'the account is closed, or its closure waits for approval',
        '账号已关闭，或关闭正待批准',
      );
    }
    if (measure.endsAt !== null)
      say('endsAt', 'closure_is_open_ended', 'a closure has no end; it is lifted', '关闭没有期限，只能解除');
  },
  reregistration_ban: ({ measure, facts, closing, say }) => {
    if (!closing && !['closed', 'deregistering', 'deregistered'].includes(facts.accountState)) {
      say(
        'type',
        'ban_needs_closure',
        'a ban on re-registration goes with a closed or deregistered account',
        '禁止再注册须针对已关闭或已注销的账号',
      );
    }
    if (facts.live.some((l) => l.type === 'reregistration_ban'))
      say('type', 'already_banned', 'extend the ban instead', '已有禁止，请延长');
    if (measure.endsAt === null)
      say('duration', 'term_missing', 'a ban has a finite, graded term', '禁止再注册须有分级的期限');
    else if (measure.endsAt > addPeriod(measure.startsAt, facts.longestBan))
      say('duration', 'term_too_long', `at most ${facts.longestBan}`, `最长 ${facts.longestBan}`);
    else if (measure.endsAt > addPeriod(measure.startsAt, facts.banTerm) && measure.reviewAt === null)
      say(
        'reviewAt',
        'review_missing',
        `a ban for longer than ${facts.banTerm} has a review date`,
        `超过 ${facts.banTerm} 的禁止须有复核日期`,
      );
    for (const kind of measure.identifierKinds) {
      if (!(BANNABLE_KINDS as readonly string[]).includes(kind))
        say('identifierKinds', 'unknown_kind', `${kind} cannot be barred`, `不能禁止 ${kind}`);
    }
  },
  content_removal: ({ measure, facts, say }) => {
    if (measure.contents.length === 0) say('contents', 'contents_missing', 'name the contents', '须指明内容');
    for (const { system } of measure.contents) {
      if (!facts.contentSystems.includes(system))
        say('contents', 'unknown_system', `${system} is not a content system`, `没有内容系统 ${system}`);
    }
  },
};

const timed = (l: LiveMeasure) => ({ from: l.startsAt, until: l.endsAt, features: l.features });

const lookedAtInTime = (at: Date, { startsAt, endsAt }: PlannedMeasure, { now, longestReview }: ActionFacts): boolean =>
  at > now && (endsAt === null || at < endsAt) && at <= addPeriod(startsAt, longestReview);
