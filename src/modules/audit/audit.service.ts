import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { takeRandom } from '../../kernel/random.js';
import { gather } from '../../platform/database/gathered.js';
import { Replica } from '../../platform/database/replica.js';
import type { Tx } from '../../platform/database/transactor.js';
import { type Page, decodeCursor, pageOf } from '../../platform/http/paging.js';
import { AuditStore, type EventFilter, type ListedEvent } from './audit.store.js';
import { CheckpointChainService, type SignedCheckpoint } from './checkpoint-chain.service.js';
import { DetailCipher } from './detail-cipher.js';
import { type AuditEvent, type AuditTarget, detailDigest } from './domain/chained-event.js';

/** What a module tells about one state change. */
export interface AuditEntry {
  /** `account.registered`: noun and past participle. */
  readonly type: string;
  readonly actor: Actor;
  /** The account that the change belongs to, if any. */
  readonly accountId?: string | undefined;
  readonly target: AuditTarget;
  readonly clauses: readonly string[];
  readonly policies?: Readonly<Record<string, string>> | undefined;
  /** Details. The only member that may hold personal data: kept sealed beside the event, erasable. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

const SALT_BYTES = 16;
const TYPE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

/** Every module's door to the audit log. */
@Injectable()
export class AuditService {
  constructor(
    private readonly store: AuditStore,
    private readonly cipher: DetailCipher,
    private readonly checkpoints: CheckpointChainService,
    private readonly replica: Replica,
    private readonly clock: Clock,
  ) {}

  /**
   * Records one state change in the transaction that makes it (invariant 4). It is not chained yet: a chain whose next
   * link needs the last one would serialise every write of the service, so the sequencer does that within a second.
   * @returns the event's id
   */
  async record(tx: Tx, entry: AuditEntry): Promise<string> {
    if (!TYPE.test(entry.type)) throw new Error(`audit event type ${entry.type} is not noun.past_participle`);
    const id = newId();
    const canonicalData = entry.data === undefined ? undefined : canonicalJson(entry.data);
    const salt = takeRandom(SALT_BYTES);
    const event: AuditEvent = {
      id,
      at: this.clock.now().toISOString(),
      type: entry.type,
      actor: actorOnly(entry.actor),
      ...(entry.accountId === undefined ? {} : { accountId: entry.accountId }),
      target: { kind: entry.target.kind, id: entry.target.id },
      clauses: entry.clauses,
      policies: entry.policies ?? {},
      ...(canonicalData === undefined ? {} : { dataDigest: detailDigest(salt, canonicalData) }),
    };
    const details = canonicalData && {
      salt,
      sealed: this.cipher.seal(canonicalData, { eventId: id, accountId: entry.accountId }),
    };
    await gather(tx, this.store, { event, details: details || undefined });
    return id;
  }

  /** For a receipt: what the log's size and head are now, sworn to in the caller's transaction. */
  checkpointNow(tx: Tx): Promise<SignedCheckpoint> {
    return this.checkpoints.checkpointNow(tx);
  }

  /** Events by filter, newest first; without their details. */
  async list(filter: EventFilter, page: { limit: number; cursor?: string | undefined }): Promise<Page<ListedEvent>> {
    const found = await this.store.list(this.replica.reader, filter, decodeCursor(page.cursor), page.limit);
    return pageOf(found, page.limit, (event) => [event.at, event.id]);
  }

  /** Everything that ever changed about one account, newest first. */
  timeline(accountId: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<ListedEvent>> {
    return this.list({ accountId }, page);
  }
}

/** An actor may be a wider object; only these three members are told. */
const actorOnly = ({ kind, id, role }: Actor): Actor => ({ kind, id, ...(role === undefined ? {} : { role }) });
