import { type Route, RouteTable } from '../../src/platform/callers/route-table.js';
import { SERVICE_SCOPES, STAFF_ROLES } from '../../src/platform/http/operation.js';
import type { TestApp } from './app.js';
import { serviceToken, staffToken, strangerToken } from './tokens.js';

export interface Attempt {
  readonly who: string;
  readonly route: string;
  readonly status: number;
}

/** Tables whose rows come and go with any request, or on their own. */
const RESTLESS = ['limit_counters', 'idempotency_keys'];

/** One digest over every row of every table: equal before and after means nothing has changed. */
export async function contentOf(app: TestApp): Promise<Record<string, string>> {
  const tables = await app.db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables.filter((t) => !RESTLESS.includes(t.name))) {
    const [row] = await app.db.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest FROM "${name}" t`,
    );
    content[name] = row?.digest ?? '';
  }
  return content;
}

/** Calls that the route does not declare: no token, every other role, every other scope, an account where none may. */
export async function undeclaredCallers(app: TestApp, ids: readonly string[]): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const account = await strangerToken(app);
  const staff = await Promise.all(
    STAFF_ROLES.map(async (role) => [`staff:${role}`, await staffToken(app, role, 'mallory')] as const),
  );
  const services = await Promise.all(
    SERVICE_SCOPES.map(async (scope) => [`service:${scope}`, await serviceToken(app, scope, 'mallory')] as const),
  );
  for (const route of guardedRoutes(app)) {
    const declared: readonly string[] = route.operation.callers;
    const strangers = [['account', account] as const, ...staff, ...services].filter(([who]) => !declared.includes(who));
    for (const id of ids) {
      attempts.push(await attempt(app, route, id, 'nobody'));
      for (const [who, token] of strangers) attempts.push(await attempt(app, route, id, who, token));
    }
  }
  return attempts;
}

/** Calls of an account that is signed in, on ids that are not its own. */
export async function otherSubjects(app: TestApp, ids: readonly string[]): Promise<Attempt[]> {
  const token = await strangerToken(app);
  const attempts: Attempt[] = [];
  for (const route of guardedRoutes(app).filter(
    (r) => r.path.includes(':') && r.operation.callers.includes('account'),
  )) {
    for (const id of ids) attempts.push(await attempt(app, route, id, 'another account', token));
  }
  return attempts;
}

const guardedRoutes = (app: TestApp): Route[] =>
  app.get(RouteTable).routes.filter((r) => !r.operation.callers.some((c) => c === 'public' || c === 'guardian'));

async function attempt(app: TestApp, route: Route, id: string, who: string, token?: string): Promise<Attempt> {
  const path = route.path.replace(/:\w+/g, id).replace(/[*{}]\w*/g, '');
  const method = route.method === 'ALL' ? 'POST' : route.method;
  const http = token === undefined ? app.http : app.http.with(token);
  const answer = await http.send(method, path, method === 'GET' ? undefined : {}, { headers: { 'if-match': '"1"' } });
  return { who, route: `${method} ${route.path}`, status: answer.status };
}
