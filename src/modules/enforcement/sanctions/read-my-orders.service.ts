import { Injectable } from '@nestjs/common';
import { Transactor } from '../../../platform/database/transactor.js';
import type { RectificationState } from '../domain/rectification-lifecycle.js';
import { SealedTexts } from '../sealed-texts.js';
import { OrdersStore } from './orders.store.js';
import { type FileLine, RectificationFilesStore } from './rectification-files.store.js';

export interface MyOrder {
  readonly sanctionId: string;
  readonly state: RectificationState;
  readonly dueAt: Date;
  readonly entries: readonly { kind: string; fromStaff: boolean; text: string | null; dueAt: Date | null; at: Date }[];
  readonly files: readonly FileLine[];
}

/**
 * Orders to rectify as their addressee reads them: every message with its side, but no name of a member of staff
 * (ENF-2).
 */
@Injectable()
export class ReadMyOrdersService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: OrdersStore,
    private readonly files: RectificationFilesStore,
    private readonly texts: SealedTexts,
  ) {}

  async of(accountId: string): Promise<MyOrder[]> {
    const { reader } = this.transactor;
    const orders = await this.store.ofAccount(reader, accountId);
    return Promise.all(
      orders.map(async ({ sanctionId, state, dueAt }) => ({
        sanctionId,
        state,
        dueAt,
        entries: (await this.store.entriesOf(reader, sanctionId)).map((e) => ({
          kind: e.kind,
          fromStaff: e.actorKind !== 'account',
          text: this.texts.open<string>('rectification_entries', e.id, e.sealed),
          dueAt: e.dueAt,
          at: e.at,
        })),
        files: await this.files.of(reader, sanctionId),
      })),
    );
  }
}
