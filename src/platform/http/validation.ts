import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { DomainError, type FieldProblem } from '../../kernel/domain-error.js';
import { HTTP_ERRORS } from './http.errors.js';
import { inChinese } from './rules-in-chinese.js';
import { assertSafeJson } from './safe-json.js';

const SCALARS: unknown[] = [String, Boolean, Number, Array, Object, undefined];

rememberRules();

/** Turns bodies and queries into validated DTOs; unknown fields are refused, every problem is named. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    assertSafeJson(value);
    const target = metadata.metatype;
    if (target === undefined || SCALARS.includes(target)) return value;
    const given = metadata.type === 'body' ? value : (value ?? {});
    return validated(target as new () => object, given, metadata.type === 'query');
  }
}

/** @throws DomainError invalid_request naming every field at fault */
export async function validated<T extends object>(target: new () => T, value: unknown, fromQuery = false): Promise<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DomainError(HTTP_ERRORS.invalid_request, {
      errors: [{ path: '', code: 'object_expected', en: 'the body must be a JSON object', zh: '请求体须为 JSON 对象' }],
    });
  }
  const dto = plainToInstance(target, value, { enableImplicitConversion: fromQuery, exposeUnsetFields: false });
  const errors = await validate(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
  });
  if (errors.length > 0) {
    throw new DomainError(HTTP_ERRORS.invalid_request, { errors: errors.flatMap((e) => describe(e, '')).slice(0, 50) });
  }
  return dto;
}

function describe(error: ValidationError, parent: string): FieldProblem[] {
  const path = `${parent}/${error.property.slice(0, 64)}`;
  const own = telling(Object.entries(error.constraints ?? {})).map(([rule, message]) => ({
    path,
    code: rule === 'whitelistValidation' ? 'unknown_field' : snake(rule),
    en: rule === 'whitelistValidation' ? 'this field is not known' : message.slice(0, 200),
    zh: inChinese(rule, message).slice(0, 200),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, path))];
}

/** What is no text at all is also not of the right length: said once, by the rule about its kind. */
function telling(rules: [rule: string, message: string][]): [string, string][] {
  const kind = rules.find(([rule]) => /^is[A-Z]/.test(rule) && rule !== 'isNotEmpty');
  return kind === undefined ? rules : [kind];
}

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/**
 * For every object that it checks, class-validator walks through all the classes that it knows in search of ancestors. What
 * it finds for a class is the same each time, since decorators run once.
 */
function rememberRules(): void {
  const storage = getMetadataStorage();
  const find = storage.getTargetValidationMetadatas.bind(storage);
  const known = new WeakMap<object, Map<string, ReturnType<typeof find>>>();
  // `schema` is undefined, or the name of the class that the object stands in.
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    // A body may have a field of the name `constructor`.
    if (typeof target !== 'function' || always || strictGroups || groups !== undefined)
      return find(target, schema, always, strictGroups, groups);
    const ofClass = known.get(target) ?? new Map<string, ReturnType<typeof find>>();
    const rules = ofClass.get(schema) ?? find(target, schema, always, strictGroups, groups);
    known.set(target, ofClass.set(schema, rules));
    return rules;
  };
}
