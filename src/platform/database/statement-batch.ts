import type { Duplex } from 'node:stream';
import pg from 'pg';

/** One statement on its way to the server. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared under it, once per connection; undefined: read and planned anew. */
  readonly name: string | undefined;
  /** Who waits for the answer; nobody, where only its failure matters. */
  readonly answered?: ((result: pg.QueryResult) => void) | undefined;
  readonly failed?: ((error: unknown) => void) | undefined;
}

/** What of the connection's side of the protocol is used here; `pg` does not declare all of it. */
interface Wire {
  readonly stream: Duplex;
  close(what: { type: 'S'; name: string }): void;
  parse(statement: { name: string; text: string }): void;
  bind(values: { statement: string; values: unknown[] }): void;
  describe(what: { type: 'P' }): void;
  execute(): void;
  sync(): void;
}

type Fields = pg.FieldDef[];
type Result = pg.Result &
  Described & { addFields(fields: Fields): void; addCommandComplete(message: unknown): void } & {
    parseRow(values: unknown[]): unknown;
  };

/** What `addFields` makes of the columns of an answer: the same for every answer to one statement. */
interface Described {
  fields: Fields;
  _parsers?: unknown;
  _prebuiltEmptyResultObject: unknown;
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils;

/** Columns of the answers to named statements. They stay what they are: a plan whose answer changed is refused (0A000). */
const columnsByName = new Map<string, Described>();

/**
 * Several statements that go to the server in one write and come back in one answer: the protocol's pipeline with one
 * Sync at its end. They run one after the other as if each had been waited for; where one fails, those behind it are not
 * run, and the whole batch has failed.
 */
export class StatementBatch extends pg.Query {
  private readonly results: Result[] = [];
  /** Names that this batch prepares; true once it is known to have happened. */
  private readonly preparing: string[] = [];
  private unreadable: unknown;

  /** @param prepared names that the connection has; kept here */
  constructor(
    private readonly statements: readonly Statement[],
    private readonly prepared: Set<string>,
  ) {
    super('');
    const send = (connection: unknown): Error | null => this.send(connection as Wire);
    this.submit = send as unknown as typeof this.submit;
  }

  private send(wire: Wire): Error | null {
    let values: unknown[][];
    try {
      values = this.statements.map((statement) => statement.values.map(prepareValue));
    } catch (error) {
      return error as Error;
    }
    wire.stream.cork();
    try {
      this.statements.forEach(({ text, name = '' }, i) => {
        if (name === '' || !this.prepared.has(name)) this.prepare(wire, name, text);
        wire.bind({ statement: name, values: values[i] ?? [] });
        if (!columnsByName.has(name)) wire.describe({ type: 'P' });
        wire.execute();
      });
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    this.expectNext();
    return null;
  }

  private prepare(wire: Wire, name: string, text: string): void {
    if (name !== '') {
      // Of a batch that failed it is not known which names it got to. Closing what is not there is no error.
      wire.close({ type: 'S', name });
      this.prepared.add(name);
      this.preparing.push(name);
    }
    wire.parse({ name, text });
  }

  private expectNext(): void {
    const next = this.statements[this.results.length];
    if (next === undefined) return;
    const result = new pg.Result('', pg.types) as Result;
    const columns = next.name === undefined ? undefined : columnsByName.get(next.name);
    if (columns !== undefined) Object.assign(result, columns);
    this.results.push(result);
  }

  private get current(): Result {
    const result = this.results.at(-1);
    if (result === undefined) throw new Error('the server answers what nobody asked');
    return result;
  }

  // What follows is called by `pg` as the answer comes in.

  handleRowDescription({ fields }: { fields: Fields }): void {
    this.current.addFields(fields);
  }

  handleDataRow({ fields }: { fields: unknown[] }): void {
    if (this.unreadable !== undefined) return;
    try {
      this.current.rows.push(this.current.parseRow(fields));
    } catch (error) {
      this.unreadable = error;
    }
  }

  handleCommandComplete(message: unknown): void {
    const { current } = this;
    current.addCommandComplete(message);
    const name = this.statements[this.results.length - 1]?.name;
    if (name !== undefined && !columnsByName.has(name)) {
      const { fields, _parsers, _prebuiltEmptyResultObject } = current;
      columnsByName.set(name, { fields, _parsers, _prebuiltEmptyResultObject });
    }
    this.expectNext();
  }

  handleEmptyQuery(): void {
    this.expectNext();
  }

  handleError(error: unknown): void {
    for (const name of this.preparing) this.prepared.delete(name);
    for (const { failed } of this.statements) failed?.(error);
  }

  /** Told at the end only: before it, a statement outside of a transaction is not committed. */
  handleReadyForQuery(): void {
    if (this.unreadable !== undefined) return this.handleError(this.unreadable);
    this.statements.forEach(({ answered }, i) => answered?.(this.results[i] as pg.QueryResult));
  }
}
