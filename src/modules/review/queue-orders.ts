import { DomainError } from '../../kernel/domain-error.js';
import { decodeCursor } from '../../platform/http/paging.js';
import { REVIEW_ERRORS } from './review.errors.js';
import type { ReviewTask } from './review-task.record.js';

/** Nearest deadline; most urgent, then nearest deadline; waiting longest; latest come. */
export const QUEUE_ORDERS = ['due', 'priority', 'oldest', 'newest'] as const;
export type QueueOrder = (typeof QUEUE_ORDERS)[number];

interface Order {
  /**
   * What the rows stand by, each with the type of its place in a cursor; the last one is unique. All in one direction, so
   * that a place is one comparison of rows, and one range of an index.
   */
  readonly columns: Readonly<Record<string, 'timestamptz' | 'bigint' | 'uuid'>>;
  readonly descending?: true;
  readonly key: (task: ReviewTask) => (string | number | Date)[];
  /** What its cursors look like. */
  readonly shape: readonly ('instant' | 'count' | 'id')[];
}

const CREATED = {
  columns: { created_at: 'timestamptz', id: 'uuid' },
  key: (task: ReviewTask) => [task.createdAt, task.id],
  shape: ['instant', 'id'],
} as const satisfies Order;

const ORDERS: Readonly<Record<QueueOrder, Order>> = {
  due: {
    columns: { due_at: 'timestamptz', id: 'uuid' },
    key: (task) => [task.dueAt, task.id],
    shape: ['instant', 'id'],
  },
  priority: {
    columns: { '(-priority)': 'bigint', due_at: 'timestamptz', id: 'uuid' },
    key: (task) => [-task.priority, task.dueAt, task.id],
    shape: ['count', 'instant', 'id'],
  },
  oldest: CREATED,
  newest: { ...CREATED, descending: true },
};

export type Place = readonly (string | number)[];

/** `ORDER BY` of an order. */
export const orderBy = (order: QueueOrder): string => {
  const { columns, descending } = ORDERS[order];
  return Object.keys(columns)
    .map((column) => (descending ? `${column} DESC` : column))
    .join(', ');
};

/** What stands behind a place. @param bind takes a value and names its parameter */
export const behind = (order: QueueOrder, place: Place, bind: (value: unknown) => string): string => {
  const { columns, descending } = ORDERS[order];
  const values = Object.values(columns).map((type, at) => `${bind(place[at])}::${type}`);
  return `(${Object.keys(columns).join(', ')}) ${descending ? '<' : '>'} (${values.join(', ')})`;
};

/** A cursor says which order it is a place in; those of the usual order bear no name, as they always have. */
const NAMED = /^([a-z]+)\.(.*)$/s;

export const cursorOf = (order: QueueOrder, cursor: string): string =>
  order === 'due' ? cursor : `${order}.${cursor}`;

/** Where a task stands in an order. */
export const keyOf = (order: QueueOrder, task: ReviewTask): (string | number | Date)[] => ORDERS[order].key(task);

/** @throws DomainError cursor_of_other_order, invalid_cursor */
export function placeOf(order: QueueOrder, cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, name = 'due', place = cursor] = NAMED.exec(cursor) ?? [];
  const named = QUEUE_ORDERS.find((each) => each === name);
  if (named !== undefined && named !== order) throw new DomainError(REVIEW_ERRORS.cursor_of_other_order);
  return decodeCursor(named === undefined ? cursor : place, ORDERS[order].shape);
}
