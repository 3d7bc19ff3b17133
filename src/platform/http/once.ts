import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { digestOf } from '../../kernel/canonical-json.js';
import { DomainError } from '../../kernel/domain-error.js';
import type { Once } from '../database/once.js';
import { HTTP_ERRORS } from './http.errors.js';

/** Set by the callers guard; who the key belongs to. */
export interface WithCallerKey {
  callerKey?: string;
}

const onceKey = createParamDecorator((_: unknown, context: ExecutionContext): Once => {
  const request = context.switchToHttp().getRequest<FastifyRequest & WithCallerKey>();
  const key = request.headers['idempotency-key'];
  if (key === undefined) return {};
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new DomainError(HTTP_ERRORS.invalid_idempotency_key);
  const route = `${request.method} ${request.url.split('?')[0] ?? ''}`;
  return {
    key: `${request.callerKey ?? 'public'} ${key}`,
    requestHash: digestOf({ route, body: request.body ?? null }),
  };
});

/** The request's `Idempotency-Key`, for `transactor.once`: same key and body, the first answer again. */
export const OnceKey = (): ParameterDecorator => (target, key, index) => {
  onceKey()(target, key, index);
  if (key === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  if (!descriptor) return;
  ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Same key and body: the first answer again.' })(
    target,
    key,
    descriptor,
  );
};
