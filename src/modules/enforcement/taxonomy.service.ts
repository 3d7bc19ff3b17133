import { Injectable } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { DomainError } from '../../kernel/domain-error.js';
import { addPeriod } from '../../kernel/period.js';
import { ConfigError } from '../../platform/config/load-config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { AgreementsService } from '../agreements/agreements.service.js';
import type { Tx } from '../../platform/database/transactor.js';
import {
  type Clause,
  readTaxonomy,
  SEVERITIES,
  type Taxonomy,
  type TaxonomyVersion,
  versionFor,
} from './domain/taxonomy.js';
import { EnforcementConfig } from './enforcement.config.js';
import { ENFORCEMENT_ERRORS } from './enforcement.errors.js';

export interface Feature {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
}

function readTaxonomyFile({ taxonomyFile, longestBan }: EnforcementConfig): Taxonomy {
  const reading = readTaxonomy(parse(readFileSync(taxonomyFile, 'utf8')));
  if (!reading.ok) throw new ConfigError(reading.problems.map((problem) => `${taxonomyFile}: ${problem}`));
  const from = new Date(0);
  const tooLong = SEVERITIES.filter(
    (severity) => addPeriod(from, reading.taxonomy.banTerms[severity]) > addPeriod(from, longestBan),
  );
  if (tooLong.length > 0)
    throw new ConfigError(tooLong.map((each) => `${taxonomyFile}: banTerms.${each} is longer than longestBan`));
  return reading.taxonomy;
}

function readFeatures({ featuresFile }: EnforcementConfig): Feature[] {
  const { features } = parse(readFileSync(featuresFile, 'utf8')) as { features: Feature[] };
  if (!Array.isArray(features) || features.some((f) => !/^[a-z][a-z0-9_]*$/.test(f.name) || !f.zh || !f.en))
    throw new ConfigError([`${featuresFile}: every feature has a name, zh and en`]);
  return features;
}
defineStartCheck((section) => readTaxonomyFile(section(EnforcementConfig)));
defineStartCheck((section) => readFeatures(section(EnforcementConfig)));

/** What can be violated and what can be restricted, read once at start. A file that does not read stops the start. */
@Injectable()
export class TaxonomyService {
  readonly current: Taxonomy;
  readonly features: readonly Feature[];

  constructor(
    config: EnforcementConfig,
    private readonly agreements: AgreementsService,
  ) {
    this.current = readTaxonomyFile(config);
    this.features = readFeatures(config);
  }

  /** The clauses under the agreement that binds this account; the newest text where none does. */
  async versionOf(tx: Tx, accountId: string): Promise<TaxonomyVersion> {
    const bound = await this.agreements.boundBy(tx, accountId, this.current.documentId);
    return versionFor(this.current, bound?.version);
  }

  get newest(): TaxonomyVersion {
    return versionFor(this.current, undefined);
  }

  /** @throws DomainError unknown_clause naming every one that is not there */
  clausesOf(version: TaxonomyVersion, refs: readonly string[]): Clause[] {
    const unknown = refs.filter((ref) => !version.clauses.has(ref));
    if (unknown.length > 0) {
      throw new DomainError(ENFORCEMENT_ERRORS.unknown_clause, {
        extra: { unknown, agreementVersion: version.agreementVersion },
      });
    }
    return [...new Set(refs)].map((ref) => version.clauses.get(ref) as Clause);
  }
}
