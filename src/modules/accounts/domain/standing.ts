import type { AccountState } from './account-lifecycle.js';
import { type AgeBand, type BandAges } from './age.js';

/** One thing that stands against an account, or waits for it. Written by the module that decided it. */
export interface StandingEntry {
  readonly kind: 'block' | 'restriction' | 'pending' | 'limits';
  readonly code: string;
  readonly clause: string;
  /** The restricted feature; empty for the other kinds. */
  readonly feature: string;
  readonly since: Date;
  readonly until: Date | null;
  readonly dueAt: Date | null;
  /** A pending duty that stops use once it is overdue (preamble, 9.1). */
  readonly blocksWhenDue: boolean;
  readonly sanctionId: string | null;
  readonly documentId: string | null;
  readonly documentVersion: string | null;
  readonly details: MinorLimits | null;
}

/** What policy or a guardian sets for a minor (2.1). */
export interface MinorLimits {
  readonly mode?: string;
  readonly minutesPerDay?: number;
  readonly quietHours?: { readonly from: string; readonly to: string };
}

/** Everything that standing depends on. Its answer at any instant follows from this and the instant alone. */
export interface StandingFacts {
  readonly accountId: string;
  readonly state: AccountState;
  readonly stateChangedAt: Date;
  readonly improvementObjection: boolean;
  /** Absent for adults, whose age can no longer change anything. */
  readonly birthDate?: string;
  readonly storedVersion: number;
  /** When `storedVersion` was written. */
  readonly changedAt: Date;
  readonly entries: readonly StandingEntry[];
}

export interface StandingPolicy {
  readonly ages: BandAges;
  /** Limits of a minor where no guardian set any. */
  readonly minorLimits: MinorLimits;
}

export interface Block {
  readonly code: string;
  readonly clause: string;
  readonly since: string;
  readonly until: string | null;
  readonly sanctionId?: string;
}

export interface RestrictedFeature {
  readonly feature: string;
  readonly clause: string;
  readonly until: string | null;
}

export interface Pending {
  readonly code: string;
  readonly dueAt: string | null;
  readonly documentId?: string;
  readonly version?: string;
  readonly sanctionId?: string;
}

export interface Minor extends MinorLimits {
  readonly band: AgeBand;
  readonly mode: string;
}

export const STANDING_STATUSES = [
  'active',
  'awaiting_guardian',
  'frozen',
  'suspended',
  'closed',
  'deregistering',
  'deregistered',
] as const;

export type StandingStatus = (typeof STANDING_STATUSES)[number];

/** What an account may do, as far as it follows from an instant: all but version and time of asking. */
export interface StandingContent {
  readonly status: StandingStatus;
  readonly mayUse: boolean;
  readonly blocks: readonly Block[];
  readonly restrictedFeatures: readonly RestrictedFeature[];
  readonly pending: readonly Pending[];
  readonly minor: Minor | null;
  readonly dataUse: { readonly improvementObjection: boolean };
}

export interface Standing extends StandingContent {
  readonly accountId: string;
  readonly version: number;
  readonly asOf: string;
  readonly nextChangeAt: string | null;
}
