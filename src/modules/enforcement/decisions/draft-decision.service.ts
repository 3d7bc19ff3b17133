import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { Clock } from '../../../kernel/clock.js';
import type { FieldProblem } from '../../../kernel/domain-error.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Tx } from '../../../platform/database/transactor.js';
import type { Account } from '../../accounts/accounts.service.js';
import type { CaseRecord } from '../cases/cases.store.js';
import { type Action, planned, type PlannedMeasure } from '../domain/actions.js';
import { actionProblems } from '../domain/action-problems.js';
import { deviates } from '../domain/deviation.js';
import { fourEyesReasons } from '../domain/four-eyes.js';
import { liveStrikes, type Strike, suggest, type Suggestion } from '../domain/ladder.js';
import { announceProblems } from '../domain/announcement-text.js';
import { type Notice, noticeProblems } from '../domain/notice.js';
import { issued, proportionalityMissing, type StatementInput, statementOf } from '../domain/statement.js';
import { banTermOf, type Clause, type TaxonomyVersion } from '../domain/taxonomy.js';
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
  readonly priorWarning: { readonly reference: string; readonly givenAt: Date } | undefined;
  readonly problems: readonly FieldProblem[];
}

export interface Grounds {
  /** Of the account's sanctions: what stands or waits, every suspension that ever was, and warnings that were told. */
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
    const { current } = this.taxonomy;
    const { strikeLife } = current;
    const suggestion = suggest(clauses, current, liveStrikes(strikes, strikeLife, suspensionsIn(history), now));
    const problems = [
      ...actionProblems(request.actions, {
        now,
        accountState: account.state,
        live: liveAmong(history, now),
        knownFeatures: this.taxonomy.features.map((f) => f.name),
        contentSystems: this.config.contentSystems,
        longestBan: this.config.longestBan,
        longestReview: this.config.longestReview,
        banTerm: banTermOf(clauses, current.banTerms),
      }),
      ...announceProblems(request.announce),
      ...(proportionalityMissing(request.statementOfReasons, measures, suggestion) ? [SAY_WHAT_WAS_WEIGHED] : []),
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
      fourEyes: fourEyesReasons(measures, this.config.longestReview),
      priorWarning: warnedBefore(history),
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
    by: { readonly actor: Actor; readonly approvedBy?: Actor | undefined },
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
      appealUntil: this.appealUntil(request.notice.until ?? null),
      decidedByRole: roleOf(by.actor),
      approvedByRole: by.approvedBy === undefined ? null : roleOf(by.approvedBy),
      priorWarning: draft.priorWarning,
      fourEyes: draft.fourEyes,
      suggestion: draft.suggestion,
      deviationReason: draft.deviates ? request.deviationReason : null,
      evidence,
      language: account.locale,
      issuedAt: now,
      reference,
    });
  }

  /** The same once a second person has agreed: sealed anew with what has become of its times. */
  issue(
    proposed: Readonly<Record<string, unknown>>,
    decision: DecisionRecord,
    sanctions: readonly SanctionRecord[],
    approvedBy: Actor,
    at: Date,
  ): Record<string, unknown> {
    return issued(proposed, {
      issuedAt: at,
      appealUntil: this.appealUntil(decision.noticeAt),
      approvedByRole: roleOf(approvedBy),
      measures: sanctions,
    });
  }

  /** @param silentUntil the time to appeal runs from when the person is told */
  private appealUntil(silentUntil: Date | null): Date {
    const now = this.clock.now();
    const told = silentUntil !== null && silentUntil > now ? silentUntil : now;
    return addPeriod(told, this.config.appealWindow);
  }
}

const roleOf = (actor: Actor): string => actor.role ?? actor.kind;

const SAY_WHAT_WAS_WEIGHED: FieldProblem = {
  path: '/statementOfReasons/proportionality',
  code: 'proportionality_missing',
  en: 'suspended again: say how number, share, gravity and intention were weighed',
  zh: '再次暂停：须说明如何衡量次数、占比、严重程度与主观意图',
};

/** The history holds only warnings that the person was told of and that were not taken back. */
function warnedBefore(history: readonly SanctionRecord[]): DecisionDraft['priorWarning'] {
  const warnings = history.filter((s) => s.type === 'warning' && s.state === 'fulfilled');
  const last = warnings.reduce<SanctionRecord | undefined>((a, b) => (a && a.startsAt > b.startsAt ? a : b), undefined);
  return last === undefined ? undefined : { reference: last.decisionId, givenAt: last.startsAt };
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
