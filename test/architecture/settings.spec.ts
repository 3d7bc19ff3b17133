import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { declaredSections } from '../../src/platform/config/config-section.js';
import { environmentName } from '../../src/platform/config/load-config.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** Read under their usual names (src/boot.ts), or before there is a configuration. */
const USUAL = ['NODE_ENV', 'ROLE', 'PORT', 'HOST', 'PUBLIC_URL', 'DATA_DIR', 'CONFIG_DIR', 'CONFIG_FILE'];

/** What an operator is told to set is what the service reads: a name that nothing reads is a setting that does nothing. */
describe('names of settings', () => {
  const known = new Set<string>(USUAL);
  beforeAll(async () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.config.ts'))) await import(join(ROOT, 'src', file));
    for (const [path, section] of declaredSections())
      for (const key of Object.keys(new section())) known.add(environmentName(path, key));
  });

  const unknown = (names: Iterable<string>): string[] =>
    [...new Set(names)].filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')));

  it('the settings are known', () => {
    expect(known.size).toBeGreaterThan(150);
    expect(unknown(['DEREGISTRATION_COOLING_OFF', 'DATABASE_URL_FILE', 'DEREGISTRATION_COOLINGOFF'])).toEqual([
      'DEREGISTRATION_COOLINGOFF',
    ]);
  });

  it('of .env.example', () => {
    const names = [...readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(
      (m) => m[1] ?? '',
    );
    expect(names.length).toBeGreaterThan(20);
    expect(unknown(names)).toEqual([]);
  });

  it.each(['README.md', 'docs/operations.md', 'docker-compose.yml', 'Dockerfile'])('of %s', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const settings = [...text.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`|^ {4}([A-Z][A-Z0-9_]+):/gm)].map(
      (m) => m[1] ?? m[2] ?? '',
    );
    // PostgreSQL's own, in the same file.
    expect(unknown(settings.filter((name) => !name.startsWith('POSTGRES_')))).toEqual([]);
  });
});

/** An alert on a metric that nobody measures never rings. */
describe('alerts', () => {
  const table = [...read('docs/operations.md').matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \| (> \d+|rate) \|/gm)].flatMap(
    ([, names = '', condition = '']) => [...names.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => [name, condition]),
  ) as [string, string][];

  it('stand on metrics that the service has', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join('src', name)))
      .join('\n');
    expect(table.length).toBeGreaterThan(10);
    expect(table.map(([name]) => name).filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it('are the same for people and for Prometheus', () => {
    const { groups } = parse(read('docs/alerts.yaml')) as { groups: { rules: { expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules.map((rule) => rule.expr));
    expect(rules).toEqual(
      table.map(([name, condition]) => (condition === 'rate' ? `increase(${name}[15m]) > 0` : `${name} ${condition}`)),
    );
  });
});
