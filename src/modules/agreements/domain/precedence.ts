import type { AgreementVersion, DocumentDefinition } from './agreement.js';

export interface Governing {
  readonly governs: AgreementVersion;
  /** Other texts that speak to the topic and stand back where they conflict. */
  readonly yields: readonly AgreementVersion[];
  readonly because: 'only_text' | 'specific_prevails' | 'precedence';
}

const speaksTo = (topics: readonly string[], topic: string): boolean =>
  topics.includes(topic) || topics.includes('*') || topics.some((t) => topic.startsWith(`${t}.`));

/** Exact topic before wider topic before everything. */
const nearness = (topics: readonly string[], topic: string): number =>
  topics.includes(topic) ? 2 : topics.some((t) => topic.startsWith(`${t}.`)) ? 1 : 0;

/**
 * AGR-3: which accepted text governs `topic`. Where texts conflict the specific agreement prevails over the general
 * (preamble); among specific ones the higher precedence, then the one that names the topic more closely.
 * @param accepted the newest accepted version in effect of each document
 */
export function governing(
  topic: string,
  accepted: readonly AgreementVersion[],
  documents: readonly DocumentDefinition[],
): Governing | undefined {
  const definition = (v: AgreementVersion): DocumentDefinition | undefined =>
    documents.find((d) => d.id === v.documentId);
  const isSpecific = (v: AgreementVersion): boolean => definition(v)?.kind === 'specific';
  const rank = (v: AgreementVersion): [number, number, number] => [
    isSpecific(v) ? 1 : 0,
    definition(v)?.precedence ?? 0,
    nearness(v.topics, topic),
  ];
  const candidates = accepted
    .filter((v) => speaksTo(v.topics, topic))
    .sort((a, b) => compare(rank(b), rank(a)) || (a.documentId < b.documentId ? -1 : 1));
  const [governs, ...yields] = candidates;
  if (governs === undefined) return undefined;
  const overGeneral = isSpecific(governs) && yields.some((v) => !isSpecific(v));
  return {
    governs,
    yields,
    because: yields.length === 0 ? 'only_text' : overGeneral ? 'specific_prevails' : 'precedence',
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
