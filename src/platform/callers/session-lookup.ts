/**
 * Bound by the accounts module. Asked on every request of an account, so that signing out everywhere, a freeze or a
 * deregistration works at once and not when the token runs out (2.4).
 */
export abstract class SessionLookup {
  abstract isLive(sessionId: string, accountId: string): Promise<boolean>;
}
