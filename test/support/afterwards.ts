import { IdentifiersService } from '../../src/modules/accounts/identifiers.service.js';
import { ReviewSanctionService } from '../../src/modules/enforcement/sanctions/review-sanction.service.js';
import { Transactor } from '../../src/platform/database/transactor.js';
import { codeSentTo, openAccount, type SignedIn } from './accounts.js';
import { serviceToken } from './tokens.js';
import type { TestApp } from './app.js';
import { apply, approve, pass, toReview } from './leaving.js';
import { type DecisionBody, Moderation } from './moderation.js';

const DAY = 86_400_000;
const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('a picture of nothing any more'),
]);

export interface Afterwards {
  readonly orderId: string;
  readonly referralId: string;
  readonly claimId: string;
  readonly claimAccount: string;
  /** Under embargo. */
  readonly announcementId: string;
  /** Another one under embargo. */
  readonly draftId: string;
  readonly removalId: string;
  readonly repeater: string;
  readonly leaverId: string;
  /** What waits as a task on its own page. */
  readonly tasks: {
    readonly order: string;
    readonly removal: string;
    readonly referral: string;
    readonly bulk: string;
    readonly objection: string;
    readonly review: string;
  };
}

/** What follows decisions, one of each, as it lies on the desks of those who work with it. */
export async function fillAfterwards(app: TestApp): Promise<Afterwards> {
  const moderation = new Moderation(app);
  const alice = await moderation.as('alice');
  const carol = await moderation.as('carol', 'legal');
  const decide = async (actions: object[], more: object = {}) => {
    const person = await moderation.person();
    const caseId = await moderation.openCase(person.accountId);
    const decision = await moderation.decide(caseId, actions, more);
    if (decision.status !== 201) throw new Error(decision.text);
    return { person, caseId, decision: decision.body };
  };
  const idIn = async (text: string, value: string): Promise<string> => {
    const [found] = await app.db.query<{ id: string }>(text, [value]);
    if (found === undefined) throw new Error(`nothing found by ${text}`);
    return found.id;
  };

  const endsAt = new Date(app.clock.now().getTime() + 3 * DAY).toISOString();
  const order = await decide([{ type: 'rectification', endsAt, instructions: '请更改昵称，勿冒用平台名义。' }]);
  const orderId = order.decision.sanctions[0]?.id ?? '';
  const answer = { text: '昵称已改为“海边的小鲸”，请查看。' };
  await order.person.http.post(`/v1/sanctions/${orderId}/rectification-submissions`, answer);

  const contents = [
    { system: 'chat', ref: 'share/8842' },
    { system: 'chat', ref: 'share/8843' },
  ];
  const removal = await decide([{ type: 'content_removal', contents }]);
  const removalId = await idIn(
    'SELECT id FROM content_removals WHERE sanction_id = $1 ORDER BY id LIMIT 1',
    removal.decision.sanctions[0]?.id ?? '',
  );
  const chat = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
  const refusal = { outcome: 'refused', note: '法院要求保留。' };
  await chat.post(`/v1/content-removals/${removalId}/acknowledgement`, refusal);

  const announce = {
    textZh: '某账号因传播赌博信息被暂停使用七日。',
    textEn: 'An account was suspended for seven days for spreading gambling.',
    publishAt: new Date(app.clock.now().getTime() + 10 * DAY).toISOString(),
  };
  const announced = await decide([{ type: 'suspension', duration: 'P7D' }], { announce });
  const announcementId = await idIn('SELECT id FROM announcements WHERE decision_id = $1', announced.decision.id);

  const second = await decide([{ type: 'suspension', duration: 'P3D' }], { announce });
  const draftId = await idIn('SELECT id FROM announcements WHERE decision_id = $1', second.decision.id);

  const suspected = await moderation.person();
  const caseId = await moderation.openCase(suspected.accountId, '3.3(5)');
  const matter = {
    direction: 'report',
    authority: '杭州市公安局网安支队',
    legalGround: '网络安全法 49',
    note: '四段对话商议买卖银行卡。',
  };
  const referral = await alice.post<{ id: string }>(`/v1/cases/${caseId}/referrals`, matter);
  const loss = { kind: 'lawyer', amountMinor: 1_200_050, currency: 'CNY', reference: '(2026)浙01民初12号' };
  const claim = await carol.post<{ id: string }>(`/v1/cases/${caseId}/claims`, loss);

  const repeater = await moderation.person();
  for (const actions of [[{ type: 'warning' }], [{ type: 'suspension', duration: 'P3D' }]]) {
    await moderation.decide(await moderation.openCase(repeater.accountId), actions);
  }

  const disputed = await moderation.person();
  const dispute = { fields: ['display_name'], reason: '昵称与实名主体不符。', outcome: 'challenge' };
  await alice.post(`/v1/accounts/${disputed.accountId}/information-disputes`, dispute);
  const correction = { statement: '昵称已更正为本人常用名。', displayName: '海燕' };
  await disputed.http.post('/v1/accounts/me/information-corrections', correction);

  // Before somebody leaves: signing in lets time pass, and what another system owes would move on.
  const tasks = await openTasks(app, moderation, decide);

  const leaver = await apply(app);
  await toReview(app);
  await approve(app, leaver.id);
  for (const seconds of [0, 2, 21, 2]) await pass(app, seconds);
  const billing = app.http.with(await serviceToken(app, 'erasure:ack', 'billing'));
  const refused = { participant: 'billing', phase: 'fence', outcome: 'refused', reason: 'open_invoice' };
  await billing.post(`/v1/deregistrations/${leaver.id}/acknowledgements`, refused);

  return {
    tasks,
    orderId,
    referralId: referral.body.id,
    claimId: claim.body.id,
    claimAccount: suspected.accountId,
    announcementId,
    draftId,
    removalId,
    repeater: repeater.accountId,
    leaverId: leaver.id,
  };
}

type Decide = (actions: object[], more?: object) => Promise<{ person: SignedIn; decision: DecisionBody }>;

/** One of each kind of work that follows a decision, as it lies in the queue. */
async function openTasks(app: TestApp, moderation: Moderation, decide: Decide): Promise<Afterwards['tasks']> {
  const alice = await moderation.as('alice');
  const taskOf = async (kind: string, subjectId: string): Promise<string> => {
    const text = `SELECT id FROM review_tasks WHERE kind = $1 AND subject_id = $2 AND state = 'open'`;
    const [found] = await app.db.query<{ id: string }>(text, [kind, subjectId]);
    if (found === undefined) throw new Error(`no task of kind ${kind}`);
    return found.id;
  };
  const endsAt = new Date(app.clock.now().getTime() + 3 * DAY).toISOString();
  const order = await decide([{ type: 'rectification', endsAt, instructions: '请删除三条侮辱性公开回答。' }]);
  const sanctionId = order.decision.sanctions[0]?.id ?? '';
  await order.person.http.post(`/v1/sanctions/${sanctionId}/rectification-submissions`, { text: '三条回答均已删除。' });
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(PNG)], { type: 'image/png' }), 'deleted.png');
  const headers = { authorization: `Bearer ${order.person.accessToken}` };
  const sent = await fetch(`${app.url}/v1/sanctions/${sanctionId}/rectification-files`, {
    method: 'POST',
    headers,
    body: form,
  });
  if (sent.status !== 201) throw new Error(await sent.text());

  const removal = await decide([{ type: 'content_removal', contents: [{ system: 'chat', ref: 'share/9001' }] }]);
  const [asked] = await app.db.query<{ id: string }>('SELECT id FROM content_removals WHERE sanction_id = $1', [
    removal.decision.sanctions[0]?.id,
  ]);
  const system = app.http.with(await serviceToken(app, 'content_removal:ack', 'chat'));
  const refusal = { outcome: 'refused', note: '系统已停止维护。' };
  await system.post(`/v1/content-removals/${asked?.id}/acknowledgement`, refusal);

  const suspected = await moderation.person();
  const caseId = await moderation.openCase(suspected.accountId, '3.3(5)');
  const matter = {
    direction: 'report',
    authority: '杭州市公安局网安支队',
    legalGround: '网络安全法 49',
    note: '两段对话传授制作危险品。',
  };
  const referral = await alice.post<{ id: string }>(`/v1/cases/${caseId}/referrals`, matter);

  const ring = await Promise.all([moderation.person(), moderation.person()]);
  const bulk = await alice.post<{ id: string }>('/v1/bulk-decisions', {
    accountIds: ring.map(({ accountId }) => accountId),
    note: '同一设备批量注册。',
    decision: {
      clauses: ['2.3(3)'],
      actions: [{ type: 'closure' }],
      statementOfReasons: { facts: '多个账号来自同一设备。', explanation: '协议第 2.3(3) 条禁止批量注册。' },
      deviationReason: '团伙注册。',
    },
  });

  const reviewAt = new Date(app.clock.now().getTime() + DAY).toISOString();
  const openEnded = { type: 'suspension', reviewAt, openEndedReason: '核实持有人身份之前。' };
  const kept = (await decide([openEnded])).decision;
  const sam = await moderation.as('sam', 'senior_moderator');
  await sam.post(`/v1/decisions/${kept.id}/approval`, { approved: true, note: '同意。' });
  const measure = kept.sanctions[0]?.id ?? '';
  await app.db.query('UPDATE sanctions SET review_at = $2 WHERE id = $1', [measure, app.clock.now()]);
  await app.get(ReviewSanctionService).askForDue(10);

  return {
    review: await taskOf('sanction_review', measure),
    order: await taskOf('rectification', sanctionId),
    removal: await taskOf('content_removal', asked?.id ?? ''),
    referral: await taskOf('referral_approval', referral.body.id),
    bulk: await taskOf('bulk_approval', bulk.body.id),
    objection: await taskOf('ban_objection', await objected(app, moderation)),
  };
}

/** A number that changed hands: its new holder was refused, and objects. */
export async function objected(app: TestApp, moderation: Moderation): Promise<string> {
  const { id: accountId, phone } = await openAccount(app);
  const measures = [{ type: 'closure' }, { type: 'reregistration_ban', duration: 'P1Y' }];
  const banned = await moderation.decide(await moderation.openCase(accountId), measures);
  const sam = await moderation.as('sam', 'senior_moderator');
  const yes = { approved: true, note: '同意。' };
  const approved = await sam.post(`/v1/decisions/${banned.body.id}/approval`, yes);
  if (approved.status !== 200) throw new Error(approved.text);
  await app.get(Transactor).run((tx) => app.get(IdentifiersService).release(tx, accountId, {}, 'left'));
  const agreements = await app.http.get<{ items: { documentId: string; inEffect: { version: string } | null }[] }>(
    '/v1/agreements',
  );
  const acceptances = agreements.body.items.flatMap((d) =>
    d.inEffect === null ? [] : [{ documentId: d.documentId, version: d.inEffect.version }],
  );
  const again = { method: 'phone', phone, birthDate: '1999-12-31', channel: 'web', acceptances };
  const { body } = await app.http.post<{ id: string }>('/v1/registrations', again);
  await app.http.post(`/v1/registrations/${body.id}/codes`, {});
  const code = await codeSentTo(app, phone);
  await app.http.post(`/v1/registrations/${body.id}/verifications`, { code });
  const words = { text: '运营商上月将此号码分配给我。' };
  const filed = await app.http.post<{ id: string }>(`/v1/registrations/${body.id}/ban-objection`, words);
  if (filed.status !== 201) throw new Error(filed.text);
  return filed.body.id;
}

/** An event that a consumer gave up on, as the relay leaves it. */
export async function parkOne(app: TestApp): Promise<string> {
  const [parked] = await app.db.query<{ id: string }>(
    `UPDATE event_deliveries SET state = 'parked', parked_at = $1, attempts = 15, last_error = 'wrong_state'
      WHERE (id, event_at) IN (SELECT id, event_at FROM event_deliveries ORDER BY event_at DESC LIMIT 1) RETURNING id`,
    [app.clock.now()],
  );
  if (parked === undefined) throw new Error('no event to park');
  return parked.id;
}
