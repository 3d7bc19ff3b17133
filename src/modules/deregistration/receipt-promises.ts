import { Injectable, type OnModuleInit } from '@nestjs/common';
import { decodeJwt } from 'jose';
import type { Tx } from '../../platform/database/transactor.js';
import { type PromisedRecord, RetentionService } from '../retention/retention.service.js';
import { DeregistrationStore } from './deregistration.store.js';
import { isKeptByHold, type ReceiptClaims, type RetainedClaim } from './domain/receipt.js';

/** Tells the register of retained records what the receipts said would stay, so that it can say what became of it. */
@Injectable()
export class ReceiptPromises implements OnModuleInit {
  constructor(
    private readonly store: DeregistrationStore,
    private readonly retention: RetentionService,
  ) {}

  onModuleInit(): void {
    this.retention.onReceipts((tx, accountId) => this.promisedTo(tx, accountId));
  }

  private async promisedTo(tx: Tx, accountId: string): Promise<PromisedRecord[]> {
    const receipts = await this.store.receiptsOf(tx, accountId);
    return receipts.flatMap((receipt) => {
      const { retained, retentionPolicy } = decodeJwt<ReceiptClaims>(receipt);
      return retained.map((claim) => promised(claim, retentionPolicy.sha256));
    });
  }
}

const promised = (claim: RetainedClaim, policySha256: string): PromisedRecord => ({
  recordClass: claim.recordClass,
  basis: claim.basis,
  from: new Date(claim.from),
  until: claim.until === null ? null : new Date(claim.until),
  readers: claim.readers,
  policySha256,
  byHold: isKeptByHold(claim),
});
