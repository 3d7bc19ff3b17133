import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Bar, IdentifiersService } from '../../accounts/identifiers.service.js';
import { BanTracesService } from '../../registration/ban-traces.service.js';
import { RetentionService } from '../../retention/retention.service.js';
import { BANNABLE_KINDS, type BannableKind } from '../domain/actions.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import type { SanctionRecord } from './sanctions.store.js';

const IDENTITY = 'registration_identity';

/**
 * A ban on re-registration bars what the account has; of somebody who left, what was kept of it (2.5(2), DER-5). What only
 * comes near (the device, a number given up) is recorded beside it, where it is known, for a person to look at.
 */
@Injectable()
export class BarIdentifiersService {
  constructor(
    private readonly identifiers: IdentifiersService,
    private readonly accounts: AccountsService,
    private readonly traces: BanTracesService,
    private readonly retention: RetentionService,
  ) {}

  /** @throws DomainError nothing_to_bar: a ban that reaches nobody would only look like one */
  async bar(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    if (s.endsAt === null) return;
    const kinds = (s.params.identifierKinds ?? BANNABLE_KINDS) as readonly BannableKind[];
    const bar: Bar = { until: s.endsAt, reason: s.clause, source: { kind: 'sanction', id: s.id } };
    // A ban whose end moves keeps what it recognises: some of it is known only for a while.
    if ((await this.identifiers.moveBars(tx, bar.source, s.endsAt)) > 0) return;
    const held = await this.identifiers.barAccount(tx, s.accountId, kinds, bar);
    const account = await this.accounts.find(tx, s.accountId);
    const displayName = account === undefined ? null : (await this.accounts.detailsOf(tx, s.accountId)).displayName;
    const near = await this.traces.bar(tx, { accountId: s.accountId, kinds, displayName }, bar);
    if (held.length > 0) return;
    const values = await this.keptOf(tx, s, actor);
    if ((await this.identifiers.barValues(tx, values, kinds, bar)) + near === 0) {
      throw new DomainError(ENFORCEMENT_ERRORS.nothing_to_bar);
    }
  }

  /** Opened for this one purpose, on record, and seen by nobody: what leaves here is a digest. */
  private async keptOf(tx: Tx, s: SanctionRecord, actor: Actor): Promise<string[]> {
    const kept = await this.retention.readRetained(tx, s.accountId, IDENTITY, {
      readerId: actor.id,
      roles: ['legal'],
      purpose: 'reregistration_ban',
      reference: s.id,
      actor: SYSTEM,
    });
    return kept
      .flatMap((record) => record['identifier_claims'] ?? [])
      .map((claim) => claim['value'])
      .filter((value) => typeof value === 'string');
  }
}
