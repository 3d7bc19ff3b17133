import type { Identifier } from './identifier.js';
import { readThirdPartyValue } from './identifier.js';

/** `王**`, `A****`: enough to tell two people apart who are looked at together. */
export function maskName(name: string): string {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.min(rest.length, 8));
}

/** `+86*******8000`, `https://idp.example a***`. */
export function maskIdentifier({ kind, value }: Identifier): string {
  if (kind === 'phone') return `${value.slice(0, 3)}${'*'.repeat(Math.max(0, value.length - 7))}${value.slice(-4)}`;
  if (kind === 'device') return `${value.slice(0, 2)}***`;
  const { issuer, subject } = readThirdPartyValue(value);
  return `${issuer} ${subject.slice(0, 1)}***`;
}
