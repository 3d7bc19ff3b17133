import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { call } from './client.mjs';
import { freePort, startProcess } from './world.mjs';

export const AGREEMENT = { documentId: 'user_agreement', version: '2025-01-20' };

/** The issuer of staff and service tokens, as a company has one. `token({ scope })` or `token({ roles })`. */
export async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'EdDSA', use: 'sig' };
  const server = createServer((request, answer) => {
    const body = request.url === '/jwks' ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/jwks` };
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    token: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid: 'bench', typ: 'at+jwt' })
        .setIssuer(url)
        .setAudience('account-lifecycle')
        .setSubject(claims.sub ?? 'bench')
        .setIssuedAt()
        .setExpirationTime('4h')
        .sign(privateKey),
    stop: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}

const keyRing = () => {
  const versions = () => [{ version: 1, key: randomBytes(32).toString('base64'), activeFrom: '2026-01-01T00:00:00Z' }];
  return JSON.stringify({ field: versions(), 'blind-index': versions(), 'record-key': versions() });
};

const signingKeys = () =>
  JSON.stringify({ keys: [generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })] });

/**
 * The service as it runs in the real world: no demo provider, no inbox, no movable clock. Keys, issuer and SMS gateway
 * are given; NODE_ENV is not `production` only because issuer and gateway of a measurement speak plain http.
 */
export function realWorld({ issuer, sink }) {
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-bench-data-'));
  const env = {
    RUNTIME_EMBEDDED: 'false',
    DATA_DIR: folder,
    CRYPTO_KEY_RING: keyRing(),
    TOKENS_SIGNING_KEYS: signingKeys(),
    STAFF_ISSUER: issuer.url,
    SMS_PROVIDERS: '[http]',
    SMS_HTTP_URL: sink?.url ?? 'http://127.0.0.1:9/',
    SMS_HTTP_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    // Every person of a measurement comes from an address of their own, as people do.
    RUNTIME_TRUSTED_PROXIES: '[127.0.0.1]',
  };
  return { env, stop: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Schema and one agreement in effect, through the service's own command line. */
export function prepareDatabase(url, env) {
  const cli = (...args) =>
    execFileSync(process.execPath, ['dist/src/cli.js', ...args], {
      env: { ...process.env, ...env, DATABASE_URL: url, TELEMETRY_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  cli('migrate');
  cli(
    ...['agreements', 'publish', '--document', AGREEMENT.documentId, '--version', AGREEMENT.version],
    ...['--file', 'config/agreements/sample-user-agreement.zh-CN.md', '--effective-at', '2025-01-20'],
  );
}

/** One process of the service, all roles unless told otherwise. */
export async function startService(databaseUrl, env, { nodeArgs = [] } = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = await startProcess(
    [...nodeArgs, 'dist/src/main.js'],
    {
      ...env,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      PUBLIC_URL: url,
      TELEMETRY_LOG_LEVEL: env.TELEMETRY_LOG_LEVEL ?? 'info',
    },
    async () => (await call(url, 'GET', '/health/ready')).status === 200,
  );
  return { url, ...running };
}

const PREFIXES = [
  '130',
  '131',
  '132',
  '135',
  '136',
  '137',
  '138',
  '139',
  '150',
  '151',
  '158',
  '159',
  '180',
  '186',
  '188',
];

/** Numbers that nobody has twice, spread over the prefixes of the carriers, as people's are. */
export function numbers(seed) {
  let n = seed;
  return () => {
    n += 1;
    // A walk through all eight-digit endings in no order: neighbours in time are no neighbours in the number.
    const ending = (BigInt(n) * 38_196_601n) % 100_000_000n;
    return `+86${PREFIXES[n % PREFIXES.length]}${String(ending).padStart(8, '0')}`;
  };
}

const addressOf = (n) => `${20 + (n % 150)}.${(n >> 7) % 250}.${(n * 7) % 250}.${1 + ((n * 13) % 250)}`;

/** The same in two requests, the code wished for with the form (`sendCode`). */
export async function registerInTwo(base, phone, sink, n) {
  const headers = { 'x-forwarded-for': addressOf(n) };
  const form = { method: 'phone', phone, birthDate: '1990-05-17', channel: 'web', acceptances: [AGREEMENT] };
  const code = sink.codeFor(phone);
  const started = await call(base, 'POST', '/v1/registrations', { ...form, sendCode: true }, headers);
  expect(started, 201);
  const proof = { code: await code };
  const done = await call(base, 'POST', `/v1/registrations/${started.body.id}/verifications`, proof, headers);
  expect(done, 200);
  if (done.body.status !== 'completed') throw new Error(`a registration ended ${done.body.status}`);
  return done.body;
}

/** One person registers: form, code, proof. @returns what the last answer says */
export async function register(base, phone, sink, n) {
  const headers = { 'x-forwarded-for': addressOf(n) };
  const form = { method: 'phone', phone, birthDate: '1990-05-17', channel: 'web', acceptances: [AGREEMENT] };
  const started = await call(base, 'POST', '/v1/registrations', form, headers);
  expect(started, 201);
  const code = sink.codeFor(phone);
  expect(await call(base, 'POST', `/v1/registrations/${started.body.id}/codes`, {}, headers), 202);
  const proof = { code: await code };
  const done = await call(base, 'POST', `/v1/registrations/${started.body.id}/verifications`, proof, headers);
  expect(done, 200);
  if (done.body.status !== 'completed') throw new Error(`a registration ended ${done.body.status}`);
  return done.body;
}

export function expect({ status, body }, wanted) {
  if (status !== wanted) throw new Error(`${status} instead of ${wanted}: ${JSON.stringify(body)}`);
}
