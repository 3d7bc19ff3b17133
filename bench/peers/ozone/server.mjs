// Ozone as its own service starts, on the PostgreSQL it is given. Its app view and its directory of identities are a
// stub in this process that answers at once: real ones would only make it slower.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { Database, OzoneService, envToCfg, envToSecrets, readEnv } = createRequire(import.meta.url)('@atproto/ozone');

const stub = createServer((request, answer) => {
  request.resume();
  answer.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"InvalidRequest"}');
});
stub.keepAliveTimeout = 60_000;
stub.listen(0, '127.0.0.1');
await once(stub, 'listening');
const elsewhere = `http://127.0.0.1:${stub.address().port}`;

Object.assign(process.env, {
  OZONE_PORT: process.env.PORT,
  OZONE_PUBLIC_URL: `http://127.0.0.1:${process.env.PORT}`,
  OZONE_SERVER_DID: 'did:web:localhost',
  OZONE_APPVIEW_URL: elsewhere,
  OZONE_APPVIEW_DID: 'did:web:localhost',
  OZONE_DID_PLC_URL: elsewhere,
  OZONE_DB_POSTGRES_URL: process.env.DATABASE_URL,
  OZONE_DB_POOL_SIZE: '16',
  OZONE_SIGNING_KEY_HEX: 'a'.repeat(63) + '1',
  LOG_ENABLED: 'false',
});
const env = readEnv();
const config = envToCfg(env);
const db = new Database({ url: config.db.postgresUrl, schema: config.db.postgresSchema });
await db.migrateToLatestOrThrow();
await db.close();
const ozone = await OzoneService.create(config, envToSecrets(env));
await ozone.start();
console.log('listening');
