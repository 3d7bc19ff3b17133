import type { FastifyInstance } from 'fastify';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

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
    log.pino[level]({ context: 'Http', method, route, status, durationMs, requestId: request.id }, 'answered');
    done();
  });
}
