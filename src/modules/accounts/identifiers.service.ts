import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { ACCOUNT_ERRORS } from './accounts.errors.js';
import {
  type BarKind,
  type BarSubject,
  type Identifier,
  type IdentifierKind,
  kindOfValue,
} from './domain/identifier.js';
import { IdentifiersStore } from './identifiers.store.js';

export {
  type BarKind,
  type BarSubject,
  type Identifier,
  type IdentifierKind,
  readThirdPartyValue,
  thirdPartyValue,
} from './domain/identifier.js';

/** An identifier that an account has, in clear: for sending to it or showing it masked, never for a log. */
export interface HeldIdentifier extends Identifier {
  readonly claimId: string;
  readonly claimedAt: Date;
}

/** Which decision bars an identifier: a sanction's, or a deregistration's. */
export interface BarSource {
  readonly kind: 'sanction' | 'deregistration';
  readonly id: string;
}

export interface Bar {
  readonly until: Date;
  readonly reason: string;
  readonly source: BarSource;
}

/** A bar that stands on something that was asked about. */
export interface BarFound extends Bar {
  readonly id: string;
  readonly kind: BarKind;
}

/** Who has which number or third-party account, and which of them may not register. One identifier, one account (invariant 1). */
@Injectable()
export class IdentifiersService {
  constructor(
    private readonly store: IdentifiersStore,
    private readonly index: BlindIndex,
    private readonly cipher: FieldCipher,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError identifier_taken when another account, or this one, has it; the transaction stays usable */
  async claim(tx: Tx, accountId: string, identifier: Identifier): Promise<void> {
    const id = newId();
    const claimed = await this.store.claim(
      tx,
      {
        id,
        accountId,
        kind: identifier.kind,
        value: this.cipher.seal(identifier.value, contextOf(id)),
        claimedAt: this.clock.now(),
      },
      this.index.allVersions(identifier.kind, identifier.value),
    );
    if (!claimed) throw new DomainError(ACCOUNT_ERRORS.identifier_taken);
  }

  /** The account that has `identifier` now. */
  findAccountBy(reader: Tx, kind: IdentifierKind, value: string): Promise<string | undefined> {
    return this.store.holderOf(reader, kind, this.index.allVersions(kind, value));
  }

  /** As `findAccountBy`, with the account locked; the same single statement whether or not there is one (row 9). */
  lockAccountBy(tx: Tx, kind: IdentifierKind, value: string): Promise<string | undefined> {
    return this.store.lockHolder(tx, kind, this.index.allVersions(kind, value));
  }

  async heldBy(reader: Tx, accountId: string): Promise<HeldIdentifier[]> {
    return (await this.store.claimsOf(reader, accountId)).map((c) => ({
      claimId: c.id,
      kind: c.kind,
      value: this.cipher.openText(c.value, contextOf(c.id)),
      claimedAt: c.claimedAt,
    }));
  }

  /** The phone number to reach an account at, E.164. */
  async phoneOf(reader: Tx, accountId: string): Promise<string | undefined> {
    return (await this.heldBy(reader, accountId)).filter((i) => i.kind === 'phone').at(-1)?.value;
  }

  /** Every number that an account has or once had: whom a notice about re-binding goes to. */
  async contactsOf(reader: Tx, accountId: string): Promise<string[]> {
    const held = (await this.heldBy(reader, accountId)).filter((i) => i.kind === 'phone').map((i) => i.value);
    const released = (await this.store.releasedOf(reader, accountId))
      .filter((r) => r.kind === 'phone')
      .map((r) => this.cipher.openText(r.value, contextOf(r.id)));
    return [...new Set([...held, ...released])];
  }

  /** Accounts that share an identifier with this one over time (linked accounts). */
  linkedAccounts(reader: Tx, accountId: string): Promise<{ accountId: string; kind: IdentifierKind; since: Date }[]> {
    return this.store.sharers(reader, accountId);
  }

  /** Frees identifiers for others, keeping them sealed in the account's history. @returns how many */
  async release(
    tx: Tx,
    accountId: string,
    what: { kind?: IdentifierKind; claimIds?: readonly string[] },
    reason: string,
  ): Promise<number> {
    return (await this.store.release(tx, accountId, what, reason, this.clock.now())).length;
  }

  /** The digest under which an identifier is barred: a key of its own, so that it cannot be joined with claims. */
  barDigest(kind: BarKind, value: string): string {
    return this.index.of(barKind(kind), value);
  }

  /** Bars a digest for a finite term; the digest goes when the term ends (7.1). Doing it again moves the end. */
  async bar(tx: Tx, kind: BarKind, digest: string, bar: Bar): Promise<void> {
    await this.store.bar(tx, {
      id: newId(),
      kind,
      digest,
      since: this.clock.now(),
      until: bar.until,
      reason: bar.reason,
      sourceKind: bar.source.kind,
      sourceId: bar.source.id,
    });
  }

  /** Bars what an account has now. @returns the digests, for the record that outlives the account */
  async barAccount(
    tx: Tx,
    accountId: string,
    kinds: readonly IdentifierKind[],
    bar: Bar,
  ): Promise<{ kind: IdentifierKind; digest: string }[]> {
    const held = (await this.heldBy(tx, accountId)).filter((i) => kinds.includes(i.kind));
    const barred = held.map((i) => ({ kind: i.kind, digest: this.barDigest(i.kind, i.value) }));
    for (const { kind, digest } of barred) await this.bar(tx, kind, digest, bar);
    return barred;
  }

  /** Bars values that an account had before it ended, from what was kept of it (2.5(2)). @returns how many */
  async barValues(tx: Tx, values: readonly string[], kinds: readonly IdentifierKind[], bar: Bar): Promise<number> {
    const meant = [...new Set(values)].filter((value) => kinds.includes(kindOfValue(value)));
    for (const value of meant) await this.bar(tx, kindOfValue(value), this.barDigest(kindOfValue(value), value), bar);
    return meant.length;
  }

  /** Numbers that an account had and gave up: whoever has one now may be somebody else. */
  async pastPhonesOf(reader: Tx, accountId: string): Promise<string[]> {
    const now = new Set((await this.heldBy(reader, accountId)).map((i) => i.value));
    return (await this.contactsOf(reader, accountId)).filter((phone) => !now.has(phone));
  }

  /** Every bar that stands on any of these, in one question. Asked inside the registration's transaction (REG-7). */
  async barsOn(reader: Tx, subjects: readonly BarSubject[]): Promise<BarFound[]> {
    const digests = subjects.flatMap(({ kind, value }) =>
      this.index.allVersions(barKind(kind), value).map((digest) => ({ kind, digest })),
    );
    const found = await this.store.barsOn(reader, digests, this.clock.now());
    return found.map((b) => ({
      id: b.id,
      kind: b.kind as BarKind,
      until: b.until,
      reason: b.reason,
      source: sourceOf(b),
    }));
  }

  /** Those of these bars that stand. */
  async barsById(reader: Tx, ids: readonly string[]): Promise<BarFound[]> {
    const found = await this.store.barsById(reader, ids, this.clock.now());
    return found.map((b) => ({
      id: b.id,
      kind: b.kind as BarKind,
      until: b.until,
      reason: b.reason,
      source: sourceOf(b),
    }));
  }

  /** Takes single bars back, e.g. of a number that has changed hands. @returns how many */
  unbarById(tx: Tx, ids: readonly string[]): Promise<number> {
    return this.store.unbarById(tx, ids);
  }

  /** Everything that one source barred ends at another time. @returns how many */
  moveBars(tx: Tx, source: BarSource, until: Date): Promise<number> {
    return this.store.moveBars(tx, source, until);
  }

  /** Takes back what one source barred. @returns how many */
  unbar(tx: Tx, source: BarSource): Promise<number> {
    return this.store.unbar(tx, source.kind, source.id);
  }

  /** The longest bar on an identifier, if any stands now. Asked inside the registration's transaction (REG-7). */
  async isBarred(reader: Tx, kind: IdentifierKind, value: string): Promise<Bar | undefined> {
    const digests = this.index.allVersions(barKind(kind), value);
    const found = await this.store.barOn(reader, kind, digests, this.clock.now());
    if (found === undefined) return undefined;
    return { until: found.until, reason: found.reason, source: sourceOf(found) };
  }

  forgetEndedBars(tx: Tx, limit: number): Promise<number> {
    return this.store.forgetEndedBars(tx, this.clock.now(), limit);
  }
}

const barKind = (kind: BarKind): string => `ban-${kind}`;
const sourceOf = (b: { readonly sourceKind: string; readonly sourceId: string }): BarSource => ({
  kind: b.sourceKind === 'sanction' ? 'sanction' : 'deregistration',
  id: b.sourceId,
});
const contextOf = (claimId: string): string => `identifier_claims.value:${claimId}`;
