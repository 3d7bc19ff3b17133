import { MessageInbox } from '../../src/demo/message-inbox.js';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { MovableClock } from '../../src/kernel/clock.js';
import { SYSTEM } from '../../src/kernel/actor.js';
import { AccountsService } from '../../src/modules/accounts/accounts.service.js';
import { IdentifiersService, thirdPartyValue } from '../../src/modules/accounts/identifiers.service.js';
import { RebindService } from '../../src/modules/accounts/rebind.service.js';
import { SessionsService } from '../../src/modules/accounts/sessions.service.js';
import { Transactor, type Tx } from '../../src/platform/database/transactor.js';
import { acceptancesNow, codeSentTo, freshPhone, openAccount, type SignedIn, signIn } from '../support/accounts.js';
import { startApp, type TestApp } from '../support/app.js';
import { staffToken } from '../support/tokens.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import type { HttpClient } from '../support/http-client.js';
import {
  Browser,
  freePort,
  startProvider,
  startWechat,
  type TestProvider,
  type WechatServer,
} from '../support/identity-providers.js';

interface Begun {
  id: string;
  challenge?: { parameters: Parameters<typeof solveChallenge>[0]['challenge'] };
  authorizeUrl: string;
  secret: string;
  registrationId?: string;
  code?: string;
}
interface Finished {
  status: string;
  code?: string;
  registrationId?: string;
  account?: { id: string; state: string };
  tokens?: { accessToken: string; accountId: string };
  refusal?: { code: string };
  link?: { id: string; signInFrom: string };
  stepUp?: { code: string };
}
interface Back {
  flow: string;
  code?: string;
  error?: string;
}

let app: TestApp;
let db: TestDatabase;
let good: TestProvider;
let evil: TestProvider;
let wechat: WechatServer;
let acceptances: { documentId: string; version: string }[];
let port: number;
let people = 0;
const dataDir = mkdtempSync(join(tmpdir(), 'third-party-'));
const clock = new MovableClock();

const origin = (): string => `http://127.0.0.1:${port}`;
const providerList = (over: Record<string, object> = {}): string =>
  JSON.stringify(
    [
      { id: 'good', kind: 'oidc', title: 'Good', issuer: good.issuer, clientId: 'good-client' },
      {
        id: 'evil',
        kind: 'oidc',
        issuer: evil.issuer,
        clientId: 'evil-client',
        clientAuthentication: 'client_secret_post',
      },
      {
        id: 'wechat',
        kind: 'wechat',
        clientId: 'wx123',
        wechatAuthorizeUrl: `${wechat.url}/connect`,
        wechatApiUrl: wechat.url,
      },
    ].map((p) => ({ ...p, ...over[p.id] })),
  );
const start = (over: Record<string, object> = {}, more: Record<string, string> = {}): Promise<TestApp> =>
  startApp({
    db,
    // The same installation, whatever is restarted with another configuration: its keys, its time.
    dataDir,
    clock,
    env: {
      PORT: String(port),
      THIRD_PARTY_PROVIDERS: providerList(over),
      THIRD_PARTY_CLIENT_SECRETS: JSON.stringify({ good: 'good-secret', evil: 'evil-secret', wechat: 'wx-secret' }),
      THIRD_PARTY_FLOWS_PER_ADDRESS: '10000',
      CODES_RESEND_COOLDOWN: 'PT0S',
      REGISTRATION_CHALLENGE_COST: '10',
      ...more,
    },
  });

beforeAll(async () => {
  db = await createDatabase();
  port = await freePort();
  const client = (id: string) => ({
    clientId: `${id}-client`,
    secret: `${id}-secret`,
    redirectUri: `${origin()}/v1/oidc/${id}/callback`,
  });
  [good, evil, wechat] = await Promise.all([
    startProvider(client('good')),
    startProvider(client('evil')),
    startWechat(),
  ]);
  app = await start();
  acceptances = await acceptancesNow(app);
});
afterAll(async () => {
  await app.stop();
  await Promise.all([good.stop(), evil.stop(), wechat.stop()]);
  await db.drop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  for (const provider of [good, evil]) Object.assign(provider, { lies: {}, profile: {}, person: newPerson() });
});

const newPerson = (): string => `person-${(people += 1)}`;
const facts = (over: Record<string, unknown> = {}) => ({
  birthDate: '1999-12-31',
  channel: 'web',
  acceptances,
  ...over,
});
const begin = (body: Record<string, unknown>, http: HttpClient = app.http) =>
  http.post<Begun>('/v1/third-party-flows', { provider: 'good', ...body });

async function begun(body: Record<string, unknown>, http?: HttpClient): Promise<Begun> {
  const answer = await begin(body, http);
  expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
  return answer.body;
}

const isBack = (url: string): boolean => url.startsWith(`${origin()}/account#`);
const readBack = (url: string): Back => Object.fromEntries(new URLSearchParams(new URL(url).hash.slice(1))) as never;

/** From our page to the provider and back to our page. */
const travel = async (flow: Begun, browser = new Browser()): Promise<Back> =>
  readBack(await browser.follow(flow.authorizeUrl, isBack));

const exchange = (flow: Begun, back: Back, http: HttpClient = app.http, headers?: Record<string, string>) =>
  http.post<Finished>(
    `/v1/third-party-flows/${flow.id}/tokens`,
    { secret: flow.secret, code: back.code ?? '' },
    headers ? { headers } : {},
  );

async function finish(body: Record<string, unknown>, http?: HttpClient) {
  const flow = await begun(body, http);
  return exchange(flow, await travel(flow), http);
}
const register = (over: Record<string, unknown> = {}, provider = 'good') =>
  finish({ provider, purpose: 'register', registration: facts(over) });
const signInBy = (provider = 'good') => finish({ provider, purpose: 'sign_in' });

const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => app.get(Transactor).run(work);
const holderOf = (issuer: string, subject: string): Promise<string | undefined> =>
  app
    .get(IdentifiersService)
    .findAccountBy(app.get(Transactor).reader, 'third_party', thirdPartyValue(issuer, subject));

async function stepUpCode(who: SignedIn, phone: string): Promise<string> {
  const known = app
    .get(MessageInbox)
    .to(phone)
    .filter((m) => m.params['code'] !== undefined).length;
  expect((await who.http.post('/v1/accounts/me/step-up-codes', { purpose: 'identifier_change' })).status).toBe(202);
  return codeSentTo(app, phone, known);
}

async function owner(): Promise<{ id: string; phone: string; session: SignedIn }> {
  const account = await openAccount(app, freshPhone());
  return { id: account.id, phone: account.phone, session: await signIn(app, account.phone) };
}

async function beginLink(who: { phone: string; session: SignedIn }, provider = 'good'): Promise<Begun> {
  const code = await stepUpCode(who.session, who.phone);
  return begun({ provider, purpose: 'link', code }, who.session.http);
}

async function link(who: { phone: string; session: SignedIn }, provider = 'good') {
  const flow = await beginLink(who, provider);
  return exchange(flow, await travel(flow), who.session.http);
}

describe('REG-2 registering and signing in with a third-party account', () => {
  it('opens an account with its acceptances, and signs in with nothing but the provider', async () => {
    const registered = await register({ displayName: '小明' });
    expect(registered.body).toMatchObject({ status: 'completed', account: { state: 'active' } });
    const me = await app.http
      .with(registered.body.tokens?.accessToken ?? '')
      .get<{ id: string; identifiers: object[] }>('/v1/accounts/me');
    expect(me.body).toMatchObject({ id: registered.body.account?.id, identifiers: [{ kind: 'third_party' }] });
    const accepted = await app.http
      .with(registered.body.tokens?.accessToken ?? '')
      .get<{ items: object[] }>('/v1/accounts/me/acceptances');
    expect(accepted.body.items.length).toBeGreaterThanOrEqual(acceptances.length);
    const signedIn = await signInBy();
    expect(signedIn.body).toMatchObject({ status: 'signed_in', tokens: { accountId: registered.body.account?.id } });
  });

  it('refuses without the agreements, and who is too young; asks for a minor’s guardian and waits for them', async () => {
    const registration = facts({ acceptances: [] });
    expect((await begin({ purpose: 'register', registration })).status).toBe(422);
    expect((await begin({ purpose: 'register', registration: facts({ birthDate: '2021-01-01' }) })).status).toBe(422);
    expect((await begin({ purpose: 'register', registration: facts({ birthDate: '2012-01-01' }) })).body.code).toBe(
      'guardian_required',
    );
    const guardian = { phone: freshPhone(), relationship: 'mother' };
    const minor = await register({ birthDate: '2012-01-01', guardian });
    expect(minor.body).toMatchObject({ status: 'awaiting_guardian', account: { state: 'awaiting_guardian' } });
    await app.drain();
    expect(app.get(MessageInbox).to(guardian.phone).length).toBeGreaterThan(0);
  });

  it('one subject, one account, also when two finish at once', async () => {
    const flows = await Promise.all([1, 2, 3].map(() => begun({ purpose: 'register', registration: facts() })));
    const backs: Back[] = [];
    for (const flow of flows) backs.push(await travel(flow));
    const done = await Promise.all(flows.map((flow, i) => exchange(flow, backs[i] as Back)));
    expect(done.map((d) => d.body.refusal?.code ?? d.body.status).sort()).toEqual([
      'account_exists',
      'account_exists',
      'completed',
    ]);
  });

  it('one exchange for a flow; a retry with its key gets the first answer', async () => {
    await register();
    const flow = await begun({ purpose: 'sign_in' });
    const back = await travel(flow);
    const key = { 'idempotency-key': 'once-and-again' };
    const first = await exchange(flow, back, app.http, key);
    expect(first.body.status).toBe('signed_in');
    expect((await exchange(flow, back, app.http, key)).body).toEqual(first.body);
    expect((await exchange(flow, back)).status).toBe(409);
    const raced = await begun({ purpose: 'sign_in' });
    const racedBack = await travel(raced);
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => exchange(raced, racedBack)))).map((a) => a.status);
    expect(statuses.filter((s) => s === 200)).toHaveLength(1);
  });

  it('a browser that cannot go on is led to a page, a program gets the problem', async () => {
    const flow = await begun({ purpose: 'sign_in' });
    const back = await travel(flow);
    expect(back.code).toBeDefined();
    const page = await fetch(flow.authorizeUrl, { redirect: 'manual', headers: { accept: 'text/html,*/*' } });
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      `${origin()}/account#flow=${flow.id}&error=wrong_state`,
    ]);
    expect((await fetch(flow.authorizeUrl, { redirect: 'manual' })).status).toBe(409);
    const strange = `${app.url}/v1/oidc/good/callback?state=guessed&code=x`;
    const lost = await fetch(strange, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(lost.headers.get('location')).toBe(`${origin()}/account#error=callback_refused`);
  });

  it('lists the providers in use and none that is off, and says when nobody is linked', async () => {
    const listed = await app.http.get<{ items: { id: string }[] }>('/v1/third-party-providers');
    expect(listed.body.items.map((p) => p.id)).toEqual(['good', 'evil', 'wechat', 'demo']);
    expect((await signInBy()).body.code).toBe('account_not_linked');
  });

  it('works out of the box with the demo provider', async () => {
    const flow = await begun({ provider: 'demo', purpose: 'register', registration: facts() });
    const browser = new Browser();
    const page = await browser.follow(flow.authorizeUrl, (url) => url.includes('/demo/idp/sign-in/'));
    expect((await browser.go(page)).text).toContain('value="lan"');
  });

  it('no token, code or subject stands in an address, an event or a log of ours', async () => {
    const flow = await begun({ purpose: 'register', registration: facts() });
    const back = await travel(flow);
    await exchange(flow, back);
    const kept = await db.query<{ text: string }>(
      `SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM (SELECT * FROM third_party_flows WHERE id = '${flow.id}') t`,
    );
    for (const secret of [flow.secret, back.code ?? '-', good.person]) expect(kept[0]?.text).not.toContain(secret);
    expect(kept[0]?.text).toContain('completed');
  });
});

describe('REG-5 linking and unlinking', () => {
  it('links with a code, tells the number, cools, then signs in', async () => {
    const who = await owner();
    const linked = await link(who);
    expect(linked.body).toMatchObject({ status: 'linked', account: { id: who.id } });
    await app.drain();
    expect(
      app
        .get(MessageInbox)
        .to(who.phone)
        .some((m) => m.template === 'third_party_linked'),
    ).toBe(true);
    expect((await signInBy()).body.code).toBe('link_cooling');
    app.clock.advance(24 * 3_600_000 + 1_000);
    expect((await signInBy()).body).toMatchObject({ status: 'signed_in', tokens: { accountId: who.id } });
  });

  it('a link needs the code, the account, and one link a provider; another’s third-party account stays theirs', async () => {
    const who = await owner();
    expect((await begin({ purpose: 'link' })).status).toBe(401);
    expect((await begin({ purpose: 'link' }, who.session.http)).body.code).toBe('step_up_required');
    expect((await begin({ purpose: 'link', code: '000000' }, who.session.http)).body.code).toBe('code_invalid');
    await link(who);
    const before = await holderOf(good.issuer, good.person);
    good.person = newPerson();
    expect((await link(who)).body.code).toBe('already_linked');
    const other = await owner();
    const taken = (await register()).body.account?.id;
    expect((await link(other)).body.code).toBe('identifier_taken');
    expect(await holderOf(good.issuer, good.person)).toBe(taken);
    expect(before).toBe(who.id);
  });

  it('unlinks with a code, ends the other sessions, and never takes the last way in', async () => {
    const who = await owner();
    const { body } = await link(who);
    const other = await signIn(app, who.phone);
    const path = `/v1/accounts/me/third-party-links/${body.link?.id}`;
    const listed = await who.session.http.get<{ items: { id: string; provider: string }[] }>(
      '/v1/accounts/me/third-party-links',
    );
    expect(listed.body.items).toMatchObject([{ id: body.link?.id, provider: 'good' }]);
    expect(listed.text).not.toContain(good.person);
    expect((await who.session.http.delete(path, { code: '000000' })).body['code']).toBe('code_invalid');
    const stranger = await owner();
    const strangers = await stepUpCode(stranger.session, stranger.phone);
    expect((await stranger.session.http.delete(path, { code: strangers })).status).toBe(404);
    expect((await who.session.http.delete(path, { code: await stepUpCode(who.session, who.phone) })).status).toBe(204);
    expect((await other.http.get('/v1/accounts/me')).status).toBe(401);
    expect((await who.session.http.get('/v1/accounts/me')).status).toBe(200);
    expect(await holderOf(good.issuer, good.person)).toBeUndefined();
  });

  it('an account without a number proves itself at its provider, and not as somebody else', async () => {
    const registered = await register();
    const http = app.http.with(registered.body.tokens?.accessToken ?? '');
    const links = await http.get<{ items: { id: string }[] }>('/v1/accounts/me/third-party-links');
    const linkId = links.body.items[0]?.id ?? '';
    const me = good.person;
    good.person = newPerson();
    const wrong = await finish({ purpose: 'step_up', stepUpFor: 'identifier_change' }, http);
    expect(wrong.body.code).toBe('other_third_party_account');
    good.person = me;
    const right = await finish({ purpose: 'step_up', stepUpFor: 'identifier_change' }, http);
    expect(right.body).toMatchObject({ status: 'stepped_up' });
    const code = right.body.stepUp?.code ?? '';
    // The code opens what it is for, and the last way in stays.
    expect((await http.delete(`/v1/accounts/me/third-party-links/${linkId}`, { code })).body['code']).toBe(
      'last_identifier',
    );
    const flow = await begun({ provider: 'evil', purpose: 'link', code }, http);
    expect((await exchange(flow, await travel(flow), http)).body.status).toBe('linked');
    const withPhone = await owner();
    const refused = await begin({ purpose: 'step_up', stepUpFor: 'deregistration' }, withPhone.session.http);
    expect(refused.body.code).toBe('step_up_by_phone');
  });
});

describe('a provider that lies', () => {
  it.each([
    ['another nonce', { claims: { nonce: 'other' } }],
    ['another issuer in the ID token', { claims: { iss: 'https://accounts.example.com' } }],
    ['another audience', { claims: { aud: 'somebody-else' } }],
    ['an ID token that is over', { claims: { exp: 1_000_000_000 } }],
    ['a key that is not the published one', { foreignKey: true, claims: {} }],
    ['no signature', { unsigned: true, claims: {} }],
    ['another issuer in its answer (RFC 9207)', { iss: 'https://accounts.example.com' }],
    ['no issuer in its answer, having announced one', { iss: null }],
  ])('%s gets nobody in', async (_, lies) => {
    await register();
    good.lies = lies;
    const flow = await begun({ purpose: 'sign_in' });
    const back = await travel(flow);
    expect(back).toEqual({ flow: flow.id, error: 'invalid_answer' });
    expect((await exchange(flow, { flow: flow.id, code: 'A'.repeat(43) })).status).toBe(404);
  });

  it.each<[string, Record<string, number>, boolean]>([
    ['ten seconds behind ours, its token just over', { exp: -10 }, true],
    ['ten seconds ahead of ours, its token not yet begun', { nbf: 10, iat: 10 }, true],
    ['two minutes behind ours, its token over', { exp: -120 }, false],
    ['two minutes ahead of ours, its token not begun', { nbf: 120, iat: 120 }, false],
  ])('clock skew: a provider whose clock is %s', async (_, seconds, getsIn) => {
    await register();
    const now = Math.floor(Date.now() / 1000);
    good.lies = { claims: Object.fromEntries(Object.entries(seconds).map(([claim, s]) => [claim, now + s])) };
    const flow = await begun({ purpose: 'sign_in' });
    const back = await travel(flow);
    if (getsIn) expect((await exchange(flow, back)).body).toMatchObject({ status: 'signed_in' });
    else expect(back).toEqual({ flow: flow.id, error: 'invalid_answer' });
  });

  it('mixed-up issuer: an answer of one provider at the callback of another is refused, and no code goes to it', async () => {
    const flow = await begun({ purpose: 'sign_in' });
    const browser = new Browser();
    const callback = await browser.follow(flow.authorizeUrl, (url) =>
      url.includes('/v1/oidc/'.concat('good/callback')),
    );
    const before = evil.tokenRequests;
    const answer = await browser.go(callback.replace('/oidc/good/', '/oidc/evil/'));
    expect(answer.status).toBe(400);
    expect(evil.tokenRequests).toBe(before);
  });
});

describe('row 5 accounts prepared for somebody else', () => {
  it('row 5 classic-federated merge: an e-mail or number that the provider tells joins nothing', async () => {
    const victim = await owner();
    good.profile = {
      email: 'victim@example.com',
      email_verified: true,
      phone_number: victim.phone,
      phone_number_verified: true,
    };
    expect((await signInBy()).body.code).toBe('account_not_linked');
    const registered = await register();
    expect(registered.body.status).toBe('completed');
    expect(registered.body.account?.id).not.toBe(victim.id);
  });

  it('row 5 unexpired session: a session that ended finishes no link, and no other session finishes it', async () => {
    const who = await owner();
    const flow = await beginLink(who);
    const back = await travel(flow);
    const later = await signIn(app, who.phone);
    expect((await exchange(flow, back, later.http)).status).toBe(404);
    await inTx((tx) => app.get(SessionsService).endAll(tx, who.id, 'recovered', { actor: SYSTEM }));
    expect((await exchange(flow, back, who.session.http)).status).toBe(401);
    expect((await exchange(flow, back)).status).toBe(404);
    expect(await holderOf(good.issuer, good.person)).toBeUndefined();
  });

  it('row 5 trojan identifier: what somebody linked to an account goes when its owner gets it back', async () => {
    const who = await owner();
    await link(who);
    app.clock.advance(25 * 3_600_000);
    expect((await signInBy()).body.status).toBe('signed_in');
    await inTx(async (tx) => {
      await app.get(AccountsService).lockForUpdate(tx, who.id);
      await app.get(RebindService).rebind(tx, who.id, { phone: freshPhone(), reason: 'recovered', actor: SYSTEM });
    });
    expect((await signInBy()).body.code).toBe('account_not_linked');
  });

  it('row 5 unexpired change: a link that was under way does not outlive a freeze, nor its ten minutes', async () => {
    const who = await owner();
    const flow = await beginLink(who);
    const back = await travel(flow);
    expect((await who.session.http.post('/v1/accounts/me/freeze', {})).status).toBe(200);
    expect((await exchange(flow, back, who.session.http)).status).toBe(401);
    const second = await owner();
    const slow = await beginLink(second);
    const slowBack = await travel(slow);
    app.clock.advance(11 * 60_000);
    const renewed = await signIn(app, second.phone);
    expect((await exchange(slow, slowBack, second.session.http)).status).toBeGreaterThanOrEqual(401);
    expect((await exchange(slow, slowBack, renewed.http)).status).toBe(404);
    expect(await holderOf(good.issuer, good.person)).toBeUndefined();
  });

  it('row 5 non-verifying provider: an unverified e-mail, or the same subject at another issuer, is nobody here', async () => {
    const registered = await register();
    evil.person = good.person;
    evil.profile = { email: 'victim@example.com', email_verified: false };
    expect((await signInBy('evil')).body.code).toBe('account_not_linked');
    evil.lies = { claims: { iss: good.issuer } };
    const flow = await begun({ provider: 'evil', purpose: 'sign_in' });
    expect((await travel(flow)).error).toBe('invalid_answer');
    expect(await holderOf(good.issuer, good.person)).toBe(registered.body.account?.id);
  });
});

describe('row 6 a proof that is not of who began', () => {
  it('row 6 a link that A begins and B finishes is neither’s', async () => {
    const a = await owner();
    const b = await owner();
    const flow = await beginLink(a);
    // B is lured to A's address and comes back with a code; A has the secret, B has the code.
    const back = await travel(flow, new Browser());
    expect((await exchange(flow, back, b.session.http)).status).toBe(404);
    expect((await exchange({ ...flow, secret: 'B'.repeat(43) }, back, a.session.http)).status).toBe(404);
    expect((await exchange(flow, { flow: flow.id, code: 'B'.repeat(43) }, a.session.http)).status).toBe(404);
    expect(await holderOf(good.issuer, good.person)).toBeUndefined();
  });

  it('row 6 a callback in another browser is refused, with and without a cookie of its own', async () => {
    const flow = await begun({ purpose: 'sign_in' });
    const browser = new Browser();
    const callback = await browser.follow(flow.authorizeUrl, (url) => url.includes('/callback?'));
    expect((await new Browser().go(callback)).status).toBe(400);
    const other = new Browser();
    await other.go((await begun({ purpose: 'sign_in' })).authorizeUrl);
    expect((await other.go(callback)).status).toBe(400);
    expect(readBack((await browser.go(callback)).location).code).toBeDefined();
  });

  it('row 6 a code of one person put into the answer of another is refused by PKCE and nonce', async () => {
    const mine = await begun({ purpose: 'sign_in' });
    const theirs = await begun({ purpose: 'sign_in' });
    const browser = new Browser();
    const isCallback = (url: string): boolean => url.includes('/callback?');
    const mineBack = new URL(await browser.follow(mine.authorizeUrl, isCallback));
    const theirsBack = new URL(await new Browser().follow(theirs.authorizeUrl, isCallback));
    mineBack.searchParams.set('code', theirsBack.searchParams.get('code') ?? '');
    expect(readBack((await browser.go(mineBack.href)).location)).toEqual({ flow: mine.id, error: 'invalid_answer' });
  });

  it('row 6 subject swapped by the provider while it stands for a code', async () => {
    const registered = await register();
    const http = app.http.with(registered.body.tokens?.accessToken ?? '');
    good.lies = { claims: { sub: newPerson() } };
    const swapped = await finish({ purpose: 'step_up', stepUpFor: 'deregistration' }, http);
    expect(swapped.body).toMatchObject({ code: 'other_third_party_account' });
  });
});

describe('row 7 what was switched off', () => {
  it('row 7 a provider that is off answers no pre-made request, at any step', async () => {
    await register();
    const begunOnly = await begun({ purpose: 'sign_in' });
    const left = await begun({ purpose: 'sign_in' });
    const browser = new Browser();
    const callback = await browser.follow(left.authorizeUrl, (url) => url.includes('/callback?'));
    const authenticated = await begun({ purpose: 'sign_in' });
    const back = await travel(authenticated);
    const asked = good.tokenRequests;
    await app.stop();
    app = await start({ good: { enabled: false } });
    expect((await begin({ purpose: 'sign_in' })).body.code).toBe('provider_disabled');
    expect((await new Browser().go(begunOnly.authorizeUrl)).status).toBe(403);
    expect(readBack((await browser.go(callback)).location).error).toBe('provider_disabled');
    expect((await exchange(authenticated, back)).body.code).toBe('provider_disabled');
    expect(good.tokenRequests).toBe(asked);
    await app.stop();
    app = await start();
  });

  it('row 7 a provider that may not register any more registers nobody, also by a flow begun before', async () => {
    const early = await begun({ purpose: 'register', registration: facts() });
    const back = await travel(early);
    await app.stop();
    app = await start({ good: { purposes: ['sign_in'] } });
    expect((await begin({ purpose: 'register', registration: facts() })).body.code).toBe('provider_disabled');
    expect((await exchange(early, back)).body.code).toBe('provider_disabled');
    expect(await holderOf(good.issuer, good.person)).toBeUndefined();
    await app.stop();
    app = await start();
  });

  it('row 7 a callback that comes twice, an address that is opened twice, a state that nobody began', async () => {
    const flow = await begun({ purpose: 'sign_in' });
    const browser = new Browser();
    const callback = await browser.follow(flow.authorizeUrl, (url) => url.includes('/callback?'));
    expect((await browser.go(callback)).status).toBe(303);
    expect((await browser.go(callback)).status).toBe(400);
    expect((await browser.go(flow.authorizeUrl)).status).toBe(409);
    const foreign = new URL(callback);
    foreign.searchParams.set('state', 'x'.repeat(43));
    expect((await browser.go(foreign.href)).status).toBe(400);
    foreign.searchParams.append('state', 'y'.repeat(43));
    expect((await browser.go(foreign.href)).status).toBe(400);
  });
});

describe('row 10 and the others', () => {
  it('row 10 a ban on the third-party account outlives the account: no registration, no link', async () => {
    const registered = await register();
    const accountId = registered.body.account?.id ?? '';
    await inTx(async (tx) => {
      const until = new Date(app.clock.now().getTime() + 30 * 86_400_000);
      const bar = { until, reason: 'test', source: { kind: 'sanction' as const, id: accountId } };
      await app.get(IdentifiersService).barAccount(tx, accountId, ['third_party'], bar);
      // What deregistration does to what reached the account.
      await app.get(IdentifiersService).release(tx, accountId, {}, 'deregistered');
      await app.get(AccountsService).tombstone(tx, accountId);
    });
    expect((await signInBy()).body.code).toBe('account_not_linked');
    const again = await register();
    expect(again.body).toMatchObject({ status: 'refused', refusal: { code: 'identifier_barred' } });
    expect((await link(await owner())).body.code).toBe('link_barred');
    expect(await holderOf(good.issuer, good.person)).toBeUndefined();
  });

  it('R15 a provider that knows somebody who left brings nobody back: refused while they leave, nobody afterwards, barred and counted', async () => {
    const registered = await register();
    const accountId = registered.body.account?.id ?? '';
    const known = async (): Promise<string[]> =>
      (await db.query<{ id: string }>('SELECT id FROM accounts')).map((a) => a.id).sort();
    await inTx(async (tx) => {
      const account = await app.get(AccountsService).lockForUpdate(tx, accountId);
      await app.get(AccountsService).move(tx, account, 'deregister', { actor: SYSTEM, clauses: ['2.5'] });
      await app.get(AccountsService).tombstone(tx, accountId);
    });
    const before = await known();
    // The saga is under way: the subject is still claimed, and nobody gets in with it.
    expect((await signInBy()).body.tokens).toBeUndefined();
    expect((await register()).body.account).toBeUndefined();
    expect(await known()).toEqual(before);
    await inTx((tx) => app.get(IdentifiersService).release(tx, accountId, {}, 'deregistered'));
    // Over: a sign-in at the provider opens nothing by itself.
    expect((await signInBy()).body.code).toBe('account_not_linked');
    expect(await known()).toEqual(before);
    const again = await register();
    expect(again.body.account?.id).toEqual(expect.any(String));
    expect(again.body.account?.id).not.toBe(accountId);
    // Barred: refused, however often it comes, and each time on record.
    await inTx(async (tx) => {
      const until = new Date(app.clock.now().getTime() + 30 * 86_400_000);
      const bar = { until, reason: 'test', source: { kind: 'sanction' as const, id: accountId } };
      await app.get(IdentifiersService).barAccount(tx, again.body.account?.id ?? '', ['third_party'], bar);
      await app.get(IdentifiersService).release(tx, again.body.account?.id ?? '', {}, 'deregistered');
    });
    const refused = async (): Promise<number> =>
      (await db.query(`SELECT 1 FROM registrations WHERE state = 'refused' AND refusal = 'identifier_barred'`)).length;
    const counted = await refused();
    for (let i = 0; i < 3; i += 1) expect((await register()).body).toMatchObject({ status: 'refused' });
    expect(await refused()).toBe(counted + 3);
  });

  it('row 13 a third-party registration sends no message that anybody pays for', async () => {
    const sent = app.get(MessageInbox);
    const before = await db.query<{ n: string }>('SELECT count(*) AS n FROM verification_sends');
    await register();
    await app.drain();
    expect(await db.query('SELECT count(*) AS n FROM verification_sends')).toEqual(before);
    expect(sent).toBeDefined();
  });

  it('row 16 without its challenge solved nobody leaves, and nothing made up is a solution', async () => {
    const deviceId = 'farm-device-third';
    for (let i = 0; i < 3; i += 1) {
      good.person = newPerson();
      await register({ deviceId });
    }
    await app.stop();
    // Every attempt is challenged now.
    app = await start({}, { REGISTRATION_RULES_FILE: rulesThat('challenge') });
    const asked = await begun({ purpose: 'register', registration: facts() });
    expect((await new Browser().go(asked.authorizeUrl)).status).toBe(403);
    const solve = (secret: string) =>
      app.http.post(`/v1/third-party-flows/${asked.id}/challenge-responses`, {
        secret,
        challengeResponse: Buffer.from('{"challenge":{"parameters":{},"signature":""}}').toString('base64'),
      });
    expect((await solve(asked.secret)).body['code']).toBe('challenge_failed');
    expect((await solve('A'.repeat(43))).status).toBe(404);
    // A solution is worth something for its own registration only.
    const other = await begun({ purpose: 'register', registration: facts() });
    const solution = await solutionOf(other);
    const send = (flow: Begun, challengeResponse: string) =>
      app.http.post(`/v1/third-party-flows/${flow.id}/challenge-responses`, { secret: flow.secret, challengeResponse });
    expect((await send(asked, solution)).body['code']).toBe('challenge_failed');
    expect((await send(other, solution)).status).toBe(204);
    expect((await new Browser().go(other.authorizeUrl)).status).toBe(303);
    expect((await new Browser().go(asked.authorizeUrl)).status).toBe(403);
    await app.stop();
    app = await start();
  });

  it('REG-6 a rule that fires only when the person comes back asks for its challenge at the exchange', async () => {
    const deviceId = 'farm-device-late';
    for (let i = 0; i < 3; i += 1) {
      good.person = newPerson();
      expect((await register({ deviceId })).body.status).toBe('completed');
    }
    good.person = newPerson();
    // Nobody knows yet who comes: nothing is asked at the start.
    const flow = await begun({ purpose: 'register', registration: facts({ deviceId }) });
    expect(flow.challenge).toBeUndefined();
    const back = await travel(flow);
    const asked = await exchange(flow, back);
    expect([asked.status, asked.body.code]).toEqual([403, 'challenge_required']);
    expect((await exchange(flow, back)).body.code).toBe('challenge_required');
    const { challenge } = (await exchange(flow, back)).body as unknown as Begun;
    const solve = async (of: Begun['challenge']) =>
      app.http.post(`/v1/third-party-flows/${flow.id}/challenge-responses`, {
        secret: flow.secret,
        challengeResponse: await solutionOf({ ...flow, ...(of === undefined ? {} : { challenge: of }) }),
      });
    expect((await solve(challenge)).status).toBe(204);
    expect((await exchange(flow, back)).body).toMatchObject({ status: 'completed', account: { state: 'active' } });
    const [row] = await db.query<{ rules: string[] }>(
      `SELECT array_agg(DISTINCT f ->> 'rule') AS rules FROM registration_decisions, jsonb_array_elements(fired) AS f
        WHERE registration_id = $1`,
      [flow.registrationId],
    );
    expect(row?.rules).toEqual(['device-several-numbers']);
  });

  it('REG-6 a held third-party registration has nobody to be told by message: its reference says how it stands, for a month', async () => {
    await app.stop();
    app = await start({}, { REGISTRATION_RULES_FILE: rulesThat('review') });
    const [approved, refused] = [await register(), ((good.person = newPerson()), await register())];
    const at = async (of: typeof approved) =>
      (await app.http.get(`/v1/registrations/${of.body.registrationId}`, { headers: { 'accept-language': 'en' } }))
        .body;
    expect([approved.body.status, await at(approved)]).toEqual([
      'in_review',
      expect.objectContaining({ status: 'in_review' }),
    ]);
    const moderator = app.http.with(await staffToken(app, 'moderator', 'mo'));
    for (const [held, decision] of [
      [approved, 'approve'],
      [refused, 'refuse'],
    ] as const) {
      const id = held.body.registrationId ?? '';
      expect((await moderator.post('/v1/review-tasks/claim-next', { kinds: ['registration'] })).status).toBe(200);
      const { body } = await moderator.get<{ version: number }>(`/v1/registrations/${id}/review`);
      const headers = { 'if-match': `"${body.version}"` };
      const done = await moderator.post(
        `/v1/registrations/${id}/decision`,
        { decision, reasonCode: 'seen' },
        { headers },
      );
      expect(done.status).toBe(200);
    }
    await app.drain();
    app.clock.advance(20 * 86_400_000);
    await app.drain();
    expect(await at(approved)).toMatchObject({ status: 'completed' });
    expect(await at(refused)).toMatchObject({
      status: 'refused',
      refusal: { code: 'refused_on_review', clauses: ['2.2'] },
    });
    await app.stop();
    app = await start();
  });

  it('an address to return to is ours or the operator’s', async () => {
    expect((await begin({ purpose: 'sign_in', returnTo: 'https://evil.example/' })).body.code).toBe(
      'return_url_invalid',
    );
  });
});

describe('WeChat, in its own spelling', () => {
  const wechatBack = async (flow: Begun, more: Record<string, string> = { code: 'wx-code' }): Promise<Back> => {
    const browser = new Browser();
    const at = new URL(await browser.follow(flow.authorizeUrl, (url) => url.startsWith(`${wechat.url}/connect`)));
    expect(Object.fromEntries(at.searchParams)).toMatchObject({
      appid: 'wx123',
      response_type: 'code',
      scope: 'snsapi_login',
    });
    const callback = new URL(at.searchParams.get('redirect_uri') ?? '');
    callback.search = new URLSearchParams({ ...more, state: at.searchParams.get('state') ?? '' }).toString();
    return readBack((await browser.go(callback.href)).location);
  };
  const person = (unionid: string) => ({
    access_token: 'AT',
    expires_in: 7200,
    openid: `o-${unionid}`,
    scope: 'snsapi_login',
    unionid,
  });

  it('registers by unionid and signs in again, whatever the openid', async () => {
    wechat.answer = person('union-1');
    const flow = await begun({ provider: 'wechat', purpose: 'register', registration: facts() });
    const registered = await exchange(flow, await wechatBack(flow));
    expect(registered.body.status).toBe('completed');
    expect(Object.fromEntries(wechat.requests.at(-1) ?? [])).toEqual({
      appid: 'wx123',
      secret: 'wx-secret',
      code: 'wx-code',
      grant_type: 'authorization_code',
    });
    wechat.answer = { ...person('union-1'), openid: 'of-another-application' };
    const again = await begun({ provider: 'wechat', purpose: 'sign_in' });
    expect((await exchange(again, await wechatBack(again))).body.tokens?.accountId).toBe(registered.body.account?.id);
  });

  it.each([
    ['an error with status 200', { errcode: 40029, errmsg: 'invalid code' }],
    ['no unionid', { access_token: 'AT', openid: 'o-1' }],
    ['an identity beside an error', { ...person('union-1'), errcode: 40163 }],
    ['nothing', {}],
  ])('%s gets nobody in', async (_, answer) => {
    wechat.answer = answer;
    const flow = await begun({ provider: 'wechat', purpose: 'sign_in' });
    expect((await wechatBack(flow)).error).toBe('invalid_answer');
  });

  it('who says no comes back without a code; an answer that names an issuer is somebody else’s', async () => {
    wechat.answer = person('union-1');
    const no = await begun({ provider: 'wechat', purpose: 'sign_in' });
    expect((await wechatBack(no, {})).error).toBe('denied');
    const mixed = await begun({ provider: 'wechat', purpose: 'sign_in' });
    expect((await wechatBack(mixed, { code: 'wx-code', iss: good.issuer })).error).toBe('invalid_answer');
  });
});

describe('configuration', () => {
  const refuses = (over: Record<string, string>): Promise<TestApp> => startApp({ db, env: { PORT: '0', ...over } });
  it.each([
    [
      'a provider without a secret',
      { THIRD_PARTY_PROVIDERS: '[{id: x, kind: oidc, issuer: "https://x.example.com", clientId: c}]' },
    ],
    [
      'one without an issuer',
      { THIRD_PARTY_PROVIDERS: '[{id: x, kind: oidc, clientId: c, clientAuthentication: none}]' },
    ],
    [
      'an address inside',
      {
        THIRD_PARTY_PROVIDERS:
          '[{id: x, kind: oidc, issuer: "https://10.0.0.1", clientId: c, clientAuthentication: none}]',
      },
    ],
    [
      'an unknown word',
      { THIRD_PARTY_PROVIDERS: '[{id: x, kind: oidc, issuer: "https://x.example.com", clientId: c, colour: red}]' },
    ],
  ])('%s stops the start', async (_, env) => {
    await expect(refuses(env)).rejects.toThrow(/thirdParty/);
  });
});

/** The shipped rules, and before them one that is about everybody. */
function rulesThat(outcome: 'challenge' | 'review'): string {
  const shipped = readFileSync('config/registration-rules.yaml', 'utf8');
  const file = join(dataDir, 'rules.yaml');
  const rule = `rules:\n  - id: everybody\n    clause: 2.3(3)\n    when: { attempts: { per: ip } }\n    window: PT1H\n    limit: 0\n    outcome: ${outcome}\n`;
  writeFileSync(file, shipped.replace('rules:\n', rule));
  return file;
}

async function solutionOf({ challenge }: Begun): Promise<string> {
  if (challenge === undefined) throw new Error('no challenge');
  const solution = await solveChallenge({ challenge: challenge.parameters, deriveKey });
  return Buffer.from(JSON.stringify({ challenge: challenge.parameters, solution })).toString('base64');
}
