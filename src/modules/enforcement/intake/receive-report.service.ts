import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { digestOf, sha256Hex } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { actorOf, type Caller } from '../../../platform/callers/caller.js';
import type { Once } from '../../../platform/database/once.js';
import { Transactor, type Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { OpenCaseService } from '../cases/open-case.service.js';
import type { Source } from '../domain/statement.js';
import { EnforcementJournal } from '../enforcement-journal.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { ENFORCEMENT_EVENTS } from '../enforcement.events.js';
import { SealedTexts } from '../sealed-texts.js';
import { TaxonomyService } from '../taxonomy.service.js';
import { ReportGuardService } from './report-guard.service.js';
import { type ReportRecord, ReportsStore } from './reports.store.js';

export interface NewReport {
  readonly subjectAccountId: string;
  readonly clause: string;
  readonly description: string;
  readonly contents?: readonly { readonly system: string; readonly ref: string; readonly hash?: string }[] | undefined;
  readonly challenge?: { readonly ticket: string; readonly response: string } | undefined;
  /** 0 to 100, from a detector. */
  readonly score?: number | undefined;
}

export interface Receipt {
  readonly id: string;
  /** Shown once; with it the reporter learns the outcome. */
  readonly trackingToken: string;
  readonly receivedAt: string;
  readonly dueAt: string;
}

/** Reports from people, the public, other systems and detectors (ENF-13): acknowledged, put to one case, answered. */
@Injectable()
export class ReceiveReportService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ReportsStore,
    private readonly cases: OpenCaseService,
    private readonly accounts: AccountsService,
    private readonly taxonomy: TaxonomyService,
    private readonly texts: SealedTexts,
    private readonly journal: EnforcementJournal,
    private readonly guard: ReportGuardService,
    private readonly clock: Clock,
  ) {}

  async receive(once: Once, report: NewReport, caller: Caller): Promise<Receipt> {
    return this.transactor.onceAdmitted(
      once,
      () => this.guard.admit(caller, report.challenge),
      (tx) => this.receiveIn(tx, report, caller),
    );
  }

  /** What became of it, for whoever holds the token: never who decided, nor what exactly was done to whom. */
  async track(token: string): Promise<{ receivedAt: Date; outcome: ReportRecord['outcome']; answeredAt: Date | null }> {
    const found = await this.store.byTracking(this.transactor.reader, sha256Hex(token));
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.report_not_found);
    return { receivedAt: found.receivedAt, outcome: found.outcome, answeredAt: found.answeredAt };
  }

  async receiveIn(tx: Tx, report: NewReport, caller: Caller): Promise<Receipt> {
    const subject = await this.accounts.find(tx, report.subjectAccountId);
    if (subject === undefined) throw new DomainError(ENFORCEMENT_ERRORS.report_subject_unknown);
    const version = await this.taxonomy.versionOf(tx, subject.id);
    const [clause] = this.taxonomy.clausesOf(version, [report.clause]);
    if (clause === undefined) throw new DomainError(ENFORCEMENT_ERRORS.unknown_clause);
    const now = this.clock.now();
    const actor = actorOf(caller);
    const { record } = await this.cases.fileUnder(tx, {
      accountId: subject.id,
      clause,
      source: SOURCE_OF[caller.kind],
      actor,
      staffReporter: caller.kind === 'staff' ? caller.id : undefined,
    });
    const id = newId();
    const trackingToken = randomBytes(24).toString('base64url');
    const content = { description: report.description, contents: report.contents ?? [] };
    await this.store.insert(tx, {
      id,
      caseId: record.id,
      accountId: subject.id,
      clause: clause.ref,
      reporterKind: caller.kind,
      reporterKey: reporterKeyOf(caller),
      sealed: this.texts.seal('reports', id, content),
      contentHash: digestOf(content),
      score: report.score ?? null,
      trackingHash: sha256Hex(trackingToken),
      outcome: 'pending',
      receivedAt: now,
      answeredAt: null,
    });
    await this.journal.note(tx, {
      type: ENFORCEMENT_EVENTS.reportReceived,
      actor,
      accountId: subject.id,
      target: { kind: 'report', id },
      clauses: [clause.ref],
      data: { caseId: record.id },
    });
    return { id, trackingToken, receivedAt: now.toISOString(), dueAt: record.dueAt.toISOString() };
  }
}

const SOURCE_OF: Readonly<Record<Caller['kind'], Source>> = {
  public: 'report',
  account: 'report',
  staff: 'own_motion',
  service: 'automated',
};

/** Whose reliability is counted. The public has no name. */
function reporterKeyOf(caller: Caller): string | null {
  if (caller.kind === 'account') return `account:${caller.accountId}`;
  return caller.kind === 'public' ? null : `${caller.kind}:${caller.id}`;
}
