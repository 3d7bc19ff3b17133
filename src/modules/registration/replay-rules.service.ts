import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { type Period, subtractPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { type Policy, readPolicy } from './domain/policy.js';
import { type RecordedAttempt, replay, type ReplayResult } from './domain/replay.js';
import { NumberPlaces } from './number-places.js';
import { type KeptAttempt, RulesStore } from './rules.store.js';

const PAGE = 5_000;

/** Tries a changed policy on what was recorded, before anybody is judged by it. Changes nothing. */
@Injectable()
export class ReplayRulesService {
  constructor(
    private readonly store: RulesStore,
    private readonly numberPlaces: NumberPlaces,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /**
   * @param source the policy as parsed YAML
   * @throws PolicyUnreadable naming every problem of the policy
   */
  async replay(
    source: unknown,
    since: Period,
    onProgress: (attempts: number) => void = () => undefined,
  ): Promise<ReplayResult> {
    const policy = policyOf(source);
    const from = subtractPeriod(this.clock.now(), since);
    const attempts: RecordedAttempt[] = [];
    for (let last: KeptAttempt | undefined; ;) {
      const page = await this.store.attemptsSince(this.transactor.reader, from, last, PAGE);
      attempts.push(...page.map((kept) => this.opened(kept)));
      onProgress(attempts.length);
      last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
    }
    return replay(policy, attempts, await this.store.policiesSince(this.transactor.reader, from));
  }

  private opened({ keys: { places = [], ...keys }, ...attempt }: KeptAttempt): RecordedAttempt {
    const open = places.map((place) => this.numberPlaces.open(place)).filter((place) => place !== undefined);
    return { ...attempt, keys, ...(open.length === 0 ? {} : { places: open }) };
  }
}

/** Names every problem of the text, so that it is mended in one go. */
export class PolicyUnreadable extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the policy does not read:\n  ${problems.join('\n  ')}`);
    this.name = 'PolicyUnreadable';
  }
}

function policyOf(source: unknown): Policy {
  const reading = readPolicy(source);
  if (!reading.ok) throw new PolicyUnreadable(reading.problems);
  return reading.policy;
}
