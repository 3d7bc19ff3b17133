import { Injectable } from '@nestjs/common';
import { DomainError } from '../../../kernel/domain-error.js';
import type { Caller } from '../../../platform/callers/caller.js';
import { Limits } from '../../../platform/limits/limits.service.js';
import { ChallengeService } from '../../registration/challenge.service.js';
import { EnforcementConfig } from '../enforcement.config.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';

const PURPOSE = 'report';
const DAY = 'P1D';

/**
 * Reports are free to make (6, 9.2), and a flood of them under one name or from one address is a tool against the reported.
 * Whoever has no account proves some trouble after the first few of a day, and everybody's day has an end.
 */
@Injectable()
export class ReportGuardService {
  constructor(
    private readonly limits: Limits,
    private readonly challenges: ChallengeService,
    private readonly config: EnforcementConfig,
  ) {}

  /** @throws DomainError too_many_requests, report_challenge_required (with the challenge), report_challenge_failed */
  async admit(caller: Caller, solved: { ticket: string; response: string } | undefined): Promise<void> {
    const { reportsPerAddress, reportsPerAccount } = this.config;
    if (caller.kind === 'account') {
      const key = caller.accountId;
      await this.limits.consume({ bucket: 'report.account', key, limit: reportsPerAccount, window: DAY });
    }
    if (caller.kind !== 'public') return;
    await this.limits.consume({ bucket: 'report.address', key: caller.ip, limit: reportsPerAddress, window: DAY });
    if (solved !== undefined) return this.check(solved, caller.ip);
    const free = { bucket: 'report.unchallenged', key: caller.ip, limit: this.config.reportsUnchallenged, window: DAY };
    const [first] = await this.limits.check(free);
    if (first?.allowed === true) return;
    const challenge = await this.challenges.open(PURPOSE, this.config.reportChallengeLasts);
    throw new DomainError(ENFORCEMENT_ERRORS.report_challenge_required, { extra: { challenge } });
  }

  /** A solution counts once: one that is passed around would let a flood in. */
  private async check(solved: { ticket: string; response: string }, ip: string): Promise<void> {
    const once = { bucket: 'report.challenge', key: solved.ticket, limit: 1, window: DAY };
    const passed =
      (await this.challenges.passes(PURPOSE, { ...solved, ip })) &&
      (await this.limits.check(once))[0]?.allowed === true;
    if (!passed) throw new DomainError(ENFORCEMENT_ERRORS.report_challenge_failed);
  }
}
