import { type Api, check } from './api.js';
import { type Case, caseAbout, type Decision, decideCase, REASONS } from './cases.js';
import { type Registered, register } from './person.js';
import { expectStanding, standingOf } from './steps.js';
import type { World } from './world.js';

interface Preview {
  readonly suggestion: { readonly measure: string; readonly period?: string } | null;
  readonly deviates: boolean;
}

const MEASURES = [
  { type: 'rectification', instructions: 'Take the three answers back.', duration: 'P7D' },
  { type: 'feature_restriction', features: ['share'], duration: 'P3D' },
];

/** From a report to a fair, explained decision; what it orders is done; a closure needs two people (3.3(9), 7.1). */
export async function enforcement(world: World): Promise<void> {
  const subject = await register(world);
  const reporter = await register(world);
  const { caseId, token } = await reported(world, subject, reporter);
  const decision = await decided(world, subject, caseId);
  await told(world, subject, reporter, token);
  await rectified(world, subject, decision);
  await closedByTwo(world);
}

async function reported(
  world: World,
  subject: Registered,
  reporter: Registered,
): Promise<{ caseId: string; token: string }> {
  const report = { subjectAccountId: subject.accountId, clause: '3.3(9)' };
  const { trackingToken } = await reporter.api.post<{ trackingToken: string }>('/v1/reports', {
    ...report,
    description: 'The answers that this account publishes are abusive.',
  });
  const detector = await world.service('gateway', 'reports:write');
  await detector.post('/v1/reports', { ...report, description: 'Abusive language.', score: 87 });
  const alice = await world.staff('alice', 'moderator');
  const found = await caseAbout(alice, subject.accountId);
  check(found.reportCount === 2, 'both reports are one case');
  world.step('6, ENF-2', 'a person and a detector report the same account: one case with two reports');
  const pending = await world.public.get<{ outcome: string }>(`/v1/reports/${trackingToken}`);
  check(pending.outcome === 'pending', 'the reporter sees that it is looked at');
  return { caseId: found.id, token: trackingToken };
}

async function decided(world: World, subject: Registered, caseId: string): Promise<Decision> {
  const alice = await world.staff('alice', 'moderator');
  const draft = { clauses: ['3.3(9)'], actions: MEASURES, statementOfReasons: REASONS };
  const { suggestion, deviates } = await alice.post<Preview>(`/v1/cases/${caseId}/decision-previews`, draft);
  check(suggestion !== null && deviates, 'the ladder suggests something else, and the preview says so');
  world.step('7.1, ENF-4', `the ladder suggests: ${suggestion.measure} ${suggestion.period ?? ''}`);
  const { version } = await alice.get<Case>(`/v1/cases/${caseId}`);
  await alice.refused('deviation_reason_required', 'POST', `/v1/cases/${caseId}/decisions`, draft, version);
  const decision = await decideCase(alice, caseId, {
    actions: MEASURES,
    deviationReason: 'A first and small case; the person can mend it.',
    announce: { textZh: '某用户被限制分享三日。', textEn: 'An account may not share for three days.' },
  });
  world.step('7.1, ENF-5', 'alice decides otherwise, with a reason: rectify within seven days, no sharing for three');
  const standing = await expectStanding(world, subject.accountId, '7.1', 'active', (s) => s.pending.length > 0);
  check(
    standing.restrictedFeatures.some((f) => f.feature === 'share'),
    'standing names the restricted feature',
  );
  check(
    standing.pending.some((p) => p.code === 'rectification_due'),
    'standing names what is due',
  );
  world.tell('restricted: share; pending: rectification_due');
  return decision;
}

async function told(world: World, subject: Registered, reporter: Registered, token: string): Promise<void> {
  const { items } = await subject.api.get<{ items: { statementOfReasons: object }[] }>('/v1/accounts/me/decisions');
  const text = JSON.stringify(items);
  check(text.includes(REASONS.explanation), 'the person reads why');
  check(!text.includes(reporter.accountId) && !text.includes('alice'), 'and neither who reported nor who decided');
  world.step('7.1, ENF-6', 'the person reads facts, clause and explanation; neither reporter nor decider is named');
  const { outcome } = await world.public.get<{ outcome: string }>(`/v1/reports/${token}`);
  check(outcome === 'measures_taken', 'the reporter is answered');
  world.step('ENF-2', `the reporter's token answers: ${outcome}`);
  const feed = await world.public.get<{ items: { text: string | null; pseudonym: string }[] }>('/v1/announcements');
  const announced = feed.items.find((a) => a.text === 'An account may not share for three days.');
  check(announced !== undefined && !JSON.stringify(feed).includes(subject.accountId), 'announced, without a name');
  world.step('7.1, ENF-9', `announced as ${announced.pseudonym}`);
}

async function rectified(world: World, subject: Registered, decision: Decision): Promise<void> {
  const order = decision.sanctions.find((s) => s.type === 'rectification');
  check(order !== undefined, 'the order is a measure of its own');
  const submissions = `/v1/sanctions/${order.id}/rectification-submissions`;
  const reviews = `/v1/sanctions/${order.id}/rectification-reviews`;
  await subject.api.post(submissions, { text: 'I took one of them back.' });
  const bob: Api = await world.staff('bob', 'moderator');
  await bob.post(reviews, { accepted: false, note: 'Two are still there.' });
  await subject.api.post(submissions, { text: 'Now all three are gone.' });
  const accepted = await bob.post<{ state: string }>(reviews, { accepted: true, note: 'Thank you.' });
  check(accepted.state === 'accepted', 'the order is fulfilled');
  world.step('7.1, ENF-7', 'submitted, returned, submitted again, accepted');
  const standing = await expectStanding(world, subject.accountId, '7.1', 'active', (s) => s.pending.length === 0);
  check(standing.restrictedFeatures.length === 1, 'the restriction still runs');
  await world.advance('P3D');
  await expectStanding(world, subject.accountId, '7.1', 'active', (s) => s.restrictedFeatures.length === 0);
  world.tell('three days later the restriction has ended by itself');
}

async function closedByTwo(world: World): Promise<void> {
  const { accountId } = await register(world);
  const detector = await world.service('gateway', 'reports:write');
  const report = { subjectAccountId: accountId, clause: '3.3(9)', description: 'Threats.', score: 99 };
  await detector.post('/v1/reports', report);
  const alice = await world.staff('alice', 'moderator', 'senior_moderator');
  const { id: caseId } = await caseAbout(alice, accountId);
  const decision = await decideCase(alice, caseId, {
    actions: [{ type: 'closure' }],
    deviationReason: 'Serious threats against several people.',
  });
  check(decision.state === 'awaiting_approval', 'a closure waits for a second person');
  check((await standingOf(world, accountId)).status === 'active', 'nothing happens before');
  const path = `/v1/decisions/${decision.id}/approval`;
  await alice.refused('second_person_required', 'POST', path, { approved: true, note: 'Mine.' });
  world.step('7.1, ENF-8', 'a closure waits for a second person; whoever decided is not that person');
  const heidi = await world.staff('heidi', 'senior_moderator');
  await heidi.post(path, { approved: true, note: 'The evidence carries it.' });
  const closed = await expectStanding(world, accountId, '7.1, ENF-8', 'closed');
  check(!closed.mayUse, 'a closed account may not be used');
}
