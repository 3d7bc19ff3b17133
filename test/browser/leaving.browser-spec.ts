import type { Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { MovableClock } from '../../src/kernel/clock.js';
import { openAccount } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import { apply, approve, execute, QUICK, reach, toReview } from '../support/leaving.js';
import { Moderation } from '../support/moderation.js';
import { placeHold, runNow } from '../support/retention.js';
import { enterCode, follow, heading, healthy, newest, PDF, press, signInWith } from '../support/people-pages.js';
import { serviceToken, staffToken } from '../support/tokens.js';

const PHONE = { width: 390, height: 844 } as const;
const SMALL = { width: 360, height: 640 } as const;
const DAY = 86_400_000;

/** Somebody who wants to leave (2.5), from the first look to the receipt and after it. */
describe('leaving in the browser', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([
      startSite({ env: { ...QUICK, LIMITS_PUBLIC_REQUESTS: '1000000' } }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  const saved = async (page: Page, button: string | RegExp): Promise<{ name: string; content: Buffer }> => {
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)]);
    return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
  };

  it('DER-1 what stands in the way is named with how to clear it; cleared, the same page goes on; the data can be taken along', async () => {
    const { phone, id } = await openAccount(app);
    const billing = app.http.with(await serviceToken(app, 'obligations:write', 'billing'));
    const report = async (obligations: object[]): Promise<void> => {
      const answer = await billing.put(`/v1/accounts/${id}/obligations`, { participant: 'billing', obligations });
      expect(answer.status).toBeLessThan(300);
    };
    const credit = {
      kind: 'unused_credit',
      reference: 'credit-7',
      howToClear: { zh: '可先用完余额，或申请退款。', en: 'Use it up, or ask for it back.' },
    };
    await report([
      {
        kind: 'running_subscription',
        reference: 'sub-1',
        howToClear: { zh: '请在“订阅”页面取消自动续费。', en: 'Cancel it on the page “Subscriptions”.' },
      },
      credit,
    ]);
    const { page, faults, close } = await browser.open(SMALL);
    await signInWith(app, page, phone, '/sign-in?then=/leave');
    await page.getByRole('heading', { name: '需要先处理' }).waitFor();
    await page.getByText('请在“订阅”页面取消自动续费。').waitFor();
    await page.getByRole('heading', { name: '请注意' }).waitFor();
    expect(await page.getByRole('button', { name: '提交注销申请' }).count()).toBe(0);
    await shoot(page, 'leave-obstacles-360-zh');
    await healthy(page);
    // Also while something stands in the way.
    const data = await saved(page, '下载我的数据');
    expect(data.name).toBe('my-data.json');
    expect(JSON.stringify(JSON.parse(data.content.toString('utf8')))).toContain('小鲸');
    await report([credit]);
    await press(page, '已处理，重新检查');
    await page.getByRole('button', { name: '提交注销申请' }).waitFor();
    await page.getByRole('heading', { name: '请注意' }).waitFor();
    expect(await page.getByRole('heading', { name: '需要先处理' }).count()).toBe(0);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Use it up, or ask for it back.').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('C23 by a link without the app: sign-in on the way, and two equal answers; from the keyboard alone', async () => {
    const { phone } = await openAccount(app);
    const { page, close } = await browser.open({ ...PHONE, language: 'en', dark: true });
    await page.goto(`${app.url}/account/leave`);
    await heading(page, /Sign in/);
    await page.locator('#phone').fill(phone);
    await enterCode(app, page, phone, /Send me a code/);
    await page.keyboard.press('Enter');
    await heading(page, /Leave/);
    const [go, stay] = await Promise.all([
      page.getByRole('button', { name: 'Apply to leave' }).boundingBox(),
      page.getByRole('link', { name: 'Do not leave' }).boundingBox(),
    ]);
    expect(stay).toMatchObject({ width: go?.width, height: go?.height, y: go?.y });
    await enterCode(app, page, phone, /Send a code to/);
    await shoot(page, 'leave-390-en-dark');
    await healthy(page);
    await page.locator('#code').press('Enter');
    await heading(page, /How leaving goes/);
    await press(page, 'Withdraw');
    await page
      .locator('main')
      .getByText(/your account is as it was/)
      .waitFor();
    await close();
  });

  it('DER-6 the receipt as a PDF and as the signed original, by the link alone', async () => {
    const leaver = await apply(app);
    await toReview(app);
    await approve(app, leaver.id);
    await execute(app);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    const { page, faults, close } = await browser.open(SMALL);
    await page.goto(`${app.url}/account/deregistrations/${leaver.id}#${leaver.token}`);
    await page.getByText('已完成').first().waitFor();
    // What is still there, why, until when and for whom, on the closing page itself.
    const log = page.getByTestId('kept').locator('li', { hasText: '登录日志' });
    await log.getByText(/已加密封存，保留至/).waitFor();
    expect(await log.innerText()).toMatch(/《网络安全法》第 23 条.*可查阅：法务、审计人员/s);
    await page
      .getByTestId('kept')
      .getByText(/在原处保留至/)
      .first()
      .waitFor();
    await shoot(page, 'tracking-completed-360-zh');
    await healthy(page);
    await follow(page, '查看注销回执');
    await heading(page, /注销回执/);
    await page.getByRole('heading', { name: '已删除' }).waitFor();
    await shoot(page, 'receipt-360-zh');
    await healthy(page);
    // On paper: every word of the receipt, and nothing that only a screen can do.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.getByRole('button', { name: '打印' }).isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'English' }).isVisible()).toBe(false);
    expect(await page.getByText('《网络安全法》第 23 条第（3）项').first().isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await shoot(page, 'receipt-print-360-zh');
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
    const pdf = await saved(page, '下载 PDF');
    expect(pdf.name).toBe(`receipt-${leaver.id}.pdf`);
    expect(pdf.content.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.getByRole('link', { name: '查看原因并申诉' }).count()).toBe(0);
    // Its time is over: first said to be, then gone; what an order holds is said to be held.
    await placeHold(app, { accountId: leaver.accountId, recordClasses: ['registration_identity'] });
    app.clock.advance(200 * DAY);
    await page.reload();
    const state = async (name: string): Promise<string | null> => {
      const line = page.getByTestId('kept').locator('li', { hasText: name });
      await line.waitFor();
      return line.getAttribute('data-state');
    };
    expect([await state('登录日志'), await state('注册身份信息'), await state('注销回执')]).toEqual([
      'expired',
      'held',
      'in_place',
    ]);
    await runNow(app, ['access_log']);
    await page.reload();
    expect(await state('登录日志')).toBe('destroyed');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'In the receipt, and gone by now' }).waitFor();
    await page.getByText(/^destroyed /).waitFor();
    await shoot(page, 'receipt-later-360-en');
    await healthy(page);
    expect(faults).toEqual([]);
    await close();
  });

  it('2.5(2) whoever left finds the ban and its reasons by the receipt, appeals, writes and reads the answer', async () => {
    const mod = new Moderation(app);
    const leaver = await apply(app);
    await toReview(app);
    await approve(app, leaver.id);
    await execute(app);
    expect(await reach(app, leaver.id, 'completed')).toBe('completed');
    const ban = [{ type: 'reregistration_ban', duration: 'P1Y', identifierKinds: ['phone'] }];
    const proposed = await mod.decide(await mod.openCase(leaver.accountId), ban);
    const sam = await mod.as('sam', 'senior_moderator');
    await sam.post(`/v1/decisions/${proposed.body.id}/approval`, { approved: true, note: 'Yes.' });

    const { page, faults, close } = await browser.open(SMALL);
    await page.goto(`${app.url}/account/deregistrations/${leaver.id}#${leaver.token}`);
    await follow(page, '查看原因并申诉');
    await heading(page, /禁止重新注册/);
    await page
      .getByText(/禁止传播赌博信息/)
      .first()
      .waitFor();
    await press(page, '申诉');
    await page.locator('textarea').fill('那个号码当时不是我的。');
    await shoot(page, 'ban-appeal-360-zh');
    await healthy(page);
    await press(page, '提交申诉');
    await page.getByText('您的申诉：已收到').waitFor();
    await page.locator('textarea').fill('合同是去年签的。');
    await press(page, '发送');
    await page.locator('.words', { hasText: '合同是去年签的。' }).waitFor();
    // What proves it is shown with nothing but the link: what is no picture and no PDF is refused before it is sent.
    await page.locator('input[type=file]').setInputFiles({ ...PDF, name: 'a.png', buffer: Buffer.from('a program') });
    await page.getByText('请选择 JPEG、PNG、WebP 图片或 PDF 文件').waitFor();
    await page.locator('input[type=file]').setInputFiles(PDF);
    await page.locator('.files').getByText('PDF').waitFor();
    const [appeal] = await app.db.query<{ id: string }>('SELECT id FROM appeals WHERE decision_id = $1', [
      proposed.body.id,
    ]);
    const bob = await mod.as('bob');
    await bob.post(`/v1/appeals/${appeal?.id}/messages`, { text: '请说明合同日期。' });
    // From another device, with nothing but the link.
    const other = await browser.open({ ...PHONE, language: 'en', dark: true });
    await other.page.goto(`${app.url}/account/deregistrations/${leaver.id}/bans#${leaver.token}`);
    await other.page.getByText('请说明合同日期。').waitFor();
    await shoot(other.page, 'ban-appeal-dialogue-390-en-dark');
    await healthy(other.page);
    const upheld = { outcome: 'upheld', answer: '合同日期晚于违规。' };
    expect((await bob.post(`/v1/appeals/${appeal?.id}/decision`, upheld)).status).toBe(200);
    await other.page.reload();
    await other.page.getByText('合同日期晚于违规。').waitFor();
    await other.close();

    // The number has changed hands: its new holder is refused, told why, heard without an account, and answered.
    const holder = await browser.open(SMALL);
    app.clock.advance(61 * 60_000);
    await holder.page.goto(`${app.url}/account/register`);
    await holder.page.locator('#phone').fill(leaver.phone);
    await holder.page.locator('#birthDate').fill('1991-01-02');
    await holder.page.locator('#agreed').check();
    await press(holder.page, /下一步/);
    await heading(holder.page, /填写验证码/);
    await holder.page.locator('#code').fill(await newest(app, leaver.phone, 'code'));
    await press(holder.page, '完成注册');
    await heading(holder.page, /注册未通过/);
    const kept = holder.page.url();
    await press(holder.page, '提交异议');
    await holder.page.locator('.error-summary:focus').waitFor();
    await holder.page.locator('textarea').fill('这个号码是我上月新办的，合同日期在禁止之后。');
    await shoot(holder.page, 'ban-objection-360-zh');
    await healthy(holder.page);
    await press(holder.page, '提交异议');
    await holder.page
      .locator('main')
      .getByText(/已收到您的异议，最迟 20\d\d年/)
      .waitFor();
    await holder.page.getByLabel('证明文件').setInputFiles(PDF);
    await holder.page.locator('.files li').waitFor();
    const [objection] = await app.db.query<{ id: string }>(
      'SELECT id FROM ban_objections ORDER BY filed_at DESC LIMIT 1',
    );
    const cleared = { outcome: 'cleared', answer: '运营商确认号码已重新分配。' };
    const answer = await (await mod.as('dora')).post(`/v1/ban-objections/${objection?.id}/decision`, cleared);
    expect(answer.status).toBe(200);
    await holder.page.goto('about:blank');
    await holder.page.goto(kept);
    await holder.page.getByText('运营商确认号码已重新分配。').waitFor();
    await holder.page.getByRole('link', { name: '注册' }).waitFor();
    await shoot(holder.page, 'ban-objection-cleared-360-zh');
    await healthy(holder.page);
    expect(holder.faults).toEqual([]);
    await holder.close();
    await page.goto(`${app.url}/account/deregistrations/${leaver.id}/bans#wrong`);
    await page.reload();
    await page.getByRole('alert').first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('DER-2 rejected: why, what to do, and the account as it was', async () => {
    const leaver = await apply(app);
    await toReview(app);
    const alice = app.http.with(await staffToken(app, ['moderator'], 'alice'));
    const seen = (await alice.get<{ version: number; plan: { planHash: string } }>(`/v1/deregistrations/${leaver.id}`))
      .body;
    const [task] = await app.db.query<{ id: string }>(
      `SELECT id FROM review_tasks WHERE subject_id = $1 AND kind = 'deregistration'`,
      [leaver.id],
    );
    await alice.post(`/v1/review-tasks/${task?.id}/claim`);
    const decision = { decision: 'reject', reasonCode: 'takeover_suspected', planHash: seen.plan.planHash };
    const headers = { 'if-match': `"${seen.version}"` };
    expect((await alice.post(`/v1/deregistrations/${leaver.id}/decision`, decision, { headers })).status).toBe(200);
    const { page, close } = await browser.open(SMALL);
    await page.goto(`${app.url}/account/deregistrations/${leaver.id}#${leaver.token}`);
    await page.getByText('未通过').waitFor();
    await page.getByRole('heading', { name: '原因' }).waitFor();
    await page.getByRole('heading', { name: '您可以' }).waitFor();
    await shoot(page, 'tracking-rejected-360-zh');
    await healthy(page);
    await close();
  });
});

describe('a due day whose holidays are not published', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    const clock = new MovableClock();
    // No calendar of the State Council reaches that far yet.
    clock.advance(4 * 365 * DAY);
    [app, browser] = await Promise.all([
      startSite({ clock, env: { LIMITS_PUBLIC_REQUESTS: '1000000' } }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  it('C24 is called provisional, in both languages, with reference and days left', async () => {
    const leaver = await apply(app);
    for (const [language, words] of [
      ['zh-CN', /暂定：节假日安排尚未公布/],
      ['en', /provisional: the holidays are not published yet/],
    ] as const) {
      const { page, close } = await browser.open({ ...SMALL, language });
      await page.goto(`${app.url}/account/deregistrations/${leaver.id}#${leaver.token}`);
      await page.getByText(words).waitFor();
      expect(await page.locator('.facts').innerText()).toContain(leaver.id);
      expect(await page.locator('.big').innerText()).toMatch(/^[67] (天|d)/);
      await shoot(page, `tracking-provisional-360-${language}`);
      await healthy(page);
      await close();
    }
  });
});
