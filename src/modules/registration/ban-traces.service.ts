import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type Bar, type BarSubject, IdentifiersService } from '../accounts/identifiers.service.js';
import { BanTracesStore } from './ban-traces.store.js';
import { skeletonOf } from './domain/display-name.js';
import { scopesOf } from './domain/scopes.js';
import type { Person } from './person-sealer.js';

/** What is known of somebody who is being banned, besides the identifiers themselves. */
export interface Banned {
  readonly accountId: string;
  readonly displayName: string | null;
  /** Which traces the decision named: those of the numbers, those of the device. */
  readonly kinds: readonly ('phone' | 'third_party' | 'device')[];
}

/** Shorter names are everybody's. */
const SHORTEST_NAME = 2;

/**
 * What comes near a banned person (7.1, 2.3(3)): the device, a number that they once had, their name from their subnet.
 * It is kept as a digest of the registration's own digest, so that nothing here joins with attempts or accounts, goes with
 * the ban, and leads to a person who looks, never to a refusal.
 */
@Injectable()
export class BanTracesService {
  constructor(
    private readonly store: BanTracesStore,
    private readonly identifiers: IdentifiersService,
    private readonly index: BlindIndex,
  ) {}

  /** What an attempt would be recognised by. */
  of(person: Person): BarSubject[] {
    const { phone, deviceId, ip, displayName } = person;
    const scopes = scopesOf({ ip, ...(deviceId === undefined ? {} : { deviceId }) });
    const digests = (scope: 'device' | 'subnet'): string[] => {
      const value = scopes[scope];
      return value === undefined ? [] : this.index.allVersions(`registration-${scope}`, value);
    };
    return [
      ...(phone === undefined ? [] : [{ kind: 'past_phone' as const, value: phone }]),
      ...digests('device').map((value) => ({ kind: 'device' as const, value })),
      ...namesFrom(digests('subnet'), displayName ?? null),
    ];
  }

  /** Records with the ban what is known. @returns how many traces */
  async bar(tx: Tx, banned: Banned, bar: Bar): Promise<number> {
    const { accountId, kinds, displayName } = banned;
    const traces: BarSubject[] = [];
    if (kinds.includes('phone')) {
      const past = await this.identifiers.pastPhonesOf(tx, accountId);
      traces.push(...past.map((value) => ({ kind: 'past_phone' as const, value })));
    }
    if (kinds.includes('device')) {
      const { devices, subnets } = await this.store.keysOf(tx, accountId);
      traces.push(...devices.map((value) => ({ kind: 'device' as const, value })), ...namesFrom(subnets, displayName));
    }
    for (const { kind, value } of traces) {
      await this.identifiers.bar(tx, kind, this.identifiers.barDigest(kind, value), bar);
    }
    return traces.length;
  }
}

function namesFrom(subnets: readonly string[], displayName: string | null): BarSubject[] {
  const name = displayName === null ? '' : skeletonOf(displayName);
  if ([...name].length < SHORTEST_NAME) return [];
  return subnets.map((subnet) => ({ kind: 'subnet_and_name', value: `${subnet} ${name}` }));
}
