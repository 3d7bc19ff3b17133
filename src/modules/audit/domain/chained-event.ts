import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson, sha256Hex } from '../../../kernel/canonical-json.js';

export interface AuditTarget {
  /** A word of the glossary: `account`, `case`, `deregistration`, … */
  readonly kind: string;
  readonly id: string;
}

/** One state change as the log tells it: ids, never a name, a number or a text that somebody wrote. */
export interface AuditEvent {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly type: string;
  readonly actor: Actor;
  readonly accountId?: string;
  readonly target: AuditTarget;
  /** Duty ids and clause numbers that this change carries out. */
  readonly clauses: readonly string[];
  /** Policies that the decision was taken under, by name, with their digests. */
  readonly policies: Readonly<Record<string, string>>;
  /** `detailDigest` of the details beside the event; absent when there are none. */
  readonly dataDigest?: string;
}

/** An event with its place in the chain: one line of the export. */
export interface ChainedEvent extends AuditEvent {
  /** 1, 2, 3 … without gap. */
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** What stands before the first event. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 over JCS of the event without its `hash`. */
export function hashOf(event: Omit<ChainedEvent, 'hash'> & { readonly hash?: string }): string {
  const { hash: _, ...hashed } = event;
  return sha256Hex(canonicalJson(hashed));
}

/** Gives `event` the next place after (`size`, `head`). */
export function link(event: AuditEvent, size: number, head: string): ChainedEvent {
  const unhashed = { ...event, seq: size + 1, previousHash: head };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** SHA-256(salt ‖ JCS(data)): without salt and data it says nothing, so erasing them leaves the chain whole. */
export const detailDigest = (salt: Uint8Array, canonicalData: string): string =>
  sha256Hex(Buffer.concat([salt, Buffer.from(canonicalData, 'utf8')]));
