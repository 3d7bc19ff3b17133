import { registerDecorator, type ValidationOptions } from 'class-validator';
import 'reflect-metadata';
import { isPeriod } from '../../kernel/period.js';

/** A class whose validated, frozen instance is injected under its own type. */
export type SectionClass<T extends object = object> = new () => T;

const sections = new Map<string, SectionClass>();
const SECRET = Symbol('secret');

/**
 * Declares one section of the configuration. `path` is its key in `config/defaults.yaml`; the environment variable of
 * a property is path and property in upper snake case: `deregistration` + `coolingOff` → `DEREGISTRATION_COOLING_OFF`.
 */
export const ConfigSection =
  (path: string) =>
  (target: SectionClass): void => {
    if (sections.has(path)) throw new Error(`config section ${path} is declared twice`);
    sections.set(path, target);
  };

export const declaredSections = (): ReadonlyMap<string, SectionClass> => sections;

/** Marks a property that never stands in a file in production: environment, or `<NAME>_FILE` naming a mounted file. */
export const Secret = (): PropertyDecorator => (target, key) => {
  const known = secretKeys(target.constructor as SectionClass);
  Reflect.defineMetadata(SECRET, [...known, String(key)], target.constructor);
};

export const secretKeys = (section: SectionClass): string[] =>
  (Reflect.getMetadata(SECRET, section) as string[] | undefined) ?? [];

/** An ISO 8601 duration. */
export const IsPeriod =
  (options?: ValidationOptions): PropertyDecorator =>
  (target, key) => {
    registerDecorator({
      name: 'isPeriod',
      target: target.constructor,
      propertyName: String(key),
      ...(options ? { options } : {}),
      validator: {
        validate: (value: unknown) => isPeriod(value),
        defaultMessage: () => '$property must be an ISO 8601 duration such as P7D or PT30S',
      },
    });
  };
