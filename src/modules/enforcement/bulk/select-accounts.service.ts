import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../kernel/domain-error.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CasesStore } from '../cases/cases.store.js';
import { LinkedAccountsService } from '../cases/linked-accounts.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';

export interface Selection {
  readonly clause?: string;
  readonly leastReports?: number;
  readonly linkedTo?: string;
  readonly linkKinds?: readonly string[];
  readonly createdFrom?: string;
  readonly createdTo?: string;
}

/** A subnet is shared by strangers: it links nobody unless asked for by name. */
const USUAL_LINKS = ['shared_phone', 'shared_third_party', 'shared_device', 'same_device'];

/** Whom a bulk decision is about: named, or found by what they have in common. Every criterion given narrows. */
@Injectable()
export class SelectAccountsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly accounts: AccountsService,
    private readonly cases: CasesStore,
    private readonly linked: LinkedAccountsService,
    private readonly config: EnforcementConfig,
  ) {}

  /** @throws DomainError bulk_selection_invalid, bulk_selection_empty, bulk_too_large */
  async resolve(accountIds: readonly string[] | undefined, select: Selection | undefined): Promise<string[]> {
    if ((accountIds === undefined) === (select === undefined)) {
      throw new DomainError(ENFORCEMENT_ERRORS.bulk_selection_invalid);
    }
    const found = select === undefined ? [...new Set(accountIds)] : await this.find(select);
    if (found.length === 0) throw new DomainError(ENFORCEMENT_ERRORS.bulk_selection_empty);
    if (found.length > this.config.bulkLimit) throw new DomainError(ENFORCEMENT_ERRORS.bulk_too_large);
    return found;
  }

  private async find(s: Selection): Promise<string[]> {
    const { reader } = this.transactor;
    const most = this.config.bulkLimit + 1;
    let among: string[] | undefined;
    if (s.linkedTo !== undefined) {
      const kinds = s.linkKinds ?? USUAL_LINKS;
      const links = await this.linked.of(s.linkedTo);
      const meant = links.filter((link) => link.reasons.some((r) => kinds.includes(r.kind)));
      among = [s.linkedTo, ...meant.map((link) => link.accountId)];
    }
    if (s.clause !== undefined || s.leastReports !== undefined) {
      among = await this.cases.accountsUnderExamination(reader, { ...s, among }, most);
    }
    if (s.createdFrom !== undefined || s.createdTo !== undefined) {
      const from = s.createdFrom === undefined ? undefined : new Date(s.createdFrom);
      const to = s.createdTo === undefined ? undefined : new Date(s.createdTo);
      among = await this.accounts.createdBetween(reader, { from, to, among }, most);
    }
    // Nothing given would be everybody.
    if (among === undefined) throw new DomainError(ENFORCEMENT_ERRORS.bulk_selection_invalid);
    return among;
  }
}
