import ipaddr from 'ipaddr.js';

/** Public-looking addresses that are a cloud's inside: Azure's wire server, Oracle's and Alibaba's metadata. */
const METADATA = new Set(['168.63.129.16', '192.0.0.192', '100.100.100.200']);
/** IPv6 blocks whose last or middle bits are an IPv4 address that somebody translates to. */
const TRANSLATED = ['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96', 'fec0::/10'].map((block) =>
  ipaddr.IPv6.parseCIDR(block),
);

export interface GuardRules {
  /** Embedded and test mode only. */
  readonly allowLoopback: boolean;
}

/**
 * May the service connect there? Only what is plainly public unicast passes (attack row 17): no loopback, private,
 * link-local, shared, multicast or reserved address, in no spelling, and none that a translator turns into one.
 */
export function isPublicAddress(text: string, { allowLoopback }: GuardRules): boolean {
  if (!ipaddr.isValid(text)) return false;
  const parsed = ipaddr.parse(text);
  // A zone index names a link of this machine.
  if (parsed instanceof ipaddr.IPv6 && parsed.zoneId !== undefined) return false;
  const address = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed;
  const range = address.range();
  if (range === 'loopback') return allowLoopback;
  if (range !== 'unicast' || METADATA.has(address.toString())) return false;
  return !(address instanceof ipaddr.IPv6) || !TRANSLATED.some(([block, bits]) => address.match(block, bits));
}

/** Without a user, a password, a fragment; https, or http to this machine where that is allowed. */
export function targetProblem(text: string, { allowLoopback }: GuardRules): string | undefined {
  if (!URL.canParse(text)) return 'not an address';
  const url = new URL(text);
  const insecure = url.protocol === 'http:' && allowLoopback && isThisMachine(hostOf(url));
  if (url.protocol !== 'https:' && !insecure) return 'must be https';
  if (url.username !== '' || url.password !== '') return 'must not hold credentials';
  if (url.hash !== '') return 'must not hold a fragment';
  const host = hostOf(url);
  if (ipaddr.isValid(host) && !isPublicAddress(host, { allowLoopback })) return 'must not point inside';
  if (
    !allowLoopback &&
    (/(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(host) || !host.includes('.')) &&
    !ipaddr.isValid(host)
  ) {
    return 'must be a public name';
  }
  return undefined;
}

/** A loopback address, or a name that is one by definition (RFC 6761, 6.3). */
const isThisMachine = (host: string): boolean =>
  ipaddr.isValid(host) ? ipaddr.process(host).range() === 'loopback' : /(^|\.)localhost\.?$/i.test(host);

/** The host without the brackets of an IPv6 literal. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
