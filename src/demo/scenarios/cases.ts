import { type Api, check } from './api.js';
import { claim } from './steps.js';
import type { World } from './world.js';

export interface Case {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly reportCount: number;
}

export interface Decision {
  readonly id: string;
  readonly state: string;
  readonly sanctions: readonly { id: string; type: string; state: string; endsAt: string | null }[];
}

export const REASONS = {
  facts: 'Three published answers of 2026-11-22 insult other people.',
  explanation: 'Clause 3.3(9) forbids violent and abusive content; the published answers are that.',
};

/** The same for the desks of the console, whose moderators read Chinese. */
export const REASONS_ZH = {
  facts: '三条公开回答辱骂他人。',
  explanation: '协议第 3.3(9) 条禁止散布暴力、辱骂内容，上述公开回答属于此类。',
};

/** The case about an account that a report has opened, as the moderator sees it. */
export async function caseAbout(moderator: Api, accountId: string): Promise<Case> {
  const { items } = await moderator.get<{ items: Case[] }>(`/v1/cases?accountId=${accountId}`);
  const [found] = items;
  check(found !== undefined, 'the report has opened a case');
  return found;
}

/** Claims the task of the case and decides on its present version. */
export async function decideCase(moderator: Api, caseId: string, decision: Record<string, unknown>): Promise<Decision> {
  await claim(moderator, 'case', caseId);
  const { version } = await moderator.get<Case>(`/v1/cases/${caseId}`);
  return moderator.post<Decision>(
    `/v1/cases/${caseId}/decisions`,
    { clauses: ['3.3(9)'], statementOfReasons: REASONS, ...decision },
    { ifMatch: version },
  );
}

/** A moderator opens a case of their own and decides it. */
export async function sanction(
  world: World,
  by: string,
  accountId: string,
  actions: readonly object[],
  more: Record<string, unknown> = {},
): Promise<Decision> {
  const moderator = await world.staff(by, 'moderator');
  const opened = { subjectAccountId: accountId, clause: '3.3(9)', note: 'Seen while reading.' };
  const { id } = await moderator.post<{ id: string }>('/v1/cases', opened);
  return decideCase(moderator, id, { actions, deviationReason: 'For the demonstration.', ...more });
}
