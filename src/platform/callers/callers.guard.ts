import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, isDomainError } from '../../kernel/domain-error.js';
import { OPERATION_KEY, type OperationSpec } from '../http/operation.js';
import { admit } from './admission.js';
import { Authenticator } from './authenticator.js';
import { type Caller, rememberCaller } from './caller.js';
import { CALLER_ERRORS } from './callers.errors.js';

const CHALLENGE = 'Bearer realm="account-lifecycle"';

/** The one door of every route: who calls, and whether the route's `@Operation` declares them. */
@Injectable()
export class CallersGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const operation = this.reflector.get<OperationSpec | undefined>(OPERATION_KEY, context.getHandler());
    const caller = await this.authenticate(request, reply);
    const admitted = admit(caller, operation?.callers ?? []);
    if (admitted === undefined) throw refusal(caller, reply);
    rememberCaller(request, admitted);
    return true;
  }

  private async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    try {
      return await this.authenticator.callerOf(request.raw);
    } catch (error) {
      if (isDomainError(error, CALLER_ERRORS.unauthenticated)) {
        void reply.header('www-authenticate', `${CHALLENGE}, error="invalid_token"`);
      }
      throw error;
    }
  }
}

function refusal(caller: Caller, reply: FastifyReply): DomainError {
  if (caller.kind === 'public') {
    void reply.header('www-authenticate', CHALLENGE);
    return new DomainError(CALLER_ERRORS.unauthenticated);
  }
  void reply.header('www-authenticate', `${CHALLENGE}, error="insufficient_scope"`);
  return new DomainError(CALLER_ERRORS.not_allowed);
}
