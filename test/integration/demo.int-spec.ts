import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { Authenticator } from '../../src/platform/callers/authenticator.js';
import { boot } from '../../src/boot.js';
import { tokenCommand } from '../../src/cli/token.command.js';
import { startApp, type TestApp } from '../support/app.js';
import { serviceToken, staffToken } from '../support/tokens.js';

const PUBLIC_URL = 'http://account.test';
const IDP = '/demo/idp';
const run = promisify(execFile);

describe('the demo world', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { PUBLIC_URL } });
  });
  afterAll(() => app?.stop());

  const callerOf = (token: string): Promise<unknown> =>
    app
      .get(Authenticator)
      .callerOf({ headers: { authorization: `Bearer ${token}` }, socket: { remoteAddress: '127.0.0.1' } } as never);

  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  test('attack row 17: discovery is built from the public URL, whatever Host and Forwarded say', async () => {
    const forged = {
      host: 'evil.example',
      forwarded: 'host=evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
    };
    const answer = await app.http.withHeaders(forged).get(`${IDP}/.well-known/openid-configuration`);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(/evil|gopher/);
    expect(answer.body).toMatchObject({
      issuer: `${PUBLIC_URL}${IDP}`,
      authorization_endpoint: `${PUBLIC_URL}${IDP}/auth`,
      token_endpoint: `${PUBLIC_URL}${IDP}/token`,
      jwks_uri: `${PUBLIC_URL}${IDP}/jwks`,
    });
  });

  test('its keys are public only', async () => {
    const answer = await app.http.get<{ keys: Record<string, unknown>[] }>(`${IDP}/jwks`);
    expect(answer.body.keys).toHaveLength(1);
    expect(answer.body.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(answer.body.keys[0]).not.toHaveProperty('d');
  });

  test('a service gets a token with client credentials, and it is one for us', async () => {
    const token = async (scope: string): Promise<{ status: number; body: Record<string, unknown> }> =>
      app.http.send('POST', `${IDP}/token`, `grant_type=client_credentials&scope=${encodeURIComponent(scope)}`, {
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from('gateway:demo-gateway').toString('base64')}`,
        },
      });
    const good = await token('standing:read reports:write');
    expect(good.status).toBe(200);
    expect(await callerOf(good.body['access_token'] as string)).toMatchObject({
      kind: 'service',
      id: 'gateway',
      scopes: ['standing:read', 'reports:write'],
    });
    expect((await token('erasure:ack')).status).toBe(400);
  });

  test('staff sign in with code and PKCE, and the token names their roles', async () => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const redirect = `${PUBLIC_URL}/console/callback`;
    const jar = new Map<string, string>();
    const go = async (
      method: string,
      url: string,
      body?: string,
    ): Promise<{ status: number; location: string; text: string; body: Record<string, unknown> }> => {
      const answer = await app.http.send(method, url.replace(PUBLIC_URL, ''), body, {
        headers: {
          cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; '),
          ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        jar.set(name, value);
      }
      return {
        status: answer.status,
        location: answer.headers.get('location') ?? '',
        text: answer.text,
        body: answer.body,
      };
    };
    const query = new URLSearchParams({
      client_id: 'console',
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: redirect,
      state: 'xyz',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    let step = await go('GET', `${IDP}/auth?${query.toString()}`);
    expect(step.status).toBe(303);
    const page = await go('GET', step.location);
    expect(page.text).toContain('value="alice"');
    step = await go('POST', step.location, 'person=bob');
    for (let i = 0; i < 3 && !step.location.startsWith(redirect); i += 1) step = await go('GET', step.location);
    const answer = new URL(step.location);
    expect(answer.searchParams.get('state')).toBe('xyz');
    const form = {
      grant_type: 'authorization_code',
      client_id: 'console',
      code: answer.searchParams.get('code') ?? '',
      redirect_uri: redirect,
    };
    const wrong = await go(
      'POST',
      `${IDP}/token`,
      new URLSearchParams({ ...form, code_verifier: 'x'.repeat(43) }).toString(),
    );
    expect(wrong.status).toBe(400);
    const tokens = await go(
      'POST',
      `${IDP}/token`,
      new URLSearchParams({ ...form, code_verifier: verifier }).toString(),
    );
    expect(tokens.status).toBe(200);
    expect(await callerOf(tokens.body['access_token'] as string)).toMatchObject({
      kind: 'staff',
      id: 'bob',
      roles: ['moderator', 'senior_moderator'],
    });
    expect(claimsOf(tokens.body['id_token'] as string)).toMatchObject({ sub: 'bob', aud: 'console' });
    await expect(callerOf(tokens.body['id_token'] as string)).rejects.toMatchObject({ code: 'unauthenticated' });
    // Attack row 15: a code works once.
    const again = await go(
      'POST',
      `${IDP}/token`,
      new URLSearchParams({ ...form, code_verifier: verifier }).toString(),
    );
    expect(again.status).toBe(400);
  });

  const printed = async (...args: string[]): Promise<string> => {
    const before = { ...process.env };
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    Object.assign(process.env, { DATA_DIR: app.dataDir, PUBLIC_URL, NODE_ENV: 'test', RUNTIME_EMBEDDED: 'true' });
    try {
      await tokenCommand()
        .exitOverride()
        .configureOutput({ writeErr: () => undefined })
        .parseAsync(args, { from: 'user' });
      return String(log.mock.calls[0]?.[0]);
    } finally {
      log.mockRestore();
      process.env = before;
    }
  };

  test('the command line prints tokens that the running service accepts', async () => {
    const staff = await printed('--role', 'moderator', '--role', 'legal', '--sub', 'alice');
    expect(await callerOf(staff)).toMatchObject({ kind: 'staff', id: 'alice', roles: ['moderator', 'legal'] });
    const service = await printed('--scope', 'standing:read', '--ttl', 'PT1M');
    expect(await callerOf(service)).toMatchObject({ kind: 'service', id: 'demo-service', scopes: ['standing:read'] });
    const { iat, exp } = claimsOf(service);
    expect(Number(exp) - Number(iat)).toBe(60);
    await expect(printed('--role', 'emperor')).rejects.toThrow();
    await expect(printed('--role', 'legal', '--ttl', 'soon')).rejects.toThrow();
    await expect(printed()).rejects.toThrow('at least one');
    expect(statSync(join(app.dataDir, 'keys/demo-issuer.jwk.json')).mode & 0o777).toBe(0o600);
  });

  test('tokens of the test helpers are accepted', async () => {
    expect(await callerOf(await staffToken(app, 'legal', 'carol'))).toMatchObject({
      kind: 'staff',
      id: 'carol',
      roles: ['legal'],
    });
    expect(await callerOf(await serviceToken(app, 'standing:read'))).toMatchObject({ kind: 'service', id: 'gateway' });
  });

  test('the inbox shows what would have been sent, to that number only', async () => {
    const inbox = app.get(MessageInbox);
    const message = {
      to: '+8613800138000',
      template: 'verification_code',
      params: { code: '123456' },
      locale: 'zh-CN' as const,
      id: 'm1',
    };
    await inbox.send(message);
    await inbox.send(message);
    await inbox.send({ ...message, to: '+8613800138001', id: 'm2' });
    for (const to of ['%2B8613800138000', '+8613800138000', '8613800138000']) {
      const answer = await app.http.get<{ items: unknown[] }>(`/demo/messages?to=${to}`);
      expect(answer.body.items).toMatchObject([{ template: 'verification_code', params: { code: '123456' } }]);
    }
    expect((await app.http.get('/demo/messages')).status).toBe(400);
    expect((await app.http.get('/demo/messages?to=x&all=1')).status).toBe(400);
  });
});

describe('the demo world and production', () => {
  test('exclude each other', async () => {
    const env = { NODE_ENV: 'production', RUNTIME_EMBEDDED: 'true', DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    await expect(boot(env)).rejects.toThrow('runtime.embedded: impossible with NODE_ENV=production');
  });

  test('in production nothing of it is imported', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', PROBE], {
      cwd: join(import.meta.dirname, '../..'),
    });
    expect(stdout.trim()).toBe('ok');
  });
});

/** `src/demo` is reached by a dynamic import alone, and that stands behind the check. */
const PROBE = `
import { readdirSync, readFileSync } from 'node:fs';
const files = readdirSync('src', { recursive: true }).filter((f) => f.endsWith('.ts') && !f.startsWith('demo/'));
const bad = files.filter((f) => /^import (?!type)[^;]*from '[^']*\\/demo\\//m.test(readFileSync('src/' + f, 'utf8')));
console.log(bad.length === 0 ? 'ok' : bad.join());
`;
