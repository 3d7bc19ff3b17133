import { isPeriod, type Period } from '../../../kernel/period.js';
import {
  type Basis,
  BASIS_KINDS,
  columnClaims,
  ENDINGS,
  EXPIRY_ACTIONS,
  type Keeping,
  type RecordClass,
  type Reference,
  type RetentionPolicy,
  type Scalar,
  type TablePlace,
  type Told,
  TRIGGERS,
} from './policy.js';

type Tree = Record<string, unknown>;

/** Every fault of the file at once. */
export class PolicyRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`retention policy refused:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'PolicyRefused';
  }
}

const NAME = /^[a-z][a-z0-9_]*$/;
const COLUMN = /^[a-z_][a-z0-9_]*$/;

/**
 * Reads the catalogue.
 * @param tree the parsed YAML
 * @param readerRoles roles that may be named as readers
 * @param periods overrides by class, for tests and demonstrations
 * @throws PolicyRefused naming every fault
 */
export function parsePolicy(
  tree: unknown,
  readerRoles: readonly string[],
  periods: Readonly<Record<string, Period>> = {},
): RetentionPolicy {
  return new PolicyReader(readerRoles, periods).read(tree);
}

class PolicyReader {
  private readonly problems: string[] = [];

  constructor(
    private readonly readerRoles: readonly string[],
    private readonly periods: Readonly<Record<string, Period>>,
  ) {}

  read(tree: unknown): RetentionPolicy {
    const root = this.object(tree, 'policy');
    this.known(root, 'policy', ['version', 'recordClasses', 'pseudonymous', 'impersonal']);
    const classes = this.object(root['recordClasses'], 'recordClasses');
    const policy: RetentionPolicy = {
      version: this.text(root['version'], 'version'),
      classes: Object.entries(classes).map(([name, value]) => this.recordClass(name, value)),
      pseudonymous: this.reasons(root['pseudonymous'], 'pseudonymous'),
      impersonal: this.impersonal(root['impersonal']),
    };
    if (policy.classes.length === 0) this.problems.push('recordClasses: at least one is needed');
    for (const name of Object.keys(this.periods)) {
      if (classes[name] === undefined) this.problems.push(`periods.${name}: there is no such class`);
    }
    for (const [table, what] of Object.entries(policy.impersonal)) {
      const mixed = policy.classes.some((c) => c.tables.some((p) => p.table === table));
      if (mixed && !Array.isArray(what)) {
        this.problems.push(`impersonal.${table}: some of its columns are personal, so name the ones that are not`);
      }
    }
    for (const [column, claimed] of columnClaims(policy)) {
      if (claimed.length > 1)
        this.problems.push(`${column} stands in ${claimed.join(' and ')}: a column belongs to one class`);
    }
    if (this.problems.length > 0) throw new PolicyRefused(this.problems);
    return policy;
  }

  private recordClass(name: string, value: unknown): RecordClass {
    if (!NAME.test(name)) this.problems.push(`${name}: a class is named in snake_case`);
    const tree = this.object(value, name);
    this.known(tree, name, ['title', 'tables', 'ending', 'keeping', 'liveFor']);
    const ending = this.oneOf(tree['ending'], `${name}.ending`, ENDINGS);
    const tables = this.list(tree['tables'] ?? [], `${name}.tables`).map((t, i) =>
      this.place(t, `${name}.tables[${i}]`),
    );
    const keeping = tree['keeping'] === undefined ? undefined : this.keeping(tree['keeping'], name);
    if (ending === 'erase' && keeping !== undefined)
      this.problems.push(`${name}: what is erased at the end is not kept`);
    if (ending !== 'erase' && keeping === undefined) {
      this.problems.push(`${name}: ${ending} needs "keeping" with a basis; without one the class is erased`);
    }
    if (ending === 'keep' && keeping?.trigger === 'row') this.needSince(name, tables);
    if (ending === 'keep' && keeping?.trigger === 'account_ended') {
      this.problems.push(
        `${name}: rows kept in place count from their own time (trigger row); what counts from the account's end is sealed`,
      );
    }
    if (ending === 'keep' && keeping?.atExpiry === 'anonymise') {
      for (const place of tables)
        if (place.set === undefined) this.problems.push(`${name}: ${place.table} needs "set" to be anonymised`);
    }
    const liveFor = tree['liveFor'] === undefined ? undefined : this.period(tree['liveFor'], `${name}.liveFor`);
    if (liveFor !== undefined) this.needSince(name, tables);
    return {
      name,
      title: this.told(tree['title'], `${name}.title`),
      tables,
      ending,
      ...(keeping === undefined ? {} : { keeping }),
      ...(liveFor === undefined ? {} : { liveFor }),
    };
  }

  private needSince(name: string, tables: readonly TablePlace[]): void {
    for (const place of tables) {
      if (place.since === undefined)
        this.problems.push(`${name}: ${place.table} needs "since", the column the period counts from`);
    }
  }

  private place(value: unknown, at: string): TablePlace {
    const tree = this.object(value, at);
    this.known(tree, at, ['table', 'columns', 'subject', 'key', 'set', 'since', 'case', 'freedLast']);
    const columns = this.list(tree['columns'], `${at}.columns`).map((c) => this.column(c, `${at}.columns`));
    if (columns.length === 0) this.problems.push(`${at}: names no column`);
    return {
      table: this.column(tree['table'], `${at}.table`),
      columns,
      ...(tree['subject'] === null ? {} : { subject: this.column(tree['subject'] ?? 'account_id', `${at}.subject`) }),
      key: this.column(tree['key'] ?? 'id', `${at}.key`),
      ...(tree['set'] === undefined ? {} : { set: this.setters(tree['set'], columns, at) }),
      ...(tree['since'] === undefined ? {} : { since: this.column(tree['since'], `${at}.since`) }),
      ...(tree['freedLast'] === true ? { freedLast: true } : {}),
      ...(tree['case'] === undefined ? {} : { case: this.column(tree['case'], `${at}.case`) }),
    };
  }

  private setters(value: unknown, columns: readonly string[], at: string): Record<string, Scalar> {
    const tree = this.object(value, `${at}.set`);
    for (const column of columns) {
      if (!(column in tree)) this.problems.push(`${at}.set: ${column} is personal and would stay`);
    }
    const set: Record<string, Scalar> = {};
    for (const [column, to] of Object.entries(tree)) {
      if (to === null || ['string', 'number', 'boolean'].includes(typeof to))
        set[this.column(column, `${at}.set`)] = to as Scalar;
      else this.problems.push(`${at}.set.${column}: a plain value or null`);
    }
    return set;
  }

  private keeping(value: unknown, name: string): Keeping {
    const at = `${name}.keeping`;
    const tree = this.object(value, at);
    this.known(tree, at, ['basis', 'trigger', 'period', 'atExpiry', 'readers', 'reason']);
    const readers = this.list(tree['readers'], `${at}.readers`).map((r) => this.text(r, `${at}.readers`));
    if (readers.length === 0) this.problems.push(`${at}.readers: somebody must be able to read what is kept`);
    for (const role of readers)
      if (!this.readerRoles.includes(role)) this.problems.push(`${at}.readers: there is no role ${role}`);
    const period = this.period(this.periods[name] ?? tree['period'], `${at}.period`);
    return {
      basis: this.basis(tree['basis'], `${at}.basis`),
      trigger: this.oneOf(tree['trigger'], `${at}.trigger`, TRIGGERS),
      period,
      atExpiry: this.oneOf(tree['atExpiry'], `${at}.atExpiry`, EXPIRY_ACTIONS),
      readers,
      reason: this.told(tree['reason'], `${at}.reason`),
    };
  }

  private basis(value: unknown, at: string): Basis {
    const tree = this.object(value, at);
    this.known(tree, at, ['kind', 'references']);
    if (tree['kind'] === 'contract') {
      this.problems.push(
        `${at}.kind: a bare contract is no basis for keeping (网络数据安全管理条例 24); tell the person and ask: told_consent`,
      );
    }
    const references = this.list(tree['references'], `${at}.references`).map((r, i) =>
      this.reference(r, `${at}.references[${i}]`),
    );
    if (references.length === 0) this.problems.push(`${at}.references: name the instrument and article`);
    const kind = tree['kind'] === 'contract' ? 'claim' : this.oneOf(tree['kind'], `${at}.kind`, BASIS_KINDS);
    return { kind, references };
  }

  private reference(value: unknown, at: string): Reference {
    const tree = this.object(value, at);
    this.known(tree, at, ['instrument', 'article']);
    return {
      instrument: this.text(tree['instrument'], `${at}.instrument`),
      article: this.text(tree['article'], `${at}.article`),
    };
  }

  private told(value: unknown, at: string): Told {
    const tree = this.object(value, at);
    this.known(tree, at, ['en', 'zh']);
    return { en: this.text(tree['en'], `${at}.en`), zh: this.text(tree['zh'], `${at}.zh`) };
  }

  private reasons(value: unknown, at: string): Record<string, string> {
    const tree = value === undefined || value === null ? {} : this.object(value, at);
    return Object.fromEntries(Object.entries(tree).map(([key, why]) => [key, this.text(why, `${at}.${key}`)]));
  }

  private impersonal(value: unknown): Record<string, string | string[]> {
    const tree = value === undefined || value === null ? {} : this.object(value, 'impersonal');
    const entries = Object.entries(tree).map(([table, what]): [string, string | string[]] => [
      table,
      Array.isArray(what)
        ? what.map((column) => this.column(column, `impersonal.${table}`))
        : this.text(what, `impersonal.${table}`),
    ]);
    return Object.fromEntries(entries);
  }

  private period(value: unknown, at: string): Period {
    if (isPeriod(value)) return value;
    this.problems.push(`${at}: an ISO 8601 period such as P3Y`);
    return 'P0D';
  }

  private oneOf<const T extends string>(value: unknown, at: string, values: readonly T[]): T {
    const found = values.find((v) => v === value);
    if (found === undefined) this.problems.push(`${at}: one of ${values.join(', ')}`);
    return found ?? (values[0] as T);
  }

  private column(value: unknown, at: string): string {
    if (typeof value === 'string' && COLUMN.test(value)) return value;
    // These names become SQL text, so nothing but a plain identifier passes.
    this.problems.push(`${at}: ${JSON.stringify(value)} is not a plain table or column name`);
    return 'refused';
  }

  private text(value: unknown, at: string): string {
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number') return String(value);
    this.problems.push(`${at}: a text is needed`);
    return '';
  }

  private list(value: unknown, at: string): unknown[] {
    if (Array.isArray(value)) return value;
    this.problems.push(`${at}: a list is needed`);
    return [];
  }

  private object(value: unknown, at: string): Tree {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Tree;
    this.problems.push(`${at}: an object is needed`);
    return {};
  }

  private known(tree: Tree, at: string, keys: readonly string[]): void {
    for (const key of Object.keys(tree)) if (!keys.includes(key)) this.problems.push(`${at}: unknown key ${key}`);
  }
}
