import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { digestOf } from '../../kernel/canonical-json.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { STAFF_ROLES } from '../../platform/http/operation.js';
import { CatalogueStore, type PolicyVersionRow } from './catalogue.store.js';
import { catalogueProblems } from './domain/catalogue-check.js';
import { parsePolicy, PolicyRefused } from './domain/parse-policy.js';
import { findClass, type RecordClass, type RetentionPolicy, type Told } from './domain/policy.js';
import { RetentionConfig } from './retention.config.js';
import { RETENTION_ERRORS } from './retention.errors.js';

/** A policy as it was at one time, named by its content. */
export interface PinnedPolicy {
  readonly sha256: string;
  readonly version: string;
  readonly policy: RetentionPolicy;
}

/** Reads a policy file. @throws PolicyRefused naming every fault */
export function readPolicyFile(file: string, periods: Readonly<Record<string, string>> = {}): PinnedPolicy {
  const policy = parsePolicy(parse(readFileSync(file, 'utf8')), STAFF_ROLES, periods);
  return { sha256: digestOf(policy), version: policy.version, policy };
}

/**
 * The one catalogue: what erasure, retention runs, export, verification and the leak test all read. Checked against the
 * schema at every start, and pinned by its hash, so that a plan made under it is carried out under it (R20).
 */
@Injectable()
export class Catalogue implements OnModuleInit, OnApplicationBootstrap {
  private readonly known = new Map<string, PinnedPolicy>();
  private loaded: PinnedPolicy | undefined;

  constructor(
    private readonly config: RetentionConfig,
    private readonly store: CatalogueStore,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.loaded = readPolicyFile(this.config.policyFile, this.config.periods);
    this.known.set(this.loaded.sha256, this.loaded);
  }

  async onApplicationBootstrap(): Promise<void> {
    const problems = catalogueProblems(this.current.policy, await this.store.schema(this.transactor.reader));
    if (problems.length > 0) throw new PolicyRefused(problems);
    const { sha256, policy } = this.current;
    await this.transactor.run((tx) => this.store.pin(tx, sha256, policy, this.clock.now()));
  }

  get current(): PinnedPolicy {
    if (this.loaded === undefined) throw new Error('the retention policy is read when the module starts');
    return this.loaded;
  }

  /** Every policy that was ever in force here, newest first. */
  versions(): Promise<PolicyVersionRow[]> {
    return this.store.versions(this.transactor.reader);
  }

  /** A policy that is not in force, to look at. @throws PolicyRefused naming every fault */
  read(tree: unknown): PinnedPolicy {
    const policy = parsePolicy(tree, STAFF_ROLES, this.config.periods);
    return { sha256: digestOf(policy), version: policy.version, policy };
  }

  /** @throws DomainError unknown_policy */
  async pinned(tx: Tx, sha256: string): Promise<PinnedPolicy> {
    const found = await this.find(tx, sha256);
    if (found === undefined) throw new DomainError(RETENTION_ERRORS.unknown_policy);
    return found;
  }

  /** The same for callers that only display it: undefined where the policy is not known here. */
  async find(tx: Tx, sha256: string): Promise<PinnedPolicy | undefined> {
    const known = this.known.get(sha256);
    if (known !== undefined) return known;
    const policy = await this.store.pinned(tx, sha256);
    if (policy === undefined) return undefined;
    const pinned = { sha256, version: policy.version, policy };
    this.known.set(sha256, pinned);
    return pinned;
  }

  /** What the classes of a policy are called, by code; none where the policy is not known here. */
  async titles(sha256: string): Promise<Readonly<Record<string, Told>>> {
    const classes = (await this.find(this.transactor.reader, sha256))?.policy.classes ?? [];
    return Object.fromEntries(classes.map((c) => [c.name, c.title]));
  }

  /** @throws Error when the policy has no such class: a programmer's fault, the plan is made from the same policy */
  async recordClass(tx: Tx, sha256: string, name: string): Promise<RecordClass> {
    const found = findClass((await this.pinned(tx, sha256)).policy, name);
    if (found === undefined) throw new Error(`retention policy ${sha256} has no record class ${name}`);
    return found;
  }
}
