import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, type TestApp } from '../support/app.js';

interface Operation {
  readonly summary?: string;
  readonly operationId: string;
  readonly responses: Record<string, { content?: Record<string, { examples?: object }> }>;
  readonly 'x-callers'?: string[];
  readonly 'x-clauses'?: string[];
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, unknown> };
}

describe('the OpenAPI document', () => {
  let app: TestApp;
  let document: Document;
  beforeAll(async () => {
    app = await startApp();
    document = (await app.http.get<Document>('/openapi.json')).body;
  });
  afterAll(() => app.stop());

  const operations = (): [string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );

  it('is the committed one: run `npm run openapi` after changing a route', () => {
    const committed = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8')) as unknown;
    expect(document).toEqual(committed);
  });

  it('says of every operation who may call it and which clause it carries out', () => {
    const silent = operations().filter(([, o]) => !o['x-callers']?.length || !o['x-clauses'] || !o.summary);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('names every operation once', () => {
    const ids = operations().map(([, o]) => o.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('gives every refusal an example', () => {
    const bare = operations().flatMap(([name, o]) =>
      Object.entries(o.responses)
        .filter(([status, r]) => Number(status) >= 400 && !r.content?.['application/problem+json']?.examples)
        .map(([status]) => `${name} ${status}`),
    );
    expect(bare).toEqual([]);
  });

  it('refers only to schemas that it has', () => {
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1] ?? '');
    expect([...new Set(refs)].filter((name) => !(name in document.components.schemas))).toEqual([]);
  });
});

describe('names of DTO classes', () => {
  it('are unique: a second class of one name would replace the first in the document, silently', () => {
    const src = join(import.meta.dirname, '../../src');
    const names = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.dto.ts'))
      .flatMap((file) =>
        [...readFileSync(join(src, file), 'utf8').matchAll(/^(?:export )?class (\w+)/gm)].map((m) => m[1]),
      );
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
