import { serviceToken } from './tokens.js';
import type { TestApp } from './app.js';
import { apply, approve, pass, toReview } from './leaving.js';
import { Moderation } from './moderation.js';

const DAY = 86_400_000;

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

  const leaver = await apply(app);
  await toReview(app);
  await approve(app, leaver.id);
  for (const seconds of [0, 2, 21, 2]) await pass(app, seconds);
  const billing = app.http.with(await serviceToken(app, 'erasure:ack', 'billing'));
  const refused = { participant: 'billing', phase: 'fence', outcome: 'refused', reason: 'open_invoice' };
  await billing.post(`/v1/deregistrations/${leaver.id}/acknowledgements`, refused);

  return {
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
