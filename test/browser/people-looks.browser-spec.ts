import type { Page } from 'playwright-core';
import { acceptancesNow, freshPhone, openAccount } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import { apply, approve, execute, type Leaver, QUICK, reach, toReview } from '../support/leaving.js';
import { DESK, type Look, PHONE, SMALL, turnTo } from '../support/looks.js';
import { Moderation } from '../support/moderation.js';
import { enterCode, heading, healthy, newest, press, signInWith, tooWide } from '../support/people-pages.js';
import { serviceToken } from '../support/tokens.js';

/** The checker looks at one of each theme, a desk and the smallest phone: the language changes nothing that it sees. */
const LOOKS: Readonly<Record<'zh-CN' | 'en', readonly (Look & { readonly checked?: boolean })[]>> = {
  'zh-CN': [
    { as: 'zh-1440', ...DESK, checked: true },
    { as: 'zh-390', ...PHONE },
    { as: 'zh-360-dark', ...SMALL, dark: true, checked: true },
  ],
  en: [
    { as: 'en-360', ...SMALL },
    { as: 'en-390', ...PHONE },
    { as: 'en-1440-dark', ...DESK, dark: true },
  ],
};

/** Every page for people as it looks, on a phone and a desk, in both languages and the dark: fits, and the checker is content. */
describe('how the pages for people look', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let finished: Leaver;
  let waiting: Leaver;
  let person: { id: string; phone: string };
  let ward: { phone: string; link: string };
  let granted: { phone: string; guardian: string; link: string };
  beforeAll(async () => {
    [app, browser] = await Promise.all([
      startSite({ env: { ...QUICK, DEREGISTRATION_COOLING_OFF: 'P7D', LIMITS_PUBLIC_REQUESTS: '1000000' } }),
      startBrowser(),
    ]);
    finished = await apply(app);
    app.clock.advance(7 * 86_400_000);
    await toReview(app);
    await approve(app, finished.id);
    await execute(app);
    expect(await reach(app, finished.id, 'completed')).toBe('completed');
    const mod = new Moderation(app);
    const ban = [{ type: 'reregistration_ban', duration: 'P1Y', identifierKinds: ['phone'] }];
    const proposed = await mod.decide(await mod.openCase(finished.accountId), ban);
    const sam = await mod.as('sam', 'senior_moderator');
    await sam.post(`/v1/decisions/${proposed.body.id}/approval`, { approved: true, note: 'Yes.' });
    waiting = await apply(app);
    person = await openAccount(app);
    await mod.decide(await mod.openCase(person.id), [
      { type: 'feature_restriction', features: ['share'], duration: 'P3D' },
      { type: 'rectification', instructions: '请删除这四段分享。', duration: 'P7D' },
    ]);
    const billing = app.http.with(await serviceToken(app, 'obligations:write', 'billing'));
    await billing.put(`/v1/accounts/${person.id}/obligations`, {
      participant: 'billing',
      obligations: [
        {
          kind: 'unused_credit',
          reference: 'credit-7',
          howToClear: { zh: '可先用完余额，或申请退款。', en: 'Use it up, or ask for it back.' },
        },
      ],
    });
    ward = await child();
    const other = await child();
    granted = other;
    const token = other.link.split('/').at(-1);
    await app.http.post(`/v1/guardian-consents/${token}/codes`);
    const code = await newest(app, other.guardian, 'code');
    const decision = { decision: 'granted', code, guardianName: '王芳', relationship: 'mother' };
    expect((await app.http.post(`/v1/guardian-consents/${token}/decision`, decision)).status).toBe(200);
  }, 240_000);
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  async function child(): Promise<{ phone: string; guardian: string; link: string }> {
    const [phone, guardian] = [freshPhone(), freshPhone()];
    const started = await app.http.post<{ id: string }>('/v1/registrations', {
      method: 'phone',
      phone,
      birthDate: '2014-05-05',
      channel: 'web',
      acceptances: await acceptancesNow(app),
      guardian: { phone: guardian, relationship: 'mother' },
    });
    await app.http.post(`/v1/registrations/${started.body.id}/codes`, {});
    await app.http.post(`/v1/registrations/${started.body.id}/verifications`, {
      code: await newest(app, phone, 'code'),
    });
    return { phone, guardian, link: await newest(app, guardian, 'link') };
  }

  /** Opened once, and looked at in every way; the language changes in place, as it does for people (C33). */
  const look = async (page: Page, name: string, path: string, ready: string): Promise<void> => {
    await page.goto(path.startsWith('http') ? path : `${app.url}/account/${path}`);
    await page.locator(ready).first().waitFor();
    for (const [language, turn] of [
      ['zh-CN', '中文'],
      ['en', 'English'],
    ] as const) {
      if ((await page.locator('html').getAttribute('lang')) !== language) await press(page, turn);
      await page.locator(`html[lang=${language}]`).waitFor();
      for (const each of LOOKS[language]) {
        await turnTo(page, each);
        await shoot(page, `people-${name}-${each.as}`);
        if (each.checked === true) await healthy(page);
        else expect(await tooWide(page)).toBe(false);
      }
    }
  };

  it('for anybody', async () => {
    const anybody = await browser.open();
    for (const [name, path, ready] of [
      ['welcome', '', '.choices'],
      ['sign-in', 'sign-in', '#phone'],
      ['register', 'register', '#agreed'],
      ['recover', 'recover', '#statement'],
      ['objection', 'objection#token', '.choices'],
      ['flow-stopped', '#error=denied', '[role=alert] p'],
      ['tracking', `deregistrations/${waiting.id}#${waiting.token}`, '.big'],
      ['tracking-done', `deregistrations/${finished.id}#${finished.token}`, '.card.warn'],
      ['receipt', `deregistrations/${finished.id}/receipt#${finished.token}`, '.card ul'],
      ['bans', `deregistrations/${finished.id}/bans#${finished.token}`, 'article'],
      ['guardian-ask', ward.link, '.choices'],
      ['guardian-manage', granted.link, '.facts'],
      ['guardian-invalid', 'guardian/mistyped', 'h1'],
    ] as const) {
      await anybody.page.goto('about:blank');
      await look(anybody.page, name, path, ready);
    }
    expect(anybody.faults).toEqual([]);
    await anybody.close();
  }, 300_000);

  it('for whoever signed in', async () => {
    const asOwner = async (phone: string, pages: readonly (readonly [string, string, string])[]): Promise<void> => {
      const own = await browser.open();
      await signInWith(app, own.page, phone);
      await own.page.locator('.status').waitFor();
      for (const [name, path, ready] of pages) await look(own.page, name, path, ready);
      expect(own.faults).toEqual([]);
      await own.close();
    };
    await asOwner(person.phone, [
      ['home', '', '.status'],
      ['agreements', 'agreements', 'h2'],
      ['decisions', 'decisions', 'article textarea'],
      ['security', 'security', '#objects'],
      ['number', 'security/number', '#newPhone'],
      ['links', 'security/links', '.row button'],
      ['information', 'information', 'summary'],
      ['leave', 'leave', '#reason'],
      ['no-guardian', 'my-guardian', 'h1'],
    ]);
    await asOwner(ward.phone, [
      ['child-waiting-home', '', '.status'],
      ['child-waiting', 'my-guardian', '.status'],
    ]);
    await asOwner(granted.phone, [
      ['child-home', '', '.status'],
      ['child-guardian', 'my-guardian', '.status'],
    ]);
  }, 300_000);

  it('the steps behind the guardian’s buttons', async () => {
    const { page, close } = await browser.open({ width: 360, height: 640, language: 'en' });
    for (const [button, name] of [
      ['Set time limits', 'limits'],
      ['Take consent back', 'revoke'],
      ['Ask to close', 'close'],
    ] as const) {
      await page.goto(granted.link);
      await page.getByRole('button', { name: new RegExp(button) }).click();
      await heading(page, new RegExp(button));
      await shoot(page, `people-guardian-${name}-en-360`);
      await healthy(page);
    }
    await enterCode(app, page, granted.guardian, /Send a code/);
    await close();
  });
});
