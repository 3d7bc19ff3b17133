import type { Actor } from '../../kernel/actor.js';
import type { Locale } from '../../platform/http/locale.js';
import type { AccountRow } from './account.entity.js';
import type { AccountState } from './domain/account-lifecycle.js';
import type { AgeBand } from './domain/age.js';
import type { Identifier } from './domain/identifier.js';

/** An account without what is sealed in it. */
export interface Account {
  readonly id: string;
  readonly state: AccountState;
  readonly stateChangedAt: Date;
  readonly stateBeforeClosure: AccountState | null;
  readonly stateBeforeDeregistration: AccountState | null;
  readonly version: number;
  /** As of the last write; `bandOf` tells it for any day. Null once erased. */
  readonly band: AgeBand | null;
  readonly locale: Locale;
  readonly improvementObjection: boolean;
  readonly tombstonedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is sealed in an account. */
export interface AccountDetails {
  readonly birthDate: string | null;
  readonly displayName: string | null;
}

export interface NewAccount {
  readonly state: 'active' | 'awaiting_guardian';
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly displayName?: string;
  readonly locale: Locale;
  readonly identifiers: readonly Identifier[];
  readonly actor: Actor;
  /** Chosen by the caller where something refers to the account before it is open. */
  readonly accountId?: string;
}

export interface MoveOptions {
  readonly actor: Actor;
  readonly clauses: readonly string[];
  /** Why, in codes and ids: told to others. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export function accountOf(row: Omit<AccountRow, 'birthDate' | 'displayName' | 'bandCheckAt'>): Account {
  return {
    id: row.id,
    state: row.state,
    stateChangedAt: row.stateChangedAt,
    stateBeforeClosure: row.stateBeforeClosure,
    stateBeforeDeregistration: row.stateBeforeDeregistration,
    version: row.version,
    band: row.band,
    locale: row.locale === 'en' ? 'en' : 'zh-CN',
    improvementObjection: row.improvementObjection,
    tombstonedAt: row.tombstonedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
