import type { PlannedMeasure } from './actions.js';
import type { Suggestion } from './ladder.js';
import type { Notice } from './notice.js';
import type { Clause } from './taxonomy.js';

export const SOURCES = ['report', 'own_motion', 'authority', 'automated'] as const;
export type Source = (typeof SOURCES)[number];

export const AUTOMATION = ['none', 'partial', 'full'] as const;

/** What the moderator writes. */
export interface StatementInput {
  readonly facts: string;
  /** In the person's language: why these facts break this clause. A number plus a label is a reference, not a reason. */
  readonly explanation: string;
  readonly automatedDetection: boolean;
  readonly automatedDecision: (typeof AUTOMATION)[number];
  readonly law?: readonly { readonly instrument: string; readonly article: string; readonly explanation: string }[];
  readonly requiredMaterials?: string;
  readonly priorWarning?: string;
  readonly proportionality?: string;
  readonly territory?: string;
}

export interface StatementFacts {
  readonly measures: readonly PlannedMeasure[];
  readonly source: Source;
  readonly clauses: readonly Clause[];
  readonly agreement: { readonly documentId: string; readonly version: string };
  readonly measuresClause: string;
  readonly notice: Notice;
  readonly appealUntil: Date;
  readonly decidedByRole: string;
  /** Null where nobody had to agree, or has not yet. */
  readonly approvedByRole: string | null;
  /** The newest warning that the person was given and that still stands. */
  readonly priorWarning: { readonly reference: string; readonly givenAt: Date } | undefined;
  readonly fourEyes: readonly string[];
  readonly suggestion: Suggestion | undefined;
  readonly deviationReason: string | null;
  readonly evidence: readonly string[];
  readonly language: string;
  readonly issuedAt: Date;
  readonly reference: string;
}

/** The statement of reasons (docs: provability; DSA 17(3) and 反诈法 32(3) united). Written once, disclosed or not, never rewritten. */
export function statementOf(input: StatementInput, f: StatementFacts): Record<string, unknown> {
  return {
    reference: f.reference,
    issuedAt: f.issuedAt.toISOString(),
    language: f.language,
    measures: f.measures.map((m) => ({
      measure: m.type,
      scope: m.features.length > 0 ? m.features : m.contents.length > 0 ? m.contents.map((c) => c.ref) : ['account'],
      territory: input.territory ?? 'worldwide',
      startsAt: m.startsAt.toISOString(),
      endsAt: m.endsAt?.toISOString() ?? null,
      reviewAt: m.reviewAt?.toISOString() ?? null,
      ...(m.openEndedReason === null ? {} : { openEndedReason: m.openEndedReason }),
      ...(m.instructions === null ? {} : { instructions: m.instructions }),
    })),
    facts: input.facts,
    evidence: f.evidence,
    source: f.source,
    automatedDetection: input.automatedDetection,
    automatedDecision: input.automatedDecision,
    clauses: f.clauses.map((c) => ({
      ref: c.ref,
      label: f.language === 'en' ? c.en : c.zh,
      documentId: f.agreement.documentId,
      agreementVersion: f.agreement.version,
      textDigest: c.textDigest,
    })),
    measuresClause: f.measuresClause,
    law: input.law ?? [],
    explanation: input.explanation,
    redress: {
      appealUntil: f.appealUntil.toISOString(),
      where: '/v1/appeals',
      other: ['regulator', 'court'],
      ...materials(input, f),
    },
    ...priorWarning(input, f),
    ...(input.proportionality === undefined ? {} : { proportionality: input.proportionality }),
    notice: {
      choice: f.notice.choice,
      reason: f.notice.reason ?? null,
      until: f.notice.until?.toISOString() ?? null,
      authorityReference: f.notice.authorityReference ?? null,
    },
    decidedByRole: f.decidedByRole,
    approvedByRole: f.approvedByRole,
    fourEyes: f.fourEyes,
    ladder: f.suggestion === undefined ? null : { ...f.suggestion },
    deviationReason: f.deviationReason,
  };
}

/** In the moderator's words, or for fraud in the operator's: it is always told (反电信网络诈骗法 32(3)). */
function materials(input: StatementInput, f: StatementFacts): { requiredMaterials?: string } {
  const own = input.requiredMaterials?.trim() ?? '';
  const given = f.clauses.flatMap((c) =>
    c.fraud && c.materials ? [c.materials[f.language === 'en' ? 'en' : 'zh']] : [],
  );
  const said = own === '' ? [...new Set(given)].join('\n') : own;
  return said === '' ? {} : { requiredMaterials: said };
}

/** A suspension refers to the warning before it (DSA 23). */
function priorWarning(input: StatementInput, f: StatementFacts): object {
  if (input.priorWarning !== undefined) return { priorWarning: { text: input.priorWarning } };
  if (f.priorWarning === undefined || !f.measures.some((m) => m.type === 'suspension')) return {};
  return { priorWarning: { reference: f.priorWarning.reference, givenAt: f.priorWarning.givenAt.toISOString() } };
}

export interface Issue {
  readonly issuedAt: Date;
  readonly appealUntil: Date;
  readonly approvedByRole: string;
  readonly measures: readonly { readonly type: string; readonly startsAt: Date; readonly endsAt: Date | null }[];
}

/** What was proposed, as it is given once a second person has agreed: measures begin then, and the time to appeal does. */
export function issued(proposed: Readonly<Record<string, unknown>>, issue: Issue): Record<string, unknown> {
  const measures = (proposed['measures'] as Record<string, unknown>[]).map((m) => {
    const now = issue.measures.find((each) => each.type === m['measure']);
    return now === undefined
      ? m
      : { ...m, startsAt: now.startsAt.toISOString(), endsAt: now.endsAt?.toISOString() ?? null };
  });
  const redress = { ...(proposed['redress'] as object), appealUntil: issue.appealUntil.toISOString() };
  return {
    ...proposed,
    issuedAt: issue.issuedAt.toISOString(),
    measures,
    redress,
    approvedByRole: issue.approvedByRole,
  };
}

export interface Extension {
  readonly reference: string;
  readonly issuedAt: Date;
  readonly sanction: { readonly id: string; readonly type: string; readonly decisionId: string };
  readonly endedAt: Date;
  readonly endsAt: Date;
  readonly explanation: string;
  readonly appealUntil: Date;
  readonly decidedByRole: string;
}

/**
 * The statement of reasons for a measure that is made longer (DSA 17): what the first one said of facts, clauses and law, the
 * new end, why, and a time to appeal of its own. Nobody had to agree, and no ladder was asked.
 */
export function extendedStatement(first: Readonly<Record<string, unknown>>, e: Extension): Record<string, unknown> {
  const measures = (first['measures'] as Record<string, unknown>[]).filter((m) => m['measure'] === e.sanction.type);
  return {
    ...first,
    reference: e.reference,
    issuedAt: e.issuedAt.toISOString(),
    extends: { decisionId: e.sanction.decisionId, sanctionId: e.sanction.id, endsAt: e.endedAt.toISOString() },
    measures: measures.map((m) => ({ ...m, endsAt: e.endsAt.toISOString() })),
    automatedDecision: 'none',
    explanation: e.explanation,
    redress: { ...(first['redress'] as object), appealUntil: e.appealUntil.toISOString() },
    notice: { choice: 'given', reason: null, until: null, authorityReference: null },
    decidedByRole: e.decidedByRole,
    approvedByRole: null,
    fourEyes: [],
    ladder: null,
    deviationReason: null,
  };
}

/** Suspended again, and not a word on number, share, gravity and intention (DSA 23). */
export function proportionalityMissing(
  input: StatementInput,
  measures: readonly PlannedMeasure[],
  suggestion: Suggestion | undefined,
): boolean {
  const again = (suggestion?.strikesBefore ?? 0) > 0 && measures.some((m) => m.type === 'suspension');
  return again && (input.proportionality ?? '').trim() === '';
}

/** What the person reads of it: never who decided, never who reported, never the inner reckoning of notice. */
export function disclosed(statement: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { evidence: _evidence, ladder: _ladder, deviationReason: _reason, notice: _notice, ...shown } = statement;
  return shown;
}
