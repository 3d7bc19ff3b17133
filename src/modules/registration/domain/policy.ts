import { digestOf } from '../../../kernel/canonical-json.js';
import { isPeriod, periodMs } from '../../../kernel/period.js';

/** What a rule says should happen. The strictest of the rules that fire wins. */
export const OUTCOMES = ['allow', 'challenge', 'review', 'refuse'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * When a rule is looked at. `start`: before anything is known about the number, so the answer may be given at once.
 * `proof`: after the person has proven the number, so that what depends on it is told to its holder only (invariant 12).
 */
export const STAGES = ['start', 'proof'] as const;
export type Stage = (typeof STAGES)[number];

/** Over what attempts are counted. `block`: the hundred neighbouring numbers, which is what a bought run of SIMs fills. */
export const SCOPES = ['number', 'ip', 'subnet', 'device', 'block', 'subnet_block'] as const;
export type Scope = (typeof SCOPES)[number];

/** What comes near a banned person may be somebody else: a family's tablet, a number that changed hands. */
const NEAR_KINDS = ['device', 'past_number', 'subnet_and_name'] as const;
export const BARRED_KINDS = ['number', 'third_party', ...NEAR_KINDS] as const;
export type BarredKind = (typeof BARRED_KINDS)[number];

export type Condition =
  /** More than `limit` attempts in `window`. */
  | { readonly kind: 'attempts'; readonly per: Scope }
  /** More than `limit` different numbers in `window`. */
  | { readonly kind: 'numbers'; readonly per: Exclude<Scope, 'number'> }
  /** More than `limit` codes answered in `window`, each within `within` of its start: no hand is that quick so often. */
  | { readonly kind: 'quick_answers'; readonly per: Exclude<Scope, 'number'>; readonly within: string }
  /** A run of more than `limit` numbers in `window`: n, n+s, n+2s … with a stride of at most `maxStride`, in any order. */
  | { readonly kind: 'run'; readonly maxStride: number }
  | { readonly kind: 'segment'; readonly in: readonly string[] }
  | { readonly kind: 'country'; readonly notIn: readonly string[] }
  | { readonly kind: 'age'; readonly below?: number; readonly above?: number }
  | { readonly kind: 'display_name'; readonly resembles: readonly NameList[] }
  | { readonly kind: 'barred'; readonly identifier: BarredKind }
  | { readonly kind: 'network'; readonly in: readonly string[] };

export const NAME_LISTS = ['staff', 'platform', 'protected'] as const;
export type NameList = (typeof NAME_LISTS)[number];

export interface Rule {
  readonly id: string;
  /** Clause of the agreement that the rule carries out. */
  readonly clause: string;
  readonly stage: Stage;
  readonly when: Condition;
  readonly window?: string;
  readonly limit?: number;
  readonly outcome: Outcome;
}

export interface Policy {
  readonly version: string;
  readonly rules: readonly Rule[];
  /** Named number prefixes (E.164): virtual operators, disposable numbers. */
  readonly segments: Readonly<Record<string, readonly string[]>>;
  /** Names that nobody may pose as. */
  readonly names: Readonly<Record<NameList, readonly string[]>>;
  /** SHA-256 of the canonical form; pinned on every decision taken under it. */
  readonly digest: string;
}

export type PolicyReading =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a policy out of parsed YAML and names every problem in it, so that an operator mends it in one go. */
export function readPolicy(source: unknown): PolicyReading {
  const problems: string[] = [];
  const tree = asRecord(source);
  if (tree === undefined) return { ok: false, problems: ['the policy must be a map'] };
  for (const key of Object.keys(tree)) {
    if (!['version', 'rules', 'segments', 'names'].includes(key)) problems.push(`unknown key ${key}`);
  }
  const version = typeof tree['version'] === 'string' && tree['version'] !== '' ? tree['version'] : undefined;
  if (version === undefined) problems.push('version must be text');
  const segments = readLists('segments', tree['segments'], /^\+\d{1,12}$/, problems);
  const names = readLists('names', tree['names'], /\S/, problems);
  for (const key of Object.keys(names))
    if (!isOneOf(NAME_LISTS, key)) problems.push(`names.${key} is not a known list`);
  const sources = Array.isArray(tree['rules']) ? (tree['rules'] as unknown[]) : [];
  if (sources.length === 0) problems.push('rules must be a list that is not empty');
  const rules = sources
    .map((rule, index) => readRule(rule, index, segments, problems))
    .filter((rule) => rule !== undefined);
  const ids = rules.map((rule) => rule.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
    problems.push(`rule id ${id} is used twice`);
  if (problems.length > 0 || version === undefined) return { ok: false, problems };
  const content = { version, rules, segments, names: { staff: [], platform: [], protected: [], ...names } };
  return { ok: true, policy: { ...content, digest: digestOf(content) } };
}

const COUNTS_MEMBERS = ['attempts', 'numbers', 'quick_answers'];
const COUNTING = [...COUNTS_MEMBERS, 'run'];
/** Wide enough for every tenth and hundredth number; a run of a handful still lies in half a stretch. */
const WIDEST_STRIDE = 100;

/** True for the conditions that need a counter. */
export const isCounting = (rule: Rule): rule is CountingRule => COUNTS_MEMBERS.includes(rule.when.kind);

/** True for kinds of condition that time alone undoes: whoever waits for the window is counted anew. */
export const passesWithTime = (condition: string): boolean => COUNTING.includes(condition);

export type CountingRule = Rule & {
  readonly when: Extract<Condition, { kind: 'attempts' | 'numbers' | 'quick_answers' }>;
  readonly window: string;
  readonly limit: number;
};

export type RunRule = Rule & {
  readonly when: Extract<Condition, { kind: 'run' }>;
  readonly window: string;
  readonly limit: number;
};

type Tree = Record<string, unknown>;

function readRule(source: unknown, index: number, segments: Tree, problems: string[]): Rule | undefined {
  const tree = asRecord(source);
  const name = typeof tree?.['id'] === 'string' ? `rule ${tree['id']}` : `rules[${index}]`;
  const before = problems.length;
  const need = (fine: boolean, text: string): void => void (fine || problems.push(`${name}: ${text}`));
  if (tree === undefined) {
    problems.push(`${name}: must be a map`);
    return undefined;
  }
  const { id, clause, stage = 'start', when, window, limit, outcome, ...rest } = tree;
  for (const key of Object.keys(rest)) problems.push(`${name}: unknown key ${key}`);
  need(typeof id === 'string' && /^[a-z][a-z0-9-]*$/.test(id), 'id must be lower-case words joined by dashes');
  need(
    typeof clause === 'string' && /^\d(\.\d+)?(\(\d+\))?$/.test(clause),
    'clause must be a clause number such as 2.3(3)',
  );
  need(isOneOf(STAGES, stage), `stage must be one of ${STAGES.join(', ')}`);
  need(isOneOf(OUTCOMES, outcome), `outcome must be one of ${OUTCOMES.join(', ')}`);
  const condition = readCondition(asRecord(when), segments, need);
  const counts = condition !== undefined && COUNTING.includes(condition.kind);
  if (counts) {
    need(isPeriod(window) && periodMs(window) > 0, 'window must be an ISO 8601 duration');
    need(
      Number.isInteger(limit) && (limit as number) >= 0 && (limit as number) <= 1_000_000,
      'limit must be a whole number',
    );
  } else need(window === undefined && limit === undefined, 'window and limit belong to counting conditions only');
  if (stage === 'proof' && outcome === 'challenge')
    problems.push(`${name}: a challenge belongs to stage start: after the proof there is nothing left to slow down`);
  if (condition?.kind === 'quick_answers') need(stage === 'proof', 'quick_answers is known at stage proof only');
  if (condition?.kind === 'barred')
    need(stage === 'proof', 'barred must stand at stage proof: the answer is for the holder only');
  if (condition?.kind === 'barred' && isOneOf(NEAR_KINDS, condition.identifier))
    need(
      outcome !== 'refuse',
      `${condition.identifier} only comes near a banned person: a person looks, nobody is refused`,
    );
  return problems.length > before ? undefined : ({ ...tree, stage, when: condition } as unknown as Rule);
}

function readCondition(
  when: Tree | undefined,
  segments: Tree,
  need: (fine: boolean, text: string) => void,
): Condition | undefined {
  const kinds = Object.keys(when ?? {});
  const kind = kinds[0];
  need(kinds.length === 1, 'when must hold exactly one condition');
  if (when === undefined || kind === undefined || kinds.length !== 1) return undefined;
  const body = asRecord(when[kind]) ?? {};
  const texts = (key: string): string[] => {
    const list = body[key];
    const fine = Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string');
    need(fine, `${kind}.${key} must be a list of text`);
    return fine ? (list as string[]) : [];
  };
  const only = (...keys: string[]): void => {
    for (const key of Object.keys(body)) need(keys.includes(key), `${kind}: unknown key ${key}`);
  };
  switch (kind) {
    case 'attempts':
    case 'numbers':
    case 'quick_answers':
      only('per', ...(kind === 'quick_answers' ? ['within'] : []));
      need(
        isOneOf(SCOPES, body['per']) && (kind === 'attempts' || body['per'] !== 'number'),
        `${kind}.per is not a scope it can count`,
      );
      if (kind === 'quick_answers') need(isPeriod(body['within']), 'quick_answers.within must be an ISO 8601 duration');
      return { kind, ...body } as unknown as Condition;
    case 'run': {
      only('maxStride');
      const { maxStride } = body;
      const fine = Number.isInteger(maxStride) && Number(maxStride) >= 1 && Number(maxStride) <= WIDEST_STRIDE;
      need(fine, `run.maxStride must be a whole number from 1 to ${WIDEST_STRIDE}`);
      return { kind, maxStride: Number(maxStride) };
    }
    case 'segment':
      only('in');
      for (const segment of texts('in')) need(segment in segments, `segment ${segment} is not defined`);
      return { kind, in: texts('in') };
    case 'country':
      only('notIn');
      return { kind, notIn: texts('notIn') };
    case 'network':
      only('in');
      return { kind, in: texts('in') };
    case 'age':
      only('below', 'above');
      need(
        [body['below'], body['above']].some((v) => Number.isInteger(v)),
        'age needs below or above',
      );
      return { kind, ...body } as unknown as Condition;
    case 'display_name':
      only('resembles');
      for (const list of texts('resembles')) need(isOneOf(NAME_LISTS, list), `${list} is not a list of names`);
      return { kind, resembles: texts('resembles') as NameList[] };
    case 'barred':
      only('identifier');
      need(isOneOf(BARRED_KINDS, body['identifier']), `barred.identifier must be one of ${BARRED_KINDS.join(', ')}`);
      return { kind, identifier: body['identifier'] as BarredKind };
    default:
      need(false, `${kind} is not a condition`);
      return undefined;
  }
}

function readLists(name: string, source: unknown, item: RegExp, problems: string[]): Record<string, readonly string[]> {
  if (source === undefined) return {};
  const tree = asRecord(source);
  if (tree === undefined) problems.push(`${name} must be a map of lists`);
  const lists: Record<string, readonly string[]> = {};
  for (const [key, value] of Object.entries(tree ?? {})) {
    const fine = Array.isArray(value) && value.every((v) => typeof v === 'string' && item.test(v));
    if (fine) lists[key] = value as string[];
    else problems.push(`${name}.${key} must be a list of ${String(item)}`);
  }
  return lists;
}

const asRecord = (value: unknown): Tree | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : undefined;

const isOneOf = <T extends string>(list: readonly T[], value: unknown): value is T => list.includes(value as T);
