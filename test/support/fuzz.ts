/** As much of an OpenAPI document as is needed to make up requests. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}
export interface FuzzedOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly 'x-callers': readonly string[];
}
export interface FuzzedDocument {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
export interface FuzzedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** mulberry32: the same numbers for the same seed, so that a failure comes again. */
export class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }
}

/** What somebody is told nowhere but in their own data: its being in a refusal is a leak (invariant 11). */
export const CANARIES = ['+8613712345678', '13712345678', '张三丰测试', '1987-03-21'] as const;

const TEXTS = [
  ...CANARIES,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e反',
  '１３８',
  "' OR 1=1 --",
  '${7*7}',
  '../../etc',
  '%00',
];
const ODD: readonly unknown[] = [
  null,
  -1,
  0,
  1e308,
  2 ** 53,
  1.5,
  true,
  [],
  {},
  [[[]]],
  { toString: 1 },
  ['a', 1, null],
  'x'.repeat(5000),
];
const HEADERS = [
  '"',
  '"1"',
  '"0"',
  '*',
  'W/"1"',
  '"-1"',
  '"99999999999999999999"',
  'a,b',
  'zh-CN;q=9',
  '\t',
  'é',
  '{}',
  'x'.repeat(900),
];

/**
 * Requests that are nearly right: by the schema, with the example where there is one, and then something wrong in one place
 * or nothing at all. What is wholly wrong is stopped at the door; what is nearly right gets as far as the code.
 */
export class Fuzzer {
  constructor(
    private readonly document: FuzzedDocument,
    private readonly dice: Dice,
    /** Ids that exist, or could. */
    private readonly ids: readonly string[],
  ) {}

  request(path: string, operation: FuzzedOperation): FuzzedRequest {
    const { dice } = this;
    const query = (operation.parameters ?? [])
      .filter((p) => p.in === 'query' && dice.chance(0.6))
      .map((p) => `${p.name}=${encodeURIComponent(wellFormed(textOf(this.value(p.schema ?? {}, 3))))}`);
    if (dice.chance(0.05)) query.push('nobodyKnows=1');
    const concrete = path.replace(/\{[^}]+\}/g, () =>
      encodeURIComponent(wellFormed(dice.chance(0.85) ? dice.of(this.ids) : textOf(dice.of(TEXTS)) || '-')),
    );
    const headers: Record<string, string> = { 'content-type': dice.chance(0.98) ? 'application/json' : 'text/plain' };
    if (dice.chance(0.8)) headers['if-match'] = dice.chance(0.7) ? '"1"' : dice.of(HEADERS);
    if (dice.chance(0.5))
      headers['idempotency-key'] = dice.chance(0.8) ? `key-${Math.floor(dice.next() * 500)}` : dice.of(HEADERS);
    for (const name of [
      'accept-language',
      'user-agent',
      'x-request-id',
      'recovery-token',
      'purpose',
      'x-forwarded-for',
    ])
      if (dice.chance(0.2)) headers[name] = dice.of(HEADERS);
    const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
    const body = schema === undefined ? undefined : this.spoiled(JSON.stringify(this.value(schema, 0)));
    return { path: query.length === 0 ? concrete : `${concrete}?${query.join('&')}`, headers, body };
  }

  private value(schema: Schema, depth: number): unknown {
    const { dice } = this;
    if (depth > 0 && dice.chance(0.06)) return dice.of([...TEXTS, ...ODD]);
    if (schema.$ref !== undefined)
      return this.value(this.document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth);
    const one = schema.allOf?.[0] ?? (schema.anyOf === undefined ? undefined : dice.of(schema.anyOf));
    if (one !== undefined) return this.value(one, depth);
    if (schema.properties !== undefined) {
      const made = Object.entries(schema.properties)
        .filter(([name]) => dice.chance(schema.required?.includes(name) === true ? 0.97 : 0.4))
        .map(([name, of]) => [name, this.value(of, depth + 1)]);
      return { ...(Object.fromEntries(made) as object), ...(dice.chance(0.03) ? { nobodyKnows: 1 } : {}) };
    }
    if (schema.items !== undefined) {
      const { items } = schema;
      return Array.from({ length: Math.floor(dice.next() * 3) + (dice.chance(0.9) ? 1 : 0) }, () =>
        this.value(items, depth + 1),
      );
    }
    if (schema.enum !== undefined) return dice.of(schema.enum);
    if (schema.format === 'uuid') return dice.of(this.ids);
    if (schema.type === 'boolean') return dice.chance(0.5);
    if (schema.type === 'integer' || schema.type === 'number')
      return dice.of([schema.minimum ?? 0, schema.maximum ?? 10, schema.example ?? 1, (schema.maximum ?? 10) + 1]);
    if (schema.type === 'string') {
      if (dice.chance(0.15)) return dice.of(CANARIES);
      if (dice.chance(0.05)) return '好'.repeat(schema.maxLength ?? 10);
      return schema.example ?? 'some words';
    }
    return schema.example ?? dice.of(ODD);
  }

  /** Now and then not even JSON. */
  private spoiled(json: string): string {
    if (!this.dice.chance(0.03)) return json;
    return this.dice.of([json.slice(0, -1), `${json}x`, '', '[', json.replace('{', '{"__proto__":{"a":1},')]);
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A lone surrogate cannot stand in an address. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/g, '?');
