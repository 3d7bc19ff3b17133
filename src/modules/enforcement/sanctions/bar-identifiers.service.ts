import { Injectable } from '@nestjs/common';
import { type Actor, SYSTEM } from '../../../kernel/actor.js';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Tx } from '../../../platform/database/transactor.js';
import { type Bar, type IdentifierKind, IdentifiersService } from '../../accounts/identifiers.service.js';
import { RetentionService } from '../../retention/retention.service.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import type { SanctionRecord } from './sanctions.store.js';

const IDENTITY = 'registration_identity';

/** A ban on re-registration bars what the account has; of somebody who left, what was kept of it (2.5(2), DER-5). */
@Injectable()
export class BarIdentifiersService {
  constructor(
    private readonly identifiers: IdentifiersService,
    private readonly retention: RetentionService,
  ) {}

  /** @throws DomainError nothing_to_bar: a ban that reaches nobody would only look like one */
  async bar(tx: Tx, s: SanctionRecord, actor: Actor): Promise<void> {
    if (s.endsAt === null) return;
    const kinds = (s.params.identifierKinds ?? ['phone', 'third_party']) as IdentifierKind[];
    const bar: Bar = { until: s.endsAt, reason: s.clause, source: { kind: 'sanction', id: s.id } };
    const held = await this.identifiers.barAccount(tx, s.accountId, kinds, bar);
    if (held.length > 0) return;
    const values = await this.keptOf(tx, s, actor);
    if ((await this.identifiers.barValues(tx, values, kinds, bar)) === 0) {
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
