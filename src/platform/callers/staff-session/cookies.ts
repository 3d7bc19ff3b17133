import type { IncomingMessage } from 'node:http';

/** `__Host-`: set by this host itself, over a secure connection, for all of it; no subdomain can plant one. */
export const SESSION_COOKIE = '__Host-staff_session';
export const SIGN_IN_COOKIE = '__Host-staff_sign_in';

/** The session travels in requests of our own pages only; the sign-in cookie must survive the way back from the issuer. */
export const sessionCookie = (value: string, maxAgeSeconds: number): string =>
  cookie(SESSION_COOKIE, value, maxAgeSeconds, 'Strict');
export const signInCookie = (value: string, maxAgeSeconds: number): string =>
  cookie(SIGN_IN_COOKIE, value, maxAgeSeconds, 'Lax');

const cookie = (name: string, value: string, maxAgeSeconds: number, sameSite: 'Strict' | 'Lax'): string =>
  `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=${sameSite}`;

/** A value of ours (base64url) or undefined; two cookies of one name are nobody's. */
export function readCookie(request: IncomingMessage, name: string): string | undefined {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}
