import { type Api, until } from './api.js';
import type { World } from './world.js';

export interface Standing {
  readonly status: string;
  readonly mayUse: boolean;
  readonly nextChangeAt: string | null;
  readonly blocks: readonly { readonly code: string; readonly clause: string }[];
  readonly restrictedFeatures: readonly { readonly feature: string }[];
  readonly pending: readonly { readonly code: string; readonly documentId?: string; readonly version?: string }[];
  readonly minor: {
    readonly band: string;
    readonly minutesPerDay?: number;
    readonly quietHours?: { readonly from: string; readonly to: string };
  } | null;
}

export interface Task {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly version: number;
}

/** What a gateway is told about an account right now. */
export async function standingOf(world: World, accountId: string): Promise<Standing> {
  const gateway = await world.service('gateway', 'standing:read');
  return gateway.get<Standing>(`/v1/accounts/${accountId}/standing`);
}

/** Reads standing until it is so: right at once on one process, and within a moment on another. */
export async function expectStanding(
  world: World,
  accountId: string,
  clause: string,
  status: string,
  isSo: (standing: Standing) => boolean = () => true,
): Promise<Standing> {
  const standing = await until(
    `standing ${status}`,
    async () => {
      const found = await standingOf(world, accountId);
      return found.status === status && isSo(found) ? found : undefined;
    },
    5,
  );
  const why = standing.blocks.length === 0 ? '' : ` (${standing.blocks.map((b) => b.code).join(', ')})`;
  const next = standing.nextChangeAt === null ? '' : `, next change at ${standing.nextChangeAt}`;
  world.step(clause, `standing: ${standing.status}${why}, may use: ${standing.mayUse}${next}`);
  return standing;
}

/** Waits for the task about this subject. */
export const taskAbout = (staff: Api, kind: string, subjectId: string): Promise<Task> =>
  until(`a task of kind ${kind}`, async () => {
    const { items } = await staff.get<{ items: Task[] }>(`/v1/review-tasks?kind=${kind}&subjectId=${subjectId}`);
    return items[0];
  });

/** Claims the task that belongs to the story: the queue of a demo world may hold others. */
export async function claim(staff: Api, kind: string, subjectId: string): Promise<Task> {
  const { id } = await taskAbout(staff, kind, subjectId);
  return staff.post<Task>(`/v1/review-tasks/${id}/claim`);
}

/** The newest message of this template to a number, once it has arrived. */
export const messageTo = (
  world: World,
  phone: string,
  template: string,
  notBefore = new Date(0),
): Promise<Record<string, string>> =>
  until(`the message ${template}`, async () => {
    const { items } = await world.messagesTo(phone);
    return items.find((m) => m.template === template && new Date(m.at) >= notBefore)?.params;
  });
