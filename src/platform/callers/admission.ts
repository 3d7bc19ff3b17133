import type { CallerSpec } from '../http/operation.js';
import type { Caller } from './caller.js';

/**
 * Deny by default: a caller passes only where one of the declared callers is theirs.
 * @returns the caller as the route shall see it, with the staff role that opened it in front; undefined: refused
 */
export function admit(caller: Caller, declared: readonly CallerSpec[]): Caller | undefined {
  if (caller.kind === 'staff') {
    const role = caller.roles.find((r) => declared.includes(`staff:${r}`));
    if (role !== undefined) return { ...caller, roles: [role, ...caller.roles.filter((r) => r !== role)] };
  }
  if (caller.kind === 'account' && declared.includes('account')) return caller;
  if (caller.kind === 'service' && caller.scopes.some((s) => declared.includes(`service:${s}`))) return caller;
  // A guardian has no account here; the signed link in the path is checked by the use case.
  return declared.includes('public') || declared.includes('guardian') ? caller : undefined;
}
