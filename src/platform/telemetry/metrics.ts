import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Sample<L extends string> {
  readonly labels: Readonly<Partial<Record<L, string>>>;
  readonly value: number;
}

const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Prometheus metrics of this process. Labels are few and bounded: never an id, a number or an address (invariant 11).
 * What the database knows (lags, parked rows) is asked at scrape time, so that it is true after a restart too.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  histogram<L extends string>(name: string, help: string, labels: readonly L[] = []): Histogram<L> {
    return new Histogram({ name, help, labelNames: [...labels], buckets: BUCKETS, registers: [this.registry] });
  }

  /** @param sample asked at every scrape; when it fails the gauge is absent, which alerts on its own */
  gauge<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    sample: () => Promise<Sample<L>[]>,
  ): Gauge<L> {
    return new Gauge<L>({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      async collect() {
        this.reset();
        const samples = await sample().catch(() => undefined);
        if (samples === undefined) this.remove();
        for (const { labels: of, value } of samples ?? []) this.set(of as Record<L, string>, value);
      },
    });
  }
}
