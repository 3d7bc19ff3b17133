import multipart from '@fastify/multipart';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { newId } from '../../kernel/ids.js';
import { HTTP_ERRORS } from './http.errors.js';
import { answerUnreadable } from './unreadable-request.js';
import { refusalOf, sendProblem } from './problem.filter.js';

/** Bytes of a JSON body; where a list needs more, its `@Operation` says `bodyBytes`. */
export const BODY_LIMIT_BYTES = 256 * 1024;
/** Bytes of one uploaded evidence file. */
export const UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Fastify with our limits. Request ids are ours or, if well-formed, the caller's. What fails before Nest sees it (bad
 * JSON, too large, no route) answers with a problem document too.
 */
export function httpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: 2048 },
    genReqId: (request: { headers: Record<string, unknown> }) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : newId();
    },
    // Nobody is behind a proxy unless configured: see callers/client-address.
    trustProxy: false,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error: unknown, request: unknown, reply: unknown) => {
      const { definition, options } = refusalOf(error);
      sendProblem(request as never, reply as never, definition, options);
    },
  });
}

/** Parsers and hooks that belong to the server itself. Call before `listen`. */
export async function prepareServer(server: FastifyInstance): Promise<void> {
  await server.register(multipart as never, {
    limits: { fileSize: UPLOAD_LIMIT_BYTES, files: 5, fields: 20, parts: 30, fieldSize: 64 * 1024 },
  });
  server.addHook('onRoute', (route) => {
    const { bodyBytes } = (route.config ?? {}) as { bodyBytes?: number };
    if (bodyBytes !== undefined) route.bodyLimit = bodyBytes;
  });
  // With `done` and not async: a promise for each hook of each request is what a quick answer has no time for.
  server.addHook('onSend', (request, reply, _payload, done) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.raw.url?.includes('%00')) sendProblem(request, reply, HTTP_ERRORS.not_found);
    else if (!readable(request)) sendProblem(request, reply, HTTP_ERRORS.unsupported_media_type);
    else done();
  });
}

/**
 * The API reads JSON, and files as multipart. Forms are the sign-in's of the demo provider: a page of anybody can send
 * one without being asked, so here it is nothing.
 */
function readable({ raw: { url = '', headers } }: FastifyRequest): boolean {
  const type = headers['content-type'];
  if (type === undefined || !url.startsWith('/v1/')) return true;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return !hasBody || /^\s*(application\/json|multipart\/form-data)\s*(;|$)/i.test(type);
}
