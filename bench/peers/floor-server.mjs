// What HTTP and durability cost alone: bare Fastify, and for each request one INSERT that is on disk before the answer.
// No rule, no crypto, no validation, no code sent, no second statement.
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
await pool.query('CREATE TABLE steps (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, step text, body jsonb)');
const app = Fastify();
app.get('/ready', () => ({ ready: true }));
app.post('/steps/:step', async (request, reply) => {
  const { rows } = await pool.query({
    name: 'step',
    text: 'INSERT INTO steps (step, body) VALUES ($1, $2) RETURNING id',
    values: [request.params.step, JSON.stringify(request.body)],
  });
  return reply.code(201).send({ id: rows[0].id });
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
