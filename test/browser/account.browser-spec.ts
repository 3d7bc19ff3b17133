import type { Page } from 'playwright-core';
import type { StaffRole } from '../../src/platform/http/operation.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import type { HttpClient } from '../support/http-client.js';
import { approve, execute, QUICK, reach, toReview } from '../support/leaving.js';
import { enterCode, follow, heading, healthy, newest, PDF, press, signInWith } from '../support/people-pages.js';
import { staffToken } from '../support/tokens.js';

const PHONE = { width: 390, height: 844 } as const;

/** A person on a phone: joins, sees where the account stands, answers, appeals, leaves. */
describe('account pages', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([
      startSite({ env: { ...QUICK, DEREGISTRATION_COOLING_OFF: 'P7D', LIMITS_PUBLIC_REQUESTS: '1000000' } }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  const signIn = (page: Page, phone: string, path?: string): Promise<void> => signInWith(app, page, phone, path);

  async function person(page: Page): Promise<{ id: string; phone: string }> {
    const account = await openAccount(app);
    await signIn(page, account.phone);
    await heading(page, /我的账号|My account/);
    await page.locator('.status').waitFor();
    return account;
  }

  const as = async (name: string, role: StaffRole = 'moderator'): Promise<HttpClient> =>
    app.http.with(await staffToken(app, role, name));

  /** What makes one button heavier than another. */
  const weightOf = (element: unknown): unknown => {
    // Runs in the page.
    const page = globalThis as unknown as { getComputedStyle(of: unknown): Record<string, string> };
    const { color, backgroundColor, borderColor, fontSize, fontWeight, opacity } = page.getComputedStyle(element);
    return { color, backgroundColor, borderColor, fontSize, fontWeight, opacity };
  };

  async function sanction(accountId: string, actions: object[]): Promise<{ id: string }> {
    const alice = await as('alice');
    const found = await alice.post<{ id: string }>('/v1/cases', {
      subjectAccountId: accountId,
      clause: '3.3(9)',
      note: 'Seen.',
    });
    const decided = await alice.post<{ id: string }>(`/v1/cases/${found.body.id}/decisions`, {
      clauses: ['3.3(9)'],
      actions,
      statementOfReasons: {
        facts: '四段公开分享的对话提供赌博服务。',
        explanation: '协议第3.3(9)条禁止传播赌博信息。',
      },
      deviationReason: 'A first and small case.',
    });
    expect(decided.status).toBe(201);
    return decided.body;
  }

  it('C31 C33 an adult registers: missing fields are listed and linked, the language changes and keeps the form', async () => {
    const phone = freshPhone();
    const { page, faults, close } = await browser.open(PHONE);
    await page.goto(`${app.url}/account/`);
    await heading(page, /我的账号/);
    await shoot(page, 'account-welcome-390-zh');
    await healthy(page);
    // A code asked for without a number, or with one that gets no messages: said at the number, not at the button.
    await page.goto(`${app.url}/account/sign-in`);
    await press(page, '发送验证码');
    await page.locator('.error-summary:focus a[href="#phone"]').waitFor();
    await page.locator('#phone').fill('12');
    await press(page, '发送验证码');
    await page.locator('#phone-fault', { hasText: '能接收短信的手机号' }).waitFor();
    await page.goto(`${app.url}/account/`);
    await follow(page, '注册');
    await heading(page, /注册/);
    await press(page, /下一步/);
    await page.locator('.error-summary:focus').waitFor();
    expect(await page.locator('.error-summary li').count()).toBe(3);
    await shoot(page, 'account-register-missing-390-zh');
    await healthy(page);
    await page.locator('.error-summary a[href="#birthDate"]').click();
    await page.locator('#birthDate:focus').waitFor();
    await page.locator('#phone').fill(phone);
    await page.locator('#birthDate').fill('1990-05-17');
    await press(page, 'English');
    await heading(page, /Register/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('#phone').inputValue()).toBe(phone);
    expect(await page.locator('#birthDate').inputValue()).toBe('1990-05-17');
    // The very text that is agreed to, without leaving the form.
    await page.locator('.card .quiet.link').first().click();
    await page.locator('dialog .agreement').waitFor();
    await shoot(page, 'account-agreement-390-en');
    await press(page, 'Close');
    await page.locator('#agreed').check();
    // A rule that looks at one field refuses at that field, and says what is wrong with it.
    await page.locator('#displayName').fill('官方客服');
    await press(page, /Next/);
    await page.locator('.error-summary:focus a[href="#displayName"]', { hasText: 'could be taken for ours' }).waitFor();
    await page.locator('#displayName').fill('');
    await press(page, /Next/);
    await heading(page, /Enter the code/);
    await page.locator('#code').fill('000000');
    await press(page, 'Finish');
    await page.locator('.error-summary a[href="#code"]').waitFor();
    await page.locator('#code').fill(await newest(app, phone, 'code'));
    await press(page, 'Finish');
    await heading(page, /My account/);
    await page.locator('.status').waitFor();
    expect(await page.locator('.status').innerText()).toMatch(/You can use the service/);
    await shoot(page, 'account-home-390-en');
    await healthy(page);
    // A reload keeps the session of this tab; no token is kept beyond it.
    await page.reload();
    await page.locator('.status').waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toMatch(/session|token|eyJ/);
    expect(await page.context().cookies()).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('C25 a child registers with a guardian, waits, and corrects the number', async () => {
    const [phone, guardian, right] = [freshPhone(), freshPhone(), freshPhone()];
    const { page, close } = await browser.open(PHONE);
    await page.goto(`${app.url}/account/register`);
    await page.locator('#phone').fill(phone);
    await page.locator('#birthDate').fill('2013-03-03');
    await page.locator('#guardianPhone').fill(guardian);
    await page.locator('#agreed').check();
    await shoot(page, 'account-register-child-390-zh');
    await healthy(page);
    await press(page, /下一步/);
    await heading(page, /填写验证码/);
    await page.locator('#code').fill(await newest(app, phone, 'code'));
    await press(page, '完成注册');
    await heading(page, /我的监护人/);
    // Registered a moment ago: the request is under way, and the page does not say that none is needed.
    expect(await page.getByText('这个账号不需要监护人。').count()).toBe(0);
    const link = await newest(app, guardian, 'link');
    await page
      .locator('main')
      .getByText(/已经给/)
      .waitFor();
    await shoot(page, 'account-child-waiting-390-zh');
    await healthy(page);
    // A wrong number is corrected while it waits; what the old link opens can decide nothing any more.
    await page.locator('summary', { hasText: '号码填错了' }).click();
    await press(page, '发送请求');
    await page.locator('.error-summary:focus a[href="#guardianPhone"]').waitFor();
    await page.locator('#guardianPhone').fill(right);
    await shoot(page, 'account-child-correct-390-zh');
    await healthy(page);
    await press(page, '发送请求');
    const second = await newest(app, right, 'link');
    expect(second).toContain('/account/guardian/');
    await page.reload();
    await page
      .locator('main')
      .getByText(new RegExp(`已经给 .*${right.slice(-4)} 发了短信`))
      .waitFor();
    const stranger = await browser.open(PHONE);
    await stranger.page.goto(link);
    await stranger.page.locator('h1').waitFor();
    expect(await stranger.page.getByRole('button', { name: '同意', exact: true }).count()).toBe(0);
    expect(await stranger.page.locator('main').innerText()).not.toContain(phone.slice(-4));
    await stranger.close();
    // Once more to the same number, and after "not my child" to another one.
    app.clock.advance(61_000);
    await press(page, /再发一次/);
    await page
      .locator('main')
      .getByText(/已再次发给/)
      .waitFor();
    const again = await newest(app, right, 'link', second);
    await app.http.post(`/v1/guardian-consents/${again.split('/').at(-1)}/decision`, {
      decision: 'refused',
      notMyChild: true,
    });
    await page.reload();
    await page.locator('#guardianPhone').fill(right);
    await press(page, '发送请求');
    await page.locator('#guardianPhone-fault', { hasText: '说不认识你' }).waitFor();
    await page.locator('#guardianPhone').fill(freshPhone());
    await press(page, '发送请求');
    await page
      .locator('main')
      .getByText(/正在给|已经给/)
      .waitFor();
    await close();
  });

  it('C23 C24 two steps to leaving: what goes and what stays first, equal buttons, a reference, a link that works without signing in', async () => {
    const { page, close } = await browser.open(PHONE);
    const { phone } = await person(page);
    await shoot(page, 'account-home-390-zh');
    // Step one: from the account page. Step two: the decision itself.
    await follow(page, /注销账号/);
    await heading(page, /注销账号/);
    await page.getByRole('heading', { name: '会删除' }).waitFor();
    await page.getByRole('heading', { name: /依法保留/ }).waitFor();
    const confirm = page.getByRole('button', { name: '提交注销申请' });
    const cancel = page.getByRole('link', { name: '不注销' });
    const [one, other_] = await Promise.all([confirm.boundingBox(), cancel.boundingBox()]);
    expect(other_).toMatchObject({ width: one?.width, height: one?.height, y: one?.y });
    // Of equal weight in every way that the eye weighs, and after everything that they decide about.
    const weight = await confirm.evaluate(weightOf);
    expect(weight).toMatchObject({ fontSize: expect.stringMatching(/px$/) as string });
    expect(await cancel.evaluate(weightOf)).toEqual(weight);
    for (const told of [/会删除/, /依法保留/])
      expect((await page.getByRole('heading', { name: told }).boundingBox())?.y).toBeLessThan(one?.y ?? 0);
    expect(await page.locator('main').innerText()).not.toMatch(/舍不得|遗憾|确定要离开|sorry/i);
    await press(page, '提交注销申请');
    await page.locator('.error-summary:focus').waitFor();
    await enterCode(app, page, phone, /发送验证码/);
    await shoot(page, 'account-leave-390-zh');
    await healthy(page);
    await press(page, '提交注销申请');
    await heading(page, /注销进度/);
    const link = page.url();
    const reference = /deregistrations\/([^#]+)#/.exec(link)?.[1] ?? '';
    expect(await page.locator('.facts').innerText()).toContain(reference);
    expect(await page.locator('.big').innerText()).toMatch(/[67] 天/);
    // Where it is, what comes, and on which day each: the day until which it can be withdrawn, and the last day of all.
    expect(await page.locator('.steps [aria-current=step]').innerText()).toMatch(/冷静期\s*至 20\d\d年.*随时撤回/);
    expect(await page.locator('.steps li').last().innerText()).toMatch(/最迟 20\d\d年\d+月\d+日/);
    expect(await page.title()).toBe('注销进度 · 示例服务');
    await shoot(page, 'account-tracking-390-zh');
    await healthy(page);
    await close();

    // Another device, no session: the same state, and the way back.
    const other = await browser.open({ ...PHONE, language: 'en', dark: true });
    await other.page.goto(link);
    await heading(other.page, /How leaving goes/);
    await other.page.getByText(reference, { exact: true }).waitFor();
    // Days later the same link shows fewer days; in review there is no countdown left, and withdrawing still works.
    app.clock.advance(3 * 86_400_000);
    await other.page.reload();
    await other.page.getByText(/^[34] d \d+ h$/).waitFor();
    app.clock.advance(4 * 86_400_000);
    await app.drain();
    await other.page.reload();
    await other.page.getByText(/Being checked by a person; you can withdraw/).waitFor();
    expect(await other.page.locator('.big').count()).toBe(0);
    await shoot(other.page, 'account-tracking-390-en-dark');
    await healthy(other.page);
    await press(other.page, 'Withdraw');
    await other.page
      .locator('main')
      .getByText(/your account is as it was/)
      .waitFor();
    await other.page.goto(`${app.url}/account/deregistrations/${reference}#wrong`);
    await other.page.reload();
    await heading(other.page, /no such application/);
    await other.close();

    const again = await browser.open({ ...PHONE, language: 'en' });
    await signIn(again.page, phone);
    await again.page.getByText('You can use the service').waitFor();
    await again.close();
  });

  it('deregistration to its receipt, opened with the link alone', async () => {
    const { page, close } = await browser.open({ width: 1440, height: 900 });
    const { phone } = await person(page);
    await follow(page, /注销账号/);
    await enterCode(app, page, phone, /发送验证码/);
    await shoot(page, 'account-leave-1440-zh');
    await press(page, '提交注销申请');
    await heading(page, /注销进度/);
    await shoot(page, 'account-tracking-1440-zh');
    const link = page.url();
    const id = /deregistrations\/([^#]+)#/.exec(link)?.[1] ?? '';
    app.clock.advance(7 * 86_400_000);
    await toReview(app);
    await approve(app, id);
    await execute(app);
    expect(await reach(app, id, 'completed')).toBe('completed');
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('link', { name: '查看注销回执' }).click();
    await heading(page, /注销回执/);
    await page.getByRole('heading', { name: '已删除' }).waitFor();
    await page.getByRole('heading', { name: '依法留存' }).waitFor();
    await shoot(page, 'account-receipt-1440-zh');
    await healthy(page);
    await close();
  });

  it('C26 a decision: rule, reasons and deadline; appealed; the answer is in words', async () => {
    const { page, close } = await browser.open(PHONE);
    const { id } = await person(page);
    const decided = await sanction(id, [{ type: 'suspension', duration: 'P3D' }]);
    await page.reload();
    await page.getByText('目前不能使用').waitFor();
    // The very words of the clause, where it is named.
    await page.locator('summary').first().click();
    await page.locator('details[open] p').first().waitFor();
    await shoot(page, 'account-suspended-390-zh');
    await healthy(page);
    await follow(page, '查看原因并申诉');
    await page.getByText('四段公开分享的对话提供赌博服务。').waitFor();
    const facts = await page.locator('article .facts').innerText();
    expect(facts).toContain('暂停使用');
    expect(facts).toMatch(/申诉截止\s*20\d\d/);
    await press(page, '申诉');
    await press(page, '提交申诉');
    await page.locator('.error-summary:focus').waitFor();
    await page.locator('textarea').fill('那是引用，不是推广。');
    await shoot(page, 'account-appeal-390-zh');
    await healthy(page);
    await press(page, '提交申诉');
    await page.getByText('您的申诉：已收到').waitFor();
    const appeals = await app.db.query<{ id: string }>('SELECT id FROM appeals WHERE decision_id = $1', [decided.id]);
    const bob = await as('bob');
    const wordless = await bob.post(`/v1/appeals/${appeals[0]?.id}/decision`, { outcome: 'overturned' });
    expect(wordless.status).toBe(400);
    const answer = { outcome: 'overturned', answer: '您说得对，那是引用。' };
    expect((await bob.post(`/v1/appeals/${appeals[0]?.id}/decision`, answer)).status).toBe(200);
    await page.reload();
    await page.getByText('您说得对，那是引用。').waitFor();
    await page.getByText('您的申诉：原决定已撤销').waitFor();
    await shoot(page, 'account-appeal-answered-390-zh');
    await close();
  });

  it('an order to put something right is answered in words', async () => {
    const { page, close } = await browser.open(PHONE);
    const { id } = await person(page);
    await sanction(id, [{ type: 'rectification', instructions: '请删除这四段分享。', duration: 'P7D' }]);
    await page.reload();
    await follow(page, '查看并回复整改');
    await page.getByText('请删除这四段分享。').waitFor();
    await page.getByLabel('您做了什么？').fill('已经删除。');
    await shoot(page, 'account-rectify-390-zh');
    await healthy(page);
    await press(page, '提交整改说明');
    await page.getByText('已提交，等待核对。').first().waitFor();
    await close();
  });

  it('freezes and unfreezes, objects to the use of data, signs out everywhere', async () => {
    const { page, close } = await browser.open(PHONE);
    const { phone } = await person(page);
    await follow(page, /安全与数据/);
    await page.locator('#objects').check();
    await page.locator('main').getByText('已保存。').waitFor();
    await shoot(page, 'account-security-390-zh');
    await healthy(page);
    await press(page, '冻结账号');
    // Every session ends, this one too; signing in again leads back to where the freeze is lifted.
    await heading(page, /登录/);
    await page.locator('#phone').fill(phone);
    await enterCode(app, page, phone, /发送验证码/);
    await press(page, '登录');
    await page.locator('h2', { hasText: '解除冻结' }).waitFor();
    await shoot(page, 'account-frozen-390-zh');
    await healthy(page);
    await enterCode(app, page, phone, /发送验证码/);
    await press(page, '解除冻结');
    await page.getByRole('button', { name: '冻结账号' }).waitFor();
    expect(await page.locator('#objects').isChecked()).toBe(true);
    await press(page, '全部退出登录');
    await page.getByRole('link', { name: '登录', exact: true }).waitFor();
    await close();
  });

  it('my agreements: what I answered, in the version that I answered', async () => {
    const phone = freshPhone();
    const { page, close } = await browser.open(PHONE);
    await page.goto(`${app.url}/account/register`);
    await page.locator('#phone').fill(phone);
    await page.locator('#birthDate').fill('1990-05-17');
    await page.locator('#agreed').check();
    await press(page, /下一步/);
    await page.locator('#code').fill(await newest(app, phone, 'code'));
    await press(page, '完成注册');
    await follow(page, /我的协议/);
    await page.locator('.plain li').first().waitFor();
    await shoot(page, 'account-agreements-390-zh');
    await healthy(page);
    await close();
  });

  it('a lost number: the recovery appeal, its link and a file as proof', async () => {
    const { phone } = await openAccount(app);
    const now = freshPhone();
    const { page, close } = await browser.open(PHONE);
    await page.goto(`${app.url}/account/recover`);
    await page.locator('#lostPhone').fill(phone);
    await page.locator('#newPhone').fill(now);
    await page.locator('#statement').fill('手机遗失，号码已经注销，收不到验证码。');
    await enterCode(app, page, now, /发送验证码/);
    await shoot(page, 'account-recover-390-zh');
    await healthy(page);
    await press(page, '提交申请');
    await heading(page, /已收到您的申请/);
    await page.getByText('人工核对中').waitFor();
    // A picture by its name alone is told apart at once, and the right file goes through after it.
    await page.locator('#evidence').setInputFiles({ ...PDF, name: 'fake.png', buffer: Buffer.from('a program') });
    await page.locator('#evidence-fault').waitFor();
    await page.locator('#evidence').setInputFiles(PDF);
    await page.locator('.files li').waitFor();
    expect(await page.locator('#evidence-fault').count()).toBe(0);
    await shoot(page, 'account-recovery-390-zh');
    await healthy(page);
    await close();
  });

  it('a number of a virtual operator: the challenge is solved in the browser, the code comes', async () => {
    const phone = `+86170${freshPhone().slice(6)}`;
    const { page, faults, close } = await browser.open(PHONE);
    await page.goto(`${app.url}/account/register`);
    await page.locator('#phone').fill(phone);
    await page.locator('#birthDate').fill('1990-05-17');
    await page.locator('#agreed').check();
    await press(page, /下一步/);
    await page.getByRole('heading', { name: '填写验证码' }).waitFor({ timeout: 40_000 });
    const challenged = await app.db.query('SELECT 1 FROM registrations WHERE challenge_passed_at IS NOT NULL');
    expect(challenged).toHaveLength(1);
    await page.locator('#code').fill(await newest(app, phone, 'code'));
    await press(page, '完成注册');
    await page.locator('.status').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('every page of the account on a wide and a narrow screen, in both languages and in the dark', async () => {
    const { id, phone } = await openAccount(app);
    await sanction(id, [{ type: 'feature_restriction', features: ['share'], duration: 'P3D' }]);
    for (const [name, window] of [
      ['1440-en', { width: 1440, height: 900, language: 'en' }],
      ['390-en', { ...PHONE, language: 'en' }],
      ['390-zh-dark', { ...PHONE, dark: true }],
    ] as const) {
      const { page, faults, close } = await browser.open(window);
      await signIn(page, phone);
      await page.locator('.status').waitFor();
      for (const [path, ready] of [
        ['', '.status'],
        ['leave', '#code'],
        ['agreements', 'h2'],
        ['decisions', 'article'],
        ['security', '#objects'],
      ] as const) {
        await page.goto(`${app.url}/account/${path}`);
        await page.locator(ready).first().waitFor();
        await shoot(page, `account-${path === '' ? 'home' : path}-${name}`);
        await healthy(page);
      }
      expect(faults).toEqual([]);
      await close();
    }
  });
});
