import { columnClaims, type RetentionPolicy } from './policy.js';

/** One column of the schema as the database describes it. */
export interface SchemaColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** COMMENT ON COLUMN; one that begins with "personal" declares the column personal. */
  readonly comment: string | null;
}

const isPersonal = (column: SchemaColumn): boolean => /^personal\b/i.test(column.comment ?? '');

/**
 * Why the catalogue and the schema do not fit: any of these keeps the service from starting (R40). A migration declares
 * a personal column with `COMMENT ON COLUMN … IS 'personal'`, and the catalogue names its class.
 */
export function catalogueProblems(policy: RetentionPolicy, schema: readonly SchemaColumn[]): string[] {
  const claims = columnClaims(policy);
  const present = new Set(schema.map((c) => `${c.table}.${c.column}`));
  const problems: string[] = [];
  for (const column of schema.filter(isPersonal)) {
    const name = `${column.table}.${column.column}`;
    const claimed = claims.get(name) ?? [];
    if (claimed.length === 0) problems.push(`${name} is personal and belongs to no record class`);
    if (claimed.length > 1) problems.push(`${name} belongs to ${claimed.join(' and ')}`);
  }
  for (const recordClass of policy.classes) {
    for (const place of recordClass.tables) {
      const used = [
        ...(place.subject ? [place.subject] : []),
        place.key,
        ...place.columns,
        ...(place.since ? [place.since] : []),
        ...(place.case ? [place.case] : []),
      ];
      for (const column of new Set([...used, ...Object.keys(place.set ?? {})])) {
        if (!present.has(`${place.table}.${column}`)) {
          problems.push(`${recordClass.name}: the database has no column ${place.table}.${column}`);
        }
      }
    }
  }
  return problems;
}

/** Types that can carry something about a person. Numbers, times, flags and opaque ids do not by themselves. */
const SPEAKING = new Set([
  'text',
  'character varying',
  'bytea',
  'jsonb',
  'json',
  'inet',
  'cidr',
  'date',
  'ARRAY',
  'citext',
]);

/**
 * Columns about which nobody has decided: they could carry something personal, no class claims them, and `impersonal`
 * does not name them. A test keeps this empty, so that a new column cannot be forgotten.
 */
export function undecidedColumns(policy: RetentionPolicy, schema: readonly SchemaColumn[]): string[] {
  const claims = columnClaims(policy);
  const decided = ({ table, column }: SchemaColumn): boolean => {
    const what = policy.impersonal[table];
    return typeof what === 'string' || (what?.includes(column) ?? false) || claims.has(`${table}.${column}`);
  };
  return schema
    .filter((c) => SPEAKING.has(c.type) && !decided(c))
    .map((c) => `${c.table}.${c.column}`)
    .sort();
}
