import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { sha256Hex } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor, type Tx, violates } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { AuditService } from '../audit/audit.service.js';
import { AGREEMENT_ERRORS } from './agreements.errors.js';
import { AGREEMENT_EVENTS } from './agreements.events.js';
import { AgreementsStore } from './agreements.store.js';
import { DocumentCatalogue } from './document-catalogue.js';
import type { AgreementVersion } from './domain/agreement.js';
import { latest, type NewVersion, publicationProblems } from './domain/publication.js';
import { PublishedVersions } from './published-versions.js';

/** Publishing a version: announced by an event and the public page, never changed afterwards (AGR-1, AGR-5, 9.1). */
@Injectable()
export class PublishAgreementService {
  constructor(
    private readonly store: AgreementsStore,
    private readonly catalogue: DocumentCatalogue,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly published: PublishedVersions,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError document_unknown, agreement_version_exists, publication_refused with every reason */
  async publish(tx: Tx, documentId: string, draft: NewVersion, actor: Actor): Promise<AgreementVersion> {
    if (this.catalogue.find(documentId) === undefined) throw new DomainError(AGREEMENT_ERRORS.document_unknown);
    const now = this.clock.now();
    const line = await this.store.line(tx, documentId);
    if (line.some((v) => v.version === draft.version)) throw new DomainError(AGREEMENT_ERRORS.agreement_version_exists);
    const errors = publicationProblems(draft, line, now);
    if (errors.length > 0) throw new DomainError(AGREEMENT_ERRORS.publication_refused, { errors });
    const { text, supersedes: _, ...words } = draft;
    const version: AgreementVersion = {
      ...words,
      documentId,
      sha256: sha256Hex(text),
      publishedAt: now,
      supersedes: latest(line)?.version ?? null,
    };
    await this.insert(tx, version, text, actor);
    await this.tell(tx, version, actor);
    this.transactor.afterCommit(tx, () => this.published.forget());
    return version;
  }

  /** The indexes are the guard: two publications at once, and the second finds its place taken. */
  private async insert(tx: Tx, version: AgreementVersion, text: string, actor: Actor): Promise<void> {
    try {
      await this.store.insert(tx, version, text, actor.id);
    } catch (error) {
      if (violates(error, 'agreement_versions_pk') || violates(error, 'agreement_versions_line')) {
        throw new DomainError(AGREEMENT_ERRORS.agreement_version_exists, { cause: error });
      }
      throw error;
    }
  }

  private async tell(tx: Tx, v: AgreementVersion, actor: Actor): Promise<void> {
    await this.audit.record(tx, {
      type: AGREEMENT_EVENTS.versionPublished,
      actor,
      target: { kind: 'agreement_version', id: `${v.documentId}/${v.version}` },
      clauses: ['AGR-1', 'AGR-5', '9.1'],
      policies: { [v.documentId]: v.sha256 },
    });
    await this.outbox.publish(tx, {
      type: AGREEMENT_EVENTS.versionPublished,
      subjectId: `${v.documentId}/${v.version}`,
      data: {
        documentId: v.documentId,
        version: v.version,
        sha256: v.sha256,
        effectiveAt: v.effectiveAt.toISOString(),
        policy: v.policy,
        supersedes: v.supersedes,
        changeSummary: v.changeSummary,
      },
    });
  }
}
