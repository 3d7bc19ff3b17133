import { hash } from 'node:crypto';

/** JCS (RFC 8785): the one byte string of a JSON value, which is what gets hashed and signed. */
export function canonicalJson(value: unknown): string {
  const text = textOf(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** As JSON.stringify writes it, members in the order of their names' UTF-16 code units; undefined: it has no JSON form. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) as string | undefined;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return textOf((value as { toJSON(): unknown }).toJSON());
  }
  return Array.isArray(value) ? arrayText(value) : objectText(value as Readonly<Record<string, unknown>>);
}

function arrayText(items: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < items.length; i += 1) text += (i === 0 ? '' : ',') + (textOf(items[i]) ?? 'null');
  return `${text}]`;
}

function objectText(members: Readonly<Record<string, unknown>>): string {
  let text = '{';
  for (const name of Object.keys(members).sort()) {
    const member = textOf(members[name]);
    if (member !== undefined) text += `${text.length === 1 ? '' : ','}${JSON.stringify(name)}:${member}`;
  }
  return `${text}}`;
}

/** SHA-256 in lower-case hex. */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** SHA-256 of the canonical form: the identity of a policy, a plan, a request body. */
export const digestOf = (value: unknown): string => sha256Hex(canonicalJson(value));
