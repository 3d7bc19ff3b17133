import type { Page } from 'playwright-core';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { freshPhone, openAccount } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import { freePort, startProvider, type TestProvider } from '../support/identity-providers.js';
import { enterCode, follow, heading, healthy, newest, press, signInWith } from '../support/people-pages.js';
import { staffToken } from '../support/tokens.js';

const PHONE = { width: 390, height: 844 } as const;
const SMALL = { width: 360, height: 640 } as const;

/** The shipped rules, and before them: a check for those over sixty, a person who looks for those over eighty. */
function rulesByAge(folder: string): string {
  const rule = (id: string, above: number, outcome: string): string =>
    `  - { id: ${id}, clause: '2.3(3)', when: { age: { above: ${above} } }, outcome: ${outcome} }\n`;
  const rules = `rules:\n${rule('sixty', 60, 'challenge')}${rule('eighty', 80, 'review')}`;
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, readFileSync('config/registration-rules.yaml', 'utf8').replace('rules:\n', rules));
  return file;
}

/** Joining, signing in, linking and proving oneself with an account at somebody else's (2.2, 2.3(1)). */
describe('third-party accounts in the browser', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let provider: TestProvider;
  let people = 0;
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-rules-'));

  beforeAll(async () => {
    const port = await freePort();
    const redirectUri = `http://127.0.0.1:${port}/v1/oidc/moon/callback`;
    provider = await startProvider({ clientId: 'us', secret: 'moon-secret', redirectUri });
    const config = {
      id: 'moon',
      kind: 'oidc',
      title: '月亮',
      issuer: provider.issuer,
      clientId: 'us',
    };
    [app, browser] = await Promise.all([
      startSite({
        env: {
          PORT: String(port),
          RUNTIME_PUBLIC_URL: `http://127.0.0.1:${port}`,
          THIRD_PARTY_PROVIDERS: JSON.stringify([config]),
          THIRD_PARTY_CLIENT_SECRETS: JSON.stringify({ moon: 'moon-secret' }),
          LIMITS_PUBLIC_REQUESTS: '1000000',
          REGISTRATION_RULES_FILE: rulesByAge(folder),
          REGISTRATION_CHALLENGE_COST: '10',
        },
      }),
      startBrowser(),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
    await provider?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => Object.assign(provider, { lies: {}, person: `moon-${(people += 1)}` }));

  async function fillForm(page: Page, birthDate = '1990-05-17'): Promise<void> {
    await page.getByLabel('月亮 账号').check();
    await page.locator('#birthDate').fill(birthDate);
    await page.locator('#agreed').check();
  }

  async function register(page: Page, path = '/register'): Promise<void> {
    await page.goto(`${app.url}/account${path}`);
    await fillForm(page);
    await press(page, '下一步：前往 月亮');
    await page.locator('.status').waitFor();
  }

  it('REG-2 an adult registers: providers to choose, what is missing is told, and back as its owner without a token in the address', async () => {
    const { page, faults, close } = await browser.open(PHONE);
    await page.goto(`${app.url}/account/register`);
    await page.getByLabel('月亮 账号').check();
    expect(await page.locator('#phone').count()).toBe(0);
    await press(page, '下一步：前往 月亮');
    await page.locator('.error-summary:focus').waitFor();
    expect(await page.locator('.error-summary li').count()).toBe(2);
    await page.locator('#birthDate').fill('1990-05-17');
    await page.locator('#displayName').fill('小月');
    await page.locator('#agreed').check();
    await shoot(page, 'third-party-register-390-zh');
    await healthy(page);
    await press(page, '下一步：前往 月亮');
    await page.locator('.status').waitFor();
    expect(await page.locator('main').innerText()).toContain('小月');
    expect(page.url()).toBe(`${app.url}/account`);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toMatch(/secret|token|eyJ/);
    expect(await page.evaluate(`Object.keys(sessionStorage).filter((k) => k.startsWith('third-party'))`)).toEqual([]);
    await healthy(page);
    expect(faults).toEqual([]);
    await close();
  });

  it('REG-2 signs in by it; nobody linked is led to registering with the provider chosen, or to linking', async () => {
    const { page, close } = await browser.open(PHONE);
    await register(page);
    await press(page, '退出登录');
    await page.goto(`${app.url}/account/sign-in?then=/agreements`);
    await shoot(page, 'third-party-sign-in-390-zh');
    await healthy(page);
    await press(page, '用 月亮 登录');
    await heading(page, /我的协议/);

    provider.person = 'moon-nobody';
    const other = await browser.open({ ...SMALL, language: 'en', dark: true });
    await other.page.goto(`${app.url}/account/sign-in`);
    await press(other.page, 'Sign in with 月亮');
    await heading(other.page, /No account belongs to it/);
    await shoot(other.page, 'third-party-not-linked-360-en-dark');
    await healthy(other.page);
    await follow(other.page, 'Register with 月亮');
    expect(await other.page.getByLabel('With 月亮').isChecked()).toBe(true);
    await other.close();
    await close();
  });

  it('MIN-1 a child names the guardian on the way, and waits', async () => {
    const guardian = freshPhone();
    const { page, close } = await browser.open(SMALL);
    await page.goto(`${app.url}/account/register`);
    await fillForm(page, '2013-03-03');
    await press(page, '下一步：前往 月亮');
    await page.locator('.error-summary a[href="#guardianPhone"]').waitFor();
    await page.locator('#guardianPhone').fill(guardian);
    await shoot(page, 'third-party-child-360-zh');
    await healthy(page);
    await press(page, '下一步：前往 月亮');
    await heading(page, /我的监护人/);
    expect(await newest(app, guardian, 'link')).toContain('/account/guardian/');
    await close();
  });

  it('REG-6 a check that a rule asks for is done before leaving; held, the page says how it stands; a second account is refused', async () => {
    const { page, faults, close } = await browser.open(SMALL);
    await page.goto(`${app.url}/account/register`);
    await fillForm(page, '1960-05-17');
    await press(page, '下一步：前往 月亮');
    await page.locator('.status').waitFor();
    const passed = await app.db.query('SELECT 1 FROM registrations WHERE challenge_passed_at IS NOT NULL');
    expect(passed.length).toBeGreaterThan(0);
    await press(page, '退出登录');

    // The same person there has an account here: refused in words, with the way in.
    await page.goto(`${app.url}/account/register`);
    await fillForm(page);
    await press(page, '下一步：前往 月亮');
    await heading(page, /注册未通过/);
    await shoot(page, 'third-party-refused-360-zh');
    await healthy(page);
    await page.locator('main').getByRole('link', { name: '登录' }).waitFor();

    // Somebody else, who is not signed in at the provider.
    provider.person = `moon-held-${Date.now()}`;
    const other = await browser.open(SMALL);
    const held = other.page;
    await held.goto(`${app.url}/account/register`);
    await fillForm(held, '1940-05-17');
    await press(held, '下一步：前往 月亮');
    await heading(held, /注册正在人工审核/);
    const reference = held.url();
    expect(reference).toContain('/account/registrations/');
    await shoot(held, 'third-party-held-360-zh');
    await healthy(held);
    const id = reference.split('/').at(-1) ?? '';
    const rita = app.http.with(await staffToken(app, 'moderator', 'rita'));
    const [task] = await app.db.query<{ id: string }>('SELECT id FROM review_tasks WHERE subject_id = $1', [id]);
    await rita.post(`/v1/review-tasks/${task?.id}/claim`);
    const decided = await rita.post(
      `/v1/registrations/${id}/decision`,
      { decision: 'approve', reasonCode: 'identity_plausible' },
      {
        headers: {
          'if-match': `"${(await rita.get<{ version: number }>(`/v1/registrations/${id}/review`)).body.version}"`,
        },
      },
    );
    expect([decided.status, decided.text]).toEqual([200, expect.anything()]);
    await app.drain();
    await press(held, '查看最新结果');
    await heading(held, /注册已通过/);
    await held.locator('main').getByRole('link', { name: '登录' }).click();
    await press(held, '用 月亮 登录');
    await held.locator('.status').waitFor();
    expect([...faults, ...other.faults]).toEqual([]);
    await other.close();
    await close();
  });

  it('what goes wrong is said in words with a way on: refused there, a lie, begun elsewhere, pressed twice', async () => {
    const { page, close } = await browser.open(SMALL);
    await page.goto(`${app.url}/account#flow=0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13&error=denied`);
    await heading(page, /没有完成/);
    await page.getByText('您没有同意授权').waitFor();
    await shoot(page, 'third-party-denied-360-zh');
    await healthy(page);
    expect(page.url()).toBe(`${app.url}/account`);
    provider.lies = { unsigned: true };
    await page.goto(`${app.url}/account/sign-in`);
    await press(page, '用 月亮 登录');
    await page.getByText('对方的回答无法核实').waitFor();
    await follow(page, '重新开始');
    await heading(page, /登录/);
    provider.lies = {};
    // A link that somebody else's flow came back with is worth nothing here.
    await page.goto('about:blank');
    await page.goto(`${app.url}/account#flow=0198c0de-7a11-7c3e-9b1d-2f4a6c8e0b13&code=${'a'.repeat(43)}`);
    await page.getByText('不是在本窗口开始的').waitFor();
    // The address of the way out, opened once more: a page, not a problem document.
    await page.goto(`${app.url}/account/sign-in`);
    const [request] = await Promise.all([
      page.waitForRequest((r) => r.url().includes('/authorize?flow=')),
      press(page, '用 月亮 登录'),
    ]);
    await heading(page, /还没有对应的账号/);
    await page.goto(request.url());
    await page.getByText('这一步已经做过了').waitFor();
    await close();
  });

  it('REG-5 linked and unlinked with a code; the number hears of it, and it signs in only after the waiting time', async () => {
    const { phone } = await openAccount(app);
    const { page, faults, close } = await browser.open(PHONE);
    await signInWith(app, page, phone);
    await page.locator('.status').waitFor();
    await follow(page, /安全与数据/);
    await follow(page, /第三方账号/);
    await heading(page, /第三方账号/);
    await press(page, '绑定 月亮');
    await press(page, '前往 月亮');
    await page.locator('.error-summary a[href="#code"]').waitFor();
    await enterCode(app, page, phone, /发送验证码/);
    await shoot(page, 'third-party-link-390-zh');
    await healthy(page);
    await press(page, '前往 月亮');
    await page.locator('.card.good').waitFor();
    await shoot(page, 'third-party-linked-390-zh');
    await healthy(page);
    await app.drain();
    expect(
      app
        .get(MessageInbox)
        .to(phone)
        .map((m) => m.template),
    ).toContain('third_party_linked');
    // In its waiting time it opens nothing, and says from when.
    const other = await browser.open({ ...SMALL, language: 'en' });
    await other.page.goto(`${app.url}/account/sign-in`);
    await press(other.page, 'Sign in with 月亮');
    await other.page.getByText(/It signs in from/).waitFor();
    await shoot(other.page, 'third-party-cooling-360-en');
    app.clock.advance(86_400_000 + 60_000);
    await other.page.goto(`${app.url}/account/sign-in`);
    await press(other.page, 'Sign in with 月亮');
    await other.page.locator('.status').waitFor();

    await page.goto(`${app.url}/account/security/links`);
    await press(page, '解绑 月亮');
    await enterCode(app, page, phone, /发送验证码/);
    await shoot(page, 'third-party-unlink-390-zh');
    await healthy(page);
    await press(page, '解绑');
    await page.getByText('还没有绑定第三方账号。').waitFor();
    // Whoever came by the link is out.
    await other.page.reload();
    await other.page.locator('#phone, .choices').first().waitFor();
    await other.close();
    expect(faults).toEqual([]);
    await close();
  });

  it('an account without a number proves itself at the provider: freezes, unfreezes, binds a number, and leaves', async () => {
    const { page, faults, close } = await browser.open(PHONE);
    await register(page);
    await follow(page, /安全与数据/);
    await press(page, '冻结账号');
    await heading(page, /登录/);
    await press(page, '用 月亮 登录');
    await page.locator('h2', { hasText: '解除冻结' }).waitFor();
    await shoot(page, 'third-party-unfreeze-390-zh');
    await healthy(page);
    await press(page, '通过 月亮 确认');
    await page.locator('main').getByText('已确认是您本人').waitFor();
    await press(page, '解除冻结');
    await page.getByRole('button', { name: '冻结账号' }).waitFor();

    await page.goto(`${app.url}/account/leave`);
    await press(page, '通过 月亮 确认');
    await page.locator('main').getByText('已确认是您本人').waitFor();
    await press(page, '提交注销申请');
    await heading(page, /注销进度/);
    await press(page, '撤回注销申请');
    await page.locator('main').getByText('账号恢复原状').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

/** A captcha provider on this machine: a script of the Turnstile form, and `siteverify`. */
describe('a hosted safety check', () => {
  let captcha: Server;
  let app: TestApp;
  let browser: TestBrowser;
  let asked: URLSearchParams[] = [];
  let origin = '';
  beforeAll(async () => {
    captcha = createServer((request, response) => {
      if (request.url?.startsWith('/api.js')) {
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(WIDGET);
        return;
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        asked.push(new URLSearchParams(body));
        const [action = '', cdata = ''] = (new URLSearchParams(body).get('response') ?? '').split('/');
        const told = { success: true, hostname: '127.0.0.1', action, cdata };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
      });
    });
    await new Promise<void>((done) => captcha.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(captcha.address() as AddressInfo).port}`;
    [app, browser] = await Promise.all([
      startSite({
        env: {
          REGISTRATION_CHALLENGE: 'hosted',
          REGISTRATION_HOSTED_CAPTCHA_URL: `${origin}/siteverify`,
          REGISTRATION_HOSTED_CAPTCHA_SCRIPT: `${origin}/api.js`,
          REGISTRATION_HOSTED_CAPTCHA_SITE_KEY: 'site',
          REGISTRATION_HOSTED_CAPTCHA_SECRET: 'secret',
          REGISTRATION_HOSTED_CAPTCHA_HOSTS: '["127.0.0.1"]',
          LIMITS_PUBLIC_REQUESTS: '1000000',
        },
      }),
      startBrowser(),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
    captcha?.closeAllConnections();
    captcha?.close();
  });
  beforeEach(() => {
    asked = [];
  });

  const WIDGET = `window.turnstile = {
    render(box, options) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'I am a person';
      button.onclick = () => options.callback(options.action + '/' + options.cData);
      box.append(button);
      return 'w1';
    },
    remove() {},
  };`;

  it('REG-6 is loaded when a rule asks for it and not before, keeps the form when left, and leads on when solved', async () => {
    const phone = `+86170${freshPhone().slice(6)}`;
    const { page, faults, close } = await browser.open(SMALL);
    const strange: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(app.url)) strange.push(request.url());
    });
    await page.goto(`${app.url}/account/register`);
    await page.locator('#phone').fill(phone);
    await page.locator('#birthDate').fill('1990-05-17');
    await page.locator('#agreed').check();
    expect(strange).toEqual([]);
    await press(page, /下一步：验证手机号/);
    await page.getByRole('dialog', { name: '安全检查' }).waitFor();
    await page.getByRole('button', { name: 'I am a person' }).waitFor();
    await shoot(page, 'register-hosted-challenge-360-zh');
    await healthy(page);
    await page.keyboard.press('Escape');
    await page.getByText('您离开了安全检查').waitFor();
    expect(await page.locator('#phone').inputValue()).toBe(phone);
    await press(page, /下一步：验证手机号/);
    await press(page, 'I am a person');
    await heading(page, /填写验证码/);
    expect(asked.map((each) => each.get('secret'))).toEqual(['secret']);
    expect(strange.every((url) => url === `${origin}/api.js`)).toBe(true);
    await page.locator('#code').fill(await newest(app, phone, 'code'));
    await press(page, '完成注册');
    await page.locator('.status').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('its origin stands in the policy of the account pages and in no other', async () => {
    const policyOf = async (path: string): Promise<string> =>
      (await fetch(app.url + path)).headers.get('content-security-policy') ?? '';
    expect(await policyOf('/account')).toContain(`script-src 'self' ${origin};`);
    expect(await policyOf('/account')).toContain(`frame-src ${origin};`);
    for (const path of ['/console', '/account/guardian/x']) expect(await policyOf(path)).not.toContain(origin);
  });
});
