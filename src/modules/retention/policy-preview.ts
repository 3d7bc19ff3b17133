import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { atLeastUntil } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { Catalogue, type PinnedPolicy } from './catalogue.js';
import { CatalogueStore } from './catalogue.store.js';
import { catalogueProblems } from './domain/catalogue-check.js';
import { dueSources } from './domain/due-sources.js';
import { comparePolicies, type PolicyChange } from './domain/plan.js';
import type { RecordClass } from './domain/policy.js';
import { PlaceStore } from './place.store.js';
import { DueRecordsStore } from './due-records.store.js';
import { RetentionConfig } from './retention.config.js';

export interface ClassEffect extends PolicyChange {
  /** Live rows, and sealed records. */
  readonly live: number;
  readonly retained: number;
  /** What the first run under the new policy would erase. */
  readonly dueAtOnce: number;
  /** First and last end under the new policy; sealed records keep the end that was promised for them. */
  readonly earliest: string | null;
  readonly latest: string | null;
}

export interface PolicyEffect {
  readonly from: string;
  readonly to: string;
  /** Why the new policy would not start with this database. */
  readonly problems: readonly string[];
  readonly classes: readonly ClassEffect[];
}

/** What a new policy would do, before it is put in force. Reads only. */
@Injectable()
export class PolicyPreview {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly schema: CatalogueStore,
    private readonly places: PlaceStore,
    private readonly records: DueRecordsStore,
    private readonly transactor: Transactor,
    private readonly config: RetentionConfig,
    private readonly clock: Clock,
  ) {}

  async effectOf(next: PinnedPolicy): Promise<PolicyEffect> {
    const { reader } = this.transactor;
    const problems = catalogueProblems(next.policy, await this.schema.schema(reader));
    const changes = comparePolicies(this.catalogue.current.policy, next.policy);
    const classes: ClassEffect[] = [];
    for (const change of problems.length > 0 ? [] : changes) {
      const recordClass = next.policy.classes.find((c) => c.name === change.recordClass);
      classes.push({ ...change, ...(await this.effect(change.recordClass, recordClass)) });
    }
    return { from: this.catalogue.current.version, to: next.version, problems, classes };
  }

  private async effect(
    name: string,
    recordClass: RecordClass | undefined,
  ): Promise<Omit<ClassEffect, keyof PolicyChange>> {
    const { reader } = this.transactor;
    const retained = await this.records.span(reader, name);
    const ends: Date[] = [retained.first, retained.last].filter((d) => d !== null);
    let [live, dueAtOnce] = [0, 0];
    const period = recordClass?.ending === 'keep' ? recordClass.keeping?.period : recordClass?.liveFor;
    for (const place of recordClass?.tables ?? []) {
      const { count, first, last } = await this.places.span(reader, place);
      live += count;
      if (period !== undefined)
        ends.push(...[first, last].filter((d) => d !== null).map((d) => atLeastUntil(d, period)));
    }
    const sources =
      recordClass === undefined ? [] : dueSources(recordClass, this.clock.now(), this.config.destructionGrace);
    for (const source of sources) {
      const found =
        source.kind === 'retained'
          ? await this.records.countDue(reader, name, source.expiredBy)
          : await this.places.countDue(reader, source.place, name, source.before);
      dueAtOnce += found.due - found.held;
    }
    const sorted = ends.sort((a, b) => a.getTime() - b.getTime()).map((d) => d.toISOString());
    return { live, retained: retained.count, dueAtOnce, earliest: sorted[0] ?? null, latest: sorted.at(-1) ?? null };
  }
}
