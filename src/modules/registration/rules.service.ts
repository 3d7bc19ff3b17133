import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { SYSTEM } from '../../kernel/actor.js';
import { Clock } from '../../kernel/clock.js';
import { periodMs, subtractPeriod } from '../../kernel/period.js';
import { ConfigError } from '../../platform/config/load-config.js';
import { defineStartCheck } from '../../platform/config/start-checks.js';
import { Transactor } from '../../platform/database/transactor.js';
import { AuditService } from '../audit/audit.service.js';
import { type Policy, readPolicy } from './domain/policy.js';
import { RegistrationConfig } from './registration.config.js';
import { type RuleVersionRow, RulesStore } from './rules.store.js';

defineStartCheck((section) => {
  const { rulesFile } = section(RegistrationConfig);
  const reading = readPolicy(parse(readFileSync(rulesFile, 'utf8')));
  if (!reading.ok) throw new ConfigError(reading.problems.map((problem) => `${rulesFile}: ${problem}`));
});

/** The policy in force. Every process reads the file again when it changes; the first to use a version records it. */
@Injectable()
export class RulesService implements OnModuleInit {
  private readonly log = new Logger('RegistrationRules');
  private held: Policy | undefined;
  private seen = '';
  private lookedAt = -Infinity;

  constructor(
    private readonly config: RegistrationConfig,
    private readonly transactor: Transactor,
    private readonly store: RulesStore,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** A policy that does not read stops the start: nobody is registered under rules that nobody wrote. */
  async onModuleInit(): Promise<void> {
    await this.look();
    if (this.held === undefined) throw new Error(`${this.config.rulesFile} does not read as registration rules`);
  }

  async current(): Promise<Policy> {
    const now = this.clock.now().getTime();
    if (now - this.lookedAt >= periodMs(this.config.rulesCheckEvery)) {
      this.lookedAt = now;
      await this.look().catch((error: unknown) => this.log.error(`rules stay as they were: ${String(error)}`));
    }
    if (this.held === undefined) throw new Error('no registration rules are loaded');
    return this.held;
  }

  /** Every version that anybody was judged by, newest first; decisions of the last thirty days. */
  versions(): Promise<RuleVersionRow[]> {
    return this.store.versions(this.transactor.reader, subtractPeriod(this.clock.now(), 'P30D'));
  }

  private async look(): Promise<void> {
    const { mtimeMs, size } = await stat(this.config.rulesFile);
    const stamp = `${mtimeMs} ${size}`;
    if (stamp === this.seen) return;
    this.seen = stamp;
    const reading = readPolicy(parse(await readFile(this.config.rulesFile, 'utf8')));
    if (!reading.ok) {
      this.log.error(`${this.config.rulesFile} refused:\n  ${reading.problems.join('\n  ')}`);
      return;
    }
    if (reading.policy.digest === this.held?.digest) return;
    await this.remember(reading.policy);
    this.held = reading.policy;
    this.log.log(`registration rules ${reading.policy.version} (${reading.policy.digest.slice(0, 12)}) are in force`);
  }

  /** Kept whole under its digest, so that a decision of years ago can be read beside the rules it was taken under. */
  private async remember(policy: Policy): Promise<void> {
    await this.transactor.run(async (tx) => {
      const isNew = await this.store.addPolicy(tx, policy, this.clock.now());
      if (!isNew) return;
      await this.audit.record(tx, {
        type: 'registration_rules.activated',
        actor: SYSTEM,
        target: { kind: 'registration_rules', id: policy.version },
        clauses: ['2.3(3)'],
        policies: { 'registration-rules': policy.digest },
      });
    });
  }
}
