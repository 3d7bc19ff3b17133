import type { Actor } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { newId } from '../../../kernel/ids.js';
import type { CaseRecord } from '../cases/cases.store.js';
import type { SanctionRecord } from '../sanctions/sanctions.store.js';
import type { DecisionDraft, DecisionRequest } from './draft-decision.service.js';
import type { DecisionRecord } from './decisions.store.js';

/** What a decision is written down from. */
export interface Judged {
  readonly id: string;
  readonly found: CaseRecord;
  readonly draft: DecisionDraft;
  readonly request: DecisionRequest;
  /** The statement of reasons, and the same sealed. */
  readonly statement: object;
  readonly sealed: Buffer;
  readonly taxonomyDigest: string;
  readonly bulkId: string | undefined;
}

/** Who decided, and until when a second person has to agree; undefined: nobody has to (invariant 9). */
export interface Deciders {
  readonly actor: Actor;
  readonly approvedBy: Actor | undefined;
  readonly approvalDueAt: Date | undefined;
}

/** A decision as it is kept: effective at once, or awaiting its second person. */
export function decisionOf(judged: Judged, { actor, approvedBy, approvalDueAt }: Deciders, now: Date): DecisionRecord {
  const { id, found, draft, request, statement } = judged;
  const alone = approvalDueAt === undefined;
  return {
    id,
    caseId: found.id,
    accountId: found.accountId,
    state: alone ? 'effective' : 'awaiting_approval',
    version: 1,
    clauses: draft.clauses.map((c) => c.ref),
    agreementVersion: draft.version.agreementVersion,
    taxonomyDigest: judged.taxonomyDigest,
    suggestion: draft.suggestion ?? null,
    notice: request.notice.choice,
    noticeAt: request.notice.choice === 'given' ? null : (request.notice.until ?? null),
    noticeGivenAt: alone && request.notice.choice === 'given' ? now : null,
    sealed: judged.sealed,
    statementDigest: digestOf(statement),
    decidedBy: actor.id,
    decidedRole: actor.role ?? actor.kind,
    approvedBy: approvedBy?.id ?? null,
    conflictIds: found.conflictIds,
    bulkId: judged.bulkId ?? null,
    approvalDueAt: approvalDueAt ?? null,
    announce: request.announce,
    decidedAt: now,
    effectiveAt: alone ? now : null,
    endedAt: null,
  };
}

/** The measures of a decision as they are kept: they wait for its second person, or begin. */
export function sanctionsOf(decision: DecisionRecord, draft: DecisionDraft): SanctionRecord[] {
  const clause = decision.clauses[0] ?? draft.version.measuresClause;
  return draft.measures.map((m) => ({
    id: newId(),
    accountId: decision.accountId,
    caseId: decision.caseId,
    decisionId: decision.id,
    type: m.type,
    state: decision.state === 'awaiting_approval' ? 'awaiting_approval' : 'scheduled',
    version: 1,
    clause,
    features: m.features,
    params: {
      ...(m.instructions === null ? {} : { instructions: m.instructions }),
      ...(m.identifierKinds.length === 0 ? {} : { identifierKinds: m.identifierKinds }),
      ...(m.contents.length === 0 ? {} : { contents: m.contents }),
    },
    startsAt: m.startsAt,
    endsAt: m.endsAt,
    nextAt: null,
    reviewAt: m.reviewAt,
    createdAt: decision.decidedAt,
    endedAt: null,
    endedBy: null,
    endReason: null,
  }));
}
