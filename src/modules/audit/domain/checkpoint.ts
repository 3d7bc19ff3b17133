import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';

/** `typ` of the protected header. */
export const CHECKPOINT_TYP = 'audit-checkpoint';

/** What the service has sworn to: at `at`, log `log` had `size` events and the last one's hash was `head`. */
export interface Checkpoint {
  readonly log: string;
  readonly size: number;
  readonly head: string;
  readonly at: string;
}

/** A checkpoint that says nothing, and why. */
export interface RefusedCheckpoint {
  readonly refused: string;
  /** The size it claims, where that is readable. */
  readonly size: number | null;
}

export type OpenedCheckpoint = Checkpoint | RefusedCheckpoint;

export const isRefused = (c: OpenedCheckpoint): c is RefusedCheckpoint => 'refused' in c;

/** Checks signature, kind and form. */
export type CheckpointOpener = (jws: string) => Promise<OpenedCheckpoint>;

/** @param jwks the published keys, former ones included */
export function checkpointOpener(jwks: JSONWebKeySet): CheckpointOpener {
  const keys = createLocalJWKSet(jwks);
  return async (jws) => {
    try {
      const { payload, protectedHeader } = await compactVerify(jws, keys, { algorithms: ['EdDSA'] });
      const claims = readClaims(payload);
      if (protectedHeader.typ !== CHECKPOINT_TYP)
        return { refused: 'it is signed, but not as a checkpoint', size: null };
      return claims ?? { refused: 'it is signed, but does not say log, size, head and at', size: null };
    } catch (error) {
      const reason =
        error instanceof errors.JWKSNoMatchingKey
          ? 'its key is not among the published ones'
          : 'its signature is wrong';
      return { refused: reason, size: claimedSize(jws) };
    }
  };
}

function readClaims(payload: Uint8Array): Checkpoint | undefined {
  const claims = JSON.parse(Buffer.from(payload).toString('utf8')) as Partial<Checkpoint> | null;
  const { log, size, head, at } = claims ?? {};
  const whole =
    typeof log === 'string' &&
    Number.isSafeInteger(size) &&
    typeof head === 'string' &&
    /^[0-9a-f]{64}$/.test(head) &&
    typeof at === 'string';
  return whole ? { log, size: size as number, head, at } : undefined;
}

function claimedSize(jws: string): number | null {
  try {
    const claims = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as { size?: unknown };
    return Number.isSafeInteger(claims.size) ? (claims.size as number) : null;
  } catch {
    return null;
  }
}

/** Every compact JWS in a text: one a line, or the JSON that `GET /v1/audit-checkpoints` answers. */
export const compactJwsIn = (text: string): string[] => text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? [];
