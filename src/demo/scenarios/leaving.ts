import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { type Api, until } from './api.js';
import { signIn } from './person.js';
import { claim } from './steps.js';
import type { World } from './world.js';

const ME = '/v1/accounts/me/deregistration';

export interface Preview {
  readonly mayApply: boolean;
  readonly coolingOff: string;
  readonly plan: { readonly classes: readonly { recordClass: string; disposition: string; holds: string[] }[] };
  readonly obstacles: readonly { participant: string; kind: string; blocking: boolean; howToClear: { en: string } }[];
}

export interface Status {
  readonly state: string;
  readonly executableFrom: string | null;
  readonly unfinished: readonly { phase: string; unit: string; reason: string }[];
  readonly nextStep: { readonly en: string } | null;
  readonly withdrawable: boolean;
}

export interface Leaver {
  readonly id: string;
  readonly accountId: string;
  readonly phone: string;
  /** The API for the person in the session that applied; its token lasts some minutes. */
  readonly session: Api;
  /** The API for the holder of the receipt token, also when no session is left. */
  readonly holder: Api;
}

export interface ReceiptClaims {
  readonly erased: readonly { recordClass: string; count: number }[];
  readonly retained: readonly { recordClass: string; until: string | null }[];
  readonly participants: readonly { name: string; acknowledgedAt: string | null }[];
}

export const preview = (me: Api): Promise<Preview> => me.get<Preview>(`${ME}/preview`);

/** A fresh code to the person's own number, as applying needs it. */
export async function leavingCode(world: World, me: Api, phone: string): Promise<string> {
  await world.advance('PT2M');
  const before = await world.now();
  await me.post(`${ME}/codes`);
  return world.codeFor(phone, before);
}

/** Applies with a fresh code (2.5, DER-1). */
export async function applyToLeave(world: World, person: { phone: string; accountId: string }): Promise<Leaver> {
  const session = await signIn(world, person.phone);
  const code = await leavingCode(world, session, person.phone);
  const { id, accessToken } = await session.post<{ id: string; accessToken: string }>(ME, {
    code,
    reason: '不再需要',
  });
  const { accountId, phone } = person;
  return { id, accountId, phone, session, holder: world.public.with({ 'receipt-token': accessToken }) };
}

export const withdraw = (leaver: Leaver): Promise<void> => leaver.session.delete(ME);

export const statusOf = (leaver: Leaver): Promise<Status> =>
  leaver.holder.get<Status>(`/v1/deregistrations/${leaver.id}/status`);

/** Moves the demo's clock past the cooling-off. */
export async function coolOff(world: World, coolingOff: string): Promise<void> {
  await world.advance(coolingOff);
  await world.advance('PT1M');
}

/** Claims the application from the queue and decides on exactly the plan that is shown. */
export async function decide(
  world: World,
  leaver: Leaver,
  by: string,
  decision: 'approve' | 'reject',
  reasonCode: string,
): Promise<{ planHash: string; taskId: string }> {
  const moderator = await world.staff(by, 'moderator');
  const task = await claim(moderator, 'deregistration', leaver.id);
  const path = `/v1/deregistrations/${leaver.id}`;
  const { version, plan } = await moderator.get<{ version: number; plan: { planHash: string } }>(path);
  await moderator.post(`${path}/decision`, { decision, reasonCode, planHash: plan.planHash }, { ifMatch: version });
  return { planHash: plan.planHash, taskId: task.id };
}

/** From the approval to the first moment at which something may be erased. @returns that moment */
export async function passFinalNotice(world: World, leaver: Leaver): Promise<string> {
  const from = await until('the final notice', async () => (await statusOf(leaver)).executableFrom ?? undefined);
  const seconds = Math.ceil((new Date(from).getTime() - (await world.now()).getTime()) / 1000) + 1;
  if (seconds > 0) await world.advance(`PT${seconds}S`);
  return from;
}

export const reach = (leaver: Leaver, state: string): Promise<Status> =>
  until(
    `the deregistration ${state}`,
    async () => {
      const status = await statusOf(leaver);
      return status.state === state ? status : undefined;
    },
    120,
  );

/** The receipt, verified against the published keys as anybody could. */
export async function receiptOf(world: World, leaver: Leaver): Promise<ReceiptClaims> {
  const { receipt } = await leaver.holder.get<{ receipt: string }>(`/v1/deregistrations/${leaver.id}/receipt`);
  const jwks = await world.public.get<JSONWebKeySet>('/.well-known/jwks.json');
  const { payload } = await compactVerify(receipt, createLocalJWKSet(jwks));
  return JSON.parse(Buffer.from(payload).toString('utf8')) as ReceiptClaims;
}
