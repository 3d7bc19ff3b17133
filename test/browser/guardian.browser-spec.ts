import type { Page } from 'playwright-core';
import { acceptancesNow, freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import type { HttpClient } from '../support/http-client.js';
import { serviceToken } from '../support/tokens.js';
import { enterCode, healthy, newest, press, seriousFindings, signInWith, tooWide } from '../support/people-pages.js';

const PHONE = { width: 360, height: 640 } as const;
/** Sooner over than the reminder comes, which would send a newer link. */
const LINK_VALIDITY = 12 * 3_600_000;

/** The parent's path (2.1; MIN-1 to MIN-4): a link on a small phone, no account, no app. */
describe('the guardian on a phone', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([
      startSite({ env: { GUARDIANSHIP_LINK_VALIDITY: 'PT12H', LIMITS_PUBLIC_REQUESTS: '1000000' } }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  /** A child registers and names a guardian; the link as the guardian gets it. */
  async function child(
    guardian: string,
    birthDate = '2014-05-05',
  ): Promise<{ link: string; phone: string; http: HttpClient }> {
    const phone = freshPhone();
    const started = await app.http.post<{ id: string }>('/v1/registrations', {
      method: 'phone',
      phone,
      birthDate,
      channel: 'web',
      acceptances: await acceptancesNow(app),
      guardian: { phone: guardian, relationship: 'mother' },
    });
    await app.http.post(`/v1/registrations/${started.body.id}/codes`, {});
    const code = await newest(app, phone, 'code');
    const proven = await app.http.post<{ tokens?: { accessToken: string } }>(
      `/v1/registrations/${started.body.id}/verifications`,
      { code },
    );
    const http = app.http.with(proven.body.tokens?.accessToken ?? '');
    return { link: await newest(app, guardian, 'link'), phone, http };
  }

  const heading = (page: Page, text: RegExp): Promise<void> =>
    page.getByRole('heading', { level: 1, name: text }).waitFor();

  it('C25 link → who asks, what, why → consent with one code → done, in three screens of 360×640', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, faults, close } = await browser.open(PHONE);
    await page.goto(link);
    await heading(page, /有孩子请您作决定/);
    // Who asks is said by name, what is agreed to and why it is asked stand on the same screen as the answer.
    await page.getByText('一个未满 18 岁的孩子想使用“示例服务”').waitFor();
    await page.getByRole('heading', { name: '您将同意什么' }).waitFor();
    await page.getByRole('heading', { name: '为什么要问您' }).waitFor();
    const screens = [await page.title()];
    expect(await page.locator('.facts').innerText()).toMatch(/手机号 \+86\*+\d{4}，8 至 13 周岁/);
    expect(await tooWide(page)).toBe(false);
    expect(await seriousFindings(page)).toEqual([]);
    // Consent and refusal weigh the same, and both are seen without scrolling.
    const boxes = await Promise.all(
      ['同意', '不同意'].map((name) => page.getByRole('button', { name, exact: true }).boundingBox()),
    );
    expect(boxes[0]).toMatchObject({ width: boxes[1]?.width, height: boxes[1]?.height, y: boxes[1]?.y });
    expect((boxes[0]?.y ?? 999) + (boxes[0]?.height ?? 0)).toBeLessThan(640);
    await shoot(page, 'guardian-ask-360-zh');

    await page.getByRole('button', { name: '同意', exact: true }).click();
    await heading(page, /确认同意/);
    screens.push(await page.title());
    expect(await tooWide(page)).toBe(false);
    // C31: what is missing is listed, focused and linked to its field.
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.locator('.error-summary:focus').waitFor();
    await shoot(page, 'guardian-missing-360-zh');
    await page.locator('.error-summary a[href="#guardianName"]').click();
    await page.locator('#guardianName:focus').waitFor();
    await page.locator('#guardianName').fill('王芳');
    await page.locator('#agreed').check();
    await enterCode(app, page, guardian, /发送验证码/);
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, 'guardian-approve-360-zh');
    await page.getByRole('button', { name: '同意', exact: true }).click();

    await heading(page, /您已同意/);
    screens.push(await page.title());
    expect(screens).toEqual(['有孩子请您作决定 · 示例服务', '确认同意 · 示例服务', '您已同意 · 示例服务']);
    await shoot(page, 'guardian-done-360-zh');
    expect(await tooWide(page)).toBe(false);
    expect(await seriousFindings(page)).toEqual([]);

    // Opened again later: the same state, and what can be done with it; nothing is decided a second time.
    await page.goto(link);
    await heading(page, /您已同意/);
    expect(faults).toEqual([]);
    await close();
  });

  it('C25 a wrong code keeps every word, and the right one goes through', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.locator('#guardianName').fill('王芳');
    await page.locator('#agreed').check();
    await enterCode(app, page, guardian, /发送验证码/);
    const right = await page.locator('#code').inputValue();
    await page.locator('#code').fill(right === '000000' ? '111111' : '000000');
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.locator('.error-summary a[href="#code"]').waitFor();
    expect(await page.locator('#guardianName').inputValue()).toBe('王芳');
    await page.locator('#code').fill(right);
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await heading(page, /您已同意/);
    await close();
  });

  it('C25 refusing needs no account and no code; the child is told and may name another guardian', async () => {
    const guardian = freshPhone();
    const { link, http } = await child(guardian);
    const { page, close } = await browser.open({ ...PHONE, language: 'en' });
    await page.goto(link);
    await heading(page, /A child asks/);
    await shoot(page, 'guardian-ask-360-en');
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    await shoot(page, 'guardian-refuse-360-en');
    await page.getByRole('button', { name: 'I refuse' }).click();
    await heading(page, /You have refused/);
    expect((await http.get('/v1/accounts/me/guardian-consent')).body).toMatchObject({
      state: 'refused',
      canNameAnother: true,
    });
    await close();
  });

  it('C25 "not my child" ends the request and names no child', async () => {
    const guardian = freshPhone();
    const { link, http } = await child(guardian);
    const { page, close } = await browser.open({ ...PHONE, dark: true });
    await page.goto(link);
    await page.getByRole('button', { name: '这不是我的孩子' }).click();
    await shoot(page, 'guardian-not-mine-360-zh-dark');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: '不是我的孩子' }).click();
    await heading(page, /谢谢您告诉我们/);
    expect((await http.get('/v1/accounts/me/guardian-consent')).body).toMatchObject({ state: 'refused' });
    await close();
  });

  it('C25 a replaced or mistyped link is harmless and offers a new one', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await heading(page, /有孩子请您作决定/);
    app.clock.advance(61_000);
    await app.http.post(`/v1/guardian-consents/${link.split('/').at(-1)}/link`, {});
    const fresh = await newest(app, guardian, 'link', link);
    await page.goto(link);
    await heading(page, /链接/);
    await shoot(page, 'guardian-old-link-360-zh');
    app.clock.advance(3_600_000);
    await page.getByRole('button', { name: '发送新链接' }).click();
    await heading(page, /新链接已发出/);
    const newer = await newest(app, guardian, 'link', fresh);
    await page.goto(newer);
    await heading(page, /有孩子请您作决定/);
    await page.goto(`${app.url}/account/guardian/mistyped`);
    await heading(page, /链接打不开/);
    await page.getByRole('button', { name: '发送新链接' }).click();
    await page.locator('.error-summary').waitFor();
    await close();
  });

  it('C25 afterwards: limits, and asking to close the account', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    const consent = async (): Promise<void> => {
      await page.getByRole('button', { name: '同意', exact: true }).click();
      await page.locator('#guardianName').fill('王芳');
      await page.locator('#agreed').check();
      await enterCode(app, page, guardian, /发送验证码/);
      await page.getByRole('button', { name: '同意', exact: true }).click();
      await heading(page, /您已同意/);
    };
    await page.goto(link);
    await consent();
    await page.getByRole('button', { name: '设置使用时间' }).click();
    await page.locator('#minutesPerDay').fill('45');
    await page.locator('#from').fill('21:00');
    await page.locator('#to').fill('07:00');
    await enterCode(app, page, guardian, /发送验证码/);
    await shoot(page, 'guardian-limits-360-zh');
    expect(await seriousFindings(page)).toEqual([]);
    expect(await tooWide(page)).toBe(false);
    await page.getByRole('button', { name: '保存' }).click();
    await heading(page, /已保存/);
    expect(await page.locator('.facts').innerText()).toContain('45');
    await page.getByRole('button', { name: /申请注销/ }).click();
    await enterCode(app, page, guardian, /发送验证码/);
    await page.getByRole('button', { name: '提交申请' }).click();
    await heading(page, /已收到注销申请/);
    await close();
  });

  it('C25 consent is taken back as it was given, and the child cannot use the service', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.locator('#guardianName').fill('王芳');
    await page.locator('#agreed').check();
    await enterCode(app, page, guardian, /发送验证码/);
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await heading(page, /您已同意/);
    await page.getByRole('button', { name: '撤回同意' }).click();
    await enterCode(app, page, guardian, /发送验证码/);
    await page.getByRole('button', { name: '撤回同意' }).click();
    await heading(page, /您已撤回同意/);
    // What the service allows now stands there: to close what was taken back, and nothing else.
    expect(await page.locator('main ul.menu button').count()).toBe(1);
    await page.getByRole('button', { name: /申请注销/ }).waitFor();
    const [{ code } = { code: '' }] = await app.db.query<{ code: string }>(
      `SELECT code FROM standing_entries WHERE code = 'guardian_consent_revoked'`,
    );
    expect(code).toBe('guardian_consent_revoked');
    await close();
  });

  it('C25 DER-1 who was asked may close the account instead of consenting; what stands in the way says how to clear it', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const billing = app.http.with(await serviceToken(app, 'obligations:write', 'billing'));
    const [{ id } = { id: '' }] = await app.db.query<{ id: string }>(
      'SELECT account_id AS id FROM guardian_consents ORDER BY id DESC LIMIT 1',
    );
    const howToClear = { zh: '请先取消自动续费。', en: 'Cancel the subscription first.' };
    const report = (obligations: object[]): Promise<unknown> =>
      billing.put(`/v1/accounts/${id}/obligations`, { participant: 'billing', obligations });
    await report([{ kind: 'running_subscription', reference: 'sub-1', howToClear }]);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await page.getByRole('button', { name: '申请注销孩子的账号' }).click();
    await enterCode(app, page, guardian, /发送验证码/);
    await page.getByRole('button', { name: '提交申请' }).click();
    await page.getByText('请先取消自动续费。').waitFor();
    await shoot(page, 'guardian-close-obstacle-360-zh');
    await report([]);
    await page.getByRole('button', { name: '提交申请' }).click();
    await heading(page, /已收到注销申请/);
    await close();
  });

  const consent = async (page: Page, guardian: string): Promise<void> => {
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.locator('#guardianName').fill('王芳');
    await page.locator('#agreed').check();
    await enterCode(app, page, guardian, /发送验证码/);
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await heading(page, /您已同意/);
  };

  const stateOf = async (table: 'deregistrations' | 'guardian_consents'): Promise<string | undefined> =>
    (await app.db.query<{ state: string }>(`SELECT state FROM ${table} ORDER BY id DESC LIMIT 1`))[0]?.state;

  const sameSize = async (page: Page, one: string, other: string): Promise<void> => {
    const boxes = await Promise.all(
      [one, other].map((name) => page.getByRole('button', { name, exact: true }).boundingBox()),
    );
    expect(boxes[0]).toMatchObject({ width: boxes[1]?.width, height: boxes[1]?.height, y: boxes[1]?.y });
  };

  it('C25 MIN-4 after asking to close the account, consent can still be taken back, and each is said as it is', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, faults, close } = await browser.open(PHONE);
    await page.goto(link);
    await consent(page, guardian);
    await press(page, /申请注销/);
    await sameSize(page, '提交申请', '保持不变');
    await enterCode(app, page, guardian, /发送验证码/);
    await shoot(page, 'guardian-close-360-zh');
    await healthy(page);
    await press(page, '提交申请');
    await heading(page, /已收到注销申请/);
    expect(await stateOf('deregistrations')).toBe('cooling_off');
    // By when, and a link to follow it; what is under way is not offered again.
    const closing = page.getByTestId('closing');
    await closing.getByText('最迟完成').waitFor();
    expect(await page.getByRole('button', { name: /申请注销/ }).count()).toBe(0);
    const followed = await closing.locator('.mono').innerText();
    await shoot(page, 'guardian-closing-360-zh');
    await healthy(page);
    const other = await browser.open(PHONE);
    await other.page.goto(followed);
    await heading(other.page, /注销进度/);
    await other.page.getByRole('button', { name: '撤回注销申请' }).waitFor();
    await other.close();
    await press(page, '撤回同意');
    await sameSize(page, '撤回同意', '保持不变');
    await enterCode(app, page, guardian, /发送验证码/);
    await shoot(page, 'guardian-revoke-360-zh');
    await healthy(page);
    await press(page, '撤回同意');
    await heading(page, /您已撤回同意/);
    await shoot(page, 'guardian-revoked-360-zh');
    expect(await stateOf('guardian_consents')).toBe('revoked');
    // Later, by the same link: what stands, and nothing that cannot be done any more.
    await page.goto(link);
    await heading(page, /您已撤回同意/);
    await page.getByTestId('closing').getByText('冷静期，可以撤回').waitFor();
    expect(await page.getByRole('button', { name: '撤回同意' }).count()).toBe(0);
    // What says that it can be withdrawn has the button for it, and keeping it as it is weighs the same.
    await press(page, '撤回注销申请');
    await sameSize(page, '撤回注销申请', '保持不变');
    await enterCode(app, page, guardian, /发送验证码/);
    await healthy(page);
    await press(page, '撤回注销申请');
    await heading(page, /注销申请已撤回/);
    expect(await stateOf('deregistrations')).toBe('withdrawn');
    expect(await page.getByTestId('closing').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('C25 REG-5 a guardian who has both numbers moves by a code at each, and is told when it takes effect', async () => {
    const guardian = freshPhone();
    const next = freshPhone();
    const { link } = await child(guardian);
    const { page, faults, close } = await browser.open(PHONE);
    await page.goto(link);
    await consent(page, guardian);
    await press(page, '更换我的手机号');
    await heading(page, /更换我的手机号/);
    await sameSize(page, '下一步', '保持不变');
    await press(page, '下一步');
    await page.locator('.error-summary:focus').waitFor();
    await page.locator('#newPhone').fill(next);
    await enterCode(app, page, guardian, /发送验证码/);
    await shoot(page, 'guardian-number-360-zh');
    await healthy(page);
    await press(page, '下一步');
    await page.getByLabel('发到新号码的验证码').fill(await newest(app, next, 'code'));
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText(/A code was sent to the new number/).waitFor();
    await healthy(page);
    await press(page, 'Change it');
    await page
      .getByTestId('waiting')
      .getByText(/takes effect at/)
      .waitFor();
    // Later, by the same link: it waits, and nothing else has changed.
    await page.goto(link);
    await press(page, /Change my number/);
    await page.getByTestId('waiting').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('C25 a link whose time is over offers a new one, and the new one works', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open({ ...PHONE, language: 'en', dark: true });
    // Past the time of the link, and within the time to decide.
    app.clock.advance(LINK_VALIDITY + 60_000);
    await page.goto(link);
    await heading(page, /This link has expired/);
    await shoot(page, 'guardian-expired-360-en-dark');
    await healthy(page);
    await press(page, 'Send a new link');
    await heading(page, /A new link is on its way/);
    const fresh = await newest(app, guardian, 'link', link);
    await page.goto(fresh);
    await heading(page, /A child asks/);
    await close();
  });

  it('C25 limits: what cannot be is told, what is chosen is shown, and the child reads it in words for a child', async () => {
    const guardian = freshPhone();
    const { link, phone } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await consent(page, guardian);
    await press(page, '设置使用时间');
    // The code for consenting went out a moment ago: how long another one takes is told.
    await press(page, /发送验证码/);
    await page.getByRole('button', { name: /\d+ 秒后可重新发送/ }).waitFor();
    await page.reload();
    await press(page, '设置使用时间');
    await page.locator('#minutesPerDay').fill('1500');
    await page.locator('#from').fill('21:00');
    await press(page, '保存');
    await page.locator('.error-summary:focus').waitFor();
    expect(await page.locator('.error-summary li').count()).toBe(3);
    await shoot(page, 'guardian-limits-wrong-360-zh');
    await healthy(page);
    await page.locator('#minutesPerDay').fill('30');
    await page.locator('#to').fill('07:30');
    await enterCode(app, page, guardian, /发送验证码/);
    await press(page, '保存');
    await heading(page, /已保存/);
    const facts = await page.locator('.facts').innerText();
    expect(facts).toContain('每天 30 分钟');
    expect(facts).toContain('07:30');
    const ward = await browser.open(PHONE);
    await signInWith(app, ward.page, phone);
    await ward.page.getByText('每天最多 30 分钟').waitFor();
    await shoot(ward.page, 'ward-home-360-zh');
    await healthy(ward.page);
    await ward.page.goto(`${app.url}/account/my-guardian`);
    await ward.page.getByText('监护人已同意，可以使用了。').waitFor();
    await ward.close();
    await close();
  });

  it('C25 from the keyboard alone, from the link to the end', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await heading(page, /有孩子请您作决定/);
    const tabTo = async (name: string): Promise<void> => {
      for (let i = 0; i < 30; i += 1) {
        await page.keyboard.press('Tab');
        const focused = (await page.evaluate(
          `document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? ''`,
        )) as string;
        const text = (await page.evaluate(`document.activeElement?.textContent ?? ''`)) as string;
        if (focused === name || text === name) return;
      }
      throw new Error(`no way to ${name}`);
    };
    await tabTo('不同意');
    await page.keyboard.press('Enter');
    await heading(page, /确认不同意/);
    await sameSize(page, '不同意', '返回');
    await tabTo('不同意');
    await page.keyboard.press('Enter');
    await heading(page, /您已选择不同意/);
    await healthy(page);
    await close();
  });

  it.each([14, 18])(
    'MIN-2 who turns %i answers for themselves: by when, what then, both ways of one size',
    async (age) => {
      const guardian = freshPhone();
      const tomorrow = new Date(app.clock.now().getTime() + 2 * 86_400_000).toISOString().slice(0, 10);
      const { link, phone } = await child(guardian, `${Number(tomorrow.slice(0, 4)) - age}${tomorrow.slice(4)}`);
      const consenting = await browser.open(PHONE);
      await consenting.page.goto(link);
      await consent(consenting.page, guardian);
      await consenting.close();
      app.clock.advance(3 * 86_400_000);
      await app.drain();
      const { page, faults, close } = await browser.open(PHONE);
      await signInWith(app, page, phone);
      await page.getByText('请亲自确认协议').waitFor();
      await shoot(page, `own-acceptance-home-${age}-360-zh`);
      await healthy(page);
      await page.getByRole('link', { name: '查看并选择' }).click();
      await page.getByRole('heading', { name: age === 14 ? /你已满 14 岁/ : /您已成年/ }).waitFor();
      await sameSize(page, '同意', '不同意');
      await press(page, '不同意');
      await page.locator('main').getByText('之后不能继续使用，内容仍会保留').waitFor();
      await page.getByRole('link', { name: '查看如何注销' }).waitFor();
      await shoot(page, `own-acceptance-${age}-360-zh`);
      await healthy(page);
      expect(faults).toEqual([]);
      await close();
      // Past the day: use stops, it is said that nobody is punished, and the answer opens it again.
      app.clock.advance(40 * 86_400_000);
      await app.drain();
      const overdue = await browser.open({ ...PHONE, dark: true });
      await signInWith(app, overdue.page, phone);
      await overdue.page.getByText('账号没有被处罚').waitFor();
      await overdue.page.getByRole('link', { name: '查看并选择' }).click();
      await overdue.page.getByText('已过选择期限').waitFor();
      await healthy(overdue.page);
      await press(overdue.page, '同意');
      await overdue.page.locator('main').getByText('已记录您本人的同意').waitFor();
      await overdue.page.goto(`${app.url}/account/`);
      await overdue.page.getByText('可以正常使用').waitFor();
      expect(overdue.faults).toEqual([]);
      await overdue.close();
    },
  );

  it('C33 the language changes in the middle of the form and keeps it', async () => {
    const guardian = freshPhone();
    const { link } = await child(guardian);
    const { page, close } = await browser.open(PHONE);
    await page.goto(link);
    await page.getByRole('button', { name: '同意', exact: true }).click();
    await page.locator('#guardianName').fill('王芳');
    await page.getByRole('button', { name: 'English' }).click();
    await heading(page, /Confirm your consent/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('#guardianName').inputValue()).toBe('王芳');
    await shoot(page, 'guardian-approve-360-en');
    await close();
  });
});
