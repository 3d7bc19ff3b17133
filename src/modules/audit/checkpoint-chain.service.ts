import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { TokenIssuer } from '../../platform/callers/token-issuer.js';
import { type Tx, Transactor } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AUDIT_EVENTS } from './audit.events.js';
import { ChainStore } from './chain.store.js';
import { CheckpointStore, type KeptCheckpoint } from './checkpoint.store.js';
import { CHECKPOINT_TYP, type Checkpoint } from './domain/checkpoint.js';

/** A checkpoint with its signature, as it is served and sent. */
export interface SignedCheckpoint extends Checkpoint {
  readonly jws: string;
}

/** Swears to the log's present size and head, so that whoever keeps the oath can tell a rewritten log from ours. */
@Injectable()
export class CheckpointChainService {
  constructor(
    private readonly transactor: Transactor,
    private readonly chain: ChainStore,
    private readonly store: CheckpointStore,
    private readonly issuer: TokenIssuer,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
  ) {}

  /** The checkpoint of the present head, made in the caller's transaction if there is none of this size yet. */
  async checkpointNow(tx: Tx): Promise<SignedCheckpoint> {
    const { logId, size, head } = await this.chain.head(tx);
    const kept = await this.store.ofSize(tx, size);
    if (kept !== undefined) return signed(logId, kept);
    const at = this.clock.now();
    const claims: Checkpoint = { log: logId, size, head, at: at.toISOString() };
    const checkpoint = { ...claims, jws: await this.issuer.sign(CHECKPOINT_TYP, claims) };
    const made = await this.store.keep(tx, { size, head, at, jws: checkpoint.jws });
    // Sent out, so that others hold copies: that is what makes it worth anything.
    if (made)
      await this.outbox.publish(tx, { type: AUDIT_EVENTS.checkpointed, subjectId: logId, data: { ...checkpoint } });
    return checkpoint;
  }

  /** The minute's checkpoint: made when there is news and the last one is older than `olderThan`. */
  async checkpointIfDue(olderThan: Date): Promise<SignedCheckpoint | undefined> {
    const { size } = await this.chain.head(this.transactor.reader);
    const latest = await this.store.latest(this.transactor.reader);
    if (size === 0 || latest?.size === size || (latest !== undefined && latest.at > olderThan)) return undefined;
    return this.transactor.run((tx) => this.checkpointNow(tx));
  }

  async list(beforeSize: number | undefined, limit: number): Promise<SignedCheckpoint[]> {
    const { logId } = await this.chain.head(this.transactor.reader);
    const found = await this.store.list(this.transactor.reader, beforeSize, limit);
    return found.map((kept) => signed(logId, kept));
  }
}

const signed = (log: string, { size, head, at, jws }: KeptCheckpoint): SignedCheckpoint => ({
  log,
  size,
  head,
  at: at.toISOString(),
  jws,
});
