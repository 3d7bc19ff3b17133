import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, isDomainError } from '../../kernel/domain-error.js';
import type { WithCallerKey } from '../http/once.js';
import { OPERATION_KEY, type OperationSpec } from '../http/operation.js';
import { admit } from './admission.js';
import { Authenticator } from './authenticator.js';
import { type Caller, keyOwnerOf, rememberCaller } from './caller.js';
import { BEARER_CHALLENGE, CALLER_ERRORS, INVALID_TOKEN_CHALLENGE } from './callers.errors.js';

/** The one door of every route: who calls, and whether the route's `@Operation` declares them. */
@Injectable()
export class CallersGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & WithCallerKey>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const operation = this.reflector.get<OperationSpec | undefined>(OPERATION_KEY, context.getHandler());
    const caller = await this.authenticate(request, reply, operation);
    const admitted = admit(caller, operation?.callers ?? []);
    if (admitted === undefined) throw refusal(caller, reply);
    rememberCaller(request, admitted);
    request.callerKey = keyOwnerOf(admitted, operation?.endsSession);
    return true;
  }

  private async authenticate(
    request: FastifyRequest & WithCallerKey,
    reply: FastifyReply,
    operation: OperationSpec | undefined,
  ): Promise<Caller> {
    try {
      return await this.authenticator.callerOf(request.raw);
    } catch (error) {
      if (!isDomainError(error, CALLER_ERRORS.unauthenticated)) throw error;
      const ended = await this.repeating(request, operation);
      if (ended !== undefined) return ended;
      void reply.header('www-authenticate', INVALID_TOKEN_CHALLENGE);
      throw error;
    }
  }

  /** A command that ended its own session, sent again because its answer was lost: the route is never run a second time. */
  private async repeating(
    request: FastifyRequest & WithCallerKey,
    operation: OperationSpec | undefined,
  ): Promise<Caller | undefined> {
    if (operation?.endsSession !== true || request.headers['idempotency-key'] === undefined) return undefined;
    const ended = await this.authenticator.endedCallerOf(request.raw);
    if (ended !== undefined) request.keptAnswerOnly = true;
    return ended;
  }
}

function refusal(caller: Caller, reply: FastifyReply): DomainError {
  if (caller.kind === 'public') {
    void reply.header('www-authenticate', BEARER_CHALLENGE);
    return new DomainError(CALLER_ERRORS.unauthenticated);
  }
  void reply.header('www-authenticate', `${BEARER_CHALLENGE}, error="insufficient_scope"`);
  return new DomainError(CALLER_ERRORS.not_allowed);
}
