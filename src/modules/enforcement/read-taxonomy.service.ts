import { Injectable } from '@nestjs/common';
import { Transactor } from '../../platform/database/transactor.js';
import type { TaxonomyVersion } from './domain/taxonomy.js';
import { EnforcementConfig } from './enforcement.config.js';
import { type Feature, TaxonomyService } from './taxonomy.service.js';

export interface Offered {
  readonly version: TaxonomyVersion;
  readonly features: readonly Feature[];
  readonly contentSystems: readonly string[];
}

/** What a moderator reads beside the decision form: the clauses as they bind this account, and what can be restricted. */
@Injectable()
export class ReadTaxonomyService {
  constructor(
    private readonly taxonomy: TaxonomyService,
    private readonly transactor: Transactor,
    private readonly config: EnforcementConfig,
  ) {}

  async read(accountId: string | undefined): Promise<Offered> {
    const version =
      accountId === undefined
        ? this.taxonomy.newest
        : await this.transactor.run((tx) => this.taxonomy.versionOf(tx, accountId));
    return { version, features: this.taxonomy.features, contentSystems: this.config.contentSystems };
  }
}
