// The least that could answer a standing: Fastify, one Redis GET, the stored text as it is. No token, no rule, no log.
import Fastify from 'fastify';
import { Redis } from 'ioredis';

const redis = new Redis(process.env.REDIS_URL);
const app = Fastify();
app.get('/v1/accounts/:id/standing', async (request, reply) => {
  const standing = await redis.get(`standing:${request.params.id}`);
  if (standing === null) return reply.code(404).send();
  return reply.type('application/json; charset=utf-8').send(standing);
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
