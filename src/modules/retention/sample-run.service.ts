import { Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error.js';
import { Transactor } from '../../platform/database/transactor.js';
import { HTTP_ERRORS } from '../../platform/http/http.errors.js';
import { Catalogue } from './catalogue.js';
import { dueSources } from './domain/due-sources.js';
import { PlaceStore } from './place.store.js';
import { DueRecordsStore, type SampledRow } from './due-records.store.js';
import { RetentionConfig } from './retention.config.js';
import { RunStore } from './run.store.js';

export interface SampledRecord extends SampledRow {
  readonly recordClass: string;
  /** The table that it stands in. */
  readonly place: string;
}

/** Enough of a class to recognise a rule that is wrong, few enough to be read. */
const OF_EACH = 3;

/** Some of what a run means, by name and never by content: who steers it sees that the right records are due (C27). */
@Injectable()
export class SampleRunService {
  constructor(
    private readonly transactor: Transactor,
    private readonly runs: RunStore,
    private readonly catalogue: Catalogue,
    private readonly records: DueRecordsStore,
    private readonly places: PlaceStore,
    private readonly config: RetentionConfig,
  ) {}

  /** The oldest of each class as of the moment of the run; what went since is not among them any more. */
  async of(runId: string): Promise<SampledRecord[]> {
    const { reader } = this.transactor;
    const run = await this.runs.find(reader, runId);
    if (run === undefined) throw new DomainError(HTTP_ERRORS.not_found);
    const found: SampledRecord[] = [];
    for (const { record_class: recordClass, due } of await this.runs.classes(reader, runId)) {
      if (due === 0) continue;
      const known = await this.catalogue.recordClass(reader, run.policy_sha256, recordClass);
      for (const source of dueSources(known, run.as_of, this.config.destructionGrace)) {
        const [place, rows] =
          source.kind === 'retained'
            ? ['retained_records', await this.records.sampleDue(reader, recordClass, source.expiredBy, OF_EACH)]
            : [
                source.place.table,
                await this.places.sampleDue(reader, source.place, recordClass, source.before, OF_EACH),
              ];
        found.push(...rows.map((each) => ({ ...each, recordClass, place })));
      }
    }
    return found;
  }
}
