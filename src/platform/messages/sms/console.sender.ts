import type { RuntimeConfig } from '../../config/runtime.config.js';
import { MessageSender, type OutgoingMessage } from '../message-sender.js';

/** Prints what would have been sent: a developer's machine with real servers and no provider. Impossible in production. */
export class ConsoleSender extends MessageSender {
  readonly name = 'console';

  constructor(
    runtime: RuntimeConfig,
    private readonly print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
  ) {
    super();
    if (runtime.production)
      throw new Error('sms.providers: console prints codes, so it is impossible with NODE_ENV=production');
  }

  send({ to, template, params }: OutgoingMessage): Promise<void> {
    this.print(`[message to ${to}] ${template} ${JSON.stringify(params)}`);
    return Promise.resolve();
  }
}
