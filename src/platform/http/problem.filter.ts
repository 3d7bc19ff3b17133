import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  DomainError,
  type DomainErrorOptions,
  type ErrorDefinition,
  type RateLimit,
} from '../../kernel/domain-error.js';
import { HTTP_ERRORS } from './http.errors.js';
import { localeOf } from './locale.js';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';

interface Refusal {
  readonly definition: ErrorDefinition;
  readonly options: DomainErrorOptions;
}

const BY_STATUS: Readonly<Record<number, ErrorDefinition>> = {
  400: HTTP_ERRORS.invalid_request,
  404: HTTP_ERRORS.not_found,
  405: HTTP_ERRORS.method_not_allowed,
  413: HTTP_ERRORS.body_too_large,
  414: HTTP_ERRORS.uri_too_long,
  415: HTTP_ERRORS.unsupported_media_type,
};

/** The one place where an error becomes an answer. What is not a DomainError tells the outside nothing. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { definition, options } = refusalOf(error);
    if (definition.status >= 500) this.report(error, request);
    if (reply.sent || reply.raw.headersSent) return;
    sendProblem(request, reply, definition, options);
  }

  private report(error: unknown, request: FastifyRequest): void {
    const route = request.routeOptions.url ?? 'unrouted';
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.log.error(`${request.method} ${route} failed (request ${request.id})`, withoutParameters(stack));
  }
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  definition: ErrorDefinition,
  options: DomainErrorOptions = {},
): void {
  const locale = localeOf(request.headers['accept-language']);
  if (options.retryAfterSeconds !== undefined) void reply.header('retry-after', Math.ceil(options.retryAfterSeconds));
  if (options.rateLimit !== undefined) void reply.headers(rateLimitHeaders(options.rateLimit));
  void reply
    .status(definition.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .header('content-language', locale)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(toProblem(definition, options, locale, request.id)));
}

/** draft-ietf-httpapi-ratelimit-headers: what is left and until when, and the policy that says so. */
const rateLimitHeaders = (r: RateLimit): Record<string, string> => ({
  ratelimit: `"${r.bucket}";r=${r.remaining};t=${r.resetSeconds}`,
  'ratelimit-policy': `"${r.bucket}";q=${r.limit};w=${r.windowSeconds}`,
});

export function refusalOf(error: unknown): Refusal {
  if (error instanceof DomainError) return { definition: error.definition, options: error.options };
  // Nest hands on what Fastify refused as an exception of its own, with the reason behind it.
  const reason = error instanceof HttpException ? (error.cause ?? error) : error;
  const fastify = reason as { statusCode?: number; code?: string };
  if (fastify.code?.startsWith('FST_ERR_CTP_') && fastify.statusCode === 400)
    return { definition: HTTP_ERRORS.malformed_json, options: {} };
  if (reason instanceof SyntaxError) return { definition: HTTP_ERRORS.malformed_json, options: {} };
  const status = error instanceof HttpException ? error.getStatus() : fastify.statusCode;
  const known = status === undefined ? undefined : BY_STATUS[status];
  if (known !== undefined) return { definition: known, options: {} };
  if (status !== undefined && status >= 400 && status < 500)
    return { definition: HTTP_ERRORS.invalid_request, options: {} };
  if (isOutage(error)) return { definition: HTTP_ERRORS.temporarily_unavailable, options: { retryAfterSeconds: 2 } };
  return { definition: HTTP_ERRORS.internal_error, options: {} };
}

/**
 * Lost connections, a starting or stopping database, an exhausted pool, a statement or transaction that ran out of its
 * time, a deadlock or conflict that came again after every retry: nothing was done, and the same request may come again.
 */
function isOutage(error: unknown): boolean {
  const candidates = [error, (error as { driverError?: unknown }).driverError, (error as { cause?: unknown }).cause];
  return candidates.some((candidate) => {
    const { code, message } = (candidate ?? {}) as { code?: string; message?: string };
    return (
      (code !== undefined &&
        /^(08|57P0|53|57014|55P03|25P03|40001|40P01|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT)/.test(code)) ||
      /Connection terminated|timeout exceeded when trying to connect|not connected|not queryable|pool is closed/i.test(
        message ?? '',
      )
    );
  });
}

/** A database error may quote a row; the log keeps the frames and drops what could be somebody's data. */
const withoutParameters = (stack: string): string => stack.replace(/\((?:[^()]*)\)=\((?:[^()]*)\)/g, '(…)=(…)');
