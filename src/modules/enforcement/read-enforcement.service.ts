import { Injectable } from '@nestjs/common';
import { digestOf } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import type { Caller } from '../../platform/callers/caller.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { type CaseFilter, type CaseRecord, CasesStore } from './cases/cases.store.js';
import { LinkedAccountsService } from './cases/linked-accounts.service.js';
import { type DecisionRecord, DecisionsStore } from './decisions/decisions.store.js';
import { caseActions } from './domain/case-actions.js';
import { disclosed } from './domain/statement.js';
import { EnforcementConfig } from './enforcement.config.js';
import { ENFORCEMENT_ERRORS } from './enforcement.errors.js';
import { NoticeTexts } from './notice-texts.js';
import { ReportsStore } from './intake/reports.store.js';
import { type SanctionFilter, type SanctionRecord, SanctionsStore } from './sanctions/sanctions.store.js';
import { TellChangeService } from './sanctions/tell-change.service.js';
import { SealedTexts } from './sealed-texts.js';

type Shown = Record<string, unknown>;

/** What may be read of enforcement, by staff and by the person concerned. */
@Injectable()
export class ReadEnforcementService {
  constructor(
    private readonly transactor: Transactor,
    private readonly cases: CasesStore,
    private readonly reports: ReportsStore,
    private readonly decisions: DecisionsStore,
    private readonly sanctions: SanctionsStore,
    private readonly linked: LinkedAccountsService,
    private readonly texts: SealedTexts,
    private readonly notices: NoticeTexts,
    private readonly telling: TellChangeService,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  async listCases(filter: CaseFilter, page: { limit: number; cursor?: string | undefined }): Promise<Page<CaseRecord>> {
    const found = await this.cases.list(this.transactor.reader, filter, decodeCursor(page.cursor), page.limit);
    return pageOf(found, page.limit, (c) => [c.openedAt, c.id]);
  }

  /** With what this reader may do with it. */
  async case(id: string, by: Caller): Promise<Shown> {
    const { reader } = this.transactor;
    const found = await this.cases.find(reader, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.case_not_found);
    const [evidence, decisions, reports, links] = await Promise.all([
      this.cases.evidenceOf(reader, id),
      this.decisions.ofCase(reader, id),
      this.reports.ofCase(reader, id, 100),
      this.linked.of(found.accountId),
    ]);
    const facts = { ...found, awaitsApproval: decisions.some((d) => d.state === 'awaiting_approval') };
    return {
      ...found,
      actions: by.kind === 'staff' ? caseActions(facts, by) : [],
      evidence: evidence.map(({ sealed, ...e }) => ({ ...e, content: this.texts.open('case_evidence', e.id, sealed) })),
      decisions: await Promise.all(decisions.map((d) => this.showDecision(d))),
      reports: {
        items: await Promise.all(
          reports.map(async ({ sealed, trackingHash: _hash, reporterKey, ...r }) => ({
            ...r,
            content: this.texts.open('reports', r.id, sealed),
            reliability: reporterKey === null ? null : await this.reports.reliabilityOf(reader, reporterKey),
          })),
        ),
      },
      linkedAccounts: links.map((l) => l.accountId),
      links,
    };
  }

  async decision(id: string): Promise<Shown> {
    const found = await this.decisions.find(this.transactor.reader, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.decision_not_found);
    return this.showDecision(found);
  }

  /** A decision that was taken a moment ago, without reading or opening it again. */
  taken(decision: DecisionRecord, sanctions: readonly SanctionRecord[], statement: Shown): Shown {
    return this.shown(decision, sanctions, [], statement);
  }

  async listSanctions(
    filter: SanctionFilter,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<Shown>> {
    const found = await this.sanctions.list(this.transactor.reader, filter, decodeCursor(page.cursor), page.limit);
    return pageOf(
      found,
      page.limit,
      (s) => [s.createdAt, s.id],
      (s) => this.showSanction(s),
    );
  }

  async sanction(id: string): Promise<Shown> {
    const { reader } = this.transactor;
    const found = await this.sanctions.find(reader, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    return this.showSanction(found);
  }

  /** What was decided about the holder of the account and told: reasons, measures, how long there is to appeal. */
  async mine(accountId: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<Shown>> {
    const { reader } = this.transactor;
    const found = await this.decisions.toldOf(reader, accountId, decodeCursor(page.cursor), page.limit);
    const told = pageOf(found, page.limit, (d) => [d.decidedAt, d.id]);
    const changes = await this.telling.ofDecisions(
      reader,
      told.items.map((d) => d.id),
    );
    const items = await Promise.all(
      told.items.map(async (d) => {
        const statement = this.statementOf(d);
        const sanctions = await this.sanctions.ofDecision(reader, d.id);
        return {
          id: d.id,
          state: d.state,
          statementOfReasons: statement === null ? null : disclosed(statement),
          notice: statement === null ? null : this.notices.render(statement),
          decidedAt: d.decidedAt,
          // The time runs from when the person was told, however late that was; a longer measure can be appealed against anew.
          appealUntil: addPeriod(
            latest([d.noticeGivenAt ?? d.decidedAt, ...extensionsIn(changes.get(d.id))]),
            this.config.appealWindow,
          ),
          sanctions: sanctions.map((s) => this.showSanction(s)),
          changes: changes.get(d.id) ?? [],
        };
      }),
    );
    return { items, nextCursor: told.nextCursor };
  }

  private async showDecision(d: DecisionRecord): Promise<Shown> {
    const { reader } = this.transactor;
    const [sanctions, changes] = await Promise.all([
      this.sanctions.ofDecision(reader, d.id),
      this.telling.ofDecisions(reader, [d.id]),
    ]);
    return this.shown(d, sanctions, changes.get(d.id) ?? []);
  }

  private shown(
    d: DecisionRecord,
    sanctions: readonly SanctionRecord[],
    changes: readonly Shown[],
    statement = this.statementOf(d),
  ): Shown {
    const { sealed: _sealed, conflictIds: _conflicts, ...shown } = d;
    return { ...shown, statementOfReasons: statement, sanctions: sanctions.map((s) => this.showSanction(s)), changes };
  }

  /** Opened and compared with its digest: a statement that somebody rewrote in the database is never shown as the reasons. */
  private statementOf(d: DecisionRecord): Shown | null {
    const statement = this.texts.open<Shown>('decisions', d.id, d.sealed);
    if (statement !== null && digestOf(statement) !== d.statementDigest) {
      throw new Error(`the statement of decision ${d.id} does not match its digest`);
    }
    return statement;
  }

  /** As of now: what time has ended or begun is shown so before the sweep has written it down. */
  private showSanction(s: SanctionRecord): Shown {
    const now = this.clock.now();
    const { nextAt: _next, endedBy: _by, endReason: _reason, params, ...shown } = s;
    const begun = s.state === 'scheduled' && s.startsAt <= now ? 'active' : s.state;
    const over = begun === 'active' && s.endsAt !== null && s.endsAt <= now && s.type !== 'rectification';
    return { ...shown, ...params, state: over ? 'expired' : begun, endedAt: s.endedAt ?? (over ? s.endsAt : null) };
  }
}

const extensionsIn = (changes: readonly Shown[] = []): Date[] =>
  changes.filter((c) => c['statementOfReasons'] !== null).map((c) => c['at'] as Date);
const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map((d) => d.getTime())));
