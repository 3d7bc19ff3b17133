import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when fit to serve; rejects, or does not answer in time, when not. Its message is never shown outside. */
export type ReadinessCheck = () => Promise<void>;

export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
}

const TIMEOUT_MS = 800;

/** Whether this process should get requests. Modules register what they need: `readiness.register('erasure-ledger', …)`. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly inFlight = new Map<string, Promise<boolean>>();
  private stopping = false;

  register(name: string, check: ReadinessCheck): void {
    if (this.checks.has(name)) throw new Error(`readiness check ${name} is registered twice`);
    this.checks.set(name, check);
  }

  /** From here on not ready: a balancer sends nobody to a process that stops. */
  stop(): void {
    this.stopping = true;
  }

  async results(): Promise<CheckResult[]> {
    const found = await Promise.all(
      [...this.checks].map(async ([check, run]) => ({ check, ok: await this.ask(check, run) })),
    );
    return this.stopping ? [...found, { check: 'not_stopping', ok: false }] : found;
  }

  /** A check that hangs (a database behind a dead link) is asked once, not once a probe: probes must not pile up. */
  private async ask(name: string, run: ReadinessCheck): Promise<boolean> {
    const running =
      this.inFlight.get(name) ??
      run()
        .then(
          () => true,
          () => false,
        )
        .finally(() => this.inFlight.delete(name));
    this.inFlight.set(name, running);
    const giveUp = new AbortController();
    const late = sleep(TIMEOUT_MS, false, { signal: giveUp.signal }).catch(() => false);
    const ok = await Promise.race([running, late]);
    giveUp.abort();
    return ok;
  }
}
