import { sha256Hex } from '../../../kernel/canonical-json.js';

/** Conditions an operator may require; all named ones must hold. */
export const AUTO_APPROVAL_CONDITIONS = [
  'no_obstacle',
  'no_hold',
  'no_open_case',
  'not_sanctioned',
  'adult',
  'own_request',
] as const;
export type AutoApprovalCondition = (typeof AUTO_APPROVAL_CONDITIONS)[number];

export type AutoApprovalFacts = Readonly<Record<AutoApprovalCondition, boolean>>;

export interface AutoApprovalPolicy {
  readonly enabled: boolean;
  readonly conditions: readonly AutoApprovalCondition[];
  /** Share of otherwise automatic ones that a person looks at, 0–100. */
  readonly samplePercent: number;
}

export interface AutoApproval {
  readonly approve: boolean;
  readonly sampled: boolean;
  /** Every condition with its outcome, never only the first that failed; stands in the decision (PIPL 24(3)). */
  readonly conditions: readonly { readonly condition: AutoApprovalCondition; readonly met: boolean }[];
}

export function autoApproval(policy: AutoApprovalPolicy, facts: AutoApprovalFacts, requestId: string): AutoApproval {
  const conditions = policy.conditions.map((condition) => ({ condition, met: facts[condition] }));
  const sampled = isSampled(requestId, policy.samplePercent);
  // No condition at all is a configuration somebody forgot to write, not consent to everything.
  const met = conditions.length > 0 && conditions.every((c) => c.met);
  return { approve: policy.enabled && met && !sampled, sampled, conditions };
}

/** The same request is always in or always out, and nobody can steer it by applying twice. */
const isSampled = (requestId: string, percent: number): boolean =>
  Number.parseInt(sha256Hex(requestId).slice(0, 8), 16) % 100 < percent;
