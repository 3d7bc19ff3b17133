import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/transactor.js';
import { Catalogue } from './catalogue.js';
import type { RetentionPolicy } from './domain/policy.js';
import { RetentionConfig } from './retention.config.js';
import { type ScannedColumn, VerifyStore } from './verify.store.js';

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
    const columns = await this.store.columns(tx);
    const rowsOf = await this.store.sizes(tx);
    const findings: Finding[] = [];
    const skipped: string[] = [];
    let looked = 0;
    for (const column of columns) {
      const name = `${column.table}.${column.column}`;
      if (!column.indexed && (rowsOf.get(column.table) ?? 0) > this.config.verifyScanRows) {
        skipped.push(name);
        continue;
      }
      looked += 1;
      findings.push(...(await this.look(tx, policy, column, accountId, values)));
    }
    findings.push(...(await this.personalColumns(tx, policy, accountId)));
    return { findings, columns: looked, skipped };
  }

  private async look(
    tx: Tx,
    policy: RetentionPolicy,
    column: ScannedColumn,
    accountId: string,
    values: readonly string[],
  ): Promise<Finding[]> {
    const findings: Finding[] = [];
    const { table, column: name } = column;
    if (!mayHoldId(policy, table, name)) {
      const count = await this.store.mentions(tx, column, [accountId]);
      if (count > 0) findings.push({ table, column: name, what: 'account_id', rows: count });
    }
    if (values.length > 0 && column.speaking && !isKept(policy, table, name)) {
      const count = await this.store.mentions(tx, column, values);
      if (count > 0) findings.push({ table, column: name, what: 'value', rows: count });
    }
    return findings;
  }

  /** Rows that may stay under the opaque id, but with what the catalogue says was to be taken out of them. */
  private async personalColumns(tx: Tx, policy: RetentionPolicy, accountId: string): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const recordClass of policy.classes.filter((c) => c.ending !== 'keep')) {
      for (const { table, columns, subject, set, freedLast } of recordClass.tables) {
        if (subject === undefined || freedLast) continue;
        for (const column of columns) {
          const rows = await this.store.filled(tx, table, column, subject, accountId, set?.[column] ?? null);
          if (rows > 0) findings.push({ table, column, what: 'personal_column', rows });
        }
      }
    }
    return findings;
  }
}

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
