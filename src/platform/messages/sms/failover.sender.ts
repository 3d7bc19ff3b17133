import { Logger } from '@nestjs/common';
import type { Clock } from '../../../kernel/clock.js';
import { failureCode } from '../../queues/failure-code.js';
import { MessageSender, type OutgoingMessage } from '../message-sender.js';
import { SmsRefused } from './sms-provider.js';

/** What is wrong with the message or the number is wrong at every provider: asking the next would only cost more. */
const FINAL =
  /MOBILE_NUMBER_ILLEGAL|isv\.AMOUNT_NOT_ENOUGH_FOR_NUMBER|InvalidParameterValue\.IncorrectPhoneNumber|FailedOperation\.PhoneNumberInBlacklist/;

/** Asks providers in order until one takes the message; one that failed rests a while, as long as another is awake. */
export class FailoverSender extends MessageSender {
  readonly name = 'failover';
  private readonly log = new Logger('Sms');
  private readonly restingUntil = new Map<string, number>();

  constructor(
    private readonly providers: readonly MessageSender[],
    private readonly restMs: number,
    private readonly clock: Clock,
  ) {
    super();
    if (providers.length === 0) throw new Error('no sms provider');
  }

  /** @throws the last provider's refusal when none took it; the caller tries again later */
  async send(message: OutgoingMessage): Promise<void> {
    let last: unknown;
    for (const provider of this.inOrder()) {
      try {
        await provider.send(message);
        this.restingUntil.delete(provider.name);
        return;
      } catch (error) {
        last = error;
        if (error instanceof SmsRefused && FINAL.test(error.code)) throw error;
        this.restingUntil.set(provider.name, this.clock.now().getTime() + this.restMs);
        this.log.warn(`${provider.name} did not take message ${message.id} (${codeOf(error)})`);
      }
    }
    throw last;
  }

  /** Those awake first; the resting ones still stand behind them, for a sent message beats a tidy order. */
  private inOrder(): readonly MessageSender[] {
    const now = this.clock.now().getTime();
    const rests = (provider: MessageSender): boolean => (this.restingUntil.get(provider.name) ?? 0) > now;
    return [...this.providers.filter((p) => !rests(p)), ...this.providers.filter(rests)];
  }
}

const codeOf = (error: unknown): string => (error instanceof SmsRefused ? error.code : failureCode(error));
