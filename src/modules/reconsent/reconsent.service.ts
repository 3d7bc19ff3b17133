import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AccountsService, type AgeBand } from '../accounts/accounts.service.js';
import { StandingService, type StandingSource } from '../accounts/standing.service.js';
import { AgreementsService, type AnswerContext, type VersionRef } from '../agreements/agreements.service.js';
import { ComingOfAgeService } from './coming-of-age.service.js';
import { ReconsentConfig } from './reconsent.config.js';
import { RECONSENT_ERRORS } from './reconsent.errors.js';
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

export interface Answered {
  readonly answered: readonly VersionRef[];
  /** What the account still has to answer, now or from an announced day on. */
  readonly pending: readonly Reconsent[];
}

interface ReconsentState {
  readonly wanted: readonly Reconsent[];
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
    private readonly config: ReconsentConfig,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError version_not_acceptable, leaving_account */
  async answer(tx: Tx, answer: Answer): Promise<Answered> {
    const account = await this.accounts.lockForUpdate(tx, answer.accountId);
    if (account.state === 'deregistering') throw new DomainError(RECONSENT_ERRORS.leaving_account);
    await this.accounts.assertWritable(tx, answer.accountId);
    const answered = await this.agreements.answer(tx, answer, RECONSENT_ERRORS.version_not_acceptable);
    const pending = await this.bringInLine(tx, answer.accountId, await this.stateOf(tx, answer.accountId));
    if (answer.decision === 'accepted') await this.comingOfAge.accepted(tx, answer.accountId, answered);
    if (answer.decision === 'refused') await this.stopUse(tx, answer.accountId, pending, answered);
    return { answered, pending };
  }

  /** Brings standing in line with what the account has to answer. Idempotent; an account that is gone has nothing to. */
  async reconcile(tx: Tx, accountId: string): Promise<void> {
    // One round trip, in which the lock comes first. Every registration passes here, and has nothing to answer.
    const [account, state] = await Promise.all([
      this.accounts.lockForUpdate(tx, accountId),
      this.stateOf(tx, accountId),
    ]);
    if (account.state === 'deregistered' || account.tombstonedAt !== null) return;
    await this.bringInLine(tx, accountId, state);
  }

  /** A version was published: the sweep brings it to every account that it concerns. */
  rollOut(tx: Tx, documentId: string, version: string): Promise<void> {
    return this.store.startRollout(tx, documentId, version, this.clock.now());
  }

  /** For a birth date that was corrected: the birthday itself comes as an event (2.1). */
  cameOfAge(tx: Tx, accountId: string, band: AgeBand): Promise<void> {
    return this.comingOfAge.ask(tx, accountId, band);
  }

  pendingOf(tx: Tx, accountId: string): Promise<Reconsent[]> {
    return this.store.ofAccount(tx, accountId);
  }

  /** What the account has to answer by the agreements, and what is on record of that. */
  private async stateOf(tx: Tx, accountId: string): Promise<ReconsentState> {
    const [pending, recorded] = await Promise.all([
      this.agreements.pendingOf(tx, accountId),
      this.store.ofAccount(tx, accountId),
    ]);
    const wanted = pending.map(({ version, since }) => ({
      documentId: version.documentId,
      version: version.version,
      policy: version.policy,
      since,
    }));
    return { wanted, recorded };
  }

  private async bringInLine(tx: Tx, accountId: string, { wanted, recorded }: ReconsentState): Promise<Reconsent[]> {
    const answered = recorded.filter((r) => !wanted.some((w) => isSame(w, r)));
    if (answered.length > 0) await this.store.remove(tx, accountId, answered);
    if (wanted.length > 0) await this.store.add(tx, accountId, wanted);
    for (const gone of answered) await this.standing.clearPending(tx, accountId, sourceOf(gone), CODE);
    for (const pending of wanted) await this.impose(tx, accountId, pending, wanted);
    return [...wanted];
  }

  private impose(tx: Tx, accountId: string, pending: Reconsent, all: readonly Reconsent[]): Promise<void> {
    // Only the last version in effect is asked for: the next one takes this one's place on its day.
    const next = all.find((other) => other.documentId === pending.documentId && other.since > pending.since);
    return this.standing.setPending(tx, accountId, {
      code: CODE,
      clause: '9.1',
      source: sourceOf(pending),
      since: pending.since,
      documentId: pending.documentId,
      documentVersion: pending.version,
      ...(next === undefined ? {} : { until: next.since }),
      ...(pending.policy === 'explicit'
        ? { dueAt: addPeriod(pending.since, this.config.answerWithin), blocksWhenDue: true }
        : {}),
    });
  }

  /** Who refuses does not use (preamble): from now on, or from the day on which the version takes effect. */
  private async stopUse(
    tx: Tx,
    accountId: string,
    pending: readonly Reconsent[],
    refused: readonly VersionRef[],
  ): Promise<void> {
    const now = this.clock.now();
    for (const one of pending) {
      if (!refused.some((r) => r.documentId === one.documentId && r.version === one.version)) continue;
      await this.standing.setPending(tx, accountId, {
        code: CODE,
        clause: '9.1',
        source: sourceOf(one),
        since: one.since,
        dueAt: one.since > now ? one.since : now,
        blocksWhenDue: true,
        documentId: one.documentId,
        documentVersion: one.version,
      });
    }
  }
}

const isSame = (a: Reconsent, b: Reconsent): boolean => a.documentId === b.documentId && a.version === b.version;

const sourceOf = (v: { documentId: string; version: string }): StandingSource => ({
  kind: 'agreement_version',
  id: `${v.documentId}/${v.version}`,
});
