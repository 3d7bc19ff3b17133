import type { Page } from 'playwright-core';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { freshPhone, openAccount, signIn } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import { enterCode, follow, heading, healthy, newest, PDF, press, signInWith } from '../support/people-pages.js';
import { staffToken } from '../support/tokens.js';

const PHONE = { width: 390, height: 844 } as const;
const SMALL = { width: 360, height: 640 } as const;
const DAY = 86_400_000;

/** The ways into an account: another number, sessions, a lost number, and whoever tries to take one over (2.3(1), 2.4). */
describe('ways into the account', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: { LIMITS_PUBLIC_REQUESTS: '1000000' } }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  async function owner(page: Page): Promise<{ id: string; phone: string }> {
    const account = await openAccount(app);
    await signInWith(app, page, account.phone);
    await page.locator('.status').waitFor();
    return account;
  }

  /** Asks for a change and proves the new number; ends on the page that says when it takes effect. */
  async function askFor(page: Page, phone: string, next: string): Promise<void> {
    await page.locator('#newPhone').fill(next);
    await enterCode(app, page, phone, /发送验证码/);
    await press(page, /下一步/);
    await page.getByText('验证码已发送到新号码。').first().waitFor();
    await page.locator('#code').fill(await newest(app, next, 'code'));
    await press(page, '确认更换');
    await page.getByRole('heading', { name: '更换正在等待生效' }).waitFor();
  }

  it('REG-5 another number: both are proved, the old one is told, it waits, can be withdrawn, and then signs in', async () => {
    const next = freshPhone();
    const { page, faults, close } = await browser.open(PHONE);
    const { id, phone } = await owner(page);
    await follow(page, /安全与数据/);
    await follow(page, /更换手机号/);
    await heading(page, /更换手机号/);
    await press(page, /下一步/);
    await page.locator('.error-summary:focus').waitFor();
    expect(await page.locator('.error-summary li').count()).toBe(2);
    await page.locator('#newPhone').fill(phone);
    await enterCode(app, page, phone, /发送验证码/);
    await press(page, /下一步/);
    await page.locator('.error-summary a[href="#newPhone"]').waitFor();
    await shoot(page, 'number-unchanged-390-zh');
    await healthy(page);
    await page.reload();
    await askFor(page, phone, next);
    await shoot(page, 'number-waiting-390-zh');
    await healthy(page);
    await app.drain();
    expect(app.get(MessageInbox).to(phone)[0]?.template).toBe('identifier_change_notice');
    await press(page, '撤回更换');
    await page.getByText('上次更换已撤回').waitFor();
    await askFor(page, phone, next);
    app.clock.advance(3 * DAY + 60_000);
    await app.drain();
    // Every session has ended, this one too: back to signing in, and from there to where this was.
    await page.reload();
    await heading(page, /登录/);
    await page.locator('#phone').fill(next);
    await enterCode(app, page, next, /发送验证码/);
    await press(page, '登录');
    await page.getByText('上次更换已完成').waitFor();
    expect((await signIn(app, next)).accountId).toBe(id);
    expect(faults).toEqual([]);
    await close();
  });

  it('2.4 the old number stops a change by the link of its notice, without signing in; opening the link does nothing', async () => {
    const next = freshPhone();
    const thief = await browser.open({ width: 1440, height: 900 });
    const { id, phone } = await owner(thief.page);
    await thief.page.goto(`${app.url}/account/security/number`);
    await askFor(thief.page, phone, next);
    await shoot(thief.page, 'number-waiting-1440-zh');
    const link = await newest(app, phone, 'link');
    expect(link).toContain('/account/objection#');

    const { page, faults, close } = await browser.open({ ...SMALL, language: 'en', dark: true });
    await page.goto(link);
    await heading(page, /Somebody asks to change the number/);
    const [stop, mine] = await Promise.all(
      ['It was not me: stop it', 'It was me'].map((name) => page.getByRole('button', { name }).boundingBox()),
    );
    expect(mine).toMatchObject({ width: stop?.width, height: stop?.height, y: stop?.y });
    await shoot(page, 'objection-360-en-dark');
    await healthy(page);
    await press(page, 'It was me');
    await heading(page, /Nothing was changed/);
    expect(await stateOfChange(id)).toBe('cooling_off');
    await page.goto('about:blank');
    await page.goto(link);
    await press(page, 'It was not me: stop it');
    await heading(page, /Stopped/);
    await page.getByText(/The account is frozen/).waitFor();
    expect(await stateOfChange(id)).toBe('objected');
    await shoot(page, 'objection-done-360-en-dark');
    await healthy(page);
    // Again, or with a word too few: no harm, and said.
    await page.goto('about:blank');
    await page.goto(link);
    await press(page, 'It was not me: stop it');
    await page.locator('.error-summary').waitFor();
    await page.goto(`${app.url}/account/objection#mistyped`);
    await page.reload();
    await press(page, 'It was not me: stop it');
    await page.getByText(/not valid any more/).waitFor();
    expect(faults).toEqual([]);
    await close();
    await thief.page.goto(`${app.url}/account/security`);
    await heading(thief.page, /登录/);
    await thief.close();
  });

  it('2.4 a lost number comes back: files, decision, the holder hears of it, the new number signs in', async () => {
    const { phone, id } = await openAccount(app);
    const next = freshPhone();
    const { page, close } = await browser.open(PHONE);
    const link = await fileAppeal(page, phone, next);
    await page.locator('#evidence').setInputFiles(PDF);
    await page.locator('.files li').waitFor();
    for (let sent = 2; sent <= 5; sent += 1) {
      await page.locator('#evidence').setInputFiles(PDF);
      await page.locator(`.files li:nth-child(${sent})`).waitFor();
    }
    await page.getByText('文件数量已达上限').waitFor();
    await shoot(page, 'recovery-files-390-zh');
    await healthy(page);
    await decideAppeal(/recover\/([^#]+)/.exec(link)?.[1] ?? '', 'accept');
    await page.reload();
    await page.getByText('等待期过后新号码生效').waitFor();
    await shoot(page, 'recovery-accepted-390-zh');
    app.clock.advance(7 * DAY + 60_000);
    await app.drain();
    await page.reload();
    await page.getByText('请用新号码登录').waitFor();
    expect((await signIn(app, next)).accountId).toBe(id);
    await close();
  });

  it('2.4 somebody else asks for the account: its holder sees it on the first page and stops it there', async () => {
    const stranger = await browser.open(PHONE);
    const { page, close } = await browser.open(SMALL);
    const { phone } = await owner(page);
    const link = await fileAppeal(stranger.page, phone, freshPhone());
    await decideAppeal(/recover\/([^#]+)/.exec(link)?.[1] ?? '', 'accept');
    await page.goto(`${app.url}/account/`);
    await page.getByRole('heading', { name: /有人申请把这个账号换到另一个号码/ }).waitFor();
    await shoot(page, 'home-somebody-asks-360-zh');
    await healthy(page);
    await press(page, '不是我，阻止更换');
    await page.getByRole('heading', { name: /有人申请/ }).waitFor({ state: 'detached' });
    await page.locator('.status').waitFor();
    await stranger.page.reload();
    await stranger.page.getByText('原持有人提出异议').waitFor();
    await shoot(stranger.page, 'recovery-objected-390-zh');
    await stranger.close();
    await close();
  });

  it('sessions: every device with when and where, this one marked, all of them signed out at once', async () => {
    const { page, close } = await browser.open({ ...PHONE, language: 'en' });
    const { phone } = await owner(page);
    const other = await signIn(app, phone);
    await page.goto(`${app.url}/account/security`);
    const rows = page
      .locator('section', { has: page.getByRole('heading', { name: 'Signed-in devices' }) })
      .locator('li');
    await rows.nth(1).waitFor();
    expect(await rows.count()).toBe(2);
    expect((await rows.allInnerTexts()).filter((text) => text.includes('this one'))).toHaveLength(1);
    await shoot(page, 'sessions-390-en');
    await healthy(page);
    await press(page, 'Sign out everywhere');
    await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
    expect((await other.http.get('/v1/accounts/me')).status).toBe(401);
    await close();
  });

  it('REG-3 what is disputed is put right; a birth date entered wrongly is corrected', async () => {
    const { page, faults, close } = await browser.open(SMALL);
    const { id } = await owner(page);
    const rita = app.http.with(await staffToken(app, 'moderator', 'rita'));
    const dispute = { fields: ['display_name'], reason: '昵称与平台工作人员混淆。', outcome: 'challenge' };
    expect((await rita.post(`/v1/accounts/${id}/information-disputes`, dispute)).status).toBe(201);
    await page.reload();
    await follow(page, '查看并更正');
    await page.getByText('昵称与平台工作人员混淆。').waitFor();
    await press(page, '提交更正');
    await page.locator('.error-summary a[href="#why"]').waitFor();
    await page.locator('#displayName').fill('大鲸');
    await page.locator('#why').fill('已换成新的昵称。');
    await shoot(page, 'information-disputed-360-zh');
    await healthy(page);
    await press(page, '提交更正');
    await page.locator('main').getByText('您的更正正在人工核对').waitFor();

    const again = await browser.open({ ...PHONE, language: 'en' });
    await owner(again.page);
    await again.page.goto(`${app.url}/account/information`);
    await again.page.locator('summary').click();
    await again.page.locator('#birthDate').fill('1991-05-17');
    await again.page.locator('#why').fill('A slip of the finger.');
    await shoot(again.page, 'information-birth-date-390-en');
    await healthy(again.page);
    await press(again.page, 'Send the correction');
    await again.page.getByText('being looked at').waitFor();
    await again.close();
    expect(faults).toEqual([]);
    await close();
  });

  async function stateOfChange(accountId: string): Promise<string | undefined> {
    const found = await app.db.query<{ state: string }>('SELECT state FROM identifier_changes WHERE account_id = $1', [
      accountId,
    ]);
    return found[0]?.state;
  }

  async function fileAppeal(page: Page, lost: string, next: string): Promise<string> {
    await page.goto(`${app.url}/account/recover`);
    await page.locator('#lostPhone').fill(lost);
    await page.locator('#newPhone').fill(next);
    await page.locator('#statement').fill('手机遗失，号码已经注销，收不到验证码。');
    await enterCode(app, page, next, /发送验证码/);
    await press(page, '提交申请');
    await heading(page, /已收到您的申请/);
    return page.url();
  }

  async function decideAppeal(id: string, decision: 'accept' | 'reject'): Promise<void> {
    const rita = app.http.with(await staffToken(app, 'moderator', 'rita'));
    const [task] = await app.db.query<{ id: string }>('SELECT id FROM review_tasks WHERE subject_id = $1', [id]);
    await rita.post(`/v1/review-tasks/${task?.id}/claim`);
    const answer = await rita.post(`/v1/recovery-appeals/${id}/decision`, {
      decision,
      reasonCode: 'evidence_sufficient',
    });
    expect(answer.status).toBe(200);
    await app.drain();
  }
});
