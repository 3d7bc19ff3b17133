import { Controller, Delete, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovableClock } from '../../src/kernel/clock.js';
import { newId } from '../../src/kernel/ids.js';
import { actorOf, Caller } from '../../src/platform/callers/caller.js';
import { CallersModule } from '../../src/platform/callers/callers.module.js';
import { RouteTable } from '../../src/platform/callers/route-table.js';
import { SessionLookup } from '../../src/platform/callers/session-lookup.js';
import { SigningKeys } from '../../src/platform/callers/signing-keys.js';
import { TokenIssuer } from '../../src/platform/callers/token-issuer.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { httpAdapter } from '../../src/platform/http/http-adapter.js';
import { Operation } from '../../src/platform/http/operation.js';
import { HttpClient } from '../support/http-client.js';

const PUBLIC_URL = 'https://account.example';
const ACCOUNT = newId();
const SESSION = newId();

@Controller('v1/things')
class ThingsController {
  @Get('open')
  @Operation({ summary: 'open', callers: ['public'], clauses: [] })
  open(@Caller() caller: Caller): unknown {
    return { caller, actor: actorOf(caller) };
  }

  @Get('mine')
  @Operation({ summary: 'mine', callers: ['account'], clauses: [] })
  mine(@Caller() caller: Caller): unknown {
    return { caller, actor: actorOf(caller) };
  }

  @Get('staff')
  @Operation({ summary: 'staff', callers: ['staff:legal', 'staff:moderator'], clauses: [] })
  staff(@Caller() caller: Caller): unknown {
    return { caller, actor: actorOf(caller) };
  }

  @Get('service')
  @Operation({ summary: 'service', callers: ['service:standing:read'], clauses: [] })
  service(@Caller() caller: Caller): unknown {
    return { caller, actor: actorOf(caller) };
  }
}

@Controller('v1/forgotten')
class ForgottenController {
  @Post('it')
  forgot(): string {
    return 'open to everybody';
  }

  @Delete(':id')
  alsoForgot(): string {
    return 'gone';
  }
}

const live = new Set<string>();

class Sessions extends SessionLookup {
  isLive(sessionId: string, accountId: string): Promise<boolean> {
    return Promise.resolve(live.has(`${sessionId} ${accountId}`));
  }
}

interface World {
  readonly app: NestFastifyApplication;
  readonly http: HttpClient;
  readonly clock: MovableClock;
  readonly issuer: TokenIssuer;
  readonly dataDir: string;
  stop(): Promise<void>;
}

interface Idp {
  readonly url: string;
  requests: number;
  healthy: boolean;
  token(
    claims?: JWTPayload & Record<string, unknown>,
    how?: { typ?: string; aud?: string; iss?: string; key?: 'other' },
  ): Promise<string>;
  stop(): Promise<void>;
}

/** A small real issuer over HTTP: discovery and JWKS, one RSA key. */
async function startIdp(clock: MovableClock): Promise<Idp> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const other = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const server: Server = createServer((request, response) => {
    idp.requests += 1;
    response.setHeader('content-type', 'application/json');
    if (!idp.healthy) response.writeHead(503).end('{}');
    else if (request.url === '/jwks') response.end(JSON.stringify({ keys: [jwk] }));
    else response.end(JSON.stringify({ issuer: idp.url, jwks_uri: `${idp.url}/jwks` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const idp: Idp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: 0,
    healthy: true,
    token: (claims = {}, how = {}) => {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ sub: 'alice', roles: ['moderator'], iat: now, exp: now + 600, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: how.typ ?? 'at+jwt', kid: 'k1' })
        .setIssuer(how.iss ?? idp.url)
        .setAudience(how.aud ?? 'account-lifecycle')
        .sign(how.key === 'other' ? other.privateKey : pair.privateKey);
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return idp;
}

async function start(
  env: Record<string, string>,
  clock: MovableClock,
  controllers: (new () => object)[],
): Promise<World> {
  const dataDir = env['RUNTIME_DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'callers-'));
  // This world has the callers and nothing else, so the service's own file would hold sections that it does not know.
  const configDir = mkdtempSync(join(tmpdir(), 'callers-config-'));
  writeFileSync(join(configDir, 'defaults.yaml'), 'runtime: { trustedProxies: [] }');
  const config = loadConfig({
    CONFIG_DIR: configDir,
    RUNTIME_EMBEDDED: 'true',
    RUNTIME_PUBLIC_URL: PUBLIC_URL,
    RUNTIME_DATA_DIR: dataDir,
    ...env,
  });
  rmSync(configDir, { recursive: true });

  @Module({
    imports: [ConfigModule.forRoot(config), ClockModule.forRoot(clock), HttpModule, CallersModule],
    controllers,
    providers: [{ provide: SessionLookup, useClass: Sessions }],
  })
  class TestModule {}

  const app = await NestFactory.create<NestFastifyApplication>(TestModule, httpAdapter(), {
    logger: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  return {
    app,
    clock,
    dataDir,
    http: new HttpClient((await app.getUrl()).replace('[::1]', '127.0.0.1')),
    issuer: app.get(TokenIssuer),
    stop: async () => {
      await app.close();
      if (env['RUNTIME_DATA_DIR'] === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

describe('callers', () => {
  const clock = new MovableClock();
  let idp: Idp;
  let world: World;

  beforeAll(async () => {
    idp = await startIdp(clock);
    world = await start({ STAFF_ISSUER: idp.url, RUNTIME_TRUSTED_PROXIES: '["127.0.0.1"]' }, clock, [ThingsController]);
  });
  afterAll(async () => {
    await world?.stop();
    await idp?.stop();
  });
  beforeEach(() => {
    live.clear();
    live.add(`${SESSION} ${ACCOUNT}`);
    idp.healthy = true;
  });

  const account = async (): Promise<string> =>
    (await world.issuer.accountToken({ accountId: ACCOUNT, sessionId: SESSION })).accessToken;

  const expectRefused = (answer: { status: number; headers: Headers; body: Record<string, unknown> }): void => {
    expect(answer.status).toBe(401);
    expect(answer.body['code']).toBe('unauthenticated');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
  };

  test('nobody: public routes only, with a challenge elsewhere', async () => {
    const open = await world.http.get('/v1/things/open');
    expect(open.body).toMatchObject({ caller: { kind: 'public' }, actor: { kind: 'public' } });
    for (const path of ['mine', 'staff', 'service']) expectRefused(await world.http.get(`/v1/things/${path}`));
  });

  test('an account reaches its own routes and no others', async () => {
    const http = world.http.with(await account());
    const mine = await http.get('/v1/things/mine');
    expect(mine.body).toMatchObject({
      caller: { kind: 'account', accountId: ACCOUNT, sessionId: SESSION },
      actor: { kind: 'account', id: ACCOUNT },
    });
    for (const path of ['staff', 'service']) {
      const answer = await http.get(`/v1/things/${path}`);
      expect([answer.status, answer.body['code']]).toEqual([403, 'not_allowed']);
      expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
    }
  });

  test('staff by role, recorded under the role that let them in', async () => {
    const http = world.http.with(await idp.token({ roles: ['moderator', 'legal', 'somebody-else'] }));
    const answer = await http.get('/v1/things/staff');
    expect(answer.body).toMatchObject({
      caller: { kind: 'staff', id: 'alice', roles: ['moderator', 'legal'] },
      actor: { kind: 'staff', id: 'alice', role: 'moderator' },
    });
    expect((await http.get('/v1/things/mine')).status).toBe(403);
    expect((await world.http.with(await idp.token({ roles: ['auditor'] })).get('/v1/things/staff')).status).toBe(403);
  });

  test('a service by scope', async () => {
    const token = await idp.token({ roles: [], scope: 'standing:read profile', client_id: 'gateway', sub: 'gateway' });
    const answer = await world.http.with(token).get('/v1/things/service');
    expect(answer.body).toMatchObject({ caller: { kind: 'service', id: 'gateway', scopes: ['standing:read'] } });
    const other = await idp.token({ roles: [], scope: 'erasure:ack', client_id: 'chat' });
    expect((await world.http.with(other).get('/v1/things/service')).status).toBe(403);
  });

  test('signing out works at once, though the token lives', async () => {
    const http = world.http.with(await account());
    expect((await http.get('/v1/things/mine')).status).toBe(200);
    live.clear();
    expectRefused(await http.get('/v1/things/mine'));
    expectRefused(await http.get('/v1/things/open'));
  });

  test('a session of another account is no session', async () => {
    const { accessToken } = await world.issuer.accountToken({ accountId: newId(), sessionId: SESSION });
    expectRefused(await world.http.with(accessToken).get('/v1/things/mine'));
  });

  describe('bad tokens are refused everywhere, on public routes too', () => {
    const now = (): number => Math.floor(clock.now().getTime() / 1000);
    const keys = (): SigningKeys => world.app.get(SigningKeys);
    const ownToken = (claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> =>
      new SignJWT({
        iss: PUBLIC_URL,
        aud: 'account',
        sub: ACCOUNT,
        sid: SESSION,
        iat: now(),
        exp: now() + 60,
        ...claims,
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keys().current.kid, ...header })
        .sign(keys().current.privateKey);

    test('the helper makes good ones', async () => {
      expect((await world.http.with(await ownToken({})).get('/v1/things/mine')).status).toBe(200);
    });

    test.each<[string, () => Promise<string>]>([
      ['not a token', () => Promise.resolve('abc')],
      ['three dots of nothing', () => Promise.resolve('..')],
      ['a huge token', () => Promise.resolve('a'.repeat(12_000))],
      [
        'alg none',
        () =>
          Promise.resolve(
            `${b64({ alg: 'none', typ: 'at+jwt' })}.${b64({ iss: PUBLIC_URL, aud: 'account', sub: ACCOUNT, sid: SESSION, exp: 9e9 })}.`,
          ),
      ],
      ['expired', () => ownToken({ exp: now() - 60 })],
      ['from the future', () => ownToken({ nbf: now() + 600 })],
      ['no expiry', () => ownToken({ exp: undefined })],
      ['another audience', () => ownToken({ aud: 'account-lifecycle' })],
      ['another type that we sign', () => ownToken({}, { typ: 'deregistration-receipt+jwt' })],
      ['no type', () => ownToken({}, { typ: undefined })],
      ['an unknown key', () => ownToken({}, { kid: 'other' })],
      ['a subject that is no id', () => ownToken({ sub: 'alice' })],
      ['no session', () => ownToken({ sid: undefined })],
      ['roles in an account token', () => ownToken({ aud: 'account-lifecycle', roles: ['admin'] })],
      ['our issuer, their key', () => idp.token({ sub: ACCOUNT, sid: SESSION }, { iss: PUBLIC_URL, aud: 'account' })],
      ['their issuer, our key', () => ownToken({ iss: idp.url, aud: 'account-lifecycle', roles: ['admin'] })],
      ['staff, wrong signature', () => idp.token({}, { key: 'other' })],
      ['staff, wrong audience', () => idp.token({}, { aud: 'console' })],
      ['staff, an ID token', () => idp.token({}, { typ: 'JWT' })],
      ['staff, an unknown issuer', () => idp.token({}, { iss: 'https://evil.example' })],
      ['staff, expired', () => idp.token({ exp: now() - 60 })],
    ])('%s', async (_name, token) => {
      const http = world.http.with(await token());
      for (const path of ['open', 'mine', 'staff', 'service']) expectRefused(await http.get(`/v1/things/${path}`));
    });

    test.each(['Basic YWxpY2U6YWxpY2U=', 'Bearer', 'Bearer  ', 'bearer a b', 'Token abc'])(
      'the header %p',
      async (authorization) => {
        expectRefused(await world.http.withHeaders({ authorization }).get('/v1/things/open'));
      },
    );
  });

  test('a remembered signature dies with its token', async () => {
    const http = world.http.with(await account());
    expect((await http.get('/v1/things/mine')).status).toBe(200);
    clock.advance(11 * 60_000);
    expectRefused(await http.get('/v1/things/mine'));
  });

  // `tokens.clockTolerance` is five seconds, on either side; a token at the very edge is the next second's.
  test.each<[string, number, number]>([
    ['begins three seconds from now', 3, 200],
    ['begins a minute from now', 60, 401],
  ])('clock skew: a staff token that %s', async (_name, ahead, status) => {
    const at = Math.floor(clock.now().getTime() / 1000) + ahead;
    const token = await idp.token({ iat: at, nbf: at, exp: at + 300 });
    expect((await world.http.with(token).get('/v1/things/staff')).status).toBe(status);
  });

  test.each<[string, number, number]>([
    ['three seconds ago', 3, 200],
    ['eight seconds ago', 8, 401],
  ])('clock skew: a staff token that ended %s', async (_name, ago, status) => {
    const now = Math.floor(clock.now().getTime() / 1000);
    const token = await idp.token({ iat: now - 300, exp: now - ago });
    expect((await world.http.with(token).get('/v1/things/staff')).status).toBe(status);
  });

  test('clock skew: a token of ours signed by a process whose clock is a little ahead, and by one far behind', async () => {
    const signedAhead = async (seconds: number): Promise<string> => {
      clock.advance(seconds * 1000);
      const token = await account();
      clock.advance(-seconds * 1000);
      return token;
    };
    expect((await world.http.with(await signedAhead(4)).get('/v1/things/mine')).status).toBe(200);
    // Ten minutes of life, signed eleven minutes ago by the time of everybody else.
    expectRefused(await world.http.with(await signedAhead(-11 * 60)).get('/v1/things/mine'));
  });

  test('rotation: the new key signs, the former one still verifies and is published', async () => {
    const before = await account();
    const keys = world.app.get(SigningKeys);
    const former = keys.current.kid;
    const fresh = keys.rotate();
    expect((await world.http.with(before).get('/v1/things/mine')).status).toBe(200);
    expect((await world.http.with(await account()).get('/v1/things/mine')).status).toBe(200);
    const jwks = await world.http.get<{ keys: Record<string, string>[] }>('/.well-known/jwks.json');
    expect(jwks.body.keys.map((k) => k['kid'])).toEqual([fresh, former]);
    expect(jwks.text).not.toContain('"d"');
    expect(statSync(join(world.dataDir, 'keys/signing.jwks.json')).mode & 0o777).toBe(0o600);
  });

  test('what is signed as one thing is not verified as another', async () => {
    const receipt = await world.issuer.sign('deregistration-receipt+jwt', { a: 1 });
    expect(await world.issuer.verify('deregistration-receipt+jwt', receipt)).toEqual({ a: 1 });
    expect(await world.issuer.verify('audit-checkpoint+jwt', receipt)).toBeUndefined();
    expect(await world.issuer.verify('deregistration-receipt+jwt', `${receipt.slice(0, -4)}AAAA`)).toBeUndefined();
    await expect(world.issuer.sign('at+jwt', {})).rejects.toThrow();
  });

  test('attack row 11: forged X-Forwarded-For is not believed', async () => {
    const seen = async (header: string): Promise<unknown> =>
      (await world.http.withHeaders({ 'x-forwarded-for': header }).get<{ caller: { ip: string } }>('/v1/things/open'))
        .body.caller.ip;
    expect(await seen('203.0.113.9')).toBe('203.0.113.9');
    expect(await seen('8.8.8.8, 203.0.113.9')).toBe('203.0.113.9');
    expect(await seen('203.0.113.9, nonsense')).toBe('unknown');
  });

  test('attack row 17: Host and Forwarded build no address', async () => {
    const forged = {
      host: 'evil.example',
      forwarded: 'host=evil.example;proto=http',
      'x-forwarded-host': 'evil.example',
    };
    const http = world.http.withHeaders(forged);
    for (const path of ['/.well-known/jwks.json', '/v1/things/open', '/v1/things/mine', '/nowhere']) {
      const answer = await http.get(path);
      expect(answer.text + JSON.stringify([...answer.headers])).not.toContain('evil');
    }
    expect(world.issuer.issuer).toBe(PUBLIC_URL);
  });

  test('every route is in the table, with its callers', () => {
    const routes = world.app.get(RouteTable).routes.map((r) => `${r.method} ${r.path} ${r.operation.callers.join()}`);
    expect(routes).toContain('GET /v1/things/staff staff:legal,staff:moderator');
    expect(routes).toContain('GET /.well-known/jwks.json public');
  });
});

describe('an issuer that is down', () => {
  test('staff get 503, not "sign in"; accounts and the public do not notice', async () => {
    const clock = new MovableClock();
    const idp = await startIdp(clock);
    const world = await start({ STAFF_ISSUER: idp.url }, clock, [ThingsController]);
    try {
      idp.healthy = false;
      const http = world.http.with(await idp.token());
      const answer = await http.get('/v1/things/staff');
      expect([answer.status, answer.body['code']]).toEqual([503, 'temporarily_unavailable']);
      expect((await world.http.get('/v1/things/open')).status).toBe(200);
      live.add(`${SESSION} ${ACCOUNT}`);
      const { accessToken } = await world.issuer.accountToken({ accountId: ACCOUNT, sessionId: SESSION });
      expect((await world.http.with(accessToken).get('/v1/things/mine')).status).toBe(200);
      idp.healthy = true;
      expect((await http.get('/v1/things/staff')).status).toBe(200);
      const asked = idp.requests;
      await http.get('/v1/things/staff');
      expect(idp.requests).toBe(asked);
    } finally {
      await world.stop();
      await idp.stop();
    }
  });
});

describe('deny by default', () => {
  test('a handler without a declaration stops the start and is named', async () => {
    const starting = start({}, new MovableClock(), [ThingsController, ForgottenController]);
    await expect(starting).rejects.toThrow(/ForgottenController\.forgot[\s\S]*ForgottenController\.alsoForgot/);
  });

  test('production needs keys and an issuer', async () => {
    const production = { RUNTIME_EMBEDDED: 'false', RUNTIME_PRODUCTION: 'true' };
    await expect(start(production, new MovableClock(), [])).rejects.toThrow('TOKENS_SIGNING_KEYS');
    const keys = { keys: [await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey)] };
    const withKeys = { ...production, TOKENS_SIGNING_KEYS: JSON.stringify(keys) };
    await expect(start(withKeys, new MovableClock(), [])).rejects.toThrow('STAFF_ISSUER');
    await expect(start({ ...withKeys, STAFF_ISSUER: 'http://idp.example' }, new MovableClock(), [])).rejects.toThrow(
      'STAFF_ISSUER',
    );
  });
});

describe('attack row 15: tokens after a restart', () => {
  test('keys outlive it, a session that ended before does not come back', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'callers-'));
    const clock = new MovableClock();
    live.clear();
    live.add(`${SESSION} ${ACCOUNT}`);
    const first = await start({ RUNTIME_DATA_DIR: dataDir }, clock, [ThingsController]);
    const { accessToken } = await first.issuer.accountToken({ accountId: ACCOUNT, sessionId: SESSION });
    expect((await first.http.with(accessToken).get('/v1/things/mine')).status).toBe(200);
    await first.stop();
    const second = await start({ RUNTIME_DATA_DIR: dataDir }, clock, [ThingsController]);
    try {
      expect((await second.http.with(accessToken).get('/v1/things/mine')).status).toBe(200);
      live.clear();
      expect((await second.http.with(accessToken).get('/v1/things/mine')).status).toBe(401);
    } finally {
      await second.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
