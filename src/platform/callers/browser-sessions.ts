import type { IncomingMessage } from 'node:http';
import type { StaffCaller } from './caller.js';

/** Staff in a browser: a cookie in place of a bearer token. Bound by the staff session module. */
export abstract class BrowserSessions {
  /**
   * @returns undefined when the request carries no session cookie, or may not use it (another site sent it)
   * @throws DomainError unauthenticated when the session is over
   */
  abstract callerOf(request: IncomingMessage, ip: string): Promise<StaffCaller | undefined>;
}
