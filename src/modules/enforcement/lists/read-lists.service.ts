import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/clock.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { type Period, subtractPeriod } from '../../../kernel/period.js';
import { Transactor } from '../../../platform/database/transactor.js';
import { decodeCursor, type Page, pageOf } from '../../../platform/http/paging.js';
import { rectificationLifecycle, type RectificationState } from '../domain/rectification-lifecycle.js';
import { SEVERITIES } from '../domain/taxonomy.js';
import { ENFORCEMENT_ERRORS } from '../enforcement.errors.js';
import { OrdersStore } from '../sanctions/orders.store.js';
import { SealedTexts } from '../sealed-texts.js';
import { TaxonomyService } from '../taxonomy.service.js';
import {
  type Filter,
  ListsStore,
  type OrderRow,
  type RemovalRow,
  type RepeatRow,
  type SystemRow,
} from './lists.store.js';

export interface PageOf {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type Order = OrderRow & { readonly overdue: boolean };

export interface OrderDetail extends Order {
  readonly entries: readonly {
    readonly kind: string;
    readonly fromStaff: boolean;
    readonly author: string | null;
    readonly text: string | null;
    readonly dueAt: Date | null;
    readonly at: Date;
  }[];
  readonly actions: readonly string[];
}

const OPEN_ORDERS: readonly RectificationState[] = ['ordered', 'submitted', 'returned', 'overdue', 'escalated'];
const OPEN_REMOVALS = ['asked', 'refused'];
/** What can be done by a person, as the lifecycle has it; `submit` is the account holder's. */
const BY_STAFF = ['accept', 'return', 'extend', 'escalate'] as const;

/** The lists that staff work from: what is open first, what is late said so (ENF-2, ENF-7). */
@Injectable()
export class ReadListsService {
  constructor(
    private readonly transactor: Transactor,
    private readonly store: ListsStore,
    private readonly orderEntries: OrdersStore,
    private readonly taxonomy: TaxonomyService,
    private readonly texts: SealedTexts,
    private readonly clock: Clock,
  ) {}

  async orders(
    filter: { state?: string | undefined; overdue?: boolean | undefined; accountId?: string | undefined },
    page: PageOf,
  ): Promise<Page<Order>> {
    const states = filter.state === undefined ? OPEN_ORDERS : [filter.state];
    const dueBefore = filter.overdue === true ? this.clock.now() : undefined;
    const wanted = { states, accountId: filter.accountId, dueBefore };
    const found = await this.store.orders(this.transactor.reader, wanted, decodeCursor(page.cursor), page.limit);
    return pageOf(
      found,
      page.limit,
      (o) => [o.dueAt, o.sanctionId],
      (o) => this.withOverdue(o),
    );
  }

  /** @throws DomainError sanction_not_found */
  async order(sanctionId: string): Promise<OrderDetail> {
    const { reader } = this.transactor;
    const found = await this.store.order(reader, sanctionId);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.sanction_not_found);
    const entries = await this.orderEntries.entriesOf(reader, sanctionId);
    const state = found.state as RectificationState;
    return {
      ...this.withOverdue(found),
      entries: entries.map(({ id, kind, actorKind, actorId, sealed, dueAt, at }) => ({
        kind,
        fromStaff: actorKind === 'staff',
        author: actorKind === 'staff' ? actorId : null,
        text: this.texts.open<string>('rectification_entries', id, sealed),
        dueAt,
        at,
      })),
      actions: BY_STAFF.filter((command) => rectificationLifecycle.next(state, command) !== undefined),
    };
  }

  async removals(
    filter: { state?: string | undefined; system?: string | undefined },
    page: PageOf,
  ): Promise<Page<RemovalRow>> {
    const wanted: Filter & { system?: string | undefined } = {
      states: filter.state === undefined ? OPEN_REMOVALS : [filter.state],
      system: filter.system,
    };
    const found = await this.store.removals(this.transactor.reader, wanted, decodeCursor(page.cursor), page.limit);
    return pageOf(found, page.limit, (r) => [r.askedAt, r.id]);
  }

  /** @throws DomainError removal_not_found */
  async removal(id: string): Promise<RemovalRow> {
    const found = await this.store.removal(this.transactor.reader, id);
    if (found === undefined) throw new DomainError(ENFORCEMENT_ERRORS.removal_not_found);
    return found;
  }

  /** Over the last thirty days, and whatever is still open from before. */
  systems(): Promise<SystemRow[]> {
    return this.store.systems(this.transactor.reader, subtractPeriod(this.clock.now(), 'P30D'));
  }

  async repeats(least: number, within: Period, page: PageOf): Promise<Page<RepeatRow & { readonly gravity: string }>> {
    const since = subtractPeriod(this.clock.now(), within);
    const found = await this.store.repeats(this.transactor.reader, since, least, decodeCursor(page.cursor), page.limit);
    return pageOf(
      found,
      page.limit,
      (r) => [r.lastAt, r.accountId],
      (r) => ({ ...r, gravity: this.gravityOf(r.clauses) }),
    );
  }

  /** By the newest numbering; a clause that is gone from it weighs nothing. */
  private gravityOf(clauses: readonly string[]): string {
    const { newest } = this.taxonomy;
    const ranks = clauses.map((ref) => SEVERITIES.indexOf(newest.clauses.get(ref)?.severity ?? 'low'));
    return SEVERITIES[Math.max(0, ...ranks)] ?? 'low';
  }

  private withOverdue(o: OrderRow): Order {
    const open = OPEN_ORDERS.includes(o.state as RectificationState);
    // While our answer is what is missing, nobody is late.
    return { ...o, overdue: open && o.state !== 'submitted' && o.dueAt < this.clock.now() };
  }
}
