import type { Period } from '../../../kernel/period.js';

/** On what a record may be kept after the account ended (law page, 2). A bare contract is none (网络数据安全管理条例 24). */
export const BASIS_KINDS = ['statutory', 'claim', 'told_consent', 'anonymous'] as const;
export type BasisKind = (typeof BASIS_KINDS)[number];

export interface Reference {
  readonly instrument: string;
  readonly article: string;
}

export interface Basis {
  readonly kind: BasisKind;
  readonly references: readonly Reference[];
}

/** Words for people, in both languages of the service. */
export interface Told {
  readonly en: string;
  readonly zh: string;
}

/** What happens to a class's live rows when the account ends. */
export const ENDINGS = ['erase', 'seal', 'keep'] as const;
export type Ending = (typeof ENDINGS)[number];

export const EXPIRY_ACTIONS = ['delete', 'anonymise', 'shred'] as const;
export type ExpiryAction = (typeof EXPIRY_ACTIONS)[number];

/** From when the period counts: the end of the account, or the time that stands in the row itself. */
export const TRIGGERS = ['account_ended', 'row'] as const;
export type Trigger = (typeof TRIGGERS)[number];

export type Scalar = string | number | boolean | null;

/** Where a class stands in the database. Columns are named one by one: the list is what "personal" means. */
export interface TablePlace {
  readonly table: string;
  readonly columns: readonly string[];
  /** The column that holds the account id; absent where rows belong to nobody known and go by age alone. */
  readonly subject?: string;
  /** The primary key, or a column that is unique within one subject. */
  readonly key: string;
  /** Goes when the identifiers are freed, last of all (R11): not with its class, and the verify pass knows. */
  readonly freedLast?: boolean;
  /** Erasing deletes the row, or sets these columns and leaves it. */
  readonly set?: Readonly<Record<string, Scalar>>;
  /** The column from which a `row` trigger counts. */
  readonly since?: string;
  /** The column that holds the id of the enforcement case, for holds on a case. */
  readonly case?: string;
}

export interface Keeping {
  readonly basis: Basis;
  readonly trigger: Trigger;
  readonly period: Period;
  readonly atExpiry: ExpiryAction;
  /** Staff roles that may read it. */
  readonly readers: readonly string[];
  /** Why it cannot go at once, as the person is told before closing (YD/T 6221-2024, 10.2). */
  readonly reason: Told;
}

export interface RecordClass {
  readonly name: string;
  readonly title: Told;
  readonly tables: readonly TablePlace[];
  readonly ending: Ending;
  /** Present for `seal` and `keep`. */
  readonly keeping?: Keeping;
  /** Live rows go at this age, whatever becomes of the account. */
  readonly liveFor?: Period;
}

export interface RetentionPolicy {
  readonly version: string;
  /** In the order in which they are erased: children before parents. */
  readonly classes: readonly RecordClass[];
  /** Tables in which the opaque account id may stay after everything else went, and why. */
  readonly pseudonymous: Readonly<Record<string, string>>;
  /** Tables that hold nothing about a person, and why; or the columns that do not, of a table in which others do. */
  readonly impersonal: Readonly<Record<string, string | readonly string[]>>;
}

export const findClass = (policy: RetentionPolicy, name: string): RecordClass | undefined =>
  policy.classes.find((c) => c.name === name);

/** Every personal column of the catalogue as `table.column`, with the classes that claim it. */
export function columnClaims(policy: RetentionPolicy): Map<string, string[]> {
  const claims = new Map<string, string[]>();
  for (const recordClass of policy.classes) {
    for (const place of recordClass.tables) {
      for (const column of place.columns) {
        const name = `${place.table}.${column}`;
        claims.set(name, [...(claims.get(name) ?? []), recordClass.name]);
      }
    }
  }
  return claims;
}
