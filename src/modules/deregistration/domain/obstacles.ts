/**
 * What a participant may report as standing in the way (DER-1). The list is closed in code: "none is unreasonable"
 * (网络数据安全管理条例 23) cannot be configured away. An open case is not on it: it decides what is retained.
 */
export const OBLIGATION_KINDS = ['unpaid_balance', 'running_subscription', 'open_order', 'unused_credit'] as const;
export type ObligationKind = (typeof OBLIGATION_KINDS)[number];

/** Credit that would be lost is pointed out, not held against anybody. */
const BLOCKING: ReadonlySet<ObligationKind> = new Set(['unpaid_balance', 'running_subscription', 'open_order']);

export interface Obligation {
  readonly participant: string;
  readonly kind: ObligationKind;
  /** The participant's own name for it; opaque to us. */
  readonly reference: string;
  readonly howToClear: { readonly zh: string; readonly en: string };
  readonly reportedAt: Date;
}

export interface Obstacle extends Obligation {
  readonly blocking: boolean;
  /** A report that its participant did not repeat for this long no longer blocks: silence is not an obstacle. */
  readonly stale: boolean;
}

export function obstaclesOf(obligations: readonly Obligation[], now: Date, freshnessMs: number): Obstacle[] {
  return obligations.map((o) => {
    const stale = now.getTime() - o.reportedAt.getTime() > freshnessMs;
    return { ...o, stale, blocking: BLOCKING.has(o.kind) && !stale };
  });
}

export const blocks = (obstacles: readonly Obstacle[]): boolean => obstacles.some((o) => o.blocking);
