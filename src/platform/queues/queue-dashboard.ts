import type { INestApplication } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isDomainError } from '../../kernel/domain-error.js';
import { Authenticator } from '../callers/authenticator.js';
import { CALLER_ERRORS } from '../callers/callers.errors.js';
import { sendProblem } from '../http/problem.filter.js';
import { JobQueues } from './job-queues.js';

const PATH = '/ops/queues';
const ROLES = ['ops', 'admin'] as const;
/** Its page asks a third party for letters; where that party cannot be reached, it would wait for it. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'";

/**
 * The queue dashboard, for ops. Jobs are messengers: what is due stands in rows, so retrying or emptying a queue here
 * loses nothing. Loaded on demand: its packages are no part of a process that does not show it.
 */
export async function serveQueueDashboard(app: INestApplication, server: FastifyInstance): Promise<void> {
  const [{ createBullBoard }, { BullMQAdapter }, { FastifyAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/fastify'),
  ]);
  const queues = app.get(JobQueues);
  const adapter = new FastifyAdapter();
  adapter.setBasePath(PATH);
  const board = createBullBoard({
    // Both packages type the adapter by their own copy of the interface.
    serverAdapter: adapter as unknown as Parameters<typeof createBullBoard>[0]['serverAdapter'],
    queues: [],
    options: { uiConfig: { boardTitle: 'account-lifecycle' } },
  });
  // Which queues there are is known once the modules have started.
  server.addHook('onReady', async () =>
    board.setQueues(queues.names.map((name) => new BullMQAdapter(queues.queueOf(name) as unknown as Queue))),
  );
  await server.register(async (scope) => {
    scope.addHook('onRequest', (request, reply) => refuseStrangers(app.get(Authenticator), request, reply));
    scope.addHook('onRequest', async (_request, reply) => void reply.header('content-security-policy', CSP));
    await scope.register(adapter.registerPlugin() as never, { prefix: PATH } as never);
  });
}

async function refuseStrangers(
  authenticator: Authenticator,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  try {
    const caller = await authenticator.callerOf(request.raw);
    if (caller.kind === 'staff' && ROLES.some((role) => caller.roles.includes(role))) return undefined;
    sendProblem(request, reply, caller.kind === 'public' ? CALLER_ERRORS.unauthenticated : CALLER_ERRORS.not_allowed);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    sendProblem(request, reply, error.definition, error.options);
  }
  return reply;
}
