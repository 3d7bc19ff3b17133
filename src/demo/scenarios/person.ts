import { solveChallenge, type Challenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { Api } from './api.js';
import type { World } from './world.js';

interface Tokens {
  readonly accessToken: string;
}

export interface Registered {
  readonly phone: string;
  readonly accountId: string;
  readonly api: Api;
}

export interface Started {
  readonly id: string;
  readonly challenge?: { readonly kind: string; readonly parameters: Challenge };
}

export interface Proven {
  readonly status: string;
  readonly account?: { readonly id: string };
  readonly tokens?: Tokens;
  readonly refusal?: { readonly code: string };
}

/** Registers one person by phone on the agreements in force (2.2). */
export async function register(world: World, extra: Record<string, unknown> = {}): Promise<Registered> {
  const phone = (extra['phone'] as string | undefined) ?? world.newPhone();
  const started = await world.public.post<Started>('/v1/registrations', await registrationForm(world, phone, extra));
  const done = await prove(world, phone, started);
  if (!done.account || !done.tokens) throw new Error(`registration ended ${done.status}`);
  return { phone, accountId: done.account.id, api: world.public.as(done.tokens.accessToken) };
}

/** The form as the page would send it. */
export async function registrationForm(
  world: World,
  phone: string,
  extra: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const acceptances = await agreementsInForce(world);
  return { method: 'phone', phone, birthDate: '1990-05-17', channel: 'web', acceptances, ...extra };
}

/** Asks for the code, with the proof of work where one is asked for, and sends it back. */
export async function prove(world: World, phone: string, { id, challenge }: Started): Promise<Proven> {
  const before = await world.now();
  const answer = challenge === undefined ? {} : { challengeResponse: await solve(challenge.parameters) };
  await world.public.post(`/v1/registrations/${id}/codes`, answer);
  const code = await world.codeFor(phone, before);
  return world.public.post<Proven>(`/v1/registrations/${id}/verifications`, { code });
}

/** What the widget in the browser does for the person. */
export async function solve(challenge: Challenge): Promise<string> {
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
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
  // A code may have been sent to this number a moment ago; the next one may be asked for after the cooldown.
  await world.advance('PT2M');
  const before = await world.now();
  await world.public.post('/v1/sessions/codes', { phone });
  const code = await world.codeFor(phone, before);
  const { accessToken } = await world.public.post<Tokens>('/v1/sessions', { phone, code });
  return world.public.as(accessToken);
}

/** The birth date of somebody who is so old today, in the demo's time. */
export async function bornYearsAgo(world: World, years: number): Promise<string> {
  const today = new Date((await world.now()).getTime() - 30 * 86_400_000);
  today.setUTCFullYear(today.getUTCFullYear() - years);
  return today.toISOString().slice(0, 10);
}
