import { DemoIssuer } from '../../src/demo/demo-issuer.js';
import { newId } from '../../src/kernel/ids.js';
import { Authenticator } from '../../src/platform/callers/authenticator.js';
import { StaffConfig } from '../../src/platform/callers/staff.config.js';
import { TokenIssuer } from '../../src/platform/callers/token-issuer.js';
import type { ServiceScope, StaffRole } from '../../src/platform/http/operation.js';
import type { TestApp } from './app.js';

type App = Pick<TestApp, 'get' | 'clock'>;

/** A bearer token of a member of staff; two names are two people. */
export const staffToken = (app: App, roles: StaffRole | readonly StaffRole[], name = 'alice'): Promise<string> =>
  demoToken(app, name, typeof roles === 'string' ? [roles] : roles, []);

/** A bearer token of another system. */
export const serviceToken = (
  app: App,
  scopes: ServiceScope | readonly ServiceScope[],
  name = 'gateway',
): Promise<string> => demoToken(app, name, [], typeof scopes === 'string' ? [scopes] : scopes);

interface Lookup {
  isLive(sessionId: string, accountId: string): Promise<boolean>;
}

/**
 * A bearer token of an account that owns nothing here and whose session counts as live: who they are is beyond doubt,
 * what they may is the question.
 * @param accountId of somebody who exists, where that matters
 */
export async function strangerToken(app: App, accountId: string = newId()): Promise<string> {
  const subject = { accountId, sessionId: newId() };
  const authenticator = app.get(Authenticator) as unknown as { sessions: Lookup | undefined };
  const real = authenticator.sessions;
  authenticator.sessions = {
    isLive: (s, a) =>
      s === subject.sessionId ? Promise.resolve(true) : (real?.isLive(s, a) ?? Promise.resolve(false)),
  };
  return (await app.get(TokenIssuer).accountToken(subject)).accessToken;
}

/** A token that opens a route with these `x-callers`; undefined where nobody needs one. */
export async function tokenForCallers(app: App, callers: readonly string[]): Promise<string | undefined> {
  if (callers.includes('public') || callers.includes('guardian')) return undefined;
  const staff = callers.find((c) => c.startsWith('staff:'));
  if (staff !== undefined) return staffToken(app, staff.slice('staff:'.length) as StaffRole);
  const service = callers.find((c) => c.startsWith('service:'));
  if (service !== undefined) return serviceToken(app, service.slice('service:'.length) as ServiceScope);
  return strangerToken(app);
}

function demoToken(app: App, subject: string, roles: readonly string[], scopes: readonly string[]): Promise<string> {
  const { audience } = app.get(StaffConfig);
  return app.get(DemoIssuer).token({ subject, audience, roles, scopes, ttl: 'P30D', now: app.clock.now() });
}
