import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../../../kernel/clock.js';
import { addPeriod, periodMs, periodSeconds } from '../../../kernel/period.js';
import { publicUrlOf } from '../../config/public-url.js';
import { RuntimeConfig } from '../../config/runtime.config.js';
import { STAFF_ROLES, type StaffRole } from '../../http/operation.js';
import { BrowserSessions } from '../browser-sessions.js';
import type { StaffCaller } from '../caller.js';
import { StaffConfig } from '../staff.config.js';
import { readCookie, SESSION_COOKIE, sessionCookie } from './cookies.js';
import { mayUseCookie } from './same-origin.js';
import { type StaffSession, StaffSessionsStore } from './staff-sessions.store.js';

/** How often the last use is written down; a session may idle out so much earlier. */
const TOUCH_EVERY_MS = 60_000;

/** Only the browser knows a session's id; the table knows its digest. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
export const digestOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Console sessions: begun by a sign-in, found by cookie, ended by time, idleness or sign-out. */
@Injectable()
export class StaffSessions extends BrowserSessions {
  private readonly origin: string;

  constructor(
    private readonly store: StaffSessionsStore,
    private readonly config: StaffConfig,
    private readonly clock: Clock,
    runtime: RuntimeConfig,
  ) {
    super();
    this.origin = new URL(publicUrlOf(runtime)).origin;
  }

  /** @returns the `Set-Cookie` value of the new session; its id is new, whatever the browser came with */
  async begin(staffId: string, roles: readonly StaffRole[]): Promise<string> {
    const secret = newSecret();
    const now = this.clock.now();
    const expiresAt = addPeriod(now, this.config.sessionTtl);
    await this.store.add(digestOfSecret(secret), { staffId, roles, lastUsedAt: now, expiresAt });
    return sessionCookie(secret, periodSeconds(this.config.sessionTtl));
  }

  override async callerOf(request: IncomingMessage, ip: string): Promise<StaffCaller | undefined> {
    if (!mayUseCookie(request.method ?? 'GET', request.headers, this.origin)) return undefined;
    const session = await this.sessionOf(request);
    if (session === undefined) return undefined;
    const roles = STAFF_ROLES.filter((role) => session.roles.includes(role));
    return { kind: 'staff', id: session.staffId, roles, ip };
  }

  async sessionOf(request: IncomingMessage): Promise<StaffSession | undefined> {
    const secret = readCookie(request, SESSION_COOKIE);
    if (secret === undefined) return undefined;
    const digest = digestOfSecret(secret);
    const now = this.clock.now();
    const session = await this.store.find(digest, now);
    if (session === undefined) return undefined;
    const idleMs = now.getTime() - session.lastUsedAt.getTime();
    if (idleMs >= periodMs(this.config.sessionIdle)) return undefined;
    if (idleMs >= TOUCH_EVERY_MS) await this.store.touch(digest, now);
    return session;
  }

  /** @returns the `Set-Cookie` value that makes the browser forget */
  async end(request: IncomingMessage): Promise<string> {
    const secret = readCookie(request, SESSION_COOKIE);
    if (secret !== undefined) await this.store.remove(digestOfSecret(secret));
    return sessionCookie('', 0);
  }
}
