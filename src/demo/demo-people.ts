import type { ServiceScope, StaffRole } from '../platform/http/operation.js';

/** Members of staff whom the demo provider knows; enough of each role for decisions that need two people. */
export const DEMO_PEOPLE: Readonly<Record<string, readonly StaffRole[]>> = {
  alice: ['moderator'],
  bob: ['senior_moderator', 'moderator'],
  carol: ['legal'],
  dave: ['auditor'],
  erin: ['ops'],
  frank: ['admin'],
  grace: ['moderator'],
  heidi: ['senior_moderator', 'moderator'],
};

export interface DemoService {
  readonly secret: string;
  readonly scopes: readonly ServiceScope[];
}

/** Systems that may fetch a token with client credentials. The secrets are no secrets: this world is never production. */
export const DEMO_SERVICES: Readonly<Record<string, DemoService>> = {
  gateway: { secret: 'demo-gateway', scopes: ['standing:read', 'reports:write'] },
  billing: { secret: 'demo-billing', scopes: ['standing:read', 'erasure:ack', 'obligations:write'] },
  chat: { secret: 'demo-chat', scopes: ['standing:read', 'reports:write', 'erasure:ack', 'content_removal:ack'] },
};

export const CONSOLE_CLIENT_ID = 'console';

/** People with an account at the demo provider, for registering and signing in with it; no staff among them. */
export const DEMO_CUSTOMERS = ['lan', 'mei', 'tao', 'yu'] as const;

export const CUSTOMER_CLIENT_ID = 'account-lifecycle';
export const CUSTOMER_CLIENT_SECRET = 'demo-third-party';
/** The demo provider among the providers of third-party accounts. */
export const CUSTOMER_PROVIDER_ID = 'demo';
