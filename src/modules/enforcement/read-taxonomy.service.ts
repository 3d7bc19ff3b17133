import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import type { TaxonomyVersion } from './domain/taxonomy.js';
import { type Feature, TaxonomyService } from './taxonomy.service.js';

/** What a moderator reads beside the decision form: the clauses as they bind this account, and what can be restricted. */
@Injectable()
export class ReadTaxonomyService {
  constructor(
    private readonly taxonomy: TaxonomyService,
    private readonly transactor: Transactor,
  ) {}

  async read(accountId: string | undefined): Promise<{ version: TaxonomyVersion; features: readonly Feature[] }> {
    const version =
      accountId === undefined
        ? this.taxonomy.newest
        : await this.transactor.run((tx) => this.taxonomy.versionOf(tx, accountId));
    return { version, features: this.taxonomy.features };
  }
}
