import type { AccountState } from './account-lifecycle.js';

/**
 * What the holder may do here in which state of the account. A session opens a person's rights against us (see, appeal,
 * withdraw, leave), never the product: whether that may be used is `mayUse` in standing. So a suspended or closed person
 * can sign in and appeal, and nobody can once the account is gone.
 */
export const ACTS = [
  'sign_in',
  'refresh',
  'read',
  'edit_profile',
  'change_identifier',
  'object_to_data_use',
  'freeze',
  'unfreeze',
  'deregister',
] as const;
export type Act = (typeof ACTS)[number];

const ALWAYS = ['sign_in', 'refresh', 'read', 'object_to_data_use'] as const;

const ACCESS: Readonly<Record<AccountState, readonly Act[]>> = {
  // Nobody has to stay because nobody consented.
  awaiting_guardian: [...ALWAYS, 'deregister'],
  active: [...ALWAYS, 'edit_profile', 'change_identifier', 'freeze', 'deregister'],
  // Frozen because somebody else may hold the account: nothing about it moves until the owner has proved to be it (2.4).
  frozen: [...ALWAYS, 'unfreeze', 'deregister'],
  closed: [...ALWAYS, 'deregister'],
  // Changes of identifier and name are refused meanwhile (R38); freezing and withdrawing stay possible by other routes.
  deregistering: ALWAYS,
  deregistered: [],
};

export const mayDo = (state: AccountState, act: Act): boolean => ACCESS[state].includes(act);
