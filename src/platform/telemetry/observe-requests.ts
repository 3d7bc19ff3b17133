import type { FastifyInstance } from 'fastify';
import { isId } from '../../kernel/ids.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { redactText } from './redact.js';

/** Addresses that ask all day and tell nothing. */
const QUIET = new Set(['/health/live', '/health/ready', '/metrics']);

/**
 * One line and one sample a request, by route template: an address or a query may hold a code, a number, a signed link.
 * Call before routes are registered.
 */
export function observeRequests(server: FastifyInstance, log: Log, metrics: Metrics): void {
  const seconds = metrics.histogram('http_request_duration_seconds', 'Time from request to answer.', [
    'method',
    'route',
    'status',
  ]);
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unrouted';
    const { method } = request;
    const status = reply.statusCode;
    const durationMs = Math.round(reply.elapsedTime);
    seconds.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
    const level = status >= 500 ? 'error' : QUIET.has(route) ? 'debug' : 'info';
    // An id that came with the request is somebody's text.
    const requestId = isId(request.id) ? request.id : redactText(request.id);
    log.bounded[level]({ context: 'Http', method, route, status, durationMs, requestId }, 'answered');
    done();
  });
}
