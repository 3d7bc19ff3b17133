import { StaffConfig } from '../../src/platform/callers/staff.config.js';
import { DemoIssuer } from '../../src/demo/demo-issuer.js';
import type { TestApp } from './app.js';

/** A staff token of the demo provider: `staffToken(app, 'alice', 'moderator')`. */
export function staffToken(app: TestApp, subject: string, ...roles: string[]): Promise<string> {
  return mint(app, subject, roles, []);
}

/** A service token with scopes: `serviceToken(app, 'standing:read')`. */
export function serviceToken(app: TestApp, ...scopes: string[]): Promise<string> {
  return mint(app, 'test-service', [], scopes);
}

/** A token that opens a route with these `x-callers`, or undefined where nobody needs one or only an account may. */
export function tokenFor(app: TestApp, callers: readonly string[]): Promise<string | undefined> {
  const roles = callers.filter((c) => c.startsWith('staff:')).map((c) => c.slice('staff:'.length));
  const scopes = callers.filter((c) => c.startsWith('service:')).map((c) => c.slice('service:'.length));
  if (roles.length > 0) return staffToken(app, 'fuzz', ...roles);
  if (scopes.length > 0) return serviceToken(app, ...scopes);
  return Promise.resolve(undefined);
}

function mint(app: TestApp, subject: string, roles: string[], scopes: string[]): Promise<string> {
  return app.get(DemoIssuer).token({
    subject,
    audience: app.get(StaffConfig).audience,
    roles,
    scopes,
    ttl: 'P1D',
    now: app.clock.now(),
  });
}
