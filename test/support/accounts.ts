import { MessageInbox } from '../../src/demo/message-inbox.js';
import { ANONYMOUS } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { type Account, AccountsService, type NewAccount } from '../../src/modules/accounts/accounts.service.js';
import { IdentifiersService } from '../../src/modules/accounts/identifiers.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import type { TestApp } from './app.js';
import type { HttpClient } from './http-client.js';

let last = 0;

/** A number that no other test of this file has; far from the ones before, for a run of numbers is held (2.3(3)). */
export const freshPhone = (): string => `+86138${String(10_000_000 + (((last += 1) * 7_919_317) % 89_999_999))}`;

/** An account opened by the door of the module, as a finished registration does it. */
export function openAccount(
  app: TestApp,
  phone: string = freshPhone(),
  more: Partial<NewAccount> = {},
): Promise<Account & { phone: string }> {
  return app.get(Transactor).run(async (tx) => {
    const account = await app.get(AccountsService).open(tx, {
      state: 'active',
      birthDate: '1990-05-17',
      displayName: '小鲸',
      locale: 'zh-CN',
      identifiers: [{ kind: 'phone', value: phone }],
      actor: ANONYMOUS,
      ...more,
    });
    return { ...account, phone };
  });
}

/** What must be accepted to register now. */
export async function acceptancesNow(app: TestApp): Promise<{ documentId: string; version: string }[]> {
  const { body } = await app.http.get<{ items: { documentId: string; inEffect: { version: string } | null }[] }>(
    '/v1/agreements',
  );
  return body.items.flatMap((d) => (d.inEffect ? [{ documentId: d.documentId, version: d.inEffect.version }] : []));
}

/** The newest code that reached a number, once the workers have done what is due. */
export async function codeSentTo(app: TestApp, phone: string, known = 0): Promise<string> {
  await app.settle();
  const codes = app
    .get(MessageInbox)
    .to(phone)
    .filter((m) => m.params['code'] !== undefined);
  const newest = codes[0]?.params['code'];
  if (codes.length <= known || newest === undefined) throw new Error('no code came');
  return newest;
}

export interface SignedIn {
  readonly accountId: string;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
  readonly status: string;
  readonly mayUse: boolean;
  /** With the account's token. */
  readonly http: HttpClient;
}

/** Signs in over HTTP, with the code that was really sent. */
export async function signIn(app: TestApp, phone: string): Promise<SignedIn> {
  const known = app
    .get(MessageInbox)
    .to(phone)
    .filter((m) => m.params['code'] !== undefined).length;
  app.clock.advance(61_000);
  const asked = await app.http.post('/v1/sessions/codes', { phone });
  if (asked.status !== 202) throw new Error(`no code: ${asked.text}`);
  const code = await codeSentTo(app, phone, known);
  const answer = await app.http.post<Omit<SignedIn, 'http'>>('/v1/sessions', { phone, code });
  if (answer.status !== 201) throw new Error(`not signed in: ${answer.text}`);
  return { ...answer.body, http: app.http.with(answer.body.accessToken) };
}

/** Bars a number from registering for a day, as a sanction does (7.1). */
export async function barPhone(app: TestApp, phone: string, reason = 'reregistration_ban'): Promise<void> {
  const identifiers = app.get(IdentifiersService);
  await app.get(Transactor).run((tx) =>
    identifiers.bar(tx, 'phone', identifiers.barDigest('phone', phone), {
      until: new Date(app.clock.now().getTime() + 86_400_000),
      reason,
      source: { kind: 'sanction', id: newId() },
    }),
  );
}
