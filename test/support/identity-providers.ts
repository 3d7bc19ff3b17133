import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { ProviderStore } from '../../src/demo/provider-store.js';
import type { Grant, Provider } from 'oidc-provider/lib/provider.js';

const ALGORITHM = 'ES256';

/** How a provider lies in its next answer. */
export interface Lies {
  /** Claims put in place of the true ones, in an ID token that is signed with the provider's own key. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signed with another key than the published one. */
  readonly foreignKey?: boolean;
  /** Not signed at all. */
  readonly unsigned?: boolean;
  /** The issuer in the answer to the browser: another one, or none. */
  readonly iss?: string | null;
}

export interface TestProvider {
  readonly issuer: string;
  /** Whoever signs in next is this person. */
  person: string;
  lies: Lies;
  /** What the provider says of people beside their subject. */
  profile: Record<string, unknown>;
  /** Token requests it has seen. */
  tokenRequests: number;
  stop(): Promise<void>;
}

export interface TestClient {
  readonly clientId: string;
  readonly secret: string;
  readonly redirectUri: string;
}

/** A real OpenID Connect provider on a loopback port, which lies on demand. */
export async function startProvider(client: TestClient): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = await generateKeyPair(ALGORITHM, { extractable: true });
  const foreign = await generateKeyPair(ALGORITHM);
  const jwk: JWK = { ...(await exportJWK(key.privateKey)), kid: 'test', alg: ALGORITHM, use: 'sig' };
  const state: TestProvider = {
    issuer,
    person: 'alice',
    lies: {},
    profile: {},
    tokenRequests: 0,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
  const provider = await createProvider(issuer, client, jwk, state);
  const sign = (claims: Record<string, unknown>): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid: 'test' })
      .sign(state.lies.foreignKey ? foreign.privateKey : key.privateKey);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(provider, state, sign, request, response);
  });
  return state;
}

async function createProvider(issuer: string, client: TestClient, jwk: JWK, state: TestProvider): Promise<Provider> {
  const { Provider } = await import('oidc-provider/lib/provider.js');
  const world = {};
  const provider: Provider = new Provider(issuer, {
    adapter: class extends ProviderStore {
      constructor(model: string) {
        super(world, model);
      }
    },
    jwks: { keys: [jwk] },
    cookies: { keys: ['test'] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: ALGORITHM,
        require_auth_time: true,
      },
    ],
    responseTypes: ['code'],
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: [ALGORITHM] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'email', 'email_verified', 'phone_number', 'phone_number_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...state.profile }) }),
    loadExistingGrant: async ({
      oidc,
    }: {
      oidc: { client: { clientId: string }; session: { accountId: string } };
    }): Promise<Grant> => {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  return provider;
}

async function answer(
  provider: Provider,
  state: TestProvider,
  sign: (claims: Record<string, unknown>) => Promise<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path.startsWith('/sign-in/')) {
    return provider.interactionFinished(request, response, { login: { accountId: state.person } });
  }
  if (path === '/token') {
    state.tokenRequests += 1;
    if (Object.keys(state.lies).length > 0) return lieInToken(provider, state, sign, request, response);
  }
  const { iss } = state.lies;
  if (iss !== undefined && path.startsWith('/auth')) {
    const writeHead = response.writeHead.bind(response);
    const lie = (): void => {
      const location = response.getHeader('location');
      if (typeof location !== 'string' || !location.includes('code=')) return;
      const url = new URL(location);
      if (iss === null) url.searchParams.delete('iss');
      else url.searchParams.set('iss', iss);
      response.setHeader('location', url.href);
    };
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      lie();
      return writeHead(...args);
    }) as typeof response.writeHead;
  }
  await provider.callback()(request, response);
}

/** The true answer, with another ID token in it. */
async function lieInToken(
  provider: Provider,
  state: TestProvider,
  sign: (claims: Record<string, unknown>) => Promise<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const end = response.end.bind(response);
  let whole = '';
  response.end = ((chunk?: unknown) => {
    if (chunk !== undefined && chunk !== null) whole += Buffer.from(chunk as Uint8Array).toString('utf8');
    void rewrite(whole, state.lies, sign).then((text) => {
      response.removeHeader('content-length');
      end(text);
    });
    return response;
  }) as typeof response.end;
  await provider.callback()(request, response);
}

async function rewrite(
  text: string,
  lies: Lies,
  sign: (claims: Record<string, unknown>) => Promise<string>,
): Promise<string> {
  const told = JSON.parse(text) as { id_token?: string };
  const [, payload] = told.id_token?.split('.') ?? [];
  if (payload === undefined) return text;
  const claims = {
    ...(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>),
    ...lies.claims,
  };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const idToken = lies.unsigned ? `${encode({ alg: 'none' })}.${encode(claims)}.` : await sign(claims);
  return JSON.stringify({ ...told, id_token: idToken });
}

export interface WechatServer {
  readonly url: string;
  /** What the interface answers to the next code. */
  answer: Record<string, unknown>;
  readonly requests: URLSearchParams[];
  stop(): Promise<void>;
}

/** WeChat's wire format: status 200 whatever happens, JSON as text/plain, errors as `errcode`. */
export async function startWechat(): Promise<WechatServer> {
  const requests: URLSearchParams[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://wechat');
    requests.push(url.searchParams);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(JSON.stringify(url.pathname === '/sns/oauth2/access_token' ? state.answer : { errcode: 40066 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: WechatServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: {},
    requests,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
  return state;
}

/** A port that is free now: an address that is known before anybody listens there. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** As much of a browser as this needs: cookies by origin, and redirects one at a time. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>();

  async go(url: string): Promise<{ status: number; location: string; text: string }> {
    const { origin } = new URL(url);
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    const cookie = [...jar].map(([k, v]) => `${k}=${v}`).join('; ');
    const answered = await fetch(url, { redirect: 'manual', headers: { cookie, 'user-agent': 'test browser' } });
    for (const set of answered.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = answered.headers.get('location') ?? '';
    return {
      status: answered.status,
      location: location === '' ? '' : new URL(location, url).href,
      text: await answered.text(),
    };
  }

  /** Follows redirects as long as they lead where `stop` does not hold. @returns the last address, not visited */
  async follow(url: string, stop: (url: string) => boolean): Promise<string> {
    let at = url;
    for (let i = 0; i < 8 && !stop(at); i += 1) {
      const { location, status, text } = await this.go(at);
      if (location === '') throw new Error(`no way on from ${at.split('?')[0]}: ${status} ${text.slice(0, 300)}`);
      at = location;
    }
    return at;
  }
}
