import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { type Period, periodMs } from '../../kernel/period.js';
import { BlindIndex } from '../crypto/blind-index.js';
import { HTTP_ERRORS } from '../http/http.errors.js';
import { type Count, type Counted, LimitStore } from './limit-store.js';
import { LIMIT_ERRORS } from './limits.errors.js';

/** At most `limit` in `window` for each `key` of `bucket`. */
export interface LimitSpec {
  /** What is limited, e.g. `registration.code`; appears in headers and problem documents. */
  readonly bucket: string;
  /** Whom it is limited for: a number, an address, an account. Only its keyed digest is stored. */
  readonly key: string;
  readonly limit: number;
  readonly window: Period;
  readonly cost?: number;
  /**
   * When no store answers. `refuse` (the default) for whatever costs money or guards a secret; `allow` only where
   * letting pass harms nobody.
   */
  readonly whenStoreFails?: 'refuse' | 'allow';
}

export interface LimitResult {
  readonly bucket: string;
  readonly allowed: boolean;
  readonly limit: number;
  /** How much of `limit` is left after this. */
  readonly remaining: number;
  /** Everything counted in the window, refused ones included. */
  readonly points: number;
  readonly windowSeconds: number;
  readonly resetSeconds: number;
}

type Taken = Count & { readonly windowEndsAt: Date };

/**
 * Rate limits, exact under concurrency on every store. Call it before opening a transaction, never inside one: it commits
 * on its own, and holding one connection while waiting for a second is how a pool starves.
 */
@Injectable()
export class Limits {
  constructor(
    private readonly store: LimitStore,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one use against every limit given; it is counted in all or, when one refuses, in that one only, so that a
   * caller who is over their own limit cannot burn somebody else's (attack row 13).
   * @throws DomainError too_many_requests with what `RateLimit` and `Retry-After` say
   */
  async consume(...specs: LimitSpec[]): Promise<LimitResult[]> {
    const results = await this.check(...specs);
    const tightest = results.filter((r) => !r.allowed).sort((a, b) => b.resetSeconds - a.resetSeconds)[0];
    if (tightest !== undefined) throw tooManyRequests(tightest);
    return results;
  }

  /** As `consume`, but answers instead of refusing: for rules that decide on their own. */
  async check(...specs: LimitSpec[]): Promise<LimitResult[]> {
    if (specs.length === 0) return [];
    const now = this.clock.now();
    const counts = specs.map((spec) => this.countOf(spec));
    const counted = await this.add(specs, counts, now);
    if (counted === undefined) return specs.map((spec) => resultOf(spec, undefined, now));
    const results = specs.map((spec, i) => resultOf(spec, counted[i], now));
    if (results.some((r) => !r.allowed)) {
      await this.takeBack(counts.flatMap((c, i) => (results[i]?.allowed ? [taken(c, counted[i])] : [])));
    }
    return results;
  }

  /** The use turned out to be none that should count, e.g. the code was right. */
  async giveBack(...specs: LimitSpec[]): Promise<void> {
    const now = this.clock.now();
    const counts = specs.map((spec) => this.countOf(spec));
    // Adding nothing tells which window runs.
    const counted = await this.store.add(
      counts.map((c) => ({ ...c, cost: 0 })),
      now,
    );
    await this.takeBack(counts.map((c, i) => taken(c, counted[i])));
  }

  /** Forgets what was counted. */
  async reset(...specs: Pick<LimitSpec, 'bucket' | 'key'>[]): Promise<void> {
    await this.store.reset(specs.map((spec) => this.digestOf(spec)));
  }

  private async add(specs: LimitSpec[], counts: Count[], now: Date): Promise<Counted[] | undefined> {
    try {
      return await this.store.add(counts, now);
    } catch (cause) {
      if (specs.every((spec) => spec.whenStoreFails === 'allow')) return undefined;
      throw new DomainError(HTTP_ERRORS.temporarily_unavailable, { retryAfterSeconds: 5, cause });
    }
  }

  private async takeBack(counts: Taken[]): Promise<void> {
    if (counts.length > 0) await this.store.takeBack(counts);
  }

  private countOf(spec: LimitSpec): Count {
    const windowMs = periodMs(spec.window);
    const cost = spec.cost ?? 1;
    if (!Number.isSafeInteger(cost) || cost < 1 || spec.limit < 0 || windowMs < 1) {
      throw new RangeError(`limit ${spec.bucket}: cost, limit and window must be positive`);
    }
    return { key: this.digestOf(spec), cost, windowMs };
  }

  private digestOf({ bucket, key }: Pick<LimitSpec, 'bucket' | 'key'>): string {
    return this.index.of('limit', `${bucket}\n${key}`);
  }
}

function taken(count: Count, counted: Counted | undefined): Taken {
  if (counted === undefined) throw new Error('a limit was not counted');
  return { ...count, windowEndsAt: counted.windowEndsAt };
}

/** @param counted undefined when no store answered and the limit is one that lets pass */
export function resultOf(spec: LimitSpec, counted: Counted | undefined, now: Date): LimitResult {
  const windowMs = periodMs(spec.window);
  const points = counted?.points ?? 0;
  const resetMs = counted === undefined ? windowMs : counted.windowEndsAt.getTime() - now.getTime();
  return {
    bucket: spec.bucket,
    allowed: points <= spec.limit,
    limit: spec.limit,
    remaining: Math.max(0, spec.limit - points),
    points,
    windowSeconds: Math.ceil(windowMs / 1000),
    resetSeconds: Math.max(1, Math.ceil(resetMs / 1000)),
  };
}

/** 429 with the facts that the problem filter turns into `RateLimit`, `RateLimit-Policy` and `Retry-After`. */
export function tooManyRequests(result: LimitResult): DomainError {
  const { bucket, limit, remaining, windowSeconds, resetSeconds } = result;
  return new DomainError(LIMIT_ERRORS.too_many_requests, {
    retryAfterSeconds: resetSeconds,
    rateLimit: { bucket, limit, remaining, windowSeconds, resetSeconds },
  });
}
