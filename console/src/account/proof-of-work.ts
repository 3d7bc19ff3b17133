/** An ALTCHA challenge as the service sends it, as far as solving it needs. */
interface Challenge {
  readonly parameters: {
    readonly algorithm: string;
    readonly nonce: string;
    readonly salt: string;
    readonly cost: number;
    readonly keyLength?: number;
    readonly keyPrefix: string;
  };
}

const bytes = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (buffer: ArrayBuffer): string =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Finds the counter whose derived key begins as asked. The browser derives keys off the main thread, so the page stays
 * alive meanwhile; no third party learns of anybody.
 */
export async function solve(parameters: unknown): Promise<string> {
  const challenge = parameters as Challenge;
  const { nonce, salt, cost, keyLength = 32, keyPrefix, algorithm } = challenge.parameters;
  const hash = algorithm.split('/')[1] ?? 'SHA-256';
  const prefix = keyPrefix.toLowerCase();
  const head = bytes(nonce);
  const password = new Uint8Array(head.length + 4);
  password.set(head);
  const view = new DataView(password.buffer);
  for (let counter = 0; ; counter += 1) {
    view.setUint32(head.length, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivation = { name: 'PBKDF2', hash, salt: bytes(salt), iterations: cost };
    const derivedKey = hex(await crypto.subtle.deriveBits(derivation, key, keyLength * 8));
    if (derivedKey.startsWith(prefix)) return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
}
