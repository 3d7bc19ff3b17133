import { Injectable } from '@nestjs/common';
import { ExtraProviders } from '../modules/third-party/providers.service.js';
import { ProviderConfig } from '../modules/third-party/third-party.config.js';
import { DemoIssuer } from './demo-issuer.js';
import { CUSTOMER_CLIENT_ID, CUSTOMER_CLIENT_SECRET, CUSTOMER_PROVIDER_ID } from './demo-people.js';

/** The demo provider as a provider of third-party accounts, so that registering with one works out of the box. */
@Injectable()
export class DemoThirdParty extends ExtraProviders {
  readonly providers: ExtraProviders['providers'];

  constructor(issuer: DemoIssuer) {
    super();
    const config = Object.assign(new ProviderConfig(), {
      id: CUSTOMER_PROVIDER_ID,
      kind: 'oidc',
      title: 'Demo',
      issuer: issuer.issuer,
      clientId: CUSTOMER_CLIENT_ID,
    } satisfies Partial<ProviderConfig>);
    this.providers = [{ config, secret: CUSTOMER_CLIENT_SECRET }];
  }
}
