import type { StandingSource } from '../accounts/standing.service.js';

/** What imposed something in a ward's standing, so that the same thing lifts it. */
export const sourceOf = (consent: { readonly id: string }): StandingSource => ({
  kind: 'guardian_consent',
  id: consent.id,
});

export const guardianNeeded = (accountId: string): StandingSource => ({ kind: 'guardian_needed', id: accountId });
