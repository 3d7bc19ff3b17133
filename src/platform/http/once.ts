import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, type Observable, of, switchMap } from 'rxjs';
import { digestOf } from '../../kernel/canonical-json.js';
import { DomainError } from '../../kernel/domain-error.js';
import { CALLER_ERRORS, INVALID_TOKEN_CHALLENGE } from '../callers/callers.errors.js';
import type { Once } from '../database/once.js';
import { Transactor } from '../database/transactor.js';
import { HTTP_ERRORS } from './http.errors.js';

/** Set by the callers guard. */
export interface WithCallerKey {
  /** Who an `Idempotency-Key` belongs to. */
  callerKey?: string;
  /** The session has ended: nothing but a kept answer is given. */
  keptAnswerOnly?: boolean;
}

function onceOf(context: ExecutionContext): Once {
  const request = context.switchToHttp().getRequest<FastifyRequest & WithCallerKey>();
  const key = request.headers['idempotency-key'];
  if (key === undefined) return {};
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new DomainError(HTTP_ERRORS.invalid_idempotency_key);
  const route = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  return {
    key: `${ownerOf(request)} ${key}`,
    requestHash: digestOf({ route, body: request.body ?? null }),
  };
}

/** Without an owner one caller would get another's answer: that the guard did not run is a fault of ours. */
function ownerOf({ callerKey }: WithCallerKey): string {
  if (callerKey === undefined) throw new Error('no owner of this Idempotency-Key: the callers guard did not run');
  return callerKey;
}

const onceKey = createParamDecorator((_: unknown, context: ExecutionContext): Once => onceOf(context));

/** A repeated request is answered before its body is looked at: it is no second attempt, and counts as none. */
@Injectable()
export class AnsweredAlready implements NestInterceptor {
  constructor(private readonly transactor: Transactor) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const once = onceOf(context);
    if (once.key === undefined) return next.handle();
    return from(this.transactor.answered(once)).pipe(
      switchMap((kept) => {
        if (kept !== undefined) return of(kept.answer);
        refuseEnded(context);
        return next.handle();
      }),
    );
  }
}

function refuseEnded(context: ExecutionContext): void {
  const http = context.switchToHttp();
  if (http.getRequest<WithCallerKey>().keptAnswerOnly !== true) return;
  void http.getResponse<FastifyReply>().header('www-authenticate', INVALID_TOKEN_CHALLENGE);
  throw new DomainError(CALLER_ERRORS.unauthenticated);
}

/**
 * The request's `Idempotency-Key`, for `transactor.once`: same key and body, the first answer again.
 * @param options.keptIsAnswer what `once` keeps is the whole answer of the route, so that a repeated request is answered
 * with it at once. Most routes keep an id and show what it names, which the early answer would leave out.
 */
export const OnceKey =
  (options: { readonly keptIsAnswer?: true } = {}): ParameterDecorator =>
  (target, key, index) => {
    onceKey()(target, key, index);
    if (key === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    if (!descriptor) return;
    if (options.keptIsAnswer) UseInterceptors(AnsweredAlready)(target, key, descriptor);
    ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Same key and body: the first answer again.' })(
      target,
      key,
      descriptor,
    );
  };
