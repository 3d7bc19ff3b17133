// better-auth with its phone-number plugin, default settings, rate limit off, on the PostgreSQL it is given.
// Codes go to SINK_URL over HTTP, as ours do: sending costs both sides the same.
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import { getMigrations } from 'better-auth/db/migration';
import { phoneNumber } from 'better-auth/plugins';
import { createServer, Agent, request } from 'node:http';
import pg from 'pg';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const send = (to, code) =>
  new Promise((done, fail) => {
    const body = JSON.stringify({ to, params: { code } });
    const call = request(
      process.env.SINK_URL,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume();
        answer.on('end', done);
      },
    );
    call.on('error', fail);
    call.end(body);
  });

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${process.env.PORT}`,
  secret: 'a-secret-that-only-this-measurement-knows-0123456789',
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    phoneNumber({
      sendOTP: ({ phoneNumber: to, code }) => send(to, code),
      signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@example.invalid` },
    }),
  ],
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();
createServer(toNodeHandler(auth)).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
