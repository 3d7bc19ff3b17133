import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Actor, ANONYMOUS } from '../../kernel/actor.js';
import type { ServiceScope, StaffRole } from '../http/operation.js';

/** Somebody without a token. `ip` is the client address, or `unknown` where no trustworthy one was found. */
export interface PublicCaller {
  readonly kind: 'public';
  readonly ip: string;
}

/** The holder of an account, on a session that is live. */
export interface AccountCaller {
  readonly kind: 'account';
  readonly accountId: string;
  readonly sessionId: string;
  readonly ip: string;
}

/** A member of staff; `roles` starts with the role that opened this route, under which the act is recorded. */
export interface StaffCaller {
  readonly kind: 'staff';
  readonly id: string;
  readonly roles: readonly StaffRole[];
  readonly ip: string;
}

/** Another system, by its client id. */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly id: string;
  readonly scopes: readonly ServiceScope[];
  readonly ip: string;
}

export type Caller = PublicCaller | AccountCaller | StaffCaller | ServiceCaller;

/** The caller as the audit log names it. */
export function actorOf(caller: Caller): Actor {
  switch (caller.kind) {
    case 'public':
      return ANONYMOUS;
    case 'account':
      return { kind: 'account', id: caller.accountId };
    case 'staff': {
      const role = caller.roles[0];
      return { kind: 'staff', id: caller.id, ...(role === undefined ? {} : { role }) };
    }
    case 'service':
      return { kind: 'service', id: caller.id };
  }
}

/**
 * Whose an `Idempotency-Key` is: two callers who choose the same one never meet.
 * @param perSession the key belongs to the session that sent it, where the command ends that session
 */
export function keyOwnerOf(caller: Caller, perSession = false): string {
  switch (caller.kind) {
    case 'public':
      return 'public';
    case 'account':
      return perSession ? `account:${caller.accountId}/${caller.sessionId}` : `account:${caller.accountId}`;
    case 'staff':
    case 'service':
      return `${caller.kind}:${caller.id}`;
  }
}

const CALLER = Symbol('caller');

/** Set once by the guard; nothing else writes it. */
export function rememberCaller(request: object, caller: Caller): void {
  (request as { [CALLER]?: Caller })[CALLER] = Object.freeze(caller);
}

/** Who the guard found. Absent only where no guard ran, which is a fault of ours. */
export function callerOf(request: object): Caller {
  const caller = (request as { [CALLER]?: Caller })[CALLER];
  if (caller === undefined) throw new Error('no caller on this request: the callers guard did not run');
  return caller;
}

/** `@Caller() caller: Caller`: who calls, as found by the guard. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<object>()),
);
