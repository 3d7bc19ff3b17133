import { MessageInbox } from '../../src/demo/message-inbox.js';
import { acceptancesNow, freshPhone } from './accounts.js';
import type { TestApp } from './app.js';
import type { HttpClient } from './http-client.js';

export interface Minor {
  readonly accountId: string;
  readonly phone: string;
  /** With the minor's token. */
  readonly http: HttpClient;
}

/** The newest value of that name in a message to the number. */
export function newestTo(app: TestApp, phone: string, key: string): string {
  const found = app
    .get(MessageInbox)
    .to(phone)
    .find((m) => m.params[key] !== undefined)?.params[key];
  if (found === undefined) throw new Error(`no message with ${key}`);
  return found;
}

export const templatesTo = (app: TestApp, phone: string): string[] =>
  app
    .get(MessageInbox)
    .to(phone)
    .map((m) => m.template);

/** The token in the newest link that a guardian got. */
export const linkTokenOf = (app: TestApp, guardian: string): string =>
  newestTo(app, guardian, 'link').split('/').at(-1) ?? '';

/** A minor registers over HTTP, names a guardian, and waits for them. */
export async function registerMinor(app: TestApp, guardian: string, birthDate = '2012-05-05'): Promise<Minor> {
  const phone = freshPhone();
  const started = await app.http.post<{ id: string }>('/v1/registrations', {
    method: 'phone',
    phone,
    birthDate,
    channel: 'web',
    acceptances: await acceptancesNow(app),
    guardian: { phone: guardian, relationship: '外婆' },
  });
  if (started.status !== 201) throw new Error(`not begun: ${started.text}`);
  await app.http.post(`/v1/registrations/${started.body.id}/codes`, {});
  await app.drain();
  const proven = await app.http.post<{ status: string; account: { id: string }; tokens?: { accessToken: string } }>(
    `/v1/registrations/${started.body.id}/verifications`,
    { code: newestTo(app, phone, 'code') },
  );
  if (proven.body.status !== 'awaiting_guardian') throw new Error(`does not wait for a guardian: ${proven.text}`);
  await app.drain();
  return { accountId: proven.body.account.id, phone, http: app.http.with(proven.body.tokens?.accessToken ?? '') };
}

/** A code for the guardian's next act. */
export async function guardianCode(app: TestApp, token: string, guardian: string): Promise<string> {
  app.clock.advance(61_000);
  const asked = await app.http.post(`/v1/guardian-consents/${token}/codes`, {});
  if (asked.status !== 202) throw new Error(`no code: ${asked.text}`);
  await app.drain();
  return newestTo(app, guardian, 'code');
}

/** A minor whose guardian has consented. */
export async function minorWithConsent(
  app: TestApp,
  birthDate?: string,
): Promise<Minor & { readonly guardian: string; readonly token: string }> {
  const guardian = freshPhone();
  const minor = await registerMinor(app, guardian, birthDate);
  const token = linkTokenOf(app, guardian);
  const answer = await app.http.post(`/v1/guardian-consents/${token}/decision`, {
    decision: 'granted',
    code: await guardianCode(app, token, guardian),
    guardianName: '王芳',
    relationship: '外婆',
  });
  if (answer.status !== 200) throw new Error(`no consent: ${answer.text}`);
  return { ...minor, guardian, token };
}
