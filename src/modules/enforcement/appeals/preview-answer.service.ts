import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type NoticePart, textOf } from '../domain/notice-parts.js';
import { sanctionLifecycle } from '../domain/sanction-lifecycle.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { type SanctionRecord, SanctionsStore } from '../sanctions/sanctions.store.js';
import {
  type Standings,
  type SupposedChange,
  SupposedStandingsService,
} from '../sanctions/supposed-standings.service.js';
import { AppealsStore } from './appeals.store.js';
import type { AppealAnswer } from './decide-appeal.service.js';

export interface AnswerPreview {
  readonly letter: { readonly language: string; readonly text: string; readonly parts: readonly NoticePart[] };
  readonly standing: Standings | null;
}

/** An answer as the person will read it, which is words and nothing else, and what they may do then (C7). Writes nothing. */
@Injectable()
export class PreviewAnswerService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: AppealsStore,
    private readonly sanctions: SanctionsStore,
    private readonly accounts: AccountsService,
    private readonly standings: SupposedStandingsService,
  ) {}

  /** @throws DomainError appeal_not_found */
  async preview(appealId: string, answer: AppealAnswer): Promise<AnswerPreview> {
    const { reader } = this.transactor;
    const appeal = await this.store.find(reader, appealId);
    if (appeal === undefined) throw new DomainError(ENFORCEMENT_ERRORS.appeal_not_found);
    const [account, sanctions] = await Promise.all([
      this.accounts.find(reader, appeal.accountId),
      this.sanctions.ofDecision(reader, appeal.decisionId),
    ]);
    const live = sanctions.filter(({ state }) => !sanctionLifecycle.isTerminal(state));
    const parts: NoticePart[] = [{ kind: 'words', field: '/answer', text: answer.answer, before: '', after: '' }];
    return {
      letter: { language: account?.locale === 'en' ? 'en' : 'zh-CN', text: textOf(parts), parts },
      standing: await this.standings.of(reader, appeal.accountId, changesOf(answer, live)),
    };
  }
}

/** What an answer makes of the measures that stand. */
function changesOf({ outcome, changes }: AppealAnswer, live: readonly SanctionRecord[]): SupposedChange[] {
  if (outcome === 'upheld') return [];
  if (outcome === 'overturned') return live.map((before) => ({ before, after: null }));
  return live.flatMap((before): SupposedChange[] => {
    const change = changes.find(({ sanctionId }) => sanctionId === before.id);
    if (change === undefined) return [];
    return [{ before, after: change.lift ? null : { ...before, endsAt: change.endsAt ?? before.endsAt } }];
  });
}
