import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HTTP_ERRORS } from './http.errors.js';
import { sendProblem } from './problem.filter.js';

export interface StaticOptions {
  /** Folder whose files are served. */
  readonly root: string;
  /** Address below which they are served, e.g. `/console`. */
  readonly prefix: string;
  /** Answered where no file is found (a page whose router is in the browser). */
  readonly fallback?: string;
  /** Only these files, where the folder holds more than is ours to show. */
  readonly only?: readonly string[];
  /** Headers of every answer, e.g. a content security policy. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Files below this folder carry their hash in the name and never change. */
  readonly immutable?: string;
}

/** Serves a folder of built files: ranges, ETags, no dot files, no way out of the folder. */
export function serveStatic(server: FastifyInstance, options: StaticOptions): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const asked = (request.params as Record<string, string>)['*'] ?? '';
    const path = asked === '' ? (options.fallback ?? 'index.html') : asked;
    const found = options.only && !options.only.includes(path) ? undefined : await open(request, path, options);
    if (found) return answer(reply, found, path, options);
    const page =
      options.fallback && !/\.[a-z0-9]+$/i.test(path) ? await open(request, options.fallback, options) : undefined;
    if (page && options.fallback) return answer(reply, page, options.fallback, options);
    sendProblem(request, reply, HTTP_ERRORS.not_found);
    return reply;
  };
  server.get(options.prefix, handler);
  server.get(`${options.prefix}/*`, handler);
}

type Sent = Awaited<ReturnType<typeof send>>;

async function open(request: FastifyRequest, path: string, options: StaticOptions): Promise<Sent | undefined> {
  const sent = await send(request.raw, encodeURI(`/${path}`), { root: options.root, dotfiles: 'ignore', index: false });
  return sent.type === 'file' ? sent : undefined;
}

function answer(reply: FastifyReply, sent: Sent, path: string, options: StaticOptions): FastifyReply {
  const lasting = options.immutable !== undefined && path.startsWith(`${options.immutable}/`);
  return reply
    .status(sent.statusCode)
    .headers({ ...sent.headers, ...options.headers })
    .header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
    .send(sent.stream);
}
