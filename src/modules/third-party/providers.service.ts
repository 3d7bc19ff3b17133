import { Injectable, Optional } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { publicUrlOf } from '../../platform/config/public-url.js';
import { ConfigError } from '../../platform/config/load-config.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { targetProblem } from '../../platform/outbound/address-guard.js';
import type { IdentityProviderPort } from './identity-port.js';
import { OidcIdentity } from './oidc-identity.js';
import { type FlowPurpose, type ProviderConfig, ThirdPartyConfig } from './third-party.config.js';
import { THIRD_PARTY_ERRORS } from './third-party.errors.js';
import { WECHAT_ISSUER, WechatIdentity } from './wechat-identity.js';

export interface Provider {
  readonly id: string;
  readonly kind: 'oidc' | 'wechat';
  readonly title: string;
  readonly issuer: string;
  readonly enabled: boolean;
  readonly purposes: readonly FlowPurpose[];
  readonly identity: IdentityProviderPort;
}

/** A provider that a start brings along beside the configured ones: the demo world's. */
export abstract class ExtraProviders {
  abstract readonly providers: readonly { readonly config: ProviderConfig; readonly secret: string }[];
}

defineStartCheck((section) => new ThirdPartyProviders(section(ThirdPartyConfig), section(RuntimeConfig)));

/** The providers of third-party accounts, as configured. One that does not hold stops the start. */
@Injectable()
export class ThirdPartyProviders {
  private readonly known = new Map<string, Provider>();

  constructor(
    private readonly config: ThirdPartyConfig,
    private readonly runtime: RuntimeConfig,
    @Optional() extras?: ExtraProviders,
  ) {
    const problems: string[] = [];
    for (const provider of config.providers) {
      this.add(provider, config.clientSecrets[provider.id], problems);
    }
    for (const id of Object.keys(config.clientSecrets)) {
      if (!this.known.has(id)) problems.push(`clientSecrets.${id}: no provider of that name`);
    }
    for (const { config: extra, secret } of extras?.providers ?? []) {
      // The demo world's own provider: under an address it cannot be reached at it is left out, and nothing else suffers.
      const unfit: string[] = [];
      if (!this.known.has(extra.id)) this.add(extra, secret, unfit);
      if (unfit.length > 0) this.known.delete(extra.id);
    }
    if (problems.length > 0) throw new ConfigError(problems.map((problem) => `thirdParty.${problem}`));
  }

  /** What can be offered to people, in the order of the configuration. */
  offered(): Provider[] {
    return [...this.known.values()].filter((p) => p.enabled);
  }

  /** The provider of a link that exists, whether or not it may still be used. */
  byIssuer(issuer: string): Provider | undefined {
    return [...this.known.values()].find((p) => p.issuer === issuer);
  }

  /**
   * Asked at every step, for a provider that was switched off between two of them is off (row 7).
   * @throws DomainError provider_not_found, provider_disabled
   */
  usable(id: string, purpose?: FlowPurpose): Provider {
    const found = this.known.get(id);
    if (found === undefined) throw new DomainError(THIRD_PARTY_ERRORS.provider_not_found);
    if (!found.enabled || (purpose !== undefined && !found.purposes.includes(purpose))) {
      throw new DomainError(THIRD_PARTY_ERRORS.provider_disabled);
    }
    return found;
  }

  private add(provider: ProviderConfig, secret: string | undefined, problems: string[]): void {
    const { id, kind, clientAuthentication } = provider;
    const allowLoopback = this.runtime.embedded && !this.runtime.production;
    const need = (fine: boolean, text: string): void => void (fine || problems.push(`providers.${id}: ${text}`));
    const issuer = kind === 'wechat' ? WECHAT_ISSUER : provider.issuer;
    need(issuer !== undefined, 'an OpenID Connect provider needs its issuer');
    need(kind !== 'wechat' || provider.issuer === undefined, 'wechat has no issuer of its own');
    const targets = kind === 'oidc' ? [issuer ?? ''] : [provider.wechatAuthorizeUrl, provider.wechatApiUrl];
    for (const target of targets) {
      const problem = target === '' ? undefined : targetProblem(target, { allowLoopback });
      need(problem === undefined, `${target}: ${problem ?? ''}`);
    }
    // A provider that is switched off may lack its secret; one that is used may not.
    need(
      secret !== undefined || !provider.enabled || (kind === 'oidc' && clientAuthentication === 'none'),
      'its secret is missing (THIRD_PARTY_CLIENT_SECRETS)',
    );
    const callbackUrl = `${publicUrlOf(this.runtime)}/v1/oidc/${id}/callback`;
    const shared = { clientSecret: secret, callbackUrl, timeout: this.config.requestTimeout, allowLoopback };
    this.known.set(id, {
      id,
      kind,
      title: provider.title ?? id,
      issuer: issuer ?? '',
      enabled: provider.enabled,
      purposes: provider.purposes,
      identity:
        kind === 'wechat'
          ? new WechatIdentity({ ...shared, provider, clientSecret: secret ?? '' })
          : new OidcIdentity({
              ...shared,
              provider: { ...provider, issuer: issuer ?? '' },
              stepUpMaxAge: this.config.stepUpMaxAge,
            }),
    });
  }
}
