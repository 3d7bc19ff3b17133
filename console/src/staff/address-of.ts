import { ask } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { api } from './api.ts';

/** Undefined: no such thing, or not for this role. */
async function found<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isProblem(error) && error.status !== 401 && error.code !== 'unreachable') return undefined;
    throw error;
  }
}

/** The last letters of an id, as pages show them: the account that has them, or the task; of two, the first. */
export async function addressOfShort(shortId: string): Promise<string | undefined> {
  const page = await found(ask(api.GET('/v1/review-tasks', { params: { query: { shortId, limit: 1 } } })));
  const task = page?.items[0];
  if (task === undefined) return undefined;
  return task.id.endsWith(shortId) ? `/tasks/${task.id}` : `/accounts/${task.accountId}`;
}

/** Which page shows this id: a task, work about it, a record with a page of its own, or the account that it belongs to. */
export async function addressOf(id: string): Promise<string | undefined> {
  const at = { params: { path: { id } } };
  const [task, about] = await Promise.all([
    found(ask(api.GET('/v1/review-tasks/{id}', at))),
    found(ask(api.GET('/v1/review-tasks', { params: { query: { subjectId: id, limit: 1 } } }))),
  ]);
  const work = task ?? about?.items[0];
  if (work) return `/tasks/${work.id}`;
  const pages = await Promise.all([
    found(ask(api.GET('/v1/accounts/{id}', at))).then((is) => is && `/accounts/${id}`),
    found(ask(api.GET('/v1/deregistrations/{id}', at))).then((is) => is && `/deregistrations/${id}`),
    found(ask(api.GET('/v1/rectifications/{id}', at))).then((is) => is && `/orders/${id}`),
    found(ask(api.GET('/v1/referrals/{id}', at))).then((is) => is && `/referrals/${id}`),
    found(ask(api.GET('/v1/bulk-decisions/{id}', at))).then((is) => is && `/bulk-decisions/${id}`),
    found(ask(api.GET('/v1/retention/runs/{id}', at))).then((is) => is && `/retention/${id}`),
    found(ask(api.GET('/v1/cases/{id}', at))).then((is) => is && `/cases/${id}`),
    found(ask(api.GET('/v1/decisions/{id}', at))).then((is) => is && `/cases/${is.caseId}`),
    found(ask(api.GET('/v1/sanctions/{id}', at))).then((is) => is && `/accounts/${is.accountId}`),
  ]);
  return pages.find((page) => page !== undefined);
}
