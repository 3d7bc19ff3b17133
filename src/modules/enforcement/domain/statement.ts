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
      ...(input.requiredMaterials === undefined ? {} : { requiredMaterials: input.requiredMaterials }),
    },
    ...(input.priorWarning === undefined ? {} : { priorWarning: input.priorWarning }),
    ...(input.proportionality === undefined ? {} : { proportionality: input.proportionality }),
    notice: {
      choice: f.notice.choice,
      reason: f.notice.reason ?? null,
      until: f.notice.until?.toISOString() ?? null,
      authorityReference: f.notice.authorityReference ?? null,
    },
    decidedByRole: f.decidedByRole,
    fourEyes: f.fourEyes,
    ladder: f.suggestion === undefined ? null : { ...f.suggestion },
    deviationReason: f.deviationReason,
  };
}

/** What the person reads of it: never who decided, never who reported, never the inner reckoning of notice. */
export function disclosed(statement: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { evidence: _evidence, ladder: _ladder, deviationReason: _reason, notice: _notice, ...shown } = statement;
  return shown;
}
