import { Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../kernel/domain-error.js';
import { RuntimeConfig } from '../config/runtime.config.js';
import { BearerTokens, type TokenSubject } from './bearer-tokens.js';
import { BrowserSessions } from './browser-sessions.js';
import type { Caller } from './caller.js';
import { CALLER_ERRORS } from './callers.errors.js';
import { clientAddress, TrustedProxies } from './client-address.js';
import { SessionLookup } from './session-lookup.js';

/**
 * Finds out who sent a request: bearer token, else console session, else the public. Works on the plain request, so that
 * what is mounted beside Nest's routes (the queue dashboard) asks the same question.
 */
@Injectable()
export class Authenticator implements OnModuleInit {
  private readonly proxies: TrustedProxies;
  private sessions: SessionLookup | undefined;
  /** A connection that nobody forwards for has one other end as long as it lives. */
  private readonly addressOfSocket = new WeakMap<object, string>();

  constructor(
    private readonly tokens: BearerTokens,
    private readonly modules: ModuleRef,
    runtime: RuntimeConfig,
    @Optional() private readonly browserSessions?: BrowserSessions,
  ) {
    this.proxies = new TrustedProxies(runtime.trustedProxies);
  }

  /** The accounts module stands on a floor above and binds the port there. Without it every account token is refused. */
  onModuleInit(): void {
    try {
      this.sessions = this.modules.get(SessionLookup, { strict: false });
    } catch {
      this.sessions = undefined;
    }
  }

  addressOf(request: IncomingMessage): string {
    const { socket } = request;
    const forwardedFor = request.headers['x-forwarded-for'];
    if (forwardedFor !== undefined) return clientAddress(socket.remoteAddress, forwardedFor, this.proxies);
    const known = this.addressOfSocket.get(socket) ?? clientAddress(socket.remoteAddress, undefined, this.proxies);
    this.addressOfSocket.set(socket, known);
    return known;
  }

  /** @throws DomainError unauthenticated when something was presented and is not valid, on public routes too */
  async callerOf(request: IncomingMessage): Promise<Caller> {
    const ip = this.addressOf(request);
    const { authorization } = request.headers;
    if (authorization === undefined)
      return (await this.browserSessions?.callerOf(request, ip)) ?? { kind: 'public', ip };
    const subject = await this.subjectOf(authorization);
    if (subject === undefined || !(await this.isLive(subject))) throw new DomainError(CALLER_ERRORS.unauthenticated);
    return { ...subject, ip };
  }

  /**
   * The account that a valid token names, though its session may have ended. Good for one thing: to be told again what
   * the command that ended it answered.
   */
  async endedCallerOf(request: IncomingMessage): Promise<Caller | undefined> {
    const subject = await this.subjectOf(request.headers.authorization ?? '');
    return subject?.kind === 'account' ? { ...subject, ip: this.addressOf(request) } : undefined;
  }

  private async subjectOf(authorization: string): Promise<TokenSubject | undefined> {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : this.tokens.verify(token);
  }

  private async isLive(subject: TokenSubject): Promise<boolean> {
    if (subject.kind !== 'account') return true;
    return (await this.sessions?.isLive(subject.sessionId, subject.accountId)) ?? false;
  }
}
