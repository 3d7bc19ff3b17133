import { isIPv4, isIPv6 } from 'node:net';
import type { Scope } from './policy.js';

/** What is digested for each scope; still in clear, so it goes from here straight into the blind index. */
export type ScopeValues = Readonly<Partial<Record<Scope, string>>>;

/** The scopes of one attempt. An address of IPv6 is a household's /64, its neighbourhood the /48; of IPv4 itself and the /24. */
export function scopesOf(attempt: {
  e164?: string;
  /** What stands for the number where somebody registers with a third-party account, once it is known. */
  subject?: string;
  ip?: string;
  deviceId?: string;
}): ScopeValues {
  const block = attempt.e164?.slice(0, -2);
  const identifier = attempt.e164 ?? attempt.subject;
  const network = attempt.ip === undefined ? undefined : networksOfAddress(attempt.ip);
  return {
    ...(identifier === undefined ? {} : { number: identifier }),
    ...(block === undefined ? {} : { block }),
    ...(network ? { ip: network.ip, subnet: network.subnet } : {}),
    ...(network && block !== undefined ? { subnet_block: `${network.subnet} ${block}` } : {}),
    ...(attempt.deviceId === undefined ? {} : { device: attempt.deviceId }),
  };
}

/** @returns undefined for what is not an address */
export function networksOfAddress(address: string): { ip: string; subnet: string } | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return { ip: mapped, subnet: `${mapped.split('.').slice(0, 3).join('.')}.0/24` };
  if (!isIPv6(mapped)) return undefined;
  const groups = expand(mapped.replace(/%.*$/, ''));
  return { ip: `${groups.slice(0, 4).join(':')}::/64`, subnet: `${groups.slice(0, 3).join(':')}::/48` };
}

/** The eight groups of an IPv6 address, each of four digits. */
function expand(address: string): string[] {
  const withV6Tail = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) => {
    const hex = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);
    return `${hex(a, b)}:${hex(c, d)}`;
  });
  const [head = '', tail] = withV6Tail.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => group.toLowerCase().padStart(4, '0'));
}
