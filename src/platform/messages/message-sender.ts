import type { Locale } from '../http/locale.js';

/** One message to one person. `params` may hold a one-time code: it is never logged and never put into a queue payload. */
export interface OutgoingMessage {
  /** E.164 number. */
  readonly to: string;
  /** Name of a template that the operator has had approved, e.g. `verification_code`. */
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly locale: Locale;
  /** The caller's id of this message: a provider that supports it sends the same id once. */
  readonly id: string;
}

/**
 * Sends, or throws. Called after commit, from a job that may run again; never inside a transaction, for a provider that
 * hangs would hold locks, and a rollback cannot take a message back (house rule 7).
 */
export abstract class MessageSender {
  /** For logs and metrics, e.g. `demo-inbox`. */
  abstract readonly name: string;
  abstract send(message: OutgoingMessage): Promise<void>;
}
