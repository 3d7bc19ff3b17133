/** What this module tells others. Data carries ids, versions, digests and times. */
export const AGREEMENT_EVENTS = {
  /** The announcement of a revision (9.1). data: {documentId, version, sha256, effectiveAt, policy, supersedes, changeSummary} */
  versionPublished: 'agreement.version_published',
  /** data: {acceptances: [{documentId, version, sha256}], how, channel} */
  accepted: 'agreement.accepted',
  /** data: {documentId, version} */
  refused: 'agreement.refused',
} as const;
