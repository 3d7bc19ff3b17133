import type { RuntimeConfig } from './runtime.config.js';

/**
 * The address under which the service is known, without a trailing slash. Links, redirects and token issuers are built
 * from it and from nothing else: `Host`, `Forwarded` and `X-Forwarded-Host` are words of the caller (attack row 17).
 */
export function publicUrlOf(runtime: Pick<RuntimeConfig, 'publicUrl' | 'host' | 'port'>): string {
  if (runtime.publicUrl !== undefined) return runtime.publicUrl.replace(/\/+$/, '');
  const anyAddress = runtime.host === '0.0.0.0' || runtime.host === '::';
  const host = anyAddress ? 'localhost' : runtime.host.includes(':') ? `[${runtime.host}]` : runtime.host;
  return `http://${host}:${runtime.port}`;
}
