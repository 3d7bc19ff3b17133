import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import type { PublishVersionDto } from './agreements.dto.js';
import { AGREEMENT_ERRORS } from './agreements.errors.js';
import { AgreementsStore } from './agreements.store.js';
import { DocumentCatalogue } from './document-catalogue.js';
import {
  type AgreementVersion,
  type DocumentDefinition,
  inEffect,
  refOf,
  type VersionRef,
} from './domain/agreement.js';
import type { NewVersion } from './domain/publication.js';
import { type DiffLine, diffLines } from './domain/text-diff.js';

export interface DocumentOverview {
  readonly definition: DocumentDefinition;
  readonly inEffect: AgreementVersion | undefined;
  readonly versions: readonly AgreementVersion[];
}

export interface Diff {
  readonly from: VersionRef;
  readonly to: VersionRef;
  readonly lines: DiffLine[];
}

/** What anybody may read: documents, texts, and what changed between two of them. */
@Injectable()
export class ReadAgreementService {
  constructor(
    private readonly store: AgreementsStore,
    private readonly catalogue: DocumentCatalogue,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  async overview(): Promise<DocumentOverview[]> {
    const all = await this.store.versions(this.transactor.reader);
    const now = this.clock.now();
    return this.catalogue.documents.map((definition) => {
      const versions = all.filter((v) => v.documentId === definition.id);
      return { definition, versions, inEffect: inEffect(versions, now) };
    });
  }

  /** @throws DomainError agreement_version_unknown */
  async text(documentId: string, version: string): Promise<AgreementVersion & { text: string }> {
    const found = await this.store.text(this.transactor.reader, documentId, version);
    if (found === undefined) throw new DomainError(AGREEMENT_ERRORS.agreement_version_unknown);
    return found;
  }

  /** @param against the version before `version` by default; a first version is all new */
  async diff(documentId: string, version: string, against: string | undefined): Promise<Diff> {
    const to = await this.text(documentId, version);
    const before = against ?? to.supersedes ?? undefined;
    if (before === undefined) return { from: refOf(to), to: refOf(to), lines: diffLines(to.text, to.text) };
    const from = await this.text(documentId, before);
    return { from: refOf(from), to: refOf(to), lines: diffLines(from.text, to.text) };
  }

  /** A request's words as a draft, with what the configuration knows about the document. */
  draftOf(documentId: string, body: PublishVersionDto): NewVersion {
    const titles = this.catalogue.find(documentId)?.title ?? {};
    return {
      version: body.version,
      title: body.title ?? titles[body.language] ?? documentId,
      language: body.language,
      text: body.text,
      effectiveAt: new Date(body.effectiveAt),
      changeSummary: body.changeSummary ?? '',
      policy: body.policy,
      topics: body.topics ?? ['*'],
      ...(body.supersedes === undefined ? {} : { supersedes: body.supersedes }),
    };
  }
}
