import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { DomainError, type ErrorDefinition, type FieldProblem } from '../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { AcceptancesStore } from './acceptances.store.js';
import { AGREEMENT_ERRORS } from './agreements.errors.js';
import { AgreementsStore } from './agreements.store.js';
import { DocumentCatalogue } from './document-catalogue.js';
import {
  type AcceptanceWay,
  type AgreementVersion,
  type Channel,
  type DocumentDefinition,
  inEffect,
  refOf,
  type VersionRef,
} from './domain/agreement.js';
import {
  type GivenAcceptance,
  pendingConsents,
  type PendingConsent,
  problemOf,
  problemsOf,
  required,
} from './domain/consent.js';
import { type Governing, governing } from './domain/precedence.js';
import { PublishedVersions } from './published-versions.js';
import { RecordAcceptanceService } from './record-acceptance.service.js';
import { ProveAcceptanceService, type ShownAcceptance } from './prove-acceptance.service.js';

export type { GivenAcceptance } from './domain/consent.js';
export type { PendingConsent } from './domain/consent.js';
export type { AcceptanceWay, AgreementVersion, Channel, VersionRef } from './domain/agreement.js';

/** How somebody agreed: the proof beside the acceptance. */
export interface AcceptanceContext {
  readonly how: AcceptanceWay;
  readonly channel: Channel;
  readonly ip: string;
  readonly userAgent: string;
  /** The guardian who accepted for a minor (2.1). */
  readonly guardianId?: string | undefined;
  readonly at: Date;
}

/** The same, for an answer that may also be a refusal. */
export type AnswerContext = AcceptanceContext;

export interface AnswerRequest extends AnswerContext {
  readonly accountId: string;
  readonly decision: 'accepted' | 'refused';
  readonly acceptances: readonly GivenAcceptance[];
}

export interface AcceptRequest extends AcceptanceContext {
  readonly accountId: string;
  readonly acceptances: readonly GivenAcceptance[];
}

export interface OpeningAcceptance extends AcceptanceContext {
  readonly accountId: string;
  readonly versions: readonly VersionRef[];
}

/** Other modules' door to what is agreed: documents, versions and the ledger of acceptances (preamble, 9.1). */
@Injectable()
export class AgreementsService {
  constructor(
    private readonly store: AgreementsStore,
    private readonly acceptances: AcceptancesStore,
    private readonly recording: RecordAcceptanceService,
    private readonly proofs: ProveAcceptanceService,
    private readonly catalogue: DocumentCatalogue,
    private readonly published: PublishedVersions,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  get documents(): readonly DocumentDefinition[] {
    return this.catalogue.documents;
  }

  /** What must be accepted to become an account at `now` (AGR-4). */
  async requiredAt(now: Date, tx: Tx = this.transactor.reader): Promise<VersionRef[]> {
    return required(this.documents, await this.store.versions(tx), now).map(refOf);
  }

  /**
   * Early check, before there is an account: that `given` covers what is required at `now` and names nothing stale. What
   * seems wrong by what is remembered is looked up before it is refused.
   * @throws DomainError agreements_not_accepted with every problem
   */
  async check(given: readonly GivenAcceptance[], now: Date): Promise<void> {
    const { reader } = this.transactor;
    if (this.problemsOf(given, await this.published.recent(reader), now).length > 0)
      await this.covering(reader, given, now);
  }

  /**
   * The versions that `given` names. They must cover everything required at `now`: invariant 2.
   * @throws DomainError agreements_not_accepted with every problem
   */
  async covering(tx: Tx, given: readonly GivenAcceptance[], now: Date): Promise<VersionRef[]> {
    const versions = await this.published.current(tx);
    refuse(this.problemsOf(given, versions, now), required(this.documents, versions, now));
    return versionsOf(given, versions);
  }

  /**
   * Writes the acceptances of a new account, or of its guardian.
   * @returns the versions as they stand in the ledger
   * @throws DomainError agreements_not_accepted with every problem
   */
  async accept(tx: Tx, request: AcceptRequest): Promise<VersionRef[]> {
    const versions = await this.covering(tx, request.acceptances, request.at);
    await this.recording.accept(tx, { ...request, versions });
    return versions;
  }

  /** As `accept`, for an account that is opened in this transaction: nothing of it can be in the ledger. */
  acceptOpening(tx: Tx, request: OpeningAcceptance): Promise<void> {
    return this.recording.acceptOpening(tx, request);
  }

  /**
   * Writes an account's answer to some versions, in effect or announced; nothing has to be complete.
   * @throws DomainError `refusal`, with every problem
   */
  async answer(tx: Tx, request: AnswerRequest, refusal: ErrorDefinition): Promise<VersionRef[]> {
    const versions = await this.store.versions(tx);
    const now = this.clock.now();
    const errors = request.acceptances.flatMap((given, index) =>
      problemOf(given, `/acceptances/${index}`, versions, now),
    );
    if (errors.length > 0) throw new DomainError(refusal, { errors });
    const answer = { ...request, versions: versionsOf(request.acceptances, versions) };
    if (request.decision === 'accepted') await this.recording.accept(tx, answer);
    else await this.recording.refuse(tx, answer);
    return answer.versions;
  }

  /** Every answer of an account, oldest first; what only the proof may show (address, device) is not in it. */
  ledgerOf(accountId: string, tx: Tx = this.transactor.reader): Promise<ShownAcceptance[]> {
    return this.proofs.list(accountId, tx);
  }

  /** Every version of every document, without texts. */
  versions(tx: Tx = this.transactor.reader): Promise<AgreementVersion[]> {
    return this.store.versions(tx);
  }

  /** The version of a document in effect, or undefined while none is; receipts and decisions pin it. */
  async current(documentId: string, tx: Tx = this.transactor.reader): Promise<AgreementVersion | undefined> {
    return inEffect(await this.store.line(tx, documentId), this.clock.now());
  }

  /** The newest version in effect of a document that the account has accepted: what binds it. */
  async boundBy(tx: Tx, accountId: string, documentId: string): Promise<AgreementVersion | undefined> {
    const bound = await this.bindingVersions(tx, accountId);
    return bound.find((v) => v.documentId === documentId);
  }

  /** What the account has to answer, now or from an announced day on: as a minor, and as somebody of age. */
  async pendingOf(tx: Tx, accountId: string): Promise<Readonly<Record<'minor' | 'adult', PendingConsent[]>>> {
    const [accepted, versions] = await Promise.all([
      this.acceptances.acceptedRefs(tx, accountId),
      this.published.current(tx),
    ]);
    const now = this.clock.now();
    return {
      minor: pendingConsents(accepted, versions, now, true),
      adult: pendingConsents(accepted, versions, now, false),
    };
  }

  /**
   * AGR-3: which text governs `topic` for this account.
   * @throws DomainError no_governing_agreement
   */
  async governing(accountId: string, topic: string): Promise<Governing> {
    const bound = await this.bindingVersions(this.transactor.reader, accountId);
    const found = governing(topic, bound, this.documents);
    if (found === undefined) throw new DomainError(AGREEMENT_ERRORS.no_governing_agreement);
    return found;
  }

  /** Accounts that a revision of a document concerns, by keyset. */
  accountsOf(tx: Tx, documentId: string, after: string | undefined, limit: number): Promise<string[]> {
    return this.acceptances.accountsOf(tx, documentId, after, limit);
  }

  /**
   * For the deletion gateway. IP and user agent go; the proof itself goes unless a retention rule keeps it.
   * @returns how many rows went
   */
  erase(tx: Tx, accountId: string, options: { readonly keepProof: boolean }): Promise<number> {
    return this.acceptances.erase(tx, accountId, options.keepProof);
  }

  private async bindingVersions(tx: Tx, accountId: string): Promise<AgreementVersion[]> {
    const accepted = await this.acceptances.acceptedRefs(tx, accountId);
    const versions = await this.published.covering(tx, accepted);
    const now = this.clock.now();
    return this.documents
      .map((d) =>
        inEffect(
          versions.filter(
            (v) => v.documentId === d.id && accepted.some((a) => a.documentId === d.id && a.version === v.version),
          ),
          now,
        ),
      )
      .filter((v) => v !== undefined);
  }

  private problemsOf(
    given: readonly GivenAcceptance[],
    versions: readonly AgreementVersion[],
    now: Date,
  ): FieldProblem[] {
    return problemsOf(given, versions, required(this.documents, versions, now), now);
  }
}

/** The answer carries what to accept, so that a client can show it without asking again. */
function refuse(errors: readonly FieldProblem[], needed: readonly AgreementVersion[]): void {
  if (errors.length === 0) return;
  throw new DomainError(AGREEMENT_ERRORS.agreements_not_accepted, { errors, extra: { required: needed.map(refOf) } });
}

/** Once each, however often a caller names it. */
function versionsOf(given: readonly GivenAcceptance[], versions: readonly AgreementVersion[]): VersionRef[] {
  return versions.filter((v) => given.some((a) => a.documentId === v.documentId && a.version === v.version)).map(refOf);
}
