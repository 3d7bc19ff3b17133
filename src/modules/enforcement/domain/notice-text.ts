import { type Line, lineOf, type NoticePart, partsOf, placeOf, textOf, type Words } from './notice-parts.js';
import { MEASURES, type Measure } from './taxonomy.js';

/** What a notice says, in words: `{name}` is filled in. Nothing here names who decided or who reported. */
export interface NoticeTemplate {
  readonly title: string;
  readonly opening: string;
  readonly measures: Readonly<Record<Measure, string>>;
  readonly until: string;
  readonly openEnded: string;
  readonly by: string;
  readonly openEndedReason: string;
  readonly reviewAt: string;
  readonly facts: string;
  readonly clause: string;
  readonly law: string;
  readonly explanation: string;
  readonly priorWarning: string;
  readonly priorWarningTold: string;
  readonly proportionality: string;
  readonly automated: string;
  readonly redress: string;
  readonly materials: string;
  /** What became of a measure later. */
  readonly change: Readonly<Record<(typeof CHANGES)[number], string>>;
  /** Public (ENF-9): the measures taken, without naming anybody. */
  readonly announcement: string;
  readonly announced: Readonly<Record<Measure, string>>;
}

const CHANGES = ['title', 'lifted', 'ends', 'freed', 'kept', 'extended'] as const;

export type NoticeTemplates = Readonly<Record<'zh-CN' | 'en', NoticeTemplate>>;

export interface NoticeText {
  readonly language: 'zh-CN' | 'en';
  readonly title: string;
  readonly text: string;
}

interface Told {
  readonly measures: readonly {
    readonly measure: Measure;
    readonly scope: readonly string[];
    readonly startsAt: string;
    readonly endsAt: string | null;
    readonly reviewAt?: string | null;
    readonly openEndedReason?: string;
    readonly instructions?: string;
  }[];
  readonly facts: string;
  readonly explanation: string;
  readonly priorWarning?: { readonly reference: string; readonly givenAt: string } | { readonly text: string };
  readonly proportionality?: string;
  readonly automatedDecision: string;
  readonly clauses: readonly { readonly ref: string; readonly label: string; readonly agreementVersion: string }[];
  readonly law: readonly { readonly instrument: string; readonly article: string; readonly explanation: string }[];
  readonly redress: { readonly appealUntil: string; readonly requiredMaterials?: string };
  /** A measure that was there already, and was to end then. */
  readonly extends?: { readonly endsAt: string };
}

/** The notice in its parts, for whoever writes in it. */
export interface NoticeLetter extends NoticeText {
  readonly parts: readonly NoticePart[];
}

/**
 * Where words are still written: from their place in the statement (`/facts`, `/measures/0/instructions`) to the field of the
 * request that they come from. What is not among them is fixed, as all of it is once it was told.
 */
export type Places = ReadonlyMap<string, string>;
const TOLD: Places = new Map();

/**
 * The words that the person reads, from the statement of reasons alone: one function for the notice, for the page and for
 * the preview, so that none of them can say something else.
 * @param featureNames what a feature is called, by its code
 */
export function noticeText(
  statement: Readonly<Record<string, unknown>>,
  language: 'zh-CN' | 'en',
  templates: NoticeTemplates,
  featureNames: ReadonlyMap<string, string>,
): NoticeText {
  const { title, text } = noticeLetter(statement, language, templates, featureNames, TOLD);
  return { language, title, text };
}

/** The same while it is being written. */
export function noticeLetter(
  statement: Readonly<Record<string, unknown>>,
  language: 'zh-CN' | 'en',
  templates: NoticeTemplates,
  featureNames: ReadonlyMap<string, string>,
  places: Places,
): NoticeLetter {
  const words = templates[language];
  const told = statement as unknown as Told;
  const longer = told.extends;
  const written = (place: string, text: string): Words => ({ text, field: places.get(place) });
  /** A line that there is only with its words. */
  const optional = (place: string, template: string, name: string, text: string | undefined): Line[] => {
    const field = places.get(place);
    if ((text ?? '') !== '') return [lineOf(template, { [name]: written(place, text ?? '') })];
    return field === undefined ? [] : [placeOf(template, name, field)];
  };
  const lines: Line[] = [
    longer === undefined ? lineOf(words.opening, {}) : lineOf(words.change.extended, { from: minute(longer.endsAt) }),
  ];
  for (const [i, m] of told.measures.entries()) {
    const scope = m.scope.map((s) => featureNames.get(s) ?? s).join(language === 'en' ? ', ' : '、');
    const dated = { from: minute(m.startsAt), until: m.endsAt === null ? '' : minute(m.endsAt) };
    const when = m.endsAt === null ? words.openEnded : m.measure === 'rectification' ? words.by : words.until;
    const timeless = m.endsAt === null && TIMELESS.includes(m.measure);
    const instructions = written(`/measures/${i}/instructions`, m.instructions ?? '');
    const what = lineOf(words.measures[m.measure], { scope, instructions });
    lines.push([...lineOf('- ', {}), ...what, ...(timeless ? [] : lineOf(when, dated))]);
    lines.push(...optional(`/measures/${i}/openEndedReason`, words.openEndedReason, 'reason', m.openEndedReason));
    if (m.reviewAt) lines.push(lineOf(words.reviewAt, { at: minute(m.reviewAt) }));
  }
  lines.push(lineOf(words.facts, { facts: written('/facts', told.facts) }));
  for (const c of told.clauses)
    lines.push(lineOf(words.clause, { ref: c.ref, label: c.label, version: c.agreementVersion }));
  for (const [i, l] of told.law.entries())
    lines.push(lineOf(words.law, { ...l, explanation: written(`/law/${i}/explanation`, l.explanation) }));
  lines.push(lineOf(words.explanation, { explanation: written('/explanation', told.explanation) }));
  lines.push(...warnedBefore(told, words));
  lines.push(...optional('/proportionality', words.proportionality, 'proportionality', told.proportionality));
  if (told.automatedDecision !== 'none') lines.push(lineOf(words.automated, {}));
  lines.push(lineOf(words.redress, { appealUntil: minute(told.redress.appealUntil) }));
  lines.push(...optional('/redress/requiredMaterials', words.materials, 'materials', told.redress.requiredMaterials));
  const parts = partsOf(lines);
  return { language, title: longer === undefined ? words.title : words.change.title, text: textOf(parts), parts };
}

/** For who is measured again: the warning before it. */
function warnedBefore({ priorWarning }: Told, words: NoticeTemplate): Line[] {
  if (priorWarning === undefined) return [];
  if ('text' in priorWarning) return [lineOf(words.priorWarningTold, { ...priorWarning })];
  return [lineOf(words.priorWarning, { reference: priorWarning.reference, at: minute(priorWarning.givenAt) })];
}

export interface Announced {
  readonly labels: readonly string[];
  readonly measures: readonly { readonly measure: Measure; readonly startsAt: Date; readonly endsAt: Date | null }[];
}

/** The public words about a decision, where nobody wrote others. No facts in it: they could point at a person. */
export function announcementText(told: Announced, language: 'zh-CN' | 'en', templates: NoticeTemplates): string {
  const words = templates[language];
  const measures = told.measures.map(({ measure, startsAt, endsAt }) => {
    const dated = { from: minute(startsAt.toISOString()), until: endsAt === null ? '' : minute(endsAt.toISOString()) };
    return `${words.announced[measure]}${endsAt === null || measure === 'rectification' ? '' : fill(words.until, dated)}`;
  });
  const joined = (items: readonly string[]): string => items.join(language === 'en' ? ', ' : '、');
  return fill(words.announcement, { grounds: joined(told.labels), measures: joined(measures) });
}

/** What has no duration to speak of. */
const TIMELESS: readonly Measure[] = ['warning', 'content_removal', 'closure'];

/** In one pass: what a person wrote is never taken for a variable. */
const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

/** Where the law applies, to the minute: `2026-11-23 16:00 (UTC+8)`. */
export const minute = (instant: string): string => {
  const local = new Date(new Date(instant).getTime() + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 16)} (UTC+8)`;
};

const MEMBERS = [
  'title',
  'opening',
  'until',
  'openEnded',
  'by',
  'openEndedReason',
  'reviewAt',
  'facts',
  'clause',
  'law',
  'explanation',
  'priorWarning',
  'priorWarningTold',
  'proportionality',
  'automated',
  'redress',
  'materials',
  'announcement',
] as const;
/** Without these a notice would not say what has to be said. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  facts: ['facts'],
  clause: ['ref', 'label'],
  explanation: ['explanation'],
  openEndedReason: ['reason'],
  reviewAt: ['at'],
  priorWarning: ['reference'],
  priorWarningTold: ['text'],
  proportionality: ['proportionality'],
  redress: ['appealUntil'],
  materials: ['materials'],
  announcement: ['grounds', 'measures'],
  until: ['until'],
  by: ['until'],
};

/** @returns everything that is wrong with the operator's texts */
export function noticeTemplateProblems(source: unknown): string[] {
  const problems: string[] = [];
  for (const language of ['zh-CN', 'en']) {
    const words = (source as Record<string, Record<string, unknown> | undefined> | null)?.[language];
    if (words === undefined) {
      problems.push(`${language} is missing`);
      continue;
    }
    for (const member of MEMBERS) {
      const text = words[member];
      if (typeof text !== 'string' || text === '') problems.push(`${language}.${member} is missing`);
      else
        for (const name of NEEDED[member] ?? [])
          if (!text.includes(`{${name}}`)) problems.push(`${language}.${member} does not say {${name}}`);
    }
    const change = words['change'] as Record<string, unknown> | undefined;
    for (const member of CHANGES)
      if (typeof change?.[member] !== 'string') problems.push(`${language}.change.${member} is missing`);
    const measures = words['measures'] as Record<string, unknown> | undefined;
    for (const m of MEASURES) {
      if (typeof measures?.[m] !== 'string') problems.push(`${language}.measures.${m} is missing`);
      const announced = (words['announced'] as Record<string, unknown> | undefined)?.[m];
      if (typeof announced !== 'string') problems.push(`${language}.announced.${m} is missing`);
    }
  }
  return problems;
}
