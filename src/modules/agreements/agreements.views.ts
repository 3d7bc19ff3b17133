import type { AgreementDocumentDto, AgreementsDto, AgreementVersionDto } from './agreements.dto.js';
import { type AgreementVersion, refOf } from './domain/agreement.js';
import type { DocumentOverview } from './read-agreement.service.js';

export const toVersion = (v: AgreementVersion): AgreementVersionDto => ({
  ...refOf(v),
  title: v.title,
  language: v.language,
  publishedAt: v.publishedAt.toISOString(),
  effectiveAt: v.effectiveAt.toISOString(),
  changeSummary: v.changeSummary,
  supersedes: v.supersedes,
  policy: v.policy,
  topics: [...v.topics],
});

export const toAgreements = (documents: readonly DocumentOverview[]): AgreementsDto => ({
  items: documents.map(({ definition, inEffect, versions }): AgreementDocumentDto => ({
    documentId: definition.id,
    kind: definition.kind,
    title: inEffect?.title ?? Object.values(definition.title)[0] ?? definition.id,
    requiredAtRegistration: definition.requiredAtRegistration,
    precedence: definition.precedence,
    inEffect: inEffect === undefined ? null : toVersion(inEffect),
    versions: versions.map(toVersion),
  })),
});
