import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { isId } from '../../kernel/ids.js';

/** Field decorators that validate and document in one, so that the OpenAPI document cannot say something else. */
interface Common {
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

type DtoClass = new () => object;

const presence = (o: Common): PropertyDecorator[] => {
  if (o.optional && o.nullable) return [IsOptional()];
  if (o.optional) return [ValidateIf((_dto, value) => value !== undefined)];
  if (o.nullable) return [ValidateIf((_dto, value) => value !== null)];
  return [];
};

function field(o: Common, schema: ApiPropertyOptions, rules: PropertyDecorator[]): PropertyDecorator {
  const api = {
    ...schema,
    required: !o.optional,
    ...(o.nullable ? { nullable: true } : {}),
    ...(o.description === undefined ? {} : { description: o.description }),
    ...(o.example === undefined ? {} : { example: o.example }),
  } as ApiPropertyOptions;
  return applyDecorators(ApiProperty(api), ...presence(o), ...rules);
}

/** Text of at most `max` UTF-16 units; not empty unless `min: 0`. */
export function Text(o: Common & { max: number; min?: number; pattern?: RegExp; format?: string }): PropertyDecorator {
  const min = o.min ?? (o.pattern ? 0 : 1);
  return field(
    o,
    {
      type: 'string',
      maxLength: o.max,
      ...(min > 0 ? { minLength: min } : {}),
      ...(o.pattern ? { pattern: o.pattern.source } : {}),
      ...(o.format ? { format: o.format } : {}),
    },
    [
      IsString(),
      MaxLength(o.max),
      ...(min > 0 ? [MinLength(min), IsNotEmpty()] : []),
      ...(o.pattern ? [Matches(o.pattern)] : []),
    ],
  );
}

/** One of `values`. */
export function Enum(values: readonly string[], o: Common = {}): PropertyDecorator {
  return field({ example: values[0], ...o }, { type: 'string', enum: [...values] }, [IsIn([...values])]);
}

export function Uuid(o: Common = {}): PropertyDecorator {
  return field({ example: '0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13', ...o }, { type: 'string', format: 'uuid' }, [
    rule('isUuid', isId, 'must be a UUID'),
  ]);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 instant; stays text in the DTO. */
export function Instant(o: Common = {}): PropertyDecorator {
  const check = (v: unknown): boolean => typeof v === 'string' && INSTANT.test(v) && isInYears(new Date(v));
  return field({ example: '2026-11-23T08:00:00.000Z', ...o }, { type: 'string', format: 'date-time' }, [
    rule('isInstant', check, 'must be an RFC 3339 instant such as 2026-11-23T08:00:00Z'),
  ]);
}

/** A calendar day that exists. */
export function DateOnly(o: Common = {}): PropertyDecorator {
  return field({ example: '1999-12-31', ...o }, { type: 'string', format: 'date' }, [
    rule('isDateOnly', isCalendarDay, 'must be a day such as 1999-12-31'),
  ]);
}

export function isCalendarDay(v: unknown): v is string {
  if (typeof v !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(v)) return false;
  const day = new Date(`${v}T00:00:00Z`);
  return isInYears(day) && day.toISOString().startsWith(v);
}

/** Four-digit years that PostgreSQL and people share. */
const isInYears = (d: Date): boolean =>
  !Number.isNaN(d.getTime()) && d.getUTCFullYear() >= 1800 && d.getUTCFullYear() <= 9000;

export function Int(o: Common & { min: number; max: number }): PropertyDecorator {
  return field(o, { type: 'integer', minimum: o.min, maximum: o.max }, [IsInt(), Min(o.min), Max(o.max)]);
}

export function Bool(o: Common = {}): PropertyDecorator {
  const fromQuery = ({ obj, key }: { obj: Record<string, unknown>; key: string }): unknown => {
    const raw = obj[key];
    return raw === 'true' ? true : raw === 'false' ? false : raw;
  };
  return field({ example: true, ...o }, { type: 'boolean' }, [Transform(fromQuery), IsBoolean()]);
}

/** A phone number as people write it; its canonical E.164 form is found by the phone rules, not here. */
export function Phone(o: Common = {}): PropertyDecorator {
  return Text({ description: 'A phone number; E.164 preferred.', example: '+8613800138000', ...o, max: 40 });
}

/** A one-time code as it was sent: six digits. */
export function OneTimeCode(o: Common = {}): PropertyDecorator {
  return Text({ example: '123456', ...o, max: 6, pattern: /^\d{6}$/ });
}

/** The document generator knows a deferred class by the name of its function, which has to be `type`. */
const lazily = (of: () => DtoClass): (() => DtoClass) => ({ type: () => of() }).type;

/** A nested object. */
export function Obj(type: () => DtoClass, o: Common = {}): PropertyDecorator {
  return field(o, { type: lazily(type) }, [IsObject(), ValidateNested(), Type(type)]);
}

/** A list of objects, or of texts (`'text'`, each at most `itemMax`), ids (`'uuid'`) or integers. */
export function List(
  of: (() => DtoClass) | 'text' | 'uuid' | 'integer',
  o: Common & { max: number; min?: number; itemMax?: number; values?: readonly string[] },
): PropertyDecorator {
  const size = [IsArray(), ArrayMaxSize(o.max), ...(o.min ? [ArrayMinSize(o.min)] : [])];
  const bounds = { maxItems: o.max, ...(o.min ? { minItems: o.min } : {}) };
  if (typeof of === 'function') {
    return field(o, { type: lazily(of), isArray: true, ...bounds } as ApiPropertyOptions, [
      ...size,
      rule('isObjectList', (v) => Array.isArray(v) && v.every(isPlainObject), 'must be a list of objects'),
      ValidateNested({ each: true }),
      Type(of),
    ]);
  }
  if (o.values) {
    return field(o, { type: 'string', enum: [...o.values], isArray: true, ...bounds } as ApiPropertyOptions, [
      ...size,
      IsIn([...o.values], { each: true }),
    ]);
  }
  const items =
    of === 'integer'
      ? { type: 'integer' }
      : of === 'uuid'
        ? { type: 'string', format: 'uuid' }
        : { type: 'string', maxLength: o.itemMax ?? 200 };
  const each =
    of === 'integer'
      ? [IsInt({ each: true })]
      : of === 'uuid'
        ? [rule('isUuidList', (v) => Array.isArray(v) && v.every(isId), 'must be a list of UUIDs')]
        : [IsString({ each: true }), MaxLength(o.itemMax ?? 200, { each: true }), IsNotEmpty({ each: true })];
  return field(o, { type: 'array', items, ...bounds } as ApiPropertyOptions, [...size, ...each]);
}

/** A free JSON object (details, facts); its size is bounded by the body limit. */
export function Json(o: Common = {}): PropertyDecorator {
  return field(o, { type: 'object', additionalProperties: true } as ApiPropertyOptions, [IsObject()]);
}

/** A nullable list item or answer-only value of any JSON type. */
const isPlainObject = (v: unknown): boolean => typeof v === 'object' && v !== null && !Array.isArray(v);

/** A validation rule from a plain predicate. */
export const rule =
  (name: string, check: (value: unknown) => boolean, message: string): PropertyDecorator =>
  (target, key) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(key),
      validator: { validate: check, defaultMessage: () => `$property ${message}` },
    });
  };
