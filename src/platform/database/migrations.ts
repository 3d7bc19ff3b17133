import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** Every migration of the folder, by file name, which starts with its UTC timestamp. */
export async function loadMigrations(
  folder = join(import.meta.dirname, '../../../migrations'),
): Promise<MigrationClass[]> {
  const files = readdirSync(folder).filter(
    (name) => /^\d{14}-[a-z0-9-]+\.(js|ts)$/.test(name) && !name.endsWith('.d.ts'),
  );
  const modules = await Promise.all(
    files.sort().map((name) => import(pathToFileURL(join(folder, name)).href) as Promise<Record<string, unknown>>),
  );
  return modules.map((module, index) => {
    const exported = Object.values(module).filter((value) => typeof value === 'function');
    if (exported.length !== 1) throw new Error(`migration ${files[index]} must export exactly one class`);
    return exported[0] as MigrationClass;
  });
}
