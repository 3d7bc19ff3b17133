import { ask, newKey, type Schemas } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { useLoad } from './use-load.ts';
import { api, mine } from './session.ts';

export type Provider = Schemas['ProviderAnswer'];
export type Purpose = Schemas['StartFlow']['purpose'];
type Finished = Schemas['FlowFinishedAnswer'];

/** What has to wait here while the browser is at the provider. For this tab alone: who comes back in another began nothing. */
export interface Waiting {
  readonly secret: string;
  readonly purpose: Purpose;
  readonly provider: string;
  readonly title: string;
  /** The page that it was begun from. */
  readonly back: string;
}

const STORED = 'third-party:';

/** Another person's browser is never sent anywhere but to our own pages. */
interface Begin {
  readonly body: Schemas['StartFlow'];
  readonly title: string;
  readonly back: string;
  readonly solve?: (challenge: Schemas['ChallengeAnswer']) => Promise<string>;
}

/** Begins, solves the challenge where one is asked for, and leaves for the provider. */
export async function leaveFor({ body, title, back, solve }: Begin): Promise<void> {
  const call = (): ReturnType<typeof post> => post(body);
  const isOwners = body.purpose === 'link' || body.purpose === 'step_up';
  const { id, secret, authorizeUrl, challenge } = await (isOwners ? mine(call) : ask(call()));
  if (challenge && solve) {
    const challengeResponse = await solve(challenge);
    const answer = { params: { path: { id } }, body: { secret, challengeResponse } };
    await ask(api.POST('/v1/third-party-flows/{id}/challenge-responses', answer));
  }
  const waiting: Waiting = { secret, purpose: body.purpose, provider: body.provider, title, back };
  sessionStorage.setItem(STORED + id, JSON.stringify(waiting));
  location.assign(authorizeUrl);
}

const post = (body: Schemas['StartFlow']) =>
  api.POST('/v1/third-party-flows', { params: { header: { 'Idempotency-Key': newKey() } }, body });

/** What the way back carries in the fragment: a code, or why there is none. */
export interface Back {
  readonly flow: string | undefined;
  readonly code: string | undefined;
  readonly error: string | undefined;
}

export function readBack(hash: string): Back | undefined {
  const told = new URLSearchParams(hash.slice(1));
  if (!told.has('flow') && !told.has('error')) return undefined;
  return {
    flow: told.get('flow') ?? undefined,
    code: told.get('code') ?? undefined,
    error: told.get('error') ?? undefined,
  };
}

export function waitingFor(flow: string | undefined): Waiting | undefined {
  const stored = flow === undefined ? null : sessionStorage.getItem(STORED + flow);
  return stored === null ? undefined : (JSON.parse(stored) as Waiting);
}

interface Exchange {
  readonly flow: string;
  readonly code: string;
  readonly waiting: Waiting;
  readonly solve: (challenge: Schemas['ChallengeAnswer']) => Promise<string>;
}

/**
 * What the flow was for happens here. Under a key of its own, so that a page drawn twice is answered twice and does it
 * once; where a rule asks for a challenge only now, it is solved and the exchange repeated.
 */
export async function exchange({ flow, code, waiting, solve }: Exchange): Promise<Finished> {
  const { secret, purpose } = waiting;
  const params = { path: { id: flow } };
  const isOwners = purpose === 'link' || purpose === 'step_up';
  const attempt = (key: string): Promise<Finished> => {
    const header = { 'Idempotency-Key': `${key}-${flow}` };
    const call = () =>
      api.POST('/v1/third-party-flows/{id}/tokens', { params: { ...params, header }, body: { secret, code } });
    return isOwners ? mine(call) : ask(call());
  };
  const finished = await attempt('exchange').catch(async (error: unknown) => {
    if (!isProblem(error, 'challenge_required')) throw error;
    const asked = error.document['challenge'] as Schemas['ChallengeAnswer'];
    const body = { secret, challengeResponse: await solve(asked) };
    await ask(api.POST('/v1/third-party-flows/{id}/challenge-responses', { params, body }));
    return attempt('exchange-again');
  });
  sessionStorage.removeItem(STORED + flow);
  return finished;
}

/** Providers that can be used for this; an outage shows none, for there is always the number. */
export function useProviders(purpose: Purpose): readonly Provider[] {
  const loaded = useLoad(async () => (await ask(api.GET('/v1/third-party-providers'))).items);
  return (loaded.value ?? []).filter((each) => each.purposes.includes(purpose));
}

/** Codes in hand of accounts without a number, by what they are for; in memory, used once. */
const inHand = new Map<string, string>();
export const keepInHand = (purpose: string, code: string): unknown => inHand.set(purpose, code);
export const codeInHand = (purpose: string): string => inHand.get(purpose) ?? '';
export const giveUpCode = (purpose: string): unknown => inHand.delete(purpose);
