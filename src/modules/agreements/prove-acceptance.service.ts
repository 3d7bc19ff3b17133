import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { TokenIssuer } from '../../platform/callers/token-issuer.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AcceptancesStore, type KeptAcceptance } from './acceptances.store.js';
import { AgreementsStore } from './agreements.store.js';
import { type AcceptanceOrigin, RecordAcceptanceService } from './record-acceptance.service.js';

/** One line of the ledger as it is shown. */
export interface ShownAcceptance {
  readonly id: string;
  readonly documentId: string;
  readonly version: string;
  readonly sha256: string;
  readonly decision: 'accepted' | 'refused';
  readonly how: string;
  readonly channel: string;
  readonly at: string;
  readonly guardianId: string | null;
}

export interface ProvenAcceptance extends ShownAcceptance {
  readonly title: string;
  readonly publishedAt: string;
  readonly effectiveAt: string;
  readonly origin: AcceptanceOrigin | null;
}

export interface Proof {
  readonly accountId: string;
  readonly issuedAt: string;
  readonly acceptances: readonly ProvenAcceptance[];
  readonly jws: string;
}

export const PROOF_TYP = 'acceptance-proof';

/** What an account agreed to, as a document that proves itself (AGR-2). */
@Injectable()
export class ProveAcceptanceService {
  constructor(
    private readonly store: AcceptancesStore,
    private readonly agreements: AgreementsStore,
    private readonly recording: RecordAcceptanceService,
    private readonly issuer: TokenIssuer,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  async list(accountId: string, tx: Tx = this.transactor.reader): Promise<ShownAcceptance[]> {
    return (await this.store.ofAccount(tx, accountId)).map(shown);
  }

  /** Who agreed to which text, when and how. What is signed names no address and no device: it may travel. */
  async prove(accountId: string): Promise<Proof> {
    const tx = this.transactor.reader;
    const versions = await this.agreements.versions(tx);
    const ledger = await this.store.ofAccount(tx, accountId);
    const acceptances = ledger.map((kept): ProvenAcceptance => {
      const version = versions.find((v) => v.documentId === kept.documentId && v.version === kept.version);
      // The foreign key promises the version.
      if (version === undefined) throw new Error(`agreements: version of acceptance ${kept.id} is gone`);
      return {
        ...shown(kept),
        title: version.title,
        publishedAt: version.publishedAt.toISOString(),
        effectiveAt: version.effectiveAt.toISOString(),
        origin: this.recording.originOf(kept),
      };
    });
    const issuedAt = this.clock.now().toISOString();
    const claims = { accountId, issuedAt, acceptances: acceptances.map(({ origin: _, ...told }) => told) };
    return { accountId, issuedAt, acceptances, jws: await this.issuer.sign(PROOF_TYP, claims) };
  }
}

const shown = (kept: KeptAcceptance): ShownAcceptance => ({
  id: kept.id,
  documentId: kept.documentId,
  version: kept.version,
  sha256: kept.sha256,
  decision: kept.decision,
  how: kept.how,
  channel: kept.channel,
  at: kept.at.toISOString(),
  guardianId: kept.guardianId,
});
