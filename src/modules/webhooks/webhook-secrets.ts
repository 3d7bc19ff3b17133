import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { newId } from '../../kernel/ids.js';
import { columnContext, FieldCipher } from '../../platform/crypto/field-cipher.js';
import type { Tx } from '../../platform/database/transactor.js';
import { WebhooksStore } from './webhooks.store.js';

const SECRET_BYTES = 32;

/** Standard Webhooks secrets (`whsec_…`), kept sealed. */
@Injectable()
export class WebhookSecrets {
  constructor(
    private readonly store: WebhooksStore,
    private readonly cipher: FieldCipher,
  ) {}

  /** @returns the secret, to be shown once */
  async issue(tx: Tx, endpointId: string, now: Date): Promise<string> {
    const id = newId();
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    await this.store.insertSecret(tx, {
      id,
      endpointId,
      secret: this.cipher.seal(secret, contextOf(id)),
      createdAt: now,
    });
    return secret;
  }

  /** Every secret that signs now, the newest first. */
  async valid(tx: Tx, endpointId: string, now: Date): Promise<string[]> {
    const sealed = await this.store.secrets(tx, endpointId, now);
    return sealed.map(({ id, secret }) => this.cipher.openText(secret, contextOf(id)));
  }
}

const contextOf = (id: string): string => columnContext('webhook_secrets', 'secret', id);
