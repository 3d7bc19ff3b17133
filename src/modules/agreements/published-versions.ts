import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/transactor.js';
import { AgreementsStore } from './agreements.store.js';
import type { AgreementVersion } from './domain/agreement.js';

const RECENT_MS = 1_000;

/** Published versions as this process remembers them: every registration asks for them, and they change twice a year. */
@Injectable()
export class PublishedVersions {
  private known: readonly AgreementVersion[] = [];
  private edition = '';
  private lookedAt = -Infinity;
  private looking: Promise<unknown> | undefined;
  private publications = 0;

  constructor(
    private readonly store: AgreementsStore,
    private readonly clock: Clock,
  ) {}

  /** As `tx` sees them: asks whether there is anything new, and reads only then. */
  async current(tx: Tx): Promise<readonly AgreementVersion[]> {
    const edition = await this.store.edition(tx);
    if (edition !== this.edition) {
      this.known = await this.store.versions(tx);
      this.edition = edition;
    }
    return this.known;
  }

  /** All that these name, without asking again where they are known: what was published is never rewritten. */
  async covering(
    tx: Tx,
    refs: readonly { readonly documentId: string; readonly version: string }[],
  ): Promise<readonly AgreementVersion[]> {
    const known = refs.every((ref) =>
      this.known.some((v) => v.documentId === ref.documentId && v.version === ref.version),
    );
    return known ? this.known : this.current(tx);
  }

  /** As they were a second ago at the most: for a first look, which nothing is refused or written by. */
  async recent(reader: Tx): Promise<readonly AgreementVersion[]> {
    const now = this.clock.now().getTime();
    if (Math.abs(now - this.lookedAt) >= RECENT_MS) {
      this.looking ??= this.look(reader, now);
      await this.looking;
    }
    return this.known;
  }

  /** One look for all who want one at that moment; one that began before a publication counts for nothing. */
  private async look(reader: Tx, now: number): Promise<void> {
    const { publications } = this;
    try {
      await this.current(reader);
      if (publications === this.publications) this.lookedAt = now;
    } finally {
      this.looking = undefined;
    }
  }

  /** Something was published here: the next look is a new one. */
  forget(): void {
    this.publications += 1;
    this.lookedAt = -Infinity;
  }
}
