import { Lifecycle, type Transitions } from '../../../kernel/lifecycle.js';

export const ACCOUNT_STATES = [
  'awaiting_guardian',
  'active',
  'frozen',
  'closed',
  'deregistering',
  'deregistered',
] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** What the table knows. Callers say `AccountCommand`; `decide` picks the row that fits what the account remembers. */
export type AccountStep =
  | 'activate'
  | 'freeze'
  | 'unfreeze'
  | 'close'
  | 'reinstate'
  | 'reinstate_to_guardian'
  | 'reinstate_to_frozen'
  | 'deregister'
  | 'restore_active'
  | 'restore_frozen'
  | 'restore_closed'
  | 'finish_deregistration';

const TABLE = {
  awaiting_guardian: { activate: 'active', close: 'closed' },
  active: { freeze: 'frozen', close: 'closed', deregister: 'deregistering' },
  frozen: { unfreeze: 'active', close: 'closed', deregister: 'deregistering' },
  closed: {
    reinstate: 'active',
    reinstate_to_guardian: 'awaiting_guardian',
    reinstate_to_frozen: 'frozen',
    deregister: 'deregistering',
  },
  deregistering: {
    // A sanction that comes meanwhile changes what withdrawal would return to, not that the person is leaving (2.5(2)).
    close: 'deregistering',
    reinstate: 'deregistering',
    reinstate_to_guardian: 'deregistering',
    reinstate_to_frozen: 'deregistering',
    restore_active: 'active',
    restore_frozen: 'frozen',
    restore_closed: 'closed',
    finish_deregistration: 'deregistered',
  },
  deregistered: {},
} as const satisfies Transitions<AccountState, AccountStep>;

/** 2.1, 2.4, 2.5, 7.1. Suspension and restriction are sanctions and no account states. */
export const accountLifecycle = new Lifecycle<AccountState, AccountStep>(
  'account',
  'awaiting_guardian',
  ['deregistered'],
  TABLE,
);

export const ACCOUNT_COMMANDS = [
  'activate',
  'freeze',
  'unfreeze',
  'close',
  'reinstate',
  'deregister',
  'restore',
  'finish_deregistration',
] as const;
export type AccountCommand = (typeof ACCOUNT_COMMANDS)[number];

/** The part of an account that its state machine reads and writes. */
export interface AccountStatus {
  readonly state: AccountState;
  readonly stateBeforeClosure: AccountState | null;
  readonly stateBeforeDeregistration: AccountState | null;
}

/**
 * Where `command` leads, with what must be remembered to come back: withdrawing or rejecting a deregistration restores
 * exactly the state before it, a closure imposed meanwhile included; reinstating restores the state before the closure: the
 * owner's freeze, and the wait for a guardian, whose consent it does not replace (invariant 2).
 * @throws DomainError wrong_state where the table has no such step
 */
export function decide(current: AccountStatus, command: AccountCommand): AccountStatus {
  const step = stepFor(current, command);
  const state = accountLifecycle.move(current.state, step);
  if (current.state === 'deregistering' && state === 'deregistering') return whileLeaving(current, step);
  return {
    state,
    stateBeforeClosure: beforeClosure(current, state),
    stateBeforeDeregistration: state === 'deregistering' ? current.state : null,
  };
}

function stepFor(current: AccountStatus, command: AccountCommand): AccountStep {
  if (command === 'restore') {
    const before = current.stateBeforeDeregistration;
    return before === 'frozen' ? 'restore_frozen' : before === 'closed' ? 'restore_closed' : 'restore_active';
  }
  if (command === 'reinstate' && current.stateBeforeClosure === 'awaiting_guardian') return 'reinstate_to_guardian';
  // The freeze is the owner's, against whoever has their number: a sanction that was wrong does not take it off.
  if (command === 'reinstate' && current.stateBeforeClosure === 'frozen') return 'reinstate_to_frozen';
  return command;
}

/** Remembered from the closure on, through a deregistration from `closed`, until reinstated. */
function beforeClosure(current: AccountStatus, next: AccountState): AccountState | null {
  if (next === 'closed') return current.state === 'deregistering' ? current.stateBeforeClosure : current.state;
  return next === 'deregistering' && current.state === 'closed' ? current.stateBeforeClosure : null;
}

function whileLeaving(current: AccountStatus, step: AccountStep): AccountStatus {
  const before = current.stateBeforeDeregistration ?? 'active';
  if (step === 'close') {
    if (before === 'closed') return current;
    return { ...current, stateBeforeClosure: before, stateBeforeDeregistration: 'closed' };
  }
  // Lifting a closure that does not stand changes nothing.
  if (before !== 'closed') return current;
  const back =
    step === 'reinstate_to_guardian' ? 'awaiting_guardian' : step === 'reinstate_to_frozen' ? 'frozen' : 'active';
  // Nobody leaves from `awaiting_guardian` but by way of `closed`; withdrawing returns there until the guardian decides.
  if (back === 'awaiting_guardian') return current;
  return { ...current, stateBeforeClosure: null, stateBeforeDeregistration: back };
}
