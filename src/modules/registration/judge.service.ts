import { BlockList, isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { ageOn } from '../../kernel/age.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { legalDay } from '../../kernel/period.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { AttemptCounters } from './attempt-counters.store.js';
import { resembles } from './domain/display-name.js';
import { evaluate, type Facts, networksOf, type Verdict } from './domain/evaluate.js';
import {
  type Attempt,
  marksOf,
  type Place,
  type Readings,
  readingsOf,
  type RecordedPlace,
  type ScopeKeys,
} from './domain/marks.js';
import { NAME_LISTS, type Policy, type Stage } from './domain/policy.js';
import { scopesOf } from './domain/scopes.js';
import { NumberPlaces } from './number-places.js';
import { RulesService } from './rules.service.js';
import type { StoredDecision } from './rules.store.js';

export interface Suspect {
  readonly registrationId: string;
  readonly stage: Stage;
  readonly phone?: string;
  /** The third-party account in place of a number (`thirdPartyValue`), once the provider has vouched for it. */
  readonly subject?: string;
  readonly region?: string;
  readonly birthDate: string;
  readonly displayName?: string;
  readonly deviceId?: string;
  readonly ip: string;
  /** From start to the answered code. */
  readonly elapsedMs?: number;
}

/** An attempt that has been counted: what is left to know is whether its identifiers are barred. */
export interface Counted {
  readonly policy: Policy;
  readonly suspect: Suspect;
  readonly keys: ScopeKeys;
  readonly places: readonly Place[];
  readonly readings: Readings;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly decision: StoredDecision;
}

const NOBODY_BARRED = { number: false, device: false } as const;

/** Applies the policy to one attempt. Counting commits on its own and comes first; judging is pure and may be in a transaction. */
@Injectable()
export class JudgeService {
  constructor(
    private readonly rules: RulesService,
    private readonly counters: AttemptCounters,
    private readonly blindIndex: BlindIndex,
    private readonly numberPlaces: NumberPlaces,
    private readonly clock: Clock,
  ) {}

  async count(given: Suspect): Promise<Counted> {
    const suspect = believed(given);
    const policy = await this.rules.current();
    const keys = this.keysOf(suspect);
    const { stage, registrationId: id, elapsedMs } = suspect;
    const places = suspect.phone === undefined ? [] : this.numberPlaces.of(suspect.phone);
    const attempt: Attempt = { stage, id, keys, places, ...(elapsedMs === undefined ? {} : { elapsedMs }) };
    const marks = marksOf(policy, attempt);
    const counted = marks.length === 0 ? [] : await this.counters.count(marks, this.clock.now());
    return { policy, suspect, keys, places, readings: readingsOf(policy, marks, counted) };
  }

  judge({ policy, suspect, keys, places, readings }: Counted, barred: Facts['barred'] = NOBODY_BARRED): Judgement {
    const now = this.clock.now();
    const facts: Omit<Facts, 'stage' | 'counts'> = {
      prefix: suspect.phone?.slice(0, -4) ?? '',
      ...(suspect.region === undefined ? {} : { country: suspect.region }),
      age: ageOn(suspect.birthDate, legalDay(now)),
      names: namesPosedAs(policy, suspect.displayName),
      networks: networksAround(policy, suspect.ip),
      barred,
      ...runsSeen(readings),
    };
    const verdict = evaluate(policy, { ...facts, stage: suspect.stage, counts: readings.counts });
    const decision: StoredDecision = {
      id: newId(),
      at: now,
      registrationId: suspect.registrationId,
      stage: suspect.stage,
      outcome: verdict.outcome,
      fired: verdict.fired,
      facts,
      keys: places.length === 0 ? keys : { ...keys, places: places.map(recorded) },
      elapsedMs: suspect.elapsedMs ?? null,
      policyVersion: policy.version,
      policyDigest: policy.digest,
    };
    return { verdict, decision };
  }

  /** Digests of a kind of their own each, so that what is kept about attempts cannot be joined with accounts. */
  private keysOf(suspect: Suspect): ScopeKeys {
    const { phone, subject, ip, deviceId } = suspect;
    const scopes = scopesOf({
      ip,
      ...(phone === undefined ? {} : { e164: phone }),
      ...(subject === undefined ? {} : { subject }),
      ...(deviceId === undefined ? {} : { deviceId }),
    });
    const digests = Object.entries(scopes).map(([scope, value]) => [
      scope,
      this.blindIndex.of(`registration-${scope}`, value),
    ]);
    return Object.fromEntries(digests) as ScopeKeys;
  }
}

/** Begun by a process whose clock is ahead of ours: how long it took is not known, and nobody is held for being quick. */
function believed({ elapsedMs, ...suspect }: Suspect): Suspect {
  return elapsedMs === undefined || elapsedMs < 0 ? suspect : { ...suspect, elapsedMs };
}

/** Only what is a run at all: two numbers or more. A moderator reads its length, its stride and its time. */
function runsSeen({ runs }: Readings): Pick<Facts, 'runs'> {
  const seen = Object.entries(runs).filter(([, run]) => run.length > 1);
  return seen.length === 0 ? {} : { runs: Object.fromEntries(seen) };
}

const recorded = ({ stretch, offset, cover }: Place): RecordedPlace => ({ stretch, hidden: cover.hide(offset) });

const namesPosedAs = (policy: Policy, name: string | undefined): Facts['names'] =>
  name === undefined ? [] : NAME_LISTS.filter((list) => resembles(name, policy.names[list]) !== undefined);

const blockLists = new WeakMap<Policy, { network: string; list: BlockList }[]>();

function networksAround(policy: Policy, ip: string): string[] {
  const lists =
    blockLists.get(policy) ?? networksOf(policy).map((network) => ({ network, list: blockListOf(network) }));
  blockLists.set(policy, lists);
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
  return lists.filter(({ list }) => list.check(ip, family)).map(({ network }) => network);
}

function blockListOf(network: string): BlockList {
  const list = new BlockList();
  const [address = '', bits] = network.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
  return list;
}
