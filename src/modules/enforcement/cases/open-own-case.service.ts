import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { canonicalJson, sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { SealedTexts } from '../sealed-texts.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { type CaseRecord, CasesStore } from './cases.store.js';
import { OpenCaseService } from './open-case.service.js';

/** A case that staff open without a report. Who opens it may also decide it; who reported a matter may not. */
@Injectable()
export class OpenOwnCaseService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: CasesStore,
    private readonly opening: OpenCaseService,
    private readonly accounts: AccountsService,
    private readonly taxonomy: TaxonomyService,
    private readonly texts: SealedTexts,
    private readonly clock: Clock,
  ) {}

  open(
    once: Once,
    what: { subjectAccountId: string; clause: string; note: string },
    actor: Actor,
  ): Promise<{ id: string }> {
    return this.transactor.once(once, async (tx) => ({ id: (await this.openIn(tx, what, actor)).id }));
  }

  async openIn(
    tx: Tx,
    what: { subjectAccountId: string; clause: string; note: string; decidedAtOnce?: boolean },
    actor: Actor,
  ): Promise<CaseRecord> {
    const [account, version] = await Promise.all([
      this.accounts.find(tx, what.subjectAccountId),
      this.taxonomy.versionOf(tx, what.subjectAccountId),
    ]);
    if (account === undefined) throw new DomainError(ENFORCEMENT_ERRORS.report_subject_unknown);
    const [clause] = this.taxonomy.clausesOf(version, [what.clause]);
    if (clause === undefined) throw new DomainError(ENFORCEMENT_ERRORS.unknown_clause);
    const { decidedAtOnce = false } = what;
    const filing = { accountId: account.id, clause, source: 'own_motion', actor, decidedAtOnce } as const;
    const { record } = await this.opening.fileUnder(tx, filing);
    const id = newId();
    const content = { text: what.note };
    const text = canonicalJson(content);
    await this.store.addEvidence(tx, record.id, account.id, {
      id,
      kind: 'note',
      sealed: this.texts.seal('case_evidence', id, content),
      contentHash: sha256Hex(text),
      sizeBytes: Buffer.byteLength(text),
      addedBy: actor.id,
      addedAt: this.clock.now(),
      heldSince: null,
    });
    return record;
  }
}
