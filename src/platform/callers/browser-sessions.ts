import type { IncomingMessage } from 'node:http';
import type { StaffCaller } from './caller.js';

/** Staff in a browser: a cookie in place of a bearer token. Bound by the staff session module. */
export abstract class BrowserSessions {
  /** @returns undefined when there is no live session, or this request may not speak for it (another site sent it) */
  abstract callerOf(request: IncomingMessage, ip: string): Promise<StaffCaller | undefined>;
}
