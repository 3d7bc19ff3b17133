import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { Transactor, type Tx } from '../../platform/database/transactor.js';
import { MessageSender } from '../../platform/messages/message-sender.js';
import { backoffMs } from '../../platform/queues/backoff.js';
import { failureCode } from '../../platform/queues/failure-code.js';
import type { JobClaim } from '../../platform/queues/job-sources.js';
import { CodeSealer } from './code-sealer.js';
import { type CodeToSend, VerificationStore } from './verification.store.js';

/** Codes of one job; they go out side by side. */
const CODES_PER_JOB = 20;

/** Sends what `issue` left sealed in its row. Number and code are read here and nowhere else. */
@Injectable()
export class SendCodesService {
  private readonly log = new Logger('SendCodes');

  constructor(
    private readonly store: VerificationStore,
    private readonly sealer: CodeSealer,
    private readonly sender: MessageSender,
    private readonly transactor: Transactor,
    private readonly clock: Clock,
  ) {}

  /** Due codes become jobs; a worker that dies gives them back by `until` passing. */
  async claim(tx: Tx, now: Date, until: Date, limit: number): Promise<JobClaim[]> {
    const claimed = await this.store.claimDue(tx, now, until, limit);
    const jobs: JobClaim[] = [];
    for (let i = 0; i < claimed.length; i += CODES_PER_JOB) {
      const some = claimed.slice(i, i + CODES_PER_JOB);
      jobs.push({ rowIds: some.map((code) => code.issueId), claim: some[0]?.claims ?? 0 });
    }
    return jobs;
  }

  isDue(tx: Tx, now: Date, claimedToo: boolean): Promise<boolean> {
    return this.store.isDue(tx, now, claimedToo);
  }

  /** Sends the codes that are still to be sent of these; the others are done. */
  async send(ids: readonly string[]): Promise<void> {
    const codes = await this.store.toSend(this.transactor.reader, ids);
    const now = this.clock.now();
    const stale = codes.filter((code) => code.expiresAt <= now).map((code) => code.issueId);
    const outcomes = await Promise.all(codes.filter((code) => code.expiresAt > now).map((code) => this.sendOne(code)));
    const sent = outcomes.filter((issueId) => issueId !== undefined);
    if (sent.length > 0) await this.store.closeMessages(this.transactor.reader, sent, this.clock.now());
    if (stale.length > 0) await this.store.closeMessages(this.transactor.reader, stale, null);
  }

  /** @returns the issue's id once the provider took the message; a failure is timed in the row, until the code expires */
  private async sendOne(code: CodeToSend): Promise<string | undefined> {
    const { to, code: digits, locale } = this.sealer.open(code.issueId, code.sealedMessage);
    try {
      await this.sender.send({
        to,
        template: code.wording === 'code' ? 'verification_code' : 'verification_code_existing_account',
        params: { code: digits, purpose: code.purpose },
        locale,
        id: code.issueId,
      });
      return code.issueId;
    } catch (error) {
      const waitMs = backoffMs(code.sendAttempts + 1, 'PT2S', 'PT1M');
      this.log.warn(`code ${code.issueId} was not sent (${failureCode(error)}); again in ${waitMs} ms`);
      await this.store.retryAt(this.transactor.reader, code.issueId, new Date(this.clock.now().getTime() + waitMs));
      return undefined;
    }
  }
}
