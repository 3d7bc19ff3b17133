import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { FieldProblem } from '../../../kernel/domain-error.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { Account } from '../../accounts/accounts.service.js';
import type { CaseRecord } from '../cases/cases.store.js';
import {
  type Action,
  actionProblems,
  deviates,
  fourEyesReasons,
  planned,
  type PlannedMeasure,
} from '../domain/actions.js';
import { liveStrikes, type Strike, suggest, type Suggestion } from '../domain/ladder.js';
import { announceProblems } from '../domain/announcement-text.js';
import { type Notice, noticeProblems } from '../domain/notice.js';
import { type StatementInput, statementOf } from '../domain/statement.js';
import type { Clause, TaxonomyVersion } from '../domain/taxonomy.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { type SanctionRecord, SanctionsStore } from '../sanctions/sanctions.store.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { type DecisionRecord, DecisionsStore } from './decisions.store.js';

export interface DecisionRequest {
  readonly clauses: readonly string[];
  readonly actions: readonly Action[];
  readonly notice: Notice;
  readonly statementOfReasons: StatementInput;
  readonly deviationReason: string | null;
  readonly announce: DecisionRecord['announce'];
}

export interface DecisionDraft {
  readonly version: TaxonomyVersion;
  readonly clauses: readonly Clause[];
  readonly measures: readonly PlannedMeasure[];
  readonly suggestion: Suggestion | undefined;
  readonly deviates: boolean;
  readonly fourEyes: readonly string[];
  readonly problems: readonly FieldProblem[];
}

export interface Grounds {
  /** Of the account's sanctions: what stands or waits, and every suspension that ever was. */
  readonly history: readonly SanctionRecord[];
  readonly version: TaxonomyVersion;
  readonly strikes: readonly Strike[];
}

/** What a decision would be: measures with their times, what the ladder says, what is wrong, the words. Writes nothing. */
@Injectable()
export class DraftDecisionService {
  constructor(
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly taxonomy: TaxonomyService,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** What an account is judged by: the clauses that bind it, and what it has done before. */
  async groundsOf(tx: Tx, accountId: string): Promise<Grounds> {
    const [history, version, strikes] = await Promise.all([
      this.sanctions.history(tx, accountId),
      this.taxonomy.versionOf(tx, accountId),
      this.decisions.strikesOf(tx, accountId),
    ]);
    return { history, version, strikes };
  }

  draft(account: Account, { history, version, strikes }: Grounds, request: DecisionRequest): DecisionDraft {
    const now = this.clock.now();
    const clauses = this.taxonomy.clausesOf(version, request.clauses);
    const measures = planned(request.actions, now);
    const { strikeLife, ladders } = this.taxonomy.current;
    const suggestion = suggest(clauses, ladders, liveStrikes(strikes, strikeLife, suspensionsIn(history), now));
    const problems = [
      ...actionProblems(request.actions, {
        now,
        accountState: account.state,
        live: liveAmong(history, now),
        knownFeatures: this.taxonomy.features.map((f) => f.name),
        contentSystems: this.config.contentSystems,
        longestBan: this.config.longestBan,
      }),
      ...announceProblems(request.announce),
      ...noticeProblems(request.notice, {
        now,
        fraud: clauses.some((c) => c.fraud),
        longestDelay: addPeriod(now, this.config.longestDelay),
      }),
    ];
    return {
      version,
      clauses,
      measures,
      suggestion,
      deviates: deviates(measures, suggestion),
      fourEyes: fourEyesReasons(measures),
      problems,
    };
  }

  /** The statement of reasons, of a decision and of its preview alike. @param evidence hashes of what the case holds */
  statement(
    evidence: readonly string[],
    found: CaseRecord,
    account: Account,
    draft: DecisionDraft,
    request: DecisionRequest,
    actor: Actor,
    reference: string,
  ): Record<string, unknown> {
    const now = this.clock.now();
    return statementOf(request.statementOfReasons, {
      measures: draft.measures,
      source: found.source,
      clauses: draft.clauses,
      agreement: { documentId: this.taxonomy.current.documentId, version: draft.version.agreementVersion },
      measuresClause: draft.version.measuresClause,
      notice: request.notice,
      appealUntil: addPeriod(request.notice.until ?? now, this.config.appealWindow),
      decidedByRole: actor.role ?? actor.kind,
      fourEyes: draft.fourEyes,
      suggestion: draft.suggestion,
      deviationReason: draft.deviates ? request.deviationReason : null,
      evidence,
      language: account.locale,
      issuedAt: now,
      reference,
    });
  }
}

/** What stands against an account now, or waits for a second person. */
const liveAmong = (history: readonly SanctionRecord[], now: Date): SanctionRecord[] =>
  history.filter((s) => LIVE.has(s.state) && (s.endsAt === null || s.endsAt > now));

const LIVE: ReadonlySet<SanctionRecord['state']> = new Set(['awaiting_approval', 'scheduled', 'active']);

/** Times in which the account was suspended: strikes do not age in them. */
const suspensionsIn = (history: readonly SanctionRecord[]): { from: Date; until: Date | null }[] =>
  history
    .filter((s) => s.type === 'suspension' && s.state !== 'awaiting_approval')
    .map((s) => ({ from: s.startsAt, until: earlier(s.endsAt, s.endedAt) }));

const earlier = (a: Date | null, b: Date | null): Date | null => {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
};
