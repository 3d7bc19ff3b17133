import { Api } from './api.js';
import type { World } from './world.js';

interface Tokens {
  readonly accessToken: string;
}

export interface Registered {
  readonly phone: string;
  readonly accountId: string;
  readonly api: Api;
}

interface Verified {
  readonly status: string;
  readonly account?: { readonly id: string };
  readonly tokens?: Tokens;
}

/** Registers one person by phone on the agreements in force (2.2). */
export async function register(world: World, extra: Record<string, unknown> = {}): Promise<Registered> {
  const phone = world.newPhone();
  const acceptances = await agreementsInForce(world);
  const { id } = await world.public.post<{ id: string }>('/v1/registrations', {
    method: 'phone',
    phone,
    birthDate: '1990-05-17',
    channel: 'web',
    acceptances,
    ...extra,
  });
  const before = await world.now();
  await world.public.post(`/v1/registrations/${id}/codes`);
  const code = await world.codeFor(phone, before);
  const done = await world.public.post<Verified>(`/v1/registrations/${id}/verifications`, { code });
  if (!done.account || !done.tokens) throw new Error(`registration ended ${done.status}`);
  return { phone, accountId: done.account.id, api: new Api(world.public.base, done.tokens.accessToken) };
}

/** What somebody must accept to become an account now (preamble, AGR-4). */
export async function agreementsInForce(world: World): Promise<{ documentId: string; version: string }[]> {
  const { items } = await world.public.get<{
    items: { documentId: string; requiredAtRegistration: boolean; inEffect: { version: string } | null }[];
  }>('/v1/agreements');
  return items.flatMap((d) =>
    d.requiredAtRegistration && d.inEffect ? [{ documentId: d.documentId, version: d.inEffect.version }] : [],
  );
}

/** Signs in again by code: an access token is short-lived, and the demo's clock moves. */
export async function signIn(world: World, phone: string): Promise<Api> {
  const before = await world.now();
  await world.public.post('/v1/sessions/codes', { phone });
  const code = await world.codeFor(phone, before);
  const { accessToken } = await world.public.post<Tokens>('/v1/sessions', { phone, code });
  return world.public.as(accessToken);
}
