import type { StaffRole } from '../../src/platform/http/operation.js';
import { freshPhone, openAccount, type SignedIn, signIn } from './accounts.js';
import type { TestApp } from './app.js';
import type { Answer, HttpClient } from './http-client.js';
import { serviceToken, staffToken } from './tokens.js';

export interface DecisionBody {
  readonly id: string;
  readonly state: string;
  readonly code?: string;
  readonly errors?: { code: string; path: string }[];
  readonly statementOfReasons: Record<string, unknown>;
  readonly sanctions: { id: string; type: string; state: string; version: number; endsAt: string | null }[];
}

export interface CaseBody {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly clauses: string[];
  readonly reportCount: number;
  readonly mergedInto: string | null;
  readonly evidence: { contentHash: string }[];
  readonly reports: { items: { id: string; reliability: unknown }[] };
  readonly code?: string;
}

export interface StandingBody {
  readonly status: string;
  readonly mayUse: boolean;
  readonly blocks: { code: string; until: string | null }[];
  readonly restrictedFeatures: { feature: string }[];
  readonly pending: { code: string; dueAt: string }[];
}

/** What moderators and the people concerned do, over HTTP, in the few words that stories need. */
export class Moderation {
  constructor(private readonly app: TestApp) {}

  async as(name: string, role: StaffRole = 'moderator'): Promise<HttpClient> {
    return this.app.http.with(await staffToken(this.app, role, name));
  }

  async person(): Promise<SignedIn> {
    const phone = freshPhone();
    await openAccount(this.app, phone);
    return signIn(this.app, phone);
  }

  async openCase(accountId: string, clause = '3.3(9)', by = 'alice'): Promise<string> {
    const what = { subjectAccountId: accountId, clause, note: 'Seen.' };
    const answer = await (await this.as(by)).post<{ id: string }>('/v1/cases', what);
    if (answer.status !== 201) throw new Error(`no case: ${answer.text}`);
    return answer.body.id;
  }

  async case(id: string): Promise<CaseBody> {
    return (await (await this.as('alice')).get<CaseBody>(`/v1/cases/${id}`)).body;
  }

  async decide(caseId: string, actions: object[], more: object = {}, by = 'alice'): Promise<Answer<DecisionBody>> {
    return (await this.as(by)).post<DecisionBody>(`/v1/cases/${caseId}/decisions`, {
      clauses: ['3.3(9)'],
      actions,
      statementOfReasons: {
        facts: 'Four conversations offer gambling.',
        explanation: '协议第3.3(9)条禁止传播赌博信息。',
        // Asked for where somebody is suspended again.
        proportionality: '数周内再次发生，涉及少量对话，性质轻微。',
      },
      deviationReason: 'A first and small case.',
      ...more,
    });
  }

  /** What a case can be told besides its decision; with the version that it has now unless another is given. */
  async tell(caseId: string, what: string, body: object, version?: number, by = 'alice'): Promise<Answer<CaseBody>> {
    const seen = version ?? (await this.case(caseId)).version;
    const headers = { 'if-match': `"${seen}"` };
    return (await this.as(by)).post<CaseBody>(`/v1/cases/${caseId}/${what}`, body, { headers });
  }

  async standingOf(accountId: string): Promise<StandingBody> {
    const gateway = this.app.http.with(await serviceToken(this.app, 'standing:read'));
    return (await gateway.get<StandingBody>(`/v1/accounts/${accountId}/standing`)).body;
  }
}
