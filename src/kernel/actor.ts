/** Who did something, as the audit log names it: an id that means nothing outside, never a name or a number. */
export interface Actor {
  readonly kind: 'account' | 'staff' | 'service' | 'guardian' | 'system' | 'public';
  readonly id: string;
  readonly role?: string;
}

/** The service itself: a sweep, a saga step, a timer. */
export const SYSTEM: Actor = Object.freeze({ kind: 'system', id: 'account-lifecycle' });

/** Somebody who is not signed in. */
export const ANONYMOUS: Actor = Object.freeze({ kind: 'public', id: 'anonymous' });
