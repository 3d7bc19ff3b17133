import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { subtractPeriod } from '../../kernel/period.js';
import { Transactor } from '../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../platform/http/paging.js';
import { DeregistrationConfig } from './deregistration.config.js';
import { toWire } from './domain/unit.js';
import type { OpenUnitDto, ParticipantDto } from './participants.dto.js';
import { ParticipantsStore } from './participants.store.js';

/** Who has not acknowledged what, and since when (DER-3): the other half of every deregistration is not ours to do. */
@Injectable()
export class ReadParticipantsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ParticipantsStore,
    private readonly config: DeregistrationConfig,
    private readonly clock: Clock,
  ) {}

  async overview(): Promise<ParticipantDto[]> {
    const { reader } = this.transactor;
    const owing = await this.store.owing(reader);
    const answering = await this.store.answering(reader, subtractPeriod(this.clock.now(), 'P30D'));
    const configured = this.config.participants.map((p) => p.name);
    const names = [...new Set([...configured, ...owing.map((o) => o.participant)])].sort();
    return names.map((participant) => {
      const owes = owing.find((o) => o.participant === participant);
      const answers = answering.find((a) => a.participant === participant);
      return {
        participant,
        configured: configured.includes(participant),
        waiting: owes?.waiting ?? 0,
        failed: owes?.failed ?? 0,
        oldestAt: owes?.oldestAt?.toISOString() ?? null,
        acknowledged: answers?.acknowledged ?? 0,
        refusals: answers?.refusals ?? 0,
        lastHeardAt: answers?.lastHeardAt?.toISOString() ?? null,
      };
    });
  }

  async open(
    participant: string | undefined,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<OpenUnitDto>> {
    const after = decodeCursor(page.cursor, ['instant', 'id', 'name', 'name']);
    const found = await this.store.open(this.transactor.reader, participant, after, page.limit);
    return pageOf(
      found,
      page.limit,
      (u) => [u.since, u.deregistrationId, u.phase, u.participant],
      (u) => ({
        ...u,
        phase: toWire(u.phase),
        since: u.since.toISOString(),
        toldAt: u.toldAt?.toISOString() ?? null,
        nextAt: u.nextAt?.toISOString() ?? null,
      }),
    );
  }
}
