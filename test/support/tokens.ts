import { DemoIssuer } from '../../src/demo/demo-issuer.js';
import { StaffConfig } from '../../src/platform/callers/staff.config.js';
import type { ServiceScope, StaffRole } from '../../src/platform/http/operation.js';
import type { TestApp } from './app.js';

type App = Pick<TestApp, 'get' | 'clock'>;

/** A bearer token of a member of staff; two names are two people. */
export const staffToken = (app: App, roles: StaffRole | readonly StaffRole[], name = 'alice'): Promise<string> =>
  tokenFor(app, name, typeof roles === 'string' ? [roles] : roles, []);

/** A bearer token of another system. */
export const serviceToken = (
  app: App,
  scopes: ServiceScope | readonly ServiceScope[],
  name = 'gateway',
): Promise<string> => tokenFor(app, name, [], typeof scopes === 'string' ? [scopes] : scopes);

function tokenFor(app: App, subject: string, roles: readonly string[], scopes: readonly string[]): Promise<string> {
  const { audience } = app.get(StaffConfig);
  return app.get(DemoIssuer).token({ subject, audience, roles, scopes, ttl: 'PT1H', now: app.clock.now() });
}
