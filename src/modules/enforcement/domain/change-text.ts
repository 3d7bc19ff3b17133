import { type Line, lineOf, partsOf, placeOf, textOf } from './notice-parts.js';
import { minute, type NoticeLetter, type NoticeTemplates, type NoticeText } from './notice-text.js';
import type { Measure } from './taxonomy.js';

export const SANCTION_OUTCOMES = ['lifted', 'changed', 'kept'] as const;
export type SanctionOutcome = (typeof SANCTION_OUTCOMES)[number];

/** What became of a measure, as its subject is told. */
export interface ToldChange {
  readonly outcome: SanctionOutcome;
  readonly measure: Measure;
  /** When it would have ended; null: open-ended. */
  readonly endedAt: string | null;
  readonly endsAt: string | null;
  /** Features given back. */
  readonly freed: readonly string[];
  /** When it is looked at the next time. */
  readonly reviewAt: string | null;
  /** In the person's language. */
  readonly explanation: string | null;
}

/** Whether the change makes the measure longer: that is a new restriction and needs its own statement of reasons (DSA 17). */
export const lengthens = (endsAt: Date | null, next: Date | undefined): boolean =>
  endsAt !== null && next !== undefined && next > endsAt;

/** The words about a change that makes nothing worse; one that does is a statement of reasons (`noticeText`). */
export function changeText(
  told: ToldChange,
  language: 'zh-CN' | 'en',
  templates: NoticeTemplates,
  featureNames: ReadonlyMap<string, string>,
): NoticeText {
  const { title, text } = changeLetter(told, language, templates, featureNames);
  return { language, title, text };
}

/** The same in its parts. @param field in which the explanation is being written; none: it was told */
export function changeLetter(
  told: ToldChange,
  language: 'zh-CN' | 'en',
  templates: NoticeTemplates,
  featureNames: ReadonlyMap<string, string>,
  field?: string,
): NoticeLetter {
  const words = templates[language];
  const measure = words.announced[told.measure];
  const lines: Line[] = [];
  if (told.outcome === 'lifted') lines.push(lineOf(words.change.lifted, { measure }));
  if (told.outcome === 'changed' && told.endsAt !== null && told.endsAt !== told.endedAt)
    lines.push(lineOf(words.change.ends, { measure, until: minute(told.endsAt) }));
  if (told.freed.length > 0) {
    const features = told.freed.map((name) => featureNames.get(name) ?? name);
    lines.push(lineOf(words.change.freed, { scope: features.join(language === 'en' ? ', ' : '、') }));
  }
  if (told.outcome === 'kept' && told.reviewAt !== null)
    lines.push(lineOf(words.change.kept, { measure, at: minute(told.reviewAt) }));
  if (told.explanation !== null)
    lines.push(lineOf(words.explanation, { explanation: { text: told.explanation, field } }));
  else if (field !== undefined) lines.push(placeOf(words.explanation, 'explanation', field));
  const parts = partsOf(lines);
  return { language, title: words.change.title, text: textOf(parts), parts };
}
