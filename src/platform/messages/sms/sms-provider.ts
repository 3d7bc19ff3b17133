import type { OutgoingMessage } from '../message-sender.js';
import type { ProviderTemplate, SmsConfig, SmsProviderName } from './sms.config.js';

/** A provider said no, or nothing at all. The code is its own; its text is not kept, for it may quote the number. */
export class SmsRefused extends Error {
  constructor(
    readonly provider: string,
    readonly code: string,
  ) {
    super(`${provider}: ${code}`);
    this.name = 'SmsRefused';
  }
}

/** @throws Error when the operator has not said how this message is called at that provider */
export function templateOf(config: SmsConfig, provider: SmsProviderName, message: OutgoingMessage): ProviderTemplate {
  const known = config.templates[provider] ?? {};
  const found = known[`${message.template}.${message.locale}`] ?? known[message.template];
  if (found === undefined) throw new SmsRefused(provider, `no_template_${message.template}`);
  return found;
}

export function required(provider: string, values: Record<string, string | undefined>): void {
  const missing = Object.entries(values).filter(([, value]) => value === undefined || value === '');
  if (missing.length > 0)
    throw new Error(`sms provider ${provider} needs ${missing.map(([name]) => `sms.${name}`).join(', ')}`);
}
