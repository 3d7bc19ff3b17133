import { Injectable } from '@nestjs/common';
import type { Actor } from '../../../kernel/actor.js';
import { digestOf } from '../../../kernel/canonical-json.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { newId } from '../../../kernel/ids.js';
import { addPeriod } from '../../../kernel/period.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { DecisionsStore } from '../decisions/decisions.store.js';
import { NotifySubjectService } from '../decisions/notify-subject.service.js';
import { lengthens, type SanctionOutcome, type ToldChange } from '../domain/change-text.js';
import type { NoticeLetter, NoticeText } from '../domain/notice-text.js';
import { disclosed, extendedStatement } from '../domain/statement.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { NoticeTexts } from '../notice-texts.js';
import { SealedTexts } from '../sealed-texts.js';
import { type SanctionNotice, SanctionNoticesStore } from './sanction-notices.store.js';
import type { SanctionRecord } from './sanctions.store.js';

/** A measure as it was, and what becomes of it. */
export interface ChangeMade {
  readonly outcome: SanctionOutcome;
  readonly before: SanctionRecord;
  readonly endsAt: Date | null;
  readonly features: readonly string[];
  readonly reviewAt: Date | null;
  readonly explanation?: string | undefined;
}

interface Given {
  readonly id: string;
  readonly now: Date;
  /** Its words may still be missing: it is only looked at. */
  readonly unwritten?: boolean;
}

interface Kept {
  readonly told: ToldChange;
  readonly language: string;
  readonly statement: Record<string, unknown> | null;
}

export interface ShownChange {
  readonly notice: NoticeText | null;
  readonly statementOfReasons: Record<string, unknown> | null;
}

/** The words of a change while they are written. */
export interface ChangeLetter {
  readonly notice: NoticeLetter;
  readonly statementOfReasons: Record<string, unknown> | null;
}

/** What became of a measure, in words to its subject: kept with it, rendered by one function for the page and the preview. */
@Injectable()
export class TellChangeService {
  constructor(
    private readonly store: SanctionNoticesStore,
    private readonly decisions: DecisionsStore,
    private readonly notices: NotifySubjectService,
    private readonly sealed: SealedTexts,
    private readonly texts: NoticeTexts,
    private readonly config: EnforcementConfig,
    private readonly clock: Clock,
  ) {}

  /** Kept always, like every statement of reasons; sent to whoever was told of the measure. @param after as it is saved */
  async tell(tx: Tx, made: ChangeMade, after: SanctionRecord, actor: Actor): Promise<void> {
    const [id, now] = [newId(), this.clock.now()];
    const kept = await this.compose(tx, { id, now }, made, actor);
    await this.store.insert(tx, made.before, {
      id,
      outcome: made.outcome,
      sealed: this.sealed.seal('sanction_notices', id, kept),
      statementDigest: kept.statement === null ? null : digestOf(kept.statement),
      changedBy: actor.id,
      at: now,
    });
    await this.notices.tellOfChange(tx, after, `sanction_${made.outcome}`);
  }

  /** The same words, without anything happening. */
  async preview(tx: Tx, made: ChangeMade, actor: Actor): Promise<ChangeLetter> {
    const given = { id: UNTOLD, now: this.clock.now(), unwritten: true };
    const { told, language, statement } = await this.compose(tx, given, made, actor);
    return statement === null
      ? { notice: this.texts.changeLetter(told, language, EXPLANATION), statementOfReasons: null }
      : { notice: this.texts.letter(statement, EXPLAINED), statementOfReasons: disclosed(statement) };
  }

  /** By decision, oldest first; for the person and for staff alike. */
  async ofDecisions(tx: Tx, decisionIds: readonly string[]): Promise<Map<string, Record<string, unknown>[]>> {
    const found = new Map<string, Record<string, unknown>[]>();
    for (const notice of decisionIds.length === 0 ? [] : await this.store.ofDecisions(tx, decisionIds)) {
      const { id, sanctionId, decisionId, outcome, at } = notice;
      const line = { id, sanctionId, outcome, at, ...this.open(notice) };
      found.set(decisionId, [...(found.get(decisionId) ?? []), line]);
    }
    return found;
  }

  /** A statement that somebody rewrote in the database is never shown as the reasons. */
  private open({ id, sealed, statementDigest }: SanctionNotice): ShownChange {
    const kept = this.sealed.open<Kept>('sanction_notices', id, sealed);
    if (kept === null) return { notice: null, statementOfReasons: null };
    if (kept.statement !== null && digestOf(kept.statement) !== statementDigest)
      throw new Error(`the statement of the change ${id} does not match its digest`);
    return this.shown(kept);
  }

  private shown({ told, language, statement }: Kept): ShownChange {
    return statement === null
      ? { notice: this.texts.renderChange(told, language), statementOfReasons: null }
      : { notice: this.texts.render(statement), statementOfReasons: disclosed(statement) };
  }

  private async compose(tx: Tx, given: Given, made: ChangeMade, actor: Actor): Promise<Kept> {
    const { before, outcome, endsAt, explanation } = made;
    const decision = await this.decisions.find(tx, before.decisionId);
    const first = decision && this.sealed.open<Record<string, unknown>>('decisions', decision.id, decision.sealed);
    const told: ToldChange = {
      outcome,
      measure: before.type,
      endedAt: before.endsAt?.toISOString() ?? null,
      endsAt: endsAt?.toISOString() ?? null,
      freed: before.features.filter((f) => !made.features.includes(f)),
      reviewAt: made.reviewAt?.toISOString() ?? null,
      explanation: (explanation ?? '').trim() === '' ? null : (explanation as string).trim(),
    };
    const language = String(first?.['language'] ?? 'zh-CN');
    if (outcome !== 'changed' || !lengthens(before.endsAt, endsAt ?? undefined)) {
      return { told, language, statement: null };
    }
    return { told, language, statement: this.reasons(given, made, first, told.explanation, actor) };
  }

  /** @throws DomainError sanction_change_invalid without words for the person, or once the first statement is erased */
  private reasons(
    { id, now, unwritten = false }: Given,
    { before, endsAt }: ChangeMade,
    first: Record<string, unknown> | null | undefined,
    explanation: string | null,
    actor: Actor,
  ): Record<string, unknown> {
    const why = explanation ?? (unwritten ? '' : null);
    if (why === null || !first || before.endsAt === null || endsAt === null) {
      const words = { en: 'a measure that is made longer says why, to the person', zh: '延长措施须向本人说明理由' };
      const errors = [{ path: '/explanation', code: 'explanation_missing', ...words }];
      throw new DomainError(ENFORCEMENT_ERRORS.sanction_change_invalid, { errors });
    }
    return extendedStatement(first, {
      reference: id,
      issuedAt: now,
      sanction: before,
      endedAt: before.endsAt,
      endsAt,
      explanation: why,
      appealUntil: addPeriod(now, this.config.appealWindow),
      decidedByRole: actor.role ?? actor.kind,
    });
  }
}

/** Where the words for the person are written, and where a statement of reasons has them. */
const EXPLANATION = '/explanation';
const EXPLAINED = new Map([[EXPLANATION, EXPLANATION]]);

/** Stands where the notice's id will stand. */
const UNTOLD = '00000000-0000-7000-8000-000000000000';
