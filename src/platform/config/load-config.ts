import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { declaredSections, secretKeys, type SectionClass } from './config-section.js';

export type Environment = Readonly<Record<string, string | undefined>>;
export type LoadedConfig = ReadonlyMap<SectionClass, object>;

/** A start that is the operator's to mend: told by its message, without our stack. */
export class StartRefused extends Error {
  override readonly name: string = 'StartRefused';
}

/** Every problem of the configuration at once, so that an operator fixes it in one go. */
export class ConfigError extends StartRefused {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`configuration refused:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  }
}

type Tree = Record<string, unknown>;

/**
 * `config/defaults.yaml`, then `CONFIG_FILE`, then the environment; validated, frozen.
 * @throws ConfigError naming every unknown key, missing value, bad value and secret in a file
 */
export function loadConfig(env: Environment, configDir = resolve(env['CONFIG_DIR'] ?? 'config')): LoadedConfig {
  const problems: string[] = [];
  const files = [resolve(configDir, 'defaults.yaml'), ...(env['CONFIG_FILE'] ? [resolve(env['CONFIG_FILE'])] : [])];
  const fileTrees = files.map((file) => readTree(file, problems));
  const production = env['NODE_ENV'] === 'production';
  const known = declaredSections();
  for (const [index, tree] of fileTrees.entries()) {
    for (const key of Object.keys(tree)) if (!known.has(key)) problems.push(`${files[index]}: unknown section ${key}`);
  }
  const loaded = new Map<SectionClass, object>();
  for (const [path, section] of known) {
    const fromFiles = Object.assign({}, ...fileTrees.map((tree) => tree[path] ?? {})) as Tree;
    if (production) {
      for (const key of secretKeys(section)) {
        if (fromFiles[key] !== undefined)
          problems.push(`${path}.${key}: a secret may not stand in a file in production`);
      }
    }
    const values = { ...fromFiles, ...fromEnvironment(path, section, fromFiles, env, problems) };
    const instance = plainToInstance(section, values, { enableImplicitConversion: true, exposeDefaultValues: true });
    const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
    for (const error of errors) problems.push(...describe(path, error));
    loaded.set(section, Object.freeze(instance));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return loaded;
}

export const environmentName = (path: string, key: string): string =>
  `${path}_${key}`
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[.-]/g, '_')
    .toUpperCase();

function fromEnvironment(path: string, section: SectionClass, files: Tree, env: Environment, problems: string[]): Tree {
  const values: Tree = {};
  const defaults = new section() as Tree;
  const keys = new Set([...Object.keys(defaults), ...Object.keys(files), ...secretKeys(section)]);
  for (const key of keys) {
    const name = environmentName(path, key);
    const file = env[`${name}_FILE`];
    if (env[name] !== undefined) values[key] = parseValue(env[name], section, key, files[key] ?? defaults[key]);
    else if (file !== undefined) {
      try {
        values[key] = readFileSync(file, 'utf8').trim();
      } catch {
        problems.push(`${name}_FILE: cannot read ${file}`);
      }
    }
  }
  return values;
}

/**
 * Lists and maps come as YAML (`[a, b]`), booleans as `true` or `false` and nothing else (a plain conversion would read
 * the text "false" as true); everything else stays text and is converted by the section's types.
 */
function parseValue(text: string, section: SectionClass, key: string, sample: unknown): unknown {
  if (typeof sample === 'object' && sample !== null) return parse(text) as unknown;
  if (Reflect.getMetadata('design:type', section.prototype as object, key) !== Boolean) return text;
  return text === 'true' ? true : text === 'false' ? false : null;
}

function readTree(file: string, problems: string[]): Tree {
  if (!existsSync(file)) {
    problems.push(`${file}: not found`);
    return {};
  }
  try {
    return (parse(readFileSync(file, 'utf8')) as Tree | null) ?? {};
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
    return {};
  }
}

function describe(path: string, error: ValidationError): string[] {
  const here = `${path}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((text) => `${here}: ${text}`);
  return [...own, ...(error.children ?? []).flatMap((child) => describe(here, child))];
}
