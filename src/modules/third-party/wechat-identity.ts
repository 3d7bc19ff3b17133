import { type Period, periodSeconds } from '../../kernel/period.js';
import { guardedFetch } from '../../platform/outbound/guarded-fetch.js';
import { type FlowKeys, type Identity, type IdentityProviderPort, ProviderFailure } from './identity-port.js';
import type { ProviderConfig } from './third-party.config.js';

/** WeChat names no issuer; this stands for one in the key of a link. */
export const WECHAT_ISSUER = 'https://open.weixin.qq.com';

export interface WechatSettings {
  readonly provider: ProviderConfig;
  readonly clientSecret: string;
  readonly callbackUrl: string;
  readonly timeout: Period;
  readonly allowLoopback: boolean;
}

interface TokenAnswer {
  readonly access_token?: unknown;
  readonly openid?: unknown;
  readonly unionid?: unknown;
  readonly errcode?: unknown;
}

/**
 * WeChat's website login: OAuth 2 of its own spelling, no ID token, no PKCE, no `iss`. What ties the answer to the flow is
 * the state, the browser's cookie, and that the code is redeemed with our secret over a connection of ours. Errors come
 * with status 200 and an `errcode`.
 */
export class WechatIdentity implements IdentityProviderPort {
  constructor(private readonly settings: WechatSettings) {}

  authorizeUrl({ state }: FlowKeys): Promise<string> {
    const { provider, callbackUrl } = this.settings;
    const url = new URL(provider.wechatAuthorizeUrl);
    url.search = new URLSearchParams({
      appid: provider.clientId,
      redirect_uri: callbackUrl,
      response_type: 'code',
      scope: 'snsapi_login',
      state,
    }).toString();
    url.hash = 'wechat_redirect';
    return Promise.resolve(url.href);
  }

  async identify(answer: URLSearchParams): Promise<Identity> {
    // An answer that names an issuer is somebody else's (RFC 9207): WeChat never does.
    if (answer.has('iss')) throw new ProviderFailure('invalid_answer');
    const [code, ...more] = answer.getAll('code');
    // Without a code the person said no; WeChat tells it by leaving it out.
    if (code === undefined || code === '') throw new ProviderFailure('denied');
    if (more.length > 0) throw new ProviderFailure('invalid_answer');
    const told = await this.redeem(code);
    const { provider } = this.settings;
    const id = provider.wechatSubject === 'unionid' ? told.unionid : told.openid;
    if (told.errcode !== undefined && told.errcode !== 0) throw new ProviderFailure('invalid_answer');
    if (typeof told.access_token !== 'string' || typeof id !== 'string' || !/^[\w-]{1,128}$/.test(id)) {
      throw new ProviderFailure('invalid_answer');
    }
    // An openid means one person within one application only.
    const subject = provider.wechatSubject === 'unionid' ? `unionid:${id}` : `openid:${provider.clientId}:${id}`;
    return { issuer: WECHAT_ISSUER, subject };
  }

  private async redeem(code: string): Promise<TokenAnswer> {
    const { provider, clientSecret, timeout, allowLoopback } = this.settings;
    const url = new URL('/sns/oauth2/access_token', provider.wechatApiUrl);
    // Their protocol wants the secret in the address: it is in no log of ours, and no error of ours repeats it.
    url.search = new URLSearchParams({
      appid: provider.clientId,
      secret: clientSecret,
      code,
      grant_type: 'authorization_code',
    }).toString();
    let text: string;
    try {
      const options = { timeoutMs: periodSeconds(timeout) * 1000, allowLoopback };
      const response = await guardedFetch(url.href, { method: 'GET' }, options);
      if (response.status !== 200) throw new Error('not 200');
      text = await response.text();
    } catch {
      throw new ProviderFailure('unreachable');
    }
    try {
      // JSON, whatever its content type says (it says text/plain).
      return (JSON.parse(text) as TokenAnswer | null) ?? {};
    } catch {
      throw new ProviderFailure('invalid_answer');
    }
  }
}
