import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue } from './catalogue.js';
import type { RetentionPolicy } from './domain/policy.js';
import { RetentionConfig } from './retention.config.js';
import { type Look, type ScannedColumn, VerifyStore, type Wanted } from './verify.store.js';

/** Something of the subject that is left where nothing may be. */
export interface Finding {
  readonly table: string;
  readonly column: string;
  /** `account_id` or the kind of value that was found; never the value. */
  readonly what: 'account_id' | 'value' | 'personal_column';
  readonly rows: number;
}

export interface Verification {
  readonly findings: readonly Finding[];
  /** Columns that were looked at, and those too large to read whole and without an index. */
  readonly columns: number;
  readonly skipped: readonly string[];
}

/**
 * The independent pass after erasure (R42). It shares the catalogue with the eraser and no code: it reads the schema as
 * the database tells it and looks for the subject's id and blind indexes in every column of every table.
 */
@Injectable()
export class SubjectVerifier {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly store: VerifyStore,
    private readonly config: RetentionConfig,
  ) {}

  /**
   * @param values blind indexes and other exact values that must be nowhere, bans excepted by the catalogue
   * @param deferred classes that a legal hold keeps where they are
   */
  async verify(
    tx: Tx,
    accountId: string,
    values: readonly string[],
    policySha256: string,
    deferred: readonly string[] = [],
  ): Promise<Verification> {
    const policy = keepingAlso((await this.catalogue.pinned(tx, policySha256)).policy, deferred);
    const rowsOf = await this.store.sizes(tx);
    const wanted: Wanted = { account_id: [accountId], value: values };
    const findings: Finding[] = [];
    const skipped: string[] = [];
    let looked = 0;
    for (const [table, columns] of byTable(await this.store.columns(tx))) {
      const isLarge = (rowsOf.get(table) ?? 0) > this.config.verifyScanRows;
      const readable = columns.filter((c) => !isLarge || c.indexed);
      skipped.push(...columns.filter((c) => !readable.includes(c)).map((c) => `${table}.${c.column}`));
      looked += readable.length;
      const looks = readable.flatMap((column) => looksAt(policy, column, values));
      if (looks.length === 0) continue;
      const counts = isLarge
        ? await this.oneByOne(tx, looks, wanted)
        : await this.store.countAll(tx, table, looks, wanted);
      findings.push(...findingsOf(looks, counts));
    }
    findings.push(...(await this.personalColumns(tx, policy, accountId)));
    return { findings, columns: looked, skipped };
  }

  private async oneByOne(tx: Tx, looks: readonly Look[], wanted: Wanted): Promise<number[]> {
    const counts: number[] = [];
    for (const look of looks) counts.push(await this.store.countIndexed(tx, look, wanted));
    return counts;
  }

  /** Rows that may stay under the opaque id, but with what the catalogue says was to be taken out of them. */
  private async personalColumns(tx: Tx, policy: RetentionPolicy, accountId: string): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const recordClass of policy.classes.filter((c) => c.ending !== 'keep')) {
      for (const { table, columns, subject, set, freedLast } of recordClass.tables) {
        if (subject === undefined || freedLast) continue;
        const left = columns.map((name) => ({ name, left: set?.[name] ?? null }));
        const counts = await this.store.filled(tx, { table, subject }, left, accountId);
        findings.push(
          ...left.flatMap(({ name: column }, i) => {
            const found = counts[i] ?? 0;
            return found > 0 ? [{ table, column, what: 'personal_column' as const, rows: found }] : [];
          }),
        );
      }
    }
    return findings;
  }
}

function byTable(columns: readonly ScannedColumn[]): Map<string, ScannedColumn[]> {
  const tables = new Map<string, ScannedColumn[]>();
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return tables;
}

/** What is looked for in a column: the id, unless it may stand there; the values, where a value can. */
function looksAt(policy: RetentionPolicy, column: ScannedColumn, values: readonly string[]): Look[] {
  const { table, column: name, speaking } = column;
  return [
    ...(mayHoldId(policy, table, name) ? [] : [{ column, what: 'account_id' as const }]),
    ...(values.length > 0 && speaking && !isKept(policy, table, name) ? [{ column, what: 'value' as const }] : []),
  ];
}

const findingsOf = (looks: readonly Look[], counts: readonly number[]): Finding[] =>
  looks.flatMap(({ column: { table, column }, what }, i) => {
    const found = counts[i] ?? 0;
    return found > 0 ? [{ table, column, what, rows: found }] : [];
  });

/** The opaque id may stand in tables that the policy names, in classes kept in place, and in what is freed last. */
const mayHoldId = (policy: RetentionPolicy, table: string, column: string): boolean =>
  policy.pseudonymous[table] !== undefined ||
  policy.pseudonymous[`${table}.${column}`] !== undefined ||
  isKept(policy, table);

/** Without a column: anything of the table. A value may stand only in the very columns that are kept. */
const isKept = (policy: RetentionPolicy, table: string, column?: string): boolean =>
  policy.classes.some((c) =>
    c.tables.some(
      (p) =>
        p.table === table &&
        (c.ending === 'keep' || p.freedLast === true) &&
        (column === undefined || p.columns.includes(column)),
    ),
  );

const keepingAlso = (policy: RetentionPolicy, names: readonly string[]): RetentionPolicy => ({
  ...policy,
  classes: policy.classes.map((c) => (names.includes(c.name) ? { ...c, ending: 'keep' } : c)),
});
