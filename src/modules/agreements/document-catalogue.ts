import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DocumentDefinition } from './domain/agreement.js';

interface YamlDocument {
  readonly kind?: unknown;
  readonly title?: unknown;
  readonly requiredAtRegistration?: unknown;
  readonly precedence?: unknown;
}

/** The documents of config/agreements.yaml, checked and frozen. */
export class DocumentCatalogue {
  private constructor(readonly documents: readonly DocumentDefinition[]) {}

  /** @throws Error naming every problem of the file at once */
  static fromFile(file: string): DocumentCatalogue {
    const tree = parse(readFileSync(file, 'utf8')) as { documents?: Record<string, YamlDocument> } | null;
    const entries = Object.entries(tree?.documents ?? {});
    const problems = entries.flatMap(([id, value]) => problemsOf(id, value).map((text) => `${file}: ${id}: ${text}`));
    if (entries.length === 0) problems.push(`${file}: no documents`);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return new DocumentCatalogue(
      Object.freeze(
        entries.map(([id, value]) => ({
          id,
          kind: value.kind as DocumentDefinition['kind'],
          title: value.title as DocumentDefinition['title'],
          requiredAtRegistration: value.requiredAtRegistration as boolean,
          precedence: value.precedence as number,
        })),
      ),
    );
  }

  find(id: string): DocumentDefinition | undefined {
    return this.documents.find((d) => d.id === id);
  }
}

function problemsOf(id: string, { kind, title, requiredAtRegistration, precedence }: YamlDocument): string[] {
  const problems: string[] = [];
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(id)) problems.push('an id is snake_case, 64 characters at most');
  if (kind !== 'general' && kind !== 'specific') problems.push('kind must be general or specific');
  const titles = typeof title === 'object' && title !== null ? Object.values(title) : [];
  if (titles.length === 0 || titles.some((t) => typeof t !== 'string'))
    problems.push('title must name the document by language');
  if (typeof requiredAtRegistration !== 'boolean') problems.push('requiredAtRegistration must be true or false');
  if (!Number.isInteger(precedence)) problems.push('precedence must be an integer');
  return problems;
}
