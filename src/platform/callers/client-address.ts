import ipaddr from 'ipaddr.js';

/** The bucket of everybody whose address is not known for certain; limits on it are strict, never absent. */
export const UNKNOWN_ADDRESS = 'unknown';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Proxies whose `X-Forwarded-For` entry is believed. */
export class TrustedProxies {
  private readonly ranges: readonly Range[];

  /**
   * @param entries addresses or CIDR blocks
   * @throws Error naming the entry that is neither
   */
  constructor(entries: readonly string[]) {
    this.ranges = entries.map((entry) => {
      try {
        return rangeOf(entry.trim());
      } catch {
        throw new Error(`runtime.trustedProxies: ${entry} is neither an address nor a CIDR block`);
      }
    });
  }

  includes(address: Address): boolean {
    return this.ranges.some(([block, bits]) => address.kind() === block.kind() && address.match(block, bits));
  }
}

function rangeOf(entry: string): Range {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry);
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/**
 * The client's address. The list grows to the right, each proxy adding the peer it saw, so it is walked from the right:
 * whatever stands left of the first address that is not one of our proxies was written by a stranger (attack row 11).
 * @param peer other end of the socket
 * @param forwardedFor the `X-Forwarded-For` header
 * @returns canonical text, or `unknown` when a proxy of ours told something that is not an address
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trusted: TrustedProxies,
): string {
  const hops = (typeof forwardedFor === 'string' ? forwardedFor : (forwardedFor ?? []).join(','))
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  let current = parseAddress(peer ?? '');
  while (current !== undefined && trusted.includes(current)) {
    const hop = hops.pop();
    if (hop === undefined) return current.toString();
    current = parseAddress(withoutPort(hop));
  }
  return current?.toString() ?? UNKNOWN_ADDRESS;
}

/** One household or server: an IPv4 address, or the /64 that one IPv6 customer has to himself at least. */
export const addressGroup = (ip: string): string => blockOf(ip, 32, 64);

/** The neighbourhood, for bulk patterns (2.3(3)): /24 or /48. */
export const subnetOf = (ip: string): string => blockOf(ip, 24, 48);

function blockOf(ip: string, bits4: number, bits6: number): string {
  const address = parseAddress(ip);
  if (address === undefined) return UNKNOWN_ADDRESS;
  const bits = address.kind() === 'ipv4' ? bits4 : bits6;
  if (bits === 32) return address.toString();
  const bytes = address.toByteArray();
  const kept = bytes.map((byte, index) => (index < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(kept).toString()}/${bits}`;
}

/** Plain notations only: `0x7f.1` and `127.1` are addresses to some parsers, and so a way to look like two people. */
function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/%.*$/, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare) : undefined;
}

/** Some proxies write `203.0.113.7:4711` or `[2001:db8::7]:4711`. */
const withoutPort = (hop: string): string =>
  /^\[([^\]]+)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? /^([^:]+):\d{1,5}$/.exec(hop)?.[1] ?? hop;
