import type { IncomingHttpHeaders } from 'node:http';

/** The console sends it on every write; a form or an image of another site cannot. */
export const CONSOLE_HEADER = 'x-console';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a cookie may speak for this request. A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`);
 * a write needs our own origin and the header that only a script of ours can set.
 * @param origin that of the public URL
 */
export function mayUseCookie(method: string, headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (SAFE_METHODS.has(method)) return site === undefined || site === 'same-origin' || site === 'none';
  if (headers[CONSOLE_HEADER] === undefined) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin === undefined ? site === 'same-origin' : headers.origin === origin;
}
