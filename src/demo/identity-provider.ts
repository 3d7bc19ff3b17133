import { Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Grant, Provider } from 'oidc-provider/lib/provider.js';
import { StaffConfig } from '../platform/callers/staff.config.js';
import { publicUrlOf } from '../platform/config/public-url.js';
import { RuntimeConfig } from '../platform/config/runtime.config.js';
import { SERVICE_SCOPES } from '../platform/http/operation.js';
import { DemoIssuer, ISSUER_ALGORITHM, PROVIDER_PATH } from './demo-issuer.js';
import {
  CONSOLE_CLIENT_ID,
  CUSTOMER_CLIENT_ID,
  CUSTOMER_CLIENT_SECRET,
  CUSTOMER_PROVIDER_ID,
  DEMO_CUSTOMERS,
  DEMO_PEOPLE,
  DEMO_SERVICES,
} from './demo-people.js';
import { ProviderStore } from './provider-store.js';
import { signInPage } from './sign-in-page.js';

type RawRequest = IncomingMessage & { originalUrl?: string };

const RESOURCE = 'urn:account-lifecycle:api';
const SIGN_IN_PATH = /^\/sign-in\/[\w-]{1,64}$/;
const BODY_LIMIT = 1_000;
const HOUR = 3_600;

interface Context {
  readonly oidc: { readonly client: { clientId: string }; readonly session: { accountId: string } };
}
interface IssuedToken {
  readonly accountId?: string;
}

/**
 * A real OpenID Connect provider inside this process: code + PKCE for the console, client credentials for services,
 * discovery, JWKS. Made on the first request to it, for most starts never see one.
 */
@Injectable()
export class IdentityProvider implements NestMiddleware {
  private readonly log = new Logger('DemoProvider');
  private readonly publicUrl: URL;
  private provider: Promise<Provider> | undefined;

  constructor(
    private readonly issuer: DemoIssuer,
    private readonly staff: StaffConfig,
    runtime: RuntimeConfig,
  ) {
    this.publicUrl = new URL(publicUrlOf(runtime));
  }

  use(request: RawRequest, response: ServerResponse): void {
    this.handle(request, response).catch((error: unknown) => {
      this.log.error('the demo provider failed', error instanceof Error ? error.stack : String(error));
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  }

  private async handle(request: RawRequest, response: ServerResponse): Promise<void> {
    this.provider ??= this.create();
    const provider = await this.provider;
    request.originalUrl ??= request.url ?? '/';
    request.url = request.originalUrl.slice(PROVIDER_PATH.length) || '/';
    // The provider builds its own addresses from the request: give it ours and drop what a caller says (row 17).
    request.headers.host = this.publicUrl.host;
    for (const name of Object.keys(request.headers)) if (name.includes('forwarded')) request.headers[name] = undefined;
    if (SIGN_IN_PATH.test(request.url.split('?')[0] ?? '')) return this.signIn(provider, request, response);
    await provider.callback()(request, response);
  }

  private async signIn(provider: Provider, request: RawRequest, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      const person = new URLSearchParams(await bodyOf(request)).get('person') ?? '';
      if (isKnown(person)) {
        return provider.interactionFinished(request, response, { login: { accountId: person } });
      }
    }
    const { params } = await provider.interactionDetails(request, response);
    const people = params.client_id === CUSTOMER_CLIENT_ID ? DEMO_CUSTOMERS : undefined;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(signInPage(request.originalUrl ?? '', people));
  }

  private async create(): Promise<Provider> {
    const { Provider } = await import('oidc-provider/lib/provider.js');
    const provider: Provider = new Provider(
      this.issuer.issuer,
      this.configuration(() => provider),
    );
    provider.on('server_error', (_context, error) => {
      this.log.error('the demo provider failed', error instanceof Error ? error.stack : String(error));
    });
    return provider;
  }

  private configuration(provider: () => Provider): object {
    const world = {};
    return {
      adapter: class extends ProviderStore {
        constructor(model: string) {
          super(world, model);
        }
      },
      jwks: { keys: [this.issuer.jwk()] },
      cookies: { keys: [randomBytes(32).toString('base64url')] },
      clients: this.clients(),
      scopes: ['openid', 'profile', ...SERVICE_SCOPES],
      claims: { openid: ['sub'], profile: ['name', 'roles'] },
      pkce: { required: () => true },
      responseTypes: ['code'],
      clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
      enabledJWA: { idTokenSigningAlgValues: [ISSUER_ALGORITHM] },
      ttl: {
        AccessToken: HOUR,
        AuthorizationCode: 60,
        ClientCredentials: HOUR,
        Grant: 8 * HOUR,
        IdToken: HOUR,
        Interaction: HOUR,
        Session: 8 * HOUR,
      },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: { enabled: true },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => RESOURCE,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            audience: this.staff.audience,
            scope: SERVICE_SCOPES.join(' '),
            accessTokenFormat: 'jwt',
            accessTokenTTL: HOUR,
            jwt: { sign: { alg: ISSUER_ALGORITHM } },
          }),
        },
      },
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `${PROVIDER_PATH}/sign-in/${uid}` },
      findAccount: (_context: unknown, name: string) =>
        isKnown(name)
          ? { accountId: name, claims: () => ({ sub: name, name, roles: DEMO_PEOPLE[name] ?? [] }) }
          : undefined,
      // Everybody agrees to our own console; there is nobody else's client here.
      loadExistingGrant: async ({ oidc }: Context): Promise<Grant> => {
        const grant = new (provider().Grant)({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
        grant.addOIDCScope('openid profile');
        grant.addResourceScope(RESOURCE, SERVICE_SCOPES.join(' '));
        await grant.save();
        return grant;
      },
      extraTokenClaims: (_context: unknown, token: IssuedToken) =>
        token.accountId === undefined ? undefined : { roles: DEMO_PEOPLE[token.accountId] ?? [] },
    };
  }

  private clients(): object[] {
    return [
      {
        client_id: CONSOLE_CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [`${this.publicUrl.origin}/console/callback`],
        post_logout_redirect_uris: [`${this.publicUrl.origin}/console/`],
        id_token_signed_response_alg: ISSUER_ALGORITHM,
      },
      {
        client_id: CUSTOMER_CLIENT_ID,
        client_secret: CUSTOMER_CLIENT_SECRET,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [`${this.publicUrl.origin}/v1/oidc/${CUSTOMER_PROVIDER_ID}/callback`],
        id_token_signed_response_alg: ISSUER_ALGORITHM,
      },
      ...Object.entries(DEMO_SERVICES).map(([id, { secret, scopes }]) => ({
        client_id: id,
        client_secret: secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: scopes.join(' '),
        id_token_signed_response_alg: ISSUER_ALGORITHM,
      })),
    ];
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('the form is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const isKnown = (name: string): boolean =>
  Object.hasOwn(DEMO_PEOPLE, name) || (DEMO_CUSTOMERS as readonly string[]).includes(name);
