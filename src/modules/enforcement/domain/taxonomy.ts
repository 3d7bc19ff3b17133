import { digestOf, sha256Hex } from '../../../kernel/canonical-json.js';
import { isPeriod, type Period } from '../../../kernel/period.js';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The seven measures of clause 7.1, in its order. */
export const MEASURES = [
  'warning',
  'rectification',
  'feature_restriction',
  'suspension',
  'closure',
  'reregistration_ban',
  'content_removal',
] as const;
export type Measure = (typeof MEASURES)[number];

/** One item that can be violated. */
export interface Clause {
  readonly ref: string;
  readonly zh: string;
  readonly en: string;
  readonly text: string;
  readonly matter: string;
  readonly severity: Severity;
  readonly priority: number;
  readonly sla: Period;
  readonly ladder: string;
  readonly fraud: boolean;
  /** For fraud: what whoever objects has to submit, told with every measure (反电信网络诈骗法 32(3)). */
  readonly materials: { readonly zh: string; readonly en: string } | null;
  readonly reportWithin: Period | null;
  /** SHA-256 of the text: what a decision pins. */
  readonly textDigest: string;
}

export interface LadderStep {
  /** Live strikes, this decision's included, from which the step applies. */
  readonly from: number;
  readonly measure: Measure;
  readonly period: Period | null;
}

export interface Ladder {
  readonly name: string;
  readonly strikes: number;
  readonly steps: readonly LadderStep[];
}

export type BanTerms = Readonly<Record<Severity, Period>>;

export interface TaxonomyVersion {
  readonly agreementVersion: string;
  readonly measuresClause: string;
  readonly clauses: ReadonlyMap<string, Clause>;
}

export interface Taxonomy {
  readonly documentId: string;
  readonly strikeLife: Period;
  readonly ladders: ReadonlyMap<string, Ladder>;
  /** How long a ban on re-registration is by gravity. */
  readonly banTerms: BanTerms;
  /** Oldest first. */
  readonly versions: readonly TaxonomyVersion[];
  /** What a decision pins. */
  readonly digest: string;
}

export type TaxonomyReading =
  { readonly ok: true; readonly taxonomy: Taxonomy } | { readonly ok: false; readonly problems: readonly string[] };

type Tree = Readonly<Record<string, unknown>>;
const isTree = (v: unknown): v is Tree => typeof v === 'object' && v !== null && !Array.isArray(v);
const trees = (v: unknown): Tree[] => (Array.isArray(v) ? v.filter(isTree) : []);
const textOf = (v: unknown): string => (typeof v === 'string' ? v : '');

/** Reads `violations.yaml`; names every problem at once. */
export function readTaxonomy(source: unknown): TaxonomyReading {
  const problems: string[] = [];
  const tree = isTree(source) ? source : {};
  const ladders = readLadders(isTree(tree['ladders']) ? tree['ladders'] : {}, problems);
  const versions = trees(tree['versions']).map((version) => readVersion(version, ladders, problems));
  const banTerms = readBanTerms(tree['banTerms'], problems);
  const strikeLife = textOf(tree['strikeLife']);
  if (!isPeriod(strikeLife)) problems.push('strikeLife is not an ISO 8601 period');
  if (textOf(tree['documentId']) === '') problems.push('documentId is missing');
  if (versions.length === 0) problems.push('there is no version');
  if (problems.length > 0) return { ok: false, problems };
  const sorted = [...versions].sort((a, b) => (a.agreementVersion < b.agreementVersion ? -1 : 1));
  return {
    ok: true,
    taxonomy: {
      documentId: textOf(tree['documentId']),
      strikeLife,
      ladders,
      banTerms,
      versions: sorted,
      digest: digestOf(source),
    },
  };
}

function readLadders(source: Tree, problems: string[]): Map<string, Ladder> {
  const ladders = new Map<string, Ladder>();
  for (const [name, value] of Object.entries(source)) {
    const strikes = isTree(value) ? Number(value['strikes']) : NaN;
    const steps = trees(isTree(value) ? value['steps'] : []).map((step) => ({
      from: Number(step['from']),
      measure: step['measure'] as Measure,
      period: step['period'] === undefined ? null : textOf(step['period']),
    }));
    if (!Number.isInteger(strikes) || strikes < 0) problems.push(`ladder ${name}: strikes is not a number`);
    if (steps[0]?.from !== 0) problems.push(`ladder ${name}: the first step must begin at 0`);
    steps.forEach((step, i) => {
      if (!MEASURES.includes(step.measure)) problems.push(`ladder ${name}: unknown measure ${String(step.measure)}`);
      if (step.period !== null && !isPeriod(step.period))
        problems.push(`ladder ${name}: ${step.period} is not a period`);
      const before = steps[i - 1];
      if (before !== undefined && !(step.from > before.from)) problems.push(`ladder ${name}: steps must ascend`);
    });
    ladders.set(name, { name, strikes, steps });
  }
  return ladders;
}

function readBanTerms(source: unknown, problems: string[]): BanTerms {
  const terms = isTree(source) ? source : {};
  const known: readonly string[] = SEVERITIES;
  for (const name of Object.keys(terms)) if (!known.includes(name)) problems.push(`banTerms: unknown severity ${name}`);
  const read = SEVERITIES.map((severity): [Severity, Period] => {
    const term = textOf(terms[severity]);
    if (!isPeriod(term)) problems.push(`banTerms: ${severity} has no period`);
    return [severity, term];
  });
  return Object.fromEntries(read) as BanTerms;
}

/** The term for the gravest of the clauses. */
export function banTermOf(clauses: readonly Clause[], terms: BanTerms): Period {
  const gravest = SEVERITIES.findLast((severity) => clauses.some((c) => c.severity === severity));
  return terms[gravest ?? SEVERITIES[0]];
}

function readVersion(source: Tree, ladders: ReadonlyMap<string, Ladder>, problems: string[]): TaxonomyVersion {
  const agreementVersion = textOf(source['agreementVersion']);
  const clauses = new Map<string, Clause>();
  for (const item of trees(source['clauses'])) {
    const clause = readClause(item);
    const where = `${agreementVersion} ${clause.ref}`;
    if (!/^\d+\.\d+(\(\d+\))?$/.test(clause.ref)) problems.push(`${where}: ref is not a clause number`);
    if (clauses.has(clause.ref)) problems.push(`${where} stands twice`);
    if (clause.zh === '' || clause.en === '' || clause.text === '') problems.push(`${where}: label or text is missing`);
    if (!SEVERITIES.includes(clause.severity)) problems.push(`${where}: unknown severity`);
    if (!(clause.priority >= 0 && clause.priority <= 100)) problems.push(`${where}: priority is not 0 to 100`);
    if (!isPeriod(clause.sla)) problems.push(`${where}: sla is not a period`);
    if (clause.reportWithin !== null && !isPeriod(clause.reportWithin))
      problems.push(`${where}: reportWithin is not a period`);
    if (clause.fraud && clause.materials === null) problems.push(`${where}: fraud, and no materials in zh and en`);
    if (!ladders.has(clause.ladder)) problems.push(`${where}: unknown ladder ${clause.ladder}`);
    clauses.set(clause.ref, clause);
  }
  if (agreementVersion === '') problems.push('a version has no agreementVersion');
  return { agreementVersion, measuresClause: textOf(source['measuresClause']) || '7.1', clauses };
}

const readClause = (item: Tree): Clause => ({
  ref: textOf(item['ref']),
  zh: textOf(item['zh']),
  en: textOf(item['en']),
  text: textOf(item['text']),
  matter: textOf(item['matter']),
  severity: item['severity'] as Severity,
  priority: Number(item['priority']),
  sla: textOf(item['sla']),
  ladder: textOf(item['ladder']),
  fraud: item['fraud'] === true,
  materials: materialsOf(item['materials']),
  reportWithin: item['reportWithin'] === undefined ? null : textOf(item['reportWithin']),
  textDigest: sha256Hex(textOf(item['text'])),
});

function materialsOf(source: unknown): Clause['materials'] {
  const [zh, en] = isTree(source) ? [textOf(source['zh']), textOf(source['en'])] : ['', ''];
  return zh === '' || en === '' ? null : { zh, en };
}

/** The taxonomy of an agreement version, or of the newest one that is not younger. */
export function versionFor(taxonomy: Taxonomy, agreementVersion: string | undefined): TaxonomyVersion {
  const fitting = taxonomy.versions.filter(
    (v) => agreementVersion === undefined || v.agreementVersion <= agreementVersion,
  );
  const found = fitting.at(-1) ?? taxonomy.versions[0];
  if (found === undefined) throw new Error('a taxonomy has at least one version');
  return found;
}
