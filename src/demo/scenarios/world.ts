import { randomInt } from 'node:crypto';
import { section, withUsualNames } from '../../boot.js';
import { StaffConfig } from '../../platform/callers/staff.config.js';
import { type Environment, loadConfig } from '../../platform/config/load-config.js';
import { RuntimeConfig } from '../../platform/config/runtime.config.js';
import { DemoIssuer } from '../demo-issuer.js';
import { Api, until } from './api.js';

/** What every scenario has: the API, tokens for staff and services, the inbox, and a clock that it may move. */
export class World {
  private api: Api;
  private readonly issuer: DemoIssuer;
  private readonly audience: string;
  private steps = 0;

  /**
   * @param base where the service is reached; by default where the one that uses this data folder says it is
   * @param env of the service: tokens are signed with the key in its data folder
   */
  constructor(base: string | undefined, env: Environment = process.env) {
    const config = loadConfig(withUsualNames(env));
    this.issuer = DemoIssuer.besideService(section(config, RuntimeConfig));
    this.audience = section(config, StaffConfig).audience;
    this.api = new Api(base ?? this.issuer.url);
  }

  get public(): Api {
    return this.api;
  }

  /** Everybody who acts from now on speaks this language; the service writes to people in it. */
  speak(language: 'zh-CN' | 'en'): void {
    this.api = this.api.with({ 'accept-language': language });
  }

  /** Prints one line a step: what is done and which clause it carries out. */
  step(clause: string, text: string): void {
    this.steps += 1;
    console.log(`${String(this.steps).padStart(2)}. [${clause}] ${text}`);
  }

  /** What came of it, indented below its step. */
  tell(text: string): void {
    console.log(`      ${text}`);
  }

  async staff(name: string, ...roles: string[]): Promise<Api> {
    return this.public.as(await this.token(name, roles, []));
  }

  async service(name: string, ...scopes: string[]): Promise<Api> {
    return this.public.as(await this.token(name, [], scopes));
  }

  async now(): Promise<Date> {
    return new Date((await this.public.get<{ now: string }>('/demo/clock')).now);
  }

  /** Moves the demo world forward (ISO 8601 duration). */
  async advance(by: string): Promise<void> {
    await this.public.post('/demo/clock', { by });
  }

  /** The newest one-time code that was sent to a number, once it has been. */
  codeFor(phone: string, notBefore: Date): Promise<string> {
    return until('the code', async () => {
      const { items } = await this.messagesTo(phone);
      return items.find((m) => new Date(m.at) >= notBefore && m.params['code'] !== undefined)?.params['code'];
    });
  }

  messagesTo(phone: string): Promise<{ items: { at: string; template: string; params: Record<string, string> }[] }> {
    return this.public.get(`/demo/messages?to=${encodeURIComponent(phone)}`);
  }

  /** A number that nobody has yet, out of a range that no operator gave to a person here. */
  newPhone(): string {
    return `+86138${randomInt(10_000_000, 99_999_999)}`;
  }

  private async token(subject: string, roles: string[], scopes: string[]): Promise<string> {
    return this.issuer.token({ subject, audience: this.audience, roles, scopes, ttl: 'PT1H', now: await this.now() });
  }
}
