import { useSyncExternalStore } from 'react';
import { ask, createApi, type Schemas } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';

/*
 * How somebody stays signed in here (docs/decisions/0006-sign-in-of-account-pages.md). The access token lives in memory
 * alone. The refresh token, which works once, lives in the session storage of this tab: it outlives a reload and ends
 * with the tab. Nothing of it is ever in a cookie, an address or the local storage, where only a token lies that says that
 * this device was signed in before.
 */
const STORED = 'session:refresh';
/** Stays when the session ends, opens nothing, and keeps strangers from locking the owner of a number out at the next sign-in. */
const DEVICE = 'device:known';
/** Renewed this long before its end, so that a request never arrives with a token that ran out on the way. */
const MARGIN = 30_000;

let access: { readonly token: string; readonly until: number } | undefined;
let renewing: Promise<boolean> | undefined;
const listeners = new Set<() => void>();
const changed = (): void => listeners.forEach((listener) => listener());

export const api = createApi(() => (access === undefined ? {} : { authorization: `Bearer ${access.token}` }));

type Tokens = Pick<Schemas['SessionTokensDto'], 'accessToken' | 'expiresIn' | 'refreshToken' | 'deviceToken'>;

/** For the body of both requests of a sign-in. */
export const knownDevice = (): { deviceToken?: string } => {
  const deviceToken = localStorage.getItem(DEVICE);
  return deviceToken === null ? {} : { deviceToken };
};

export function begin(tokens: Tokens): void {
  access = { token: tokens.accessToken, until: Date.now() + tokens.expiresIn * 1_000 };
  sessionStorage.setItem(STORED, tokens.refreshToken);
  localStorage.setItem(DEVICE, tokens.deviceToken);
  changed();
}

export function end(): void {
  access = undefined;
  sessionStorage.removeItem(STORED);
  changed();
}

export const useSignedIn = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sessionStorage.getItem(STORED) !== null,
  );

/**
 * The key follows from the token: a renewal repeated after a lost answer or in a duplicated tab is answered the same
 * again, instead of looking like a stolen token and ending the session.
 */
async function keyOf(refreshToken: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`renew ${refreshToken}`));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function renew(): Promise<boolean> {
  const refreshToken = sessionStorage.getItem(STORED);
  if (refreshToken === null) return false;
  try {
    begin(
      await ask(
        api.POST('/v1/sessions/refresh', {
          params: { header: { 'Idempotency-Key': await keyOf(refreshToken) } },
          body: { refreshToken },
        }),
      ),
    );
    return true;
  } catch (error) {
    // An outage ends no session; only the service's own word does.
    if (!isProblem(error, 'session_ended', 'unauthenticated', 'invalid_request')) throw error;
    end();
    return false;
  }
}

/** One renewal at a time, whoever asks. */
const renewOnce = (): Promise<boolean> =>
  (renewing ??= renew().finally(() => {
    renewing = undefined;
  }));

type Call<Body> = () => Promise<{ readonly data?: Body; readonly error?: unknown; readonly response: Response }>;

/** A request as the account holder. An access token refused is renewed once: a refused request did nothing. */
export async function mine<Body>(call: Call<Body>): Promise<Body> {
  if (access === undefined || access.until - Date.now() < MARGIN) await renewOnce();
  try {
    return await ask(call());
  } catch (error) {
    if (!isProblem(error, 'unauthenticated')) throw error;
    if (!(await renewOnce())) {
      end();
      throw error;
    }
    return ask(call());
  }
}
