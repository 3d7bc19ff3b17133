import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { OutboxService } from '../../platform/outbox/outbox.service.js';
import { type Account, AccountsService, type AgeBand, isMinorBand } from '../accounts/accounts.service.js';
import { StandingService, type StandingSource } from '../accounts/standing.service.js';
import {
  AgreementsService,
  type AnswerContext,
  type PendingConsent,
  type VersionRef,
} from '../agreements/agreements.service.js';
import { AuditService } from '../audit/audit.service.js';
import { ComingOfAgeService } from './coming-of-age.service.js';
import { objectionsToUse } from './domain/use-as-answer.js';
import { ReconsentConfig } from './reconsent.config.js';
import { RECONSENT_ERRORS } from './reconsent.errors.js';
import { RECONSENT_EVENTS } from './reconsent.events.js';
import { type Reconsent, ReconsentStore } from './reconsent.store.js';

/** One answer of a person to published versions. */
export interface Answer extends AnswerContext {
  readonly accountId: string;
  readonly decision: 'accepted' | 'refused';
  readonly acceptances: readonly {
    readonly documentId: string;
    readonly version: string;
    readonly sha256?: string | undefined;
  }[];
}

export interface AnswerByUse extends Pick<AnswerContext, 'ip' | 'userAgent' | 'channel'> {
  readonly accountId: string;
  readonly version: { readonly documentId: string; readonly version: string };
  /** When the person had the notice before their eyes. */
  readonly noticeShownAt: Date;
}

/** A version that waits for an answer, and for whose. */
export interface Pending extends Reconsent {
  readonly answerBy: PendingConsent['answerBy'];
}

export interface Answered {
  readonly answered: readonly VersionRef[];
  /** What the account still has to answer, now or from an announced day on. */
  readonly pending: readonly Pending[];
}

type Wanted = Omit<Pending, 'refusedAt'> & { readonly publishedAt: Date };

interface ReconsentState {
  readonly wanted: Readonly<Record<'minor' | 'adult', readonly Wanted[]>>;
  readonly recorded: readonly Reconsent[];
}

const CODE = 'agreement_pending';

/**
 * What a revision means for the accounts that agreed to an earlier version (AGR-4, AGR-5, 9.1). Standing gets its entry
 * when the version is announced, with the instants at which it starts and stops use: no worker has to be up then.
 */
@Injectable()
export class ReconsentService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly standing: StandingService,
    private readonly agreements: AgreementsService,
    private readonly comingOfAge: ComingOfAgeService,
    private readonly store: ReconsentStore,
    private readonly audit: AuditService,
    private readonly outbox: OutboxService,
    private readonly config: ReconsentConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Of a minor whose guardian agreed before, only the guardian's answer (`guardianId`) ends the waiting; the minor's own yes
   * is on record beside it, and the minor's own no stops use like anybody's.
   * @throws DomainError version_not_acceptable, leaving_account
   */
  async answer(tx: Tx, answer: Answer): Promise<Answered> {
    const account = await this.accounts.lockForUpdate(tx, answer.accountId);
    if (account.state === 'deregistering') throw new DomainError(RECONSENT_ERRORS.leaving_account);
    await this.accounts.assertWritable(tx, answer.accountId);
    const answered = await this.agreements.answer(tx, answer, RECONSENT_ERRORS.version_not_acceptable);
    if (answer.decision === 'refused') await this.store.refuse(tx, answer.accountId, answered, this.clock.now());
    const pending = await this.bringInLine(tx, account, await this.stateOf(tx, answer.accountId));
    // A guardian's yes is not the own one of who came of age.
    if (answer.decision === 'accepted' && answer.guardianId === undefined)
      await this.comingOfAge.accepted(tx, answer.accountId, answered);
    return { answered, pending };
  }

  /**
   * The answer that using the service gives to a `continued_use` version in effect (9.1). A session that is kept alive, a
   * sign-in, a look at one's own account are no use of the service: a phone does the first by itself, and who wants to refuse
   * or to leave needs the others. What counts is said by the product that was used: the person had the notice before their
   * eyes, and then went on. A child's use answers nothing for the guardian, and a no stays a no.
   * @throws DomainError not_accepted_by_use with the reason, leaving_account
   */
  async acceptByUse(tx: Tx, use: AnswerByUse): Promise<Answered> {
    const { accountId, version, noticeShownAt, ip, userAgent, channel } = use;
    const account = await this.accounts.lockForUpdate(tx, accountId);
    if (account.state === 'deregistering') throw new DomainError(RECONSENT_ERRORS.leaving_account);
    const pending = await this.bringInLine(tx, account, await this.stateOf(tx, accountId));
    const now = this.clock.now();
    const waits = pending.find((p) => isSame(p, version));
    const errors = objectionsToUse(waits, noticeShownAt, now);
    if (errors.length > 0) throw new DomainError(RECONSENT_ERRORS.not_accepted_by_use, { errors });
    const context = { how: 'continued_use', channel, ip, userAgent, at: now } as const;
    const answered = await this.answer(tx, { accountId, decision: 'accepted', acceptances: [version], ...context });
    const data = { ...version, noticeShownAt: noticeShownAt.toISOString() };
    await this.audit.record(tx, {
      type: RECONSENT_EVENTS.acceptedByUse,
      actor: { kind: 'account', id: accountId },
      accountId,
      target: { kind: 'account', id: accountId },
      clauses: ['9.1', 'AGR-2', 'AGR-4'],
      data,
    });
    return answered;
  }

  /** Brings standing in line with what the account has to answer. Idempotent; an account that is gone has nothing to. */
  async reconcile(tx: Tx, accountId: string): Promise<void> {
    // One round trip, in which the lock comes first. Every registration passes here, and has nothing to answer.
    const [account, state] = await Promise.all([
      this.accounts.lockForUpdate(tx, accountId),
      this.stateOf(tx, accountId),
    ]);
    if (account.state === 'deregistered' || account.tombstonedAt !== null) return;
    await this.bringInLine(tx, account, state);
  }

  /** A version was published: the sweep brings it to every account that it concerns. */
  rollOut(tx: Tx, documentId: string, version: string): Promise<void> {
    return this.store.startRollout(tx, documentId, version, this.clock.now());
  }

  /** For a birth date that was corrected: the birthday itself comes as an event (2.1). */
  cameOfAge(tx: Tx, accountId: string, band: AgeBand): Promise<void> {
    return this.comingOfAge.ask(tx, accountId, band);
  }

  /** What waits for an answer, announced versions included, as it was last brought in line. */
  async pendingOf(tx: Tx, accountId: string): Promise<Pending[]> {
    const [account, { wanted, recorded }] = await Promise.all([
      this.accounts.find(tx, accountId),
      this.stateOf(tx, accountId),
    ]);
    const now = wanted[ageOf(account?.band ?? null)];
    return recorded.map((r) => ({ ...r, answerBy: now.find((w) => isSame(w, r))?.answerBy ?? 'person' }));
  }

  /** What the account has to answer by the agreements, and what is on record of that. */
  private async stateOf(tx: Tx, accountId: string): Promise<ReconsentState> {
    const [{ minor, adult }, recorded] = await Promise.all([
      this.agreements.pendingOf(tx, accountId),
      this.store.ofAccount(tx, accountId),
    ]);
    return { wanted: { minor: minor.map(wantedOf), adult: adult.map(wantedOf) }, recorded };
  }

  private async bringInLine(
    tx: Tx,
    account: Account,
    { wanted, recorded }: ReconsentState,
  ): Promise<(Pending & Wanted)[]> {
    const refusedAt = (w: Wanted): Date | null => recorded.find((r) => isSame(w, r))?.refusedAt ?? null;
    const pending = wanted[ageOf(account.band)].map((w) => ({ ...w, refusedAt: refusedAt(w) }));
    const answered = recorded.filter((r) => !pending.some((w) => isSame(w, r)));
    if (answered.length > 0) await this.store.remove(tx, account.id, answered);
    if (pending.length > 0) await this.store.add(tx, account.id, pending);
    for (const gone of answered) await this.standing.clearPending(tx, account.id, sourceOf(gone), CODE);
    for (const one of pending) await this.impose(tx, account.id, one, pending);
    const fresh = pending.filter((w) => w.answerBy === 'guardian' && !recorded.some((r) => isSame(w, r)));
    if (fresh.length > 0) await this.askGuardian(tx, account.id, fresh);
    return pending;
  }

  private impose(tx: Tx, accountId: string, pending: Pending, all: readonly Pending[]): Promise<void> {
    // Only the last version in effect is asked for: the next one takes this one's place on its day.
    const next = all.find((other) => other.documentId === pending.documentId && other.since > pending.since);
    const stops = this.stopsUseAt(pending);
    return this.standing.setPending(tx, accountId, {
      code: CODE,
      clause: '9.1',
      source: sourceOf(pending),
      since: pending.since,
      documentId: pending.documentId,
      documentVersion: pending.version,
      ...(next === undefined ? {} : { until: next.since }),
      ...(stops === undefined ? {} : { dueAt: stops, blocksWhenDue: true }),
    });
  }

  /** Who refuses does not use (preamble): from then on, or from the day on which the version takes effect. */
  private stopsUseAt({ policy, since, refusedAt }: Pending): Date | undefined {
    if (refusedAt !== null) return refusedAt > since ? refusedAt : since;
    return policy === 'explicit' ? addPeriod(since, this.config.answerWithin) : undefined;
  }

  /** Others write to the guardian; what they say stands on the guardian's page. */
  private async askGuardian(tx: Tx, accountId: string, asked: readonly Wanted[]): Promise<void> {
    const versions = asked.map(({ documentId, version }) => ({ documentId, version }));
    const type = RECONSENT_EVENTS.guardianAcceptanceAsked;
    await this.outbox.publish(tx, { type, accountId, subjectId: accountId, data: { versions } });
  }
}

const ageOf = (band: AgeBand | null): 'minor' | 'adult' => (band !== null && isMinorBand(band) ? 'minor' : 'adult');

const wantedOf = ({ version, since, answerBy }: PendingConsent): Wanted => ({
  documentId: version.documentId,
  version: version.version,
  policy: version.policy,
  publishedAt: version.publishedAt,
  since,
  answerBy,
});

type Ref = Pick<Reconsent, 'documentId' | 'version'>;

const isSame = (a: Ref, b: Ref): boolean => a.documentId === b.documentId && a.version === b.version;

const sourceOf = (v: Ref): StandingSource => ({
  kind: 'agreement_version',
  id: `${v.documentId}/${v.version}`,
});
