import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const SANCTION_STATES = [
  'awaiting_approval',
  'scheduled',
  'active',
  'expired',
  'lifted',
  'superseded',
  'fulfilled',
  'declined',
] as const;
export type SanctionState = (typeof SANCTION_STATES)[number];
export type SanctionCommand = 'approve' | 'decline' | 'activate' | 'expire' | 'lift' | 'supersede' | 'fulfil';

const TABLE = {
  awaiting_approval: { approve: 'scheduled', decline: 'declined' },
  scheduled: { activate: 'active', lift: 'lifted', supersede: 'superseded' },
  active: { expire: 'expired', lift: 'lifted', supersede: 'superseded', fulfil: 'fulfilled' },
  expired: {},
  lifted: {},
  superseded: {},
  fulfilled: {},
  declined: {},
} as const satisfies Transitions<SanctionState, SanctionCommand>;

/** One measure of a decision (7.1). Start and end are times that standing compares; `expire` only writes down what has been true. */
export const sanctionLifecycle = new Lifecycle<SanctionState, SanctionCommand>(
  'sanction',
  'awaiting_approval',
  ['expired', 'lifted', 'superseded', 'fulfilled', 'declined'],
  TABLE,
);

export const LIVE_SANCTIONS: readonly SanctionState[] = ['awaiting_approval', 'scheduled', 'active'];
