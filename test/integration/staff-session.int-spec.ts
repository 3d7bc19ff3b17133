import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApp, type TestApp } from '../support/app.js';
import { type Answer, HttpClient } from '../support/http-client.js';
import { staffToken } from '../support/tokens.js';

/** The public address, known before the service listens, as in any installation behind a proxy. */
async function startProxy(target: () => string): Promise<{ url: string; server: Server }> {
  const server = createServer((incoming, outgoing) => {
    const onward = forward(
      `${target()}${incoming.url ?? '/'}`,
      { method: incoming.method, headers: { ...incoming.headers, host: 'internal' } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** As much of a browser as a sign-in needs. */
class Browser {
  readonly cookies = new Map<string, string>();
  constructor(
    private readonly http: HttpClient,
    readonly origin: string,
  ) {}

  async go(
    method: string,
    url: string,
    options: { form?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await this.http.send(method, url.replace(this.origin, ''), options.form, {
      headers: {
        cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '),
        ...(options.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...options.headers,
      },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** @returns the callback address that the issuer sends the browser to */
  async untilCallback(person: string, returnTo = ''): Promise<string> {
    let at = (await this.go('GET', `/console/sign-in${returnTo}`)).headers.get('location') ?? '';
    for (let i = 0; i < 6 && !at.includes('/console/callback'); i += 1) {
      const form = /\/demo\/idp\/sign-in\//.test(at) ? `person=${person}` : undefined;
      at =
        (await this.go(form === undefined ? 'GET' : 'POST', at, form === undefined ? {} : { form })).headers.get(
          'location',
        ) ?? '';
    }
    return at;
  }

  async signIn(person: string, returnTo = ''): Promise<Answer> {
    return this.go('GET', await this.untilCallback(person, returnTo));
  }

  write(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.go('POST', path, {
      headers: { 'x-console': '1', origin: this.origin, 'sec-fetch-site': 'same-origin', ...headers },
    });
  }
}

describe('console sessions of staff', () => {
  let app: TestApp;
  let proxy: { url: string; server: Server };
  const browser = (): Browser => new Browser(new HttpClient(proxy.url), proxy.url);

  beforeAll(async () => {
    proxy = await startProxy(() => app.url);
    app = await startApp({ env: { PUBLIC_URL: proxy.url } });
  });
  afterAll(async () => {
    await app?.stop();
    proxy.server.closeAllConnections();
    proxy.server.close();
  });

  test('sign-in, who am I, sign-out', async () => {
    const bob = browser();
    const back = await bob.signIn('bob', '?returnTo=/console/reviews');
    expect([back.status, back.headers.get('location')]).toEqual([303, '/console/reviews']);
    const set = back.headers.getSetCookie().find((c) => c.startsWith('__Host-staff_session=')) ?? '';
    expect(set).toMatch(/; Path=\/; Max-Age=28800; HttpOnly; Secure; SameSite=Strict$/);
    const session = await bob.go('GET', '/console/session');
    expect(session.body).toMatchObject({ id: 'bob', expiresAt: expect.any(String) as string });
    expect((session.body['roles'] as string[]).toSorted()).toEqual(['moderator', 'senior_moderator']);
    const kept = { ...Object.fromEntries(bob.cookies) };
    expect((await bob.write('/console/sign-out')).status).toBe(204);
    expect(bob.cookies.has('__Host-staff_session')).toBe(false);
    // Attack row 15: the cookie of a session that was ended.
    bob.cookies.set('__Host-staff_session', kept['__Host-staff_session'] ?? '');
    expect((await bob.go('GET', '/console/session')).status).toBe(401);
  });

  test('no token and no id of a session reaches the browser or the table in clear', async () => {
    const alice = browser();
    await alice.signIn('alice');
    const id = alice.cookies.get('__Host-staff_session') ?? '';
    expect(id).toHaveLength(43);
    const stored = JSON.stringify(await app.db.query('SELECT * FROM staff_sessions'));
    expect(stored).not.toContain(id);
    expect([...alice.cookies.values()].some((v) => v.startsWith('ey'))).toBe(false);
  });

  test('a write from elsewhere does not carry the session', async () => {
    const alice = browser();
    await alice.signIn('alice');
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null', 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await alice.write('/console/sign-out', headers)).status).toBe(401);
    }
    const form = await alice.go('POST', '/console/sign-out', { headers: { origin: alice.origin } });
    expect(form.status).toBe(401);
    expect((await alice.go('GET', '/console/session', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
      401,
    );
    expect((await alice.go('GET', '/console/session')).status).toBe(200);
  });

  test('attack row 15: an answer of the issuer works once, and in the browser that asked', async () => {
    const victim = browser();
    const attacker = browser();
    const callback = await attacker.untilCallback('alice');
    const nobodyIn = async (person: Browser, why: string): Promise<void> => {
      const { status, headers } = await person.go('GET', callback);
      expect([status, headers.get('location')]).toEqual([303, `/console/?signIn=${why}`]);
      expect(headers.getSetCookie().some((cookie) => cookie.startsWith('__Host-staff_session='))).toBe(false);
      expect((await person.go('GET', '/console/session')).status).toBe(401);
    };
    await nobodyIn(victim, 'expired');
    await victim.untilCallback('alice');
    await nobodyIn(victim, 'failed');
    expect((await attacker.go('GET', callback)).headers.get('location')).toBe('/console/');
    expect((await attacker.go('GET', '/console/session')).status).toBe(200);
    const again = await attacker.go('GET', callback);
    expect(again.headers.get('location')).toBe('/console/?signIn=expired');
  });

  test('somebody with no role is told so, and is not signed in', async () => {
    const lan = browser();
    const back = await lan.signIn('lan');
    expect(back.headers.get('location')).toBe('/console/?signIn=refused');
    expect((await lan.go('GET', '/console/session')).status).toBe(401);
  });

  test.each([
    'https://evil.example',
    '//evil.example',
    '/console/../admin',
    '/console/\\evil',
    '/console.evil',
    '/elsewhere',
  ])('coming back to %p is no way out', async (returnTo) => {
    const back = await browser().signIn('alice', `?returnTo=${encodeURIComponent(returnTo)}`);
    expect(back.headers.get('location')).toBe('/console/');
  });

  test.each(['/console/tasks/1', '/console?status=claimed&assignee=me', '/console/?kind=case'])(
    'it comes back to %p, filters and all',
    async (returnTo) => {
      const back = await browser().signIn('alice', `?returnTo=${encodeURIComponent(returnTo)}`);
      expect(back.headers.get('location')).toBe(returnTo);
    },
  );

  test('it ends when unused, and at the latest after its time', async () => {
    const alice = browser();
    await alice.signIn('alice');
    for (let hours = 0; hours < 20; hours += 1) {
      app.clock.advance(25 * 60_000);
      const { status } = await alice.go('GET', '/console/session');
      if (status === 401) {
        expect(hours * 25).toBeGreaterThan(7 * 60);
        break;
      }
      expect(hours).toBeLessThan(19);
    }
    app.clock.set(new Date());
    await alice.signIn('alice');
    app.clock.advance(31 * 60_000);
    expect((await alice.go('GET', '/console/session')).status).toBe(401);
    app.clock.set(new Date());
  });

  test('a bearer token is asked the same question', async () => {
    const answer = await app.http.with(await staffToken(app, 'legal', 'carol')).get('/console/session');
    expect(answer.body).toEqual({
      id: 'carol',
      roles: ['legal'],
      expiresAt: null,
      asOf: expect.any(String) as string,
    });
  });

  test('attack row 17: Host builds no redirect', async () => {
    const evil = app.http.withHeaders({ host: 'evil.example', 'x-forwarded-host': 'evil.example' });
    const home = new URL((await evil.get('/console/sign-in?returnTo=/console/tasks/1')).headers.get('location') ?? '');
    expect([home.origin, home.pathname, home.searchParams.get('returnTo')]).toEqual([
      proxy.url,
      '/console/sign-in',
      '/console/tasks/1',
    ]);
    // Once only: behind a proxy that names its own host, the way would never end.
    const answer = await evil.get(`${home.pathname}${home.search}`);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.origin).toBe(proxy.url);
    expect(location.searchParams.get('redirect_uri')).toBe(`${proxy.url}/console/callback`);
    expect(location.searchParams.get('code_challenge_method')).toBe('S256');
  });
});
