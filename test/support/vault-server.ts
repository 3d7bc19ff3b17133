import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LocalServer } from './local-server.js';

interface Item {
  readonly plaintext?: string;
  readonly ciphertext?: string;
  readonly context?: string;
}

/** A Transit secrets engine on this machine: one derived aes256-gcm96 key, in the wire format of the HTTP API. */
export class VaultServer extends LocalServer {
  readonly token = 'hvs.test-token';
  readonly seen: { path: string; body: unknown; token: string | undefined }[] = [];
  /** Answers every request instead of the engine. */
  fault: number | 'drop' | undefined;
  derived = true;
  minimum = 1;
  private readonly versions = [randomBytes(32)];

  protected receive(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
    const text = content.toString('utf8');
    const token = request.headers['x-vault-token'] as string | undefined;
    const path = request.url ?? '';
    const body = text === '' ? {} : (JSON.parse(text) as Item & { batch_input?: Item[] });
    this.seen.push({ path, body, token });
    if (this.fault === 'drop') return void request.socket.destroy();
    const { status, answer } =
      this.fault !== undefined
        ? { status: this.fault, answer: { errors: ['Vault is sealed'] } }
        : token !== this.token
          ? { status: 403, answer: { errors: ['permission denied'] } }
          : this.answer(request.method ?? '', path, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  rotate(): void {
    this.versions.push(randomBytes(32));
  }

  private answer(
    method: string,
    path: string,
    body: Item & { batch_input?: Item[] },
  ): { status: number; answer: object } {
    try {
      if (method === 'GET' && path === '/v1/transit/keys/record-keys') {
        const data = { type: 'aes256-gcm96', derived: this.derived, latest_version: this.versions.length };
        return { status: 200, answer: { data } };
      }
      if (method !== 'POST') return { status: 405, answer: { errors: [] } };
      switch (path) {
        case '/v1/transit/encrypt/record-keys':
          return ok({
            ciphertext: this.encrypt(body.plaintext ?? '', body.context),
            key_version: this.versions.length,
          });
        case '/v1/transit/decrypt/record-keys':
          return ok({ plaintext: this.decrypt(body.ciphertext ?? '', body.context) });
        case '/v1/transit/rewrap/record-keys': {
          const items = body.batch_input ?? [];
          const batch_results = items.map((item) => ({
            ciphertext: this.encrypt(this.decrypt(item.ciphertext ?? '', item.context), item.context),
            key_version: this.versions.length,
          }));
          return ok({ batch_results });
        }
        default:
          return { status: 404, answer: { errors: [] } };
      }
    } catch {
      return { status: 400, answer: { errors: ['cipher: message authentication failed'] } };
    }
  }

  private keyOf(version: number, context: string | undefined): Buffer {
    const base = this.versions[version - 1];
    if (base === undefined || version < this.minimum || !context) throw new Error('no such version, or no context');
    return Buffer.from(hkdfSync('sha256', base, '', Buffer.from(context, 'base64'), 32));
  }

  private encrypt(plaintext: string, context: string | undefined): string {
    const version = this.versions.length;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(version, context), nonce);
    const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'base64'), cipher.final(), cipher.getAuthTag()]);
    return `vault:v${version}:${sealed.toString('base64')}`;
  }

  private decrypt(ciphertext: string, context: string | undefined): string {
    const [, version, base64] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
    const sealed = Buffer.from(base64 ?? '', 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.keyOf(Number(version), context), sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('base64');
  }
}

const ok = (data: object): { status: number; answer: object } => ({ status: 200, answer: { data } });
