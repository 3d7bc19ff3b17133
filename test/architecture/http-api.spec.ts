import { newId } from '../../src/kernel/ids.js';
import { RouteTable } from '../../src/platform/callers/route-table.js';
import { startApp, type TestApp } from '../support/app.js';
import { openAccount } from '../support/accounts.js';
import { serviceToken, staffToken } from '../support/tokens.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly enum?: string[];
  readonly items?: Schema;
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly anyOf?: Schema[];
  readonly allOf?: Schema[];
}
interface Answer {
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { schema: Schema }>;
}
interface Operation {
  readonly parameters?: { in: string; name: string }[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<string, Answer>;
  readonly 'x-callers'?: string[];
  readonly 'x-clauses'?: string[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, Schema> };
}

/** What is fixed of one route. A `?` behind a field says that a client may leave it out. */
interface Fixed {
  readonly body?: readonly string[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly query?: readonly string[];
  readonly answer?: readonly string[];
  readonly caller?: string;
}

/** The fixed points, written by hand from the page; the document is generated from the code. Whoever renames, breaks this. */
const FIXED: Readonly<Record<string, Fixed>> = {
  // agreements
  'GET /v1/agreements': { caller: 'public' },
  'GET /v1/agreements/{documentId}/versions/{version}': { caller: 'public' },
  'POST /v1/agreements/{documentId}/versions': { caller: 'staff:legal' },
  'GET /v1/accounts/me/acceptances': { caller: 'account' },
  'POST /v1/accounts/me/acceptances': { caller: 'account' },
  'GET /v1/accounts/{id}/governing-agreement': { query: ['topic'] },
  // registration
  'POST /v1/registrations': {
    caller: 'public',
    body: ['method', 'phone', 'birthDate', 'displayName?', 'channel', 'deviceId?', 'acceptances', 'guardian?'],
    values: { method: ['phone'] },
  },
  'POST /v1/registrations/{id}/codes': { caller: 'public' },
  'POST /v1/registrations/{id}/verifications': {
    caller: 'public',
    body: ['code'],
    answer: ['status', 'account?', 'tokens?'],
  },
  'GET /v1/registrations/{id}': { caller: 'public', answer: ['status'] },
  'GET /v1/oidc/{provider}/authorize': { caller: 'public' },
  'GET /v1/oidc/{provider}/callback': { caller: 'public' },
  // sessions
  'POST /v1/sessions/codes': { caller: 'public', body: ['phone'] },
  'POST /v1/sessions': { caller: 'public', body: ['phone', 'code'] },
  'POST /v1/sessions/refresh': { caller: 'public' },
  'DELETE /v1/sessions/current': { caller: 'account' },
  'DELETE /v1/sessions': { caller: 'account' },
  'GET /.well-known/jwks.json': { caller: 'public' },
  // account
  'GET /v1/accounts/me': { caller: 'account' },
  'PATCH /v1/accounts/me': { caller: 'account' },
  'POST /v1/accounts/me/identifier-changes': { caller: 'account' },
  'POST /v1/accounts/me/identifier-changes/{id}/verifications': { caller: 'account' },
  'PUT /v1/accounts/me/data-use-objection': { caller: 'account' },
  'POST /v1/accounts/me/freeze': { caller: 'account' },
  'GET /v1/accounts/{id}': { caller: 'staff:moderator' },
  'GET /v1/accounts/me/standing': { caller: 'account' },
  'GET /v1/accounts/{id}/standing': { caller: 'service:standing:read' },
  'GET /v1/accounts/{id}/timeline': { caller: 'staff:moderator', answer: ['items', 'nextCursor'] },
  // recovery
  'POST /v1/recovery-appeals': { caller: 'public' },
  'GET /v1/recovery-appeals/{id}': { caller: 'public' },
  'POST /v1/recovery-appeals/{id}/decision': { caller: 'staff:moderator' },
  // guardians
  'GET /v1/guardian-consents/{token}': { caller: 'guardian' },
  'POST /v1/guardian-consents/{token}/codes': { caller: 'guardian' },
  'POST /v1/guardian-consents/{token}/decision': {
    caller: 'guardian',
    body: ['decision', 'code', 'guardianName', 'relationship'],
    values: { decision: ['granted', 'refused'] },
  },
  'POST /v1/guardian-consents/{token}/revocation': { caller: 'guardian' },
  'PUT /v1/guardian-consents/{token}/limits': { caller: 'guardian' },
  'POST /v1/guardian-consents/{token}/deregistration': { caller: 'guardian' },
  // deregistration
  'GET /v1/accounts/me/deregistration/preview': { caller: 'account' },
  'POST /v1/accounts/me/deregistration': { caller: 'account', body: ['code', 'reason?'] },
  'GET /v1/accounts/me/deregistration': { caller: 'account' },
  'DELETE /v1/accounts/me/deregistration': { caller: 'account' },
  'GET /v1/deregistrations/{id}': { caller: 'staff:moderator', answer: ['version'] },
  'POST /v1/deregistrations/{id}/decision': {
    caller: 'staff:moderator',
    body: ['decision', 'reasonCode', 'note?'],
    values: { decision: ['approve', 'reject'] },
  },
  'POST /v1/deregistrations/{id}/acknowledgements': {
    caller: 'service:erasure:ack',
    body: ['participant', 'phase', 'outcome', 'counts', 'reason?'],
    values: { phase: ['fence', 'erase'], outcome: ['done', 'refused'] },
  },
  'GET /v1/deregistrations/{id}/receipt': {},
  // retention
  'GET /v1/retention/policy': {},
  'POST /v1/retention/runs': { body: ['dryRun'] },
  'GET /v1/retention/runs/{id}': {},
  'GET /v1/retained-records': { query: ['subject', 'purpose'] },
  'POST /v1/legal-holds': {},
  'DELETE /v1/legal-holds/{id}': {},
  // review
  'GET /v1/review-tasks': { query: ['kind', 'status', 'assignee', 'overdue'], answer: ['items', 'nextCursor'] },
  'POST /v1/review-tasks/claim-next': { body: ['kinds'] },
  'POST /v1/review-tasks/{id}/claim': {},
  'POST /v1/review-tasks/{id}/release': {},
  'POST /v1/review-tasks/{id}/assign': {},
  'POST /v1/review-tasks/{id}/snooze': {},
  'POST /v1/review-tasks/{id}/escalate': {},
  'GET /v1/review-tasks/stats': {},
  // enforcement
  'POST /v1/reports': { caller: 'service:reports:write' },
  'GET /v1/cases': { answer: ['items', 'nextCursor'] },
  'POST /v1/cases': {},
  'GET /v1/cases/{id}': { answer: ['version'] },
  'POST /v1/cases/{id}/evidence': {},
  'POST /v1/cases/{id}/decisions': {
    caller: 'staff:moderator',
    body: ['clauses', 'actions', 'notice', 'statementOfReasons', 'announce?'],
    values: {
      'actions.type': [
        'warning',
        'rectification',
        'feature_restriction',
        'suspension',
        'closure',
        'reregistration_ban',
        'content_removal',
      ],
    },
  },
  'POST /v1/decisions/{id}/approval': { body: ['approved', 'note'] },
  'GET /v1/sanctions': { answer: ['items', 'nextCursor'] },
  'POST /v1/sanctions/{id}/lift': {},
  'POST /v1/sanctions/{id}/rectification-submissions': { caller: 'account' },
  'POST /v1/sanctions/{id}/rectification-reviews': {},
  'POST /v1/appeals': { caller: 'account' },
  'POST /v1/appeals/{id}/decision': {},
  'GET /v1/announcements': { caller: 'public', answer: ['items', 'nextCursor'] },
  'POST /v1/cases/{id}/referrals': {},
  'POST /v1/cases/{id}/claims': {},
  'POST /v1/bulk-decisions': {},
  // audit, events
  'GET /v1/audit-events': { query: ['format'] },
  'GET /v1/audit-events/verification': {},
  'GET /v1/audit-checkpoints': { answer: ['items', 'nextCursor'] },
  'POST /v1/webhook-endpoints': {},
  'GET /v1/webhook-endpoints': { answer: ['items', 'nextCursor'] },
  'DELETE /v1/webhook-endpoints/{id}': {},
  'POST /v1/webhook-endpoints/{id}/secret-rotations': {},
  'GET /v1/webhook-deliveries': { answer: ['items', 'nextCursor'] },
  'POST /v1/webhook-deliveries/{id}/redeliveries': {},
  // operation
  'GET /health/live': { caller: 'public' },
  'GET /health/ready': { caller: 'public' },
  'GET /metrics': {},
};

const STANDING = [
  'accountId',
  'version',
  'asOf',
  'status',
  'mayUse',
  'blocks',
  'restrictedFeatures',
  'pending',
  'minor',
  'dataUse',
  'nextChangeAt',
];
const CALLER =
  /^(public|account|guardian|staff:(moderator|senior_moderator|legal|ops|auditor|admin)|service:(standing:read|reports:write|erasure:ack|content_removal:ack|obligations:write))$/;

describe('the fixed points of the HTTP API', () => {
  let app: TestApp;
  let document: Document;
  beforeAll(async () => {
    app = await startApp({ env: { SESSIONS_CODES_PER_ADDRESS: '5' } });
    document = (await app.http.get<Document>('/openapi.json')).body;
  });
  afterAll(() => app?.stop());

  const routes = (): [string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, o]): [string, Operation] => [`${method.toUpperCase()} ${path}`, o]),
    );
  const operation = (name: string): Operation | undefined => {
    const [method = '', path = ''] = name.split(' ');
    return document.paths[path]?.[method.toLowerCase()];
  };
  /** The object behind references, lists and "or null". */
  function shape(schema: Schema | undefined): Schema {
    if (schema === undefined) return {};
    if (schema.$ref !== undefined) return shape(document.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
    if (schema.type === 'array') return shape(schema.items);
    const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].map(shape);
    return {
      ...schema,
      properties: Object.assign({}, ...parts.map((p) => p.properties ?? {}), schema.properties ?? {}) as Record<
        string,
        Schema
      >,
      required: [...parts.flatMap((p) => p.required ?? []), ...(schema.required ?? [])],
    };
  }
  const bodyOf = (o: Operation): Schema => shape(o.requestBody?.content['application/json']?.schema);
  const answerOf = (o: Operation): Schema =>
    shape(
      Object.entries(o.responses).find(([status]) => status.startsWith('2'))?.[1].content?.['application/json']?.schema,
    );

  it('is OpenAPI 3.1', () => expect(document.openapi).toMatch(/^3\.1\./));

  describe.each(Object.entries(FIXED))('%s', (name, fixed) => {
    it('exists with its fields and values', () => {
      const o = operation(name);
      expect(o).toBeDefined();
      if (o === undefined) return;
      if (fixed.caller !== undefined) expect(o['x-callers']).toContain(fixed.caller);
      const query = (o.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name);
      expect(query).toEqual(expect.arrayContaining([...(fixed.query ?? [])]));
      const answer = Object.keys(answerOf(o).properties ?? {});
      expect(answer).toEqual(expect.arrayContaining((fixed.answer ?? []).map((f) => f.replace('?', ''))));
      if (fixed.body === undefined) return;
      const body = bodyOf(o);
      expect(Object.keys(body.properties ?? {})).toEqual(
        expect.arrayContaining(fixed.body.map((f) => f.replace('?', ''))),
      );
      // Whoever sends the fixed fields, and of them only those that must be there, is not refused.
      const sent = fixed.body.filter((f) => !f.endsWith('?'));
      expect((body.required ?? []).filter((f) => !sent.includes(f))).toEqual([]);
      for (const [path, values] of Object.entries(fixed.values ?? {})) {
        const field = path.split('.').reduce<Schema>((at, key) => shape(at.properties?.[key]), body);
        expect(field.enum).toEqual(expect.arrayContaining([...values]));
      }
    });
  });

  it('standing has the shape that other services read all day', () => {
    for (const name of ['GET /v1/accounts/{id}/standing', 'GET /v1/accounts/me/standing']) {
      const o = operation(name) as Operation;
      const standing = answerOf(o);
      expect(Object.keys(standing.properties ?? {}).sort()).toEqual([...STANDING].sort());
      expect(o.responses['200']?.headers).toHaveProperty('ETag');
      const inner = (key: string): string[] => Object.keys(shape(standing.properties?.[key]).properties ?? {});
      expect(inner('blocks')).toEqual(['code', 'clause', 'since', 'until', 'sanctionId']);
      expect(inner('restrictedFeatures')).toEqual(['feature', 'clause', 'until']);
      expect(inner('pending')).toEqual(['code', 'dueAt', 'documentId', 'version', 'sanctionId']);
      expect(inner('minor')).toEqual(['band', 'mode', 'minutesPerDay', 'quietHours']);
      expect(inner('dataUse')).toEqual(['improvementObjection']);
      expect(shape(standing.properties?.['status']).enum).toEqual([
        'active',
        'awaiting_guardian',
        'frozen',
        'suspended',
        'closed',
        'deregistering',
        'deregistered',
      ]);
    }
  });

  it('every operation says who may call it, in the words of the page, and which clause it carries out', () => {
    const odd = routes().filter(
      ([, o]) => !o['x-callers']?.length || !o['x-callers'].every((c) => CALLER.test(c)) || !o['x-clauses'],
    );
    expect(odd.map(([name]) => name)).toEqual([]);
  });

  it('every declared route is in the document, and every part of a path that varies is a parameter', () => {
    const documented = routes().map(([name]) => name);
    const declared = app
      .get(RouteTable)
      .routes.map((r) => `${r.method} ${r.path.replace(/:(\w+)/g, '{$1}')}`)
      .filter((name) => name.includes(' /v1/'));
    expect(declared.filter((name) => !documented.includes(name))).toEqual([]);
    const silent = routes().flatMap(([name, o]) =>
      [...name.matchAll(/\{(\w+)\}/g)]
        .filter(([, param]) => !(o.parameters ?? []).some((p) => p.in === 'path' && p.name === param))
        .map(([, param]) => `${name}: ${param}`),
    );
    expect(silent).toEqual([]);
  });

  it('REG-4 no operation hands an account over: nobody but staff, and whoever reports somebody, names another account', () => {
    const namesIn = (schema: Schema, seen: readonly string[] = []): string[] => {
      const name = schema.$ref?.split('/').at(-1);
      if (name !== undefined) {
        const found = document.components.schemas[name];
        return found === undefined || seen.includes(name) ? [] : namesIn(found, [...seen, name]);
      }
      const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.items ? [schema.items] : [])];
      return [
        ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [key, ...namesIn(value, seen)]),
        ...parts.flatMap((part) => namesIn(part, seen)),
      ];
    };
    const named = routes()
      .filter(([, o]) => o['x-callers']?.some((caller) => ['account', 'public', 'guardian'].includes(caller)))
      .flatMap(([route, o]) =>
        namesIn(o.requestBody?.content['application/json']?.schema ?? {})
          .filter((key) => /account|owner|holder|recipient|heir|transfer|subject/i.test(key))
          .map((key) => `${route} ${key}`),
      );
    expect(named).toEqual(['POST /v1/reports subjectAccountId']);
  });

  it('no parameter is documented twice', () => {
    const twice = routes().filter(([, o]) => {
      const keys = (o.parameters ?? []).map((p) => `${p.in} ${p.name.toLowerCase()}`);
      return new Set(keys).size < keys.length;
    });
    expect(twice.map(([name]) => name)).toEqual([]);
  });

  it('lists are {items, nextCursor} by limit and cursor', () => {
    // One page by design: what there is of oneself, newest first, at most a hundred.
    const single = [
      'GET /v1/accounts/me/decisions',
      'GET /v1/accounts/me/identifier-changes',
      'GET /v1/accounts/me/third-party-links',
      'GET /v1/guardian-consents/{token}/number-changes',
      'GET /v1/sessions',
    ];
    const paged = routes().filter(([, o]) => answerOf(o).properties?.['nextCursor'] !== undefined);
    expect(paged.length).toBeGreaterThan(10);
    const odd = paged.filter(([, o]) => {
      const query = (o.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name);
      const items = answerOf(o).properties?.['items'] !== undefined;
      return !items || !query.includes('limit') || !query.includes('cursor');
    });
    expect(odd.map(([name]) => name).filter((name) => !single.includes(name))).toEqual([]);
  });

  it('every 429 tells when to come back, and public routes all document it', () => {
    const open = routes().filter(([name, o]) => o['x-callers']?.includes('public') && name.includes(' /v1/'));
    expect(open.filter(([, o]) => o.responses['429'] === undefined).map(([name]) => name)).toEqual([]);
    for (const [name, o] of routes().filter(([, r]) => r.responses['429'] !== undefined)) {
      expect([name, ...Object.keys(o.responses['429']?.headers ?? {})]).toEqual([
        name,
        'Retry-After',
        'RateLimit',
        'RateLimit-Policy',
      ]);
    }
  });

  describe('as it runs', () => {
    it('a refusal is a problem document with every fixed member, in the language asked for', async () => {
      const bad = { method: 'phone', nosuch: 1 };
      for (const [language, tag] of [
        ['en', 'en'],
        ['zh-CN', 'zh-CN'],
      ] as const) {
        const answer = await app.http.post<Record<string, unknown>>('/v1/registrations', bad, {
          headers: { 'accept-language': language },
        });
        expect(answer.status).toBe(400);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(answer.headers.get('content-language')).toBe(tag);
        expect(answer.body).toMatchObject({
          type: expect.any(String),
          title: expect.any(String),
          status: 400,
          code: expect.stringMatching(/^[a-z][a-z0-9_]*$/),
          requestId: expect.any(String),
          errors: expect.arrayContaining([
            { path: '/nosuch', code: expect.any(String), message: expect.any(String) },
            { path: '/phone', code: expect.any(String), message: expect.any(String) },
          ]),
        });
        const { title, errors } = answer.body as { title: string; errors: { message: string }[] };
        const said = [title, ...errors.map(({ message }) => message)];
        expect(said.filter((text) => /\p{Script=Han}/u.test(text) !== (tag === 'zh-CN'))).toEqual([]);
      }
    });

    it('a 429 carries Retry-After and RateLimit', async () => {
      let refused: Awaited<ReturnType<typeof app.http.post>> | undefined;
      for (let i = 0; i < 7 && refused?.status !== 429; i += 1) {
        refused = await app.http.post('/v1/sessions/codes', { phone: `+8613911${String(100000 + i)}` });
      }
      expect(refused?.status).toBe(429);
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused?.headers.get('ratelimit')).toMatch(/r=0;t=\d+/);
      expect(refused?.headers.get('ratelimit-policy')).toMatch(/q=5;w=\d+/);
    });

    it('standing carries its version as ETag, and what still holds is not sent again', async () => {
      const { id } = await openAccount(app);
      const gateway = app.http.with(await serviceToken(app, 'standing:read'));
      const path = `/v1/accounts/${id}/standing`;
      const first = await gateway.get<{ version: number }>(path);
      expect(first.headers.get('etag')).toBe(`"${first.body.version}"`);
      expect(
        (await gateway.send('GET', path, undefined, { headers: { 'if-none-match': `"${first.body.version}"` } }))
          .status,
      ).toBe(304);
    });

    it('a write on what is reviewed without a version is 428, with a stale one 412', async () => {
      const moderator = app.http.with(await staffToken(app, ['moderator', 'senior_moderator'], 'alice'));
      const without = await moderator.post<{ code: string }>(`/v1/deregistrations/${newId()}/decision`, {
        decision: 'approve',
        reasonCode: 'conditions_met',
      });
      expect(without).toMatchObject({ status: 428, body: { code: 'precondition_required' } });
      const unreadable = await moderator.post<{ code: string }>(
        `/v1/deregistrations/${newId()}/decision`,
        { decision: 'approve', reasonCode: 'conditions_met' },
        { headers: { 'if-match': '"seven"' } },
      );
      expect(unreadable).toMatchObject({ status: 412, body: { code: 'stale_version' } });
      const guarded = routes().filter(([, o]) => (o.parameters ?? []).some((p) => p.name === 'If-Match'));
      expect(guarded.length).toBeGreaterThan(5);
      for (const [name, o] of guarded)
        expect([name, ...Object.keys(o.responses)]).toEqual(expect.arrayContaining(['412', '428']));
    });

    it('what is not JSON of ours is where the page says: /openapi.json, /docs, /ops/queues for ops', async () => {
      expect((await app.http.get('/openapi.json')).status).toBe(200);
      expect((await app.http.get('/docs')).status).toBeLessThan(400);
    });
  });
});
