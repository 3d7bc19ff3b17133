import type { Schemas } from '../../../../api/client.ts';
import { instantOf, localOf } from '../../../parts/form-fields.tsx';
import { type NoticeWords, noticeOf, TOLD } from './notice-fields.tsx';
import type { Case } from './parts.tsx';

export type Body = Schemas['NewDecisionDto'];
type Action = Body['actions'][number];
export type Measure = Action['type'];
export type Content = NonNullable<Action['contents']>[number];

/** In the order in which they are shown and sent: from the mildest to the gravest, what goes with each last. */
export const MEASURES: readonly Measure[] = [
  'warning',
  'rectification',
  'feature_restriction',
  'suspension',
  'closure',
  'reregistration_ban',
  'content_removal',
];
export const WITH_PERIOD: readonly Measure[] = ['feature_restriction', 'suspension', 'rectification'];
/** What may be without an end, and then says why and when it is looked at again. */
export const OPEN_ENDED: readonly Measure[] = ['feature_restriction', 'suspension'];
/** What may last so long that it is looked at again although it has an end. */
const MAY_BE_REVIEWED: readonly Measure[] = ['suspension', 'reregistration_ban'];
/** A period that is no period: an end by its date. */
export const BY_DATE = 'date';

/** What one measure is told; as the fields have it. */
export interface MeasureWords {
  /** Empty: at once. */
  readonly startsAt: string;
  /** A period, `date`, or empty: without an end. */
  readonly period: string;
  readonly endsAt: string;
  readonly features: readonly string[];
  readonly instructions: string;
  readonly openEndedReason: string;
  readonly reviewAt: string;
  /** Empty: all that can be barred. */
  readonly identifierKinds: readonly string[];
  /** Contents that somebody named, besides what was reported or shown. */
  readonly named: readonly Content[];
  /** Contents that are not removed, by `contentKey`. */
  readonly left: readonly string[];
}

const UNTOLD: MeasureWords = {
  startsAt: '',
  period: '',
  endsAt: '',
  features: [],
  instructions: '',
  openEndedReason: '',
  reviewAt: '',
  identifierKinds: [],
  named: [],
  left: [],
};
/** Nobody is without an end by default, and an order always has one. */
const FIRST: Readonly<Partial<Record<Measure, Partial<MeasureWords>>>> = {
  rectification: { period: 'P7D' },
  feature_restriction: { period: 'P3D' },
  suspension: { period: 'P3D' },
};

/** What a moderator writes about a case: the words of a draft. Words of a measure that is not chosen any more are kept. */
export interface Words extends NoticeWords {
  readonly outcome: '' | 'violation' | 'dismiss';
  readonly chosen: readonly Measure[];
  readonly told: Readonly<Partial<Record<Measure, Partial<MeasureWords>>>>;
  /** The outcome is made public, without a name, in the words of the template (7.1). */
  readonly announce: boolean;
  readonly facts: string;
  readonly explanation: string;
  readonly deviationReason: string;
  /** Asked for where somebody with strikes is suspended again. */
  readonly proportionality: string;
  readonly dismissal: string;
}

export const EMPTY: Words = {
  outcome: '',
  chosen: ['warning'],
  told: {},
  announce: false,
  facts: '',
  explanation: '',
  deviationReason: '',
  proportionality: '',
  ...TOLD,
  dismissal: '',
};

export const chosenIn = (words: Words): Measure[] => MEASURES.filter((each) => words.chosen.includes(each));
export const toldOf = (words: Words, measure: Measure): MeasureWords => ({
  ...UNTOLD,
  ...FIRST[measure],
  ...words.told[measure],
});
export const tell = (words: Words, measure: Measure, change: Partial<MeasureWords>): Pick<Words, 'told'> => ({
  told: { ...words.told, [measure]: { ...words.told[measure], ...change } },
});
export const toggle = (words: Words, measure: Measure): Pick<Words, 'chosen'> => ({
  chosen: words.chosen.includes(measure) ? words.chosen.filter((each) => each !== measure) : [...words.chosen, measure],
});
/** The suggested measure, and no other: only what is removed goes on being removed. */
export const follow = (words: Words, measure: Measure, period: string): Pick<Words, 'chosen' | 'told'> => ({
  chosen: [measure, ...words.chosen.filter((each) => each === 'content_removal')],
  ...tell(words, measure, { period }),
});
export const isOpenEnded = (measure: Measure, { period }: MeasureWords): boolean =>
  period === '' && OPEN_ENDED.includes(measure);

/** What a decision is about: one case, or what many accounts have in common. */
export interface Matter {
  /** Whose agreement binds; the newest one where it is about many. */
  readonly accountId?: string;
  readonly clauses: readonly string[];
  /** What was reported, or stands among the evidence, and can be removed. */
  readonly contents: readonly Content[];
}

/** What a removal means, of all that there is and all that was named. */
export const removed = ({ named, left }: MeasureWords, { contents }: Matter): Content[] =>
  [...contents, ...named].filter((each) => !left.includes(contentKey(each)));

export const contentKey = ({ system, ref }: Content): string => `${system} ${ref}`;

export function matterOf(found: Case): Matter {
  const reports = (found.reports['items'] ?? []) as { content?: { contents?: Content[] } | null }[];
  const cited = found.evidence.flatMap(({ kind, content }): Content[] => {
    const { system, ref } = content ?? {};
    return kind === 'content_reference' && typeof system === 'string' && typeof ref === 'string'
      ? [{ system, ref }]
      : [];
  });
  const all = [...reports.flatMap((r) => r.content?.contents ?? []), ...cited];
  const contents = [...new Map(all.map((each) => [contentKey(each), each])).values()];
  return { accountId: found.accountId, clauses: found.clauses, contents };
}

/** One command with everything in it: the clause, the measures, the statement of reasons. */
export function bodyOf(words: Words, matter: Matter): Body {
  return {
    clauses: [...matter.clauses],
    actions: chosenIn(words).map((type) => actionOf(type, toldOf(words, type), matter)),
    ...noticeOf(words),
    // A preview is asked for before everything is written; the decision itself is not sent without words.
    statementOfReasons: {
      facts: words.facts.trim() || '…',
      explanation: words.explanation.trim() || '…',
      ...text('proportionality', words.proportionality),
    },
    ...text('deviationReason', words.deviationReason),
    ...(words.announce ? { announce: {} } : {}),
  };
}

function actionOf(type: Measure, told: MeasureWords, matter: Matter): Action {
  const timed = WITH_PERIOD.includes(type) || type === 'reregistration_ban';
  const ends = told.period === BY_DATE ? at('endsAt', told.endsAt) : text('duration', told.period);
  return {
    type,
    ...(OPEN_ENDED.includes(type) ? at('startsAt', told.startsAt) : {}),
    ...(timed ? ends : {}),
    ...(isOpenEnded(type, told) ? text('openEndedReason', told.openEndedReason) : {}),
    ...(isOpenEnded(type, told) || MAY_BE_REVIEWED.includes(type) ? at('reviewAt', told.reviewAt) : {}),
    ...(type === 'feature_restriction' ? { features: [...told.features] } : {}),
    ...(type === 'rectification' ? text('instructions', told.instructions) : {}),
    ...(type === 'reregistration_ban' && told.identifierKinds.length > 0
      ? { identifierKinds: [...told.identifierKinds] }
      : {}),
    ...(type === 'content_removal' ? { contents: removed(told, matter) } : {}),
  };
}

const text = <N extends string>(name: N, value: string): Partial<Record<N, string>> =>
  value.trim() === '' ? {} : ({ [name]: value.trim() } as Record<N, string>);
const at = <N extends string>(name: N, value: string): Partial<Record<N, string>> => text(name, instantOf(value));

/** A decision that was proposed, as words to start from. */
export function wordsOf(decision: Body): Words {
  const { facts, explanation, proportionality = '' } = decision.statementOfReasons;
  return {
    ...EMPTY,
    outcome: 'violation',
    chosen: decision.actions.map(({ type }) => type),
    told: Object.fromEntries(decision.actions.map((action) => [action.type, toldIn(action)])),
    announce: decision.announce !== undefined,
    facts,
    explanation,
    proportionality,
    deviationReason: decision.deviationReason ?? '',
  };
}

const toldIn = (action: Action): MeasureWords => ({
  ...UNTOLD,
  startsAt: action.startsAt ? localOf(action.startsAt) : '',
  period: action.endsAt ? BY_DATE : (action.duration ?? ''),
  endsAt: action.endsAt ? localOf(action.endsAt) : '',
  features: action.features ?? [],
  instructions: action.instructions ?? '',
  openEndedReason: action.openEndedReason ?? '',
  reviewAt: action.reviewAt ? localOf(action.reviewAt) : '',
  identifierKinds: action.identifierKinds ?? [],
});

/** Everything that somebody wrote in it, for the clipboard. */
export const textOf = (words: Words): string =>
  [
    words.facts,
    words.explanation,
    ...chosenIn(words).flatMap((each) => [toldOf(words, each).instructions, toldOf(words, each).openEndedReason]),
    words.proportionality,
    words.deviationReason,
    words.noticeReason,
    words.dismissal,
  ]
    .filter(Boolean)
    .join('\n\n');
