import type { Page } from 'playwright-core';
import { freshPhone, openAccount } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { shoot, startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import { Moderation } from '../support/moderation.js';
import { follow, heading, healthy, newest, PDF, press, signInWith } from '../support/people-pages.js';
import { staffToken } from '../support/tokens.js';

const PHONE = { width: 390, height: 844 } as const;
const SMALL = { width: 360, height: 640 } as const;
const DAY = 86_400_000;

/** What people answer: an order to put right, a decision, a new version of the agreement (7.1, 6, 9.1). */
describe('answers in the browser', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let mod: Moderation;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: { LIMITS_PUBLIC_REQUESTS: '1000000' } }), startBrowser()]);
    mod = new Moderation(app);
  });
  afterAll(async () => {
    await browser?.stop();
    await app?.stop();
  });

  it('ENF-2 an order is answered in words and files; returned with words of ours, answered again, settled', async () => {
    const { id, phone } = await openAccount(app);
    const order = [{ type: 'rectification', instructions: '请删除这四段分享。', duration: 'P7D' }];
    const decided = await mod.decide(await mod.openCase(id), order);
    const sanctionId = decided.body.sanctions[0]?.id ?? '';
    const review = async (body: object): Promise<void> => {
      const answer = await (await mod.as('bob')).post(`/v1/sanctions/${sanctionId}/rectification-reviews`, body);
      expect(answer.status).toBeLessThan(300);
    };
    const { page, faults, close } = await browser.open(SMALL);
    await signInWith(app, page, phone, '/sign-in?then=/decisions');
    await page.getByText('等待您的回复。').waitFor();
    await press(page, '提交整改说明');
    await page.locator('.error-summary:focus').waitFor();
    await page.locator('input[type=file]').setInputFiles({ ...PDF, buffer: Buffer.alloc(6 * 1024 * 1024, 1) });
    await page.getByText('文件太大').waitFor();
    await page.locator('input[type=file]').setInputFiles({ ...PDF, name: 'a.png', buffer: Buffer.from('a program') });
    await page.getByText('请选择 JPEG、PNG、WebP 图片或 PDF 文件').waitFor();
    await page.locator('input[type=file]').setInputFiles(PDF);
    await page.locator('.files li').waitFor();
    await page.getByLabel('您做了什么？').fill('已经删除，见截图。');
    await shoot(page, 'rectify-files-360-zh');
    await healthy(page);
    await press(page, '提交整改说明');
    await page.getByRole('button', { name: '提交整改说明' }).waitFor({ state: 'detached' });
    // What was pressed is gone: the focus stands at the heading, not nowhere.
    await page.locator('h1:focus').waitFor();
    await page.getByText('已提交，等待核对。').first().waitFor();
    await review({ accepted: false, note: '还有一段没有删除。' });
    await page.reload();
    await page.getByText('还有一段没有删除。').waitFor();
    await shoot(page, 'rectify-returned-360-zh');
    await healthy(page);
    await page.getByLabel('您做了什么？').fill('现在全部删除了。');
    await press(page, '提交整改说明');
    await page.locator('.words', { hasText: '现在全部删除了。' }).waitFor();
    await review({ accepted: true, note: '谢谢，已核对。' });
    await page.reload();
    await page.getByText('已通过，此项已了结。').waitFor();
    await page.getByText('谢谢，已核对。').waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/alice|bob/);
    expect(faults).toEqual([]);
    await close();
  });

  it('7.1 suspended after a warning, for longer later: the warning, the change and why are on the page, in the words for the person', async () => {
    const { id, phone } = await openAccount(app);
    await mod.decide(await mod.openCase(id, '3.5(3)'), [{ type: 'warning' }]);
    const decided = await mod.decide(await mod.openCase(id), [{ type: 'suspension', duration: 'P7D' }], {
      statementOfReasons: { facts: '再次招揽。', explanation: '协议禁止。', proportionality: '两次，均为本人。' },
    });
    const [sanction] = decided.body.sanctions;
    const longer = {
      endsAt: new Date(app.clock.now().getTime() + 14 * DAY).toISOString(),
      reason: 'Inner note.',
      explanation: '暂停期间另一设备上继续发生。',
    };
    const headers = { 'if-match': String(sanction?.version) };
    const changed = await (await mod.as('bob')).patch(`/v1/sanctions/${sanction?.id}`, longer, { headers });
    expect(changed.status).toBe(200);
    const { page, faults, close } = await browser.open(SMALL);
    await signInWith(app, page, phone, '/sign-in?then=/decisions');
    await page.getByText('此前的提醒').waitFor();
    await page.getByText(/您账号上原定于 .* 结束的处置现予延长/).waitFor();
    await page.getByText(longer.explanation).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/Inner note|bob/);
    await shoot(page, 'decision-longer-360-zh');
    await healthy(page);
    expect(faults).toEqual([]);
    await close();
  });

  it('C26 somebody wrongly suspended: reasons, appeal, questions and answers, and use again', async () => {
    const { id, phone } = await openAccount(app);
    const decided = await mod.decide(await mod.openCase(id), [{ type: 'suspension', duration: 'P7D' }]);
    const { page, faults, close } = await browser.open({ ...SMALL, language: 'en', dark: true });
    await signInWith(app, page, phone);
    await page.getByText('You cannot use the service now').waitFor();
    await shoot(page, 'suspended-360-en-dark');
    await healthy(page);
    await follow(page, 'See why, and appeal');
    await press(page, 'Appeal');
    // Opened by the keyboard or a press, the words come next.
    await page.locator('textarea:focus').waitFor();
    await page.locator('textarea').fill('It was a quotation from a newspaper.');
    await press(page, 'Send the appeal');
    await page.getByText('Your appeal: received').waitFor();
    const [appeal] = await app.db.query<{ id: string }>('SELECT id FROM appeals WHERE decision_id = $1', [
      decided.body.id,
    ]);
    const bob = await mod.as('bob');
    await bob.post(`/v1/appeals/${appeal?.id}/messages`, { text: 'Which newspaper?' });
    await page.reload();
    await page.getByText('Which newspaper?').waitFor();
    await press(page, 'Send');
    await page.locator('.error-summary:focus').waitFor();
    await page.locator('textarea').fill('The Morning News of last Monday.');
    await press(page, 'Send');
    await page.locator('.words', { hasText: 'The Morning News of last Monday.' }).waitFor();
    expect(await page.locator('textarea').inputValue()).toBe('');
    const file = {
      name: 'page.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.4\ntrailer<<>>\n%%EOF\n'),
    };
    await page.getByLabel('Files that show it').setInputFiles({ ...file, buffer: Buffer.from('a program') });
    await page
      .locator('.fault')
      .getByText(/Choose a JPEG/)
      .waitFor();
    await page.getByLabel('Files that show it').setInputFiles(file);
    await page.locator('.files').getByText('PDF').waitFor();
    await shoot(page, 'appeal-dialogue-360-en-dark');
    await healthy(page);
    const overturned = { outcome: 'overturned', answer: 'You are right, and we are sorry.' };
    expect((await bob.post(`/v1/appeals/${appeal?.id}/decision`, overturned)).status).toBe(200);
    await page.reload();
    await page.getByText('You are right, and we are sorry.').waitFor();
    // What was shown stays to be seen; nothing more is taken.
    await page.locator('.files').getByText('PDF').waitFor();
    expect(await page.locator('input[type=file]').count()).toBe(0);
    await page.goto(`${app.url}/account/`);
    await page.getByText('You can use the service').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('AGR-4 a new version: what changed, accept and refuse of one weight; accepted leads on, refused leads to leaving', async () => {
    const people = [freshPhone(), freshPhone()];
    for (const phone of people) {
      const { page, close } = await browser.open(PHONE);
      await joined(page, phone);
      await close();
    }
    const legal = app.http.with(await staffToken(app, 'legal', 'lena'));
    const { body } = await app.http.get<{ items: { documentId: string; inEffect: { version: string } }[] }>(
      '/v1/agreements',
    );
    const before = body.items.find((each) => each.documentId === 'user_agreement')?.inEffect.version;
    const old = await app.http.get<{ text: string }>(`/v1/agreements/user_agreement/versions/${before}`);
    const published = await legal.post('/v1/agreements/user_agreement/versions', {
      version: `2030-01-01.${Date.now()}`,
      language: 'zh-CN',
      text: `${old.body.text}\n新增：平台在变更生效前十日公告。\n`,
      effectiveAt: new Date(app.clock.now().getTime() + 20 * DAY).toISOString(),
      changeSummary: '增加公告期限。',
      policy: 'explicit',
    });
    expect(published.status).toBe(201);
    await app.drain();
    app.clock.advance(20 * DAY + 60_000);
    await app.drain();

    const willing = await browser.open(SMALL);
    await signInWith(app, willing.page, people[0] ?? '');
    await willing.page.getByText('目前不能使用').waitFor();
    await follow(willing.page, '查看并选择');
    const [yes, no] = await Promise.all(
      ['同意新版本', '不同意'].map((name) => willing.page.getByRole('button', { name, exact: true }).boundingBox()),
    );
    expect(no).toMatchObject({ width: yes?.width, height: yes?.height, y: yes?.y });
    await willing.page.locator('summary').click();
    await willing.page.getByText('平台在变更生效前十日公告。').waitFor();
    await shoot(willing.page, 'agreements-pending-360-zh');
    await healthy(willing.page);
    await press(willing.page, '同意新版本');
    await willing.page.locator('main').getByText('已同意新版本').waitFor();
    const [download] = await Promise.all([
      willing.page.waitForEvent('download'),
      press(willing.page, '下载同意证明（PDF）'),
    ]);
    expect(download.suggestedFilename()).toBe('agreements.pdf');
    await willing.page.goto(`${app.url}/account/`);
    await willing.page.getByText('可以正常使用').waitFor();
    expect(willing.faults).toEqual([]);
    await willing.close();

    const unwilling = await browser.open({ ...PHONE, language: 'en', dark: true });
    await signInWith(app, unwilling.page, people[1] ?? '', '/sign-in?then=/agreements');
    await press(unwilling.page, 'Refuse');
    await unwilling.page.locator('main').getByText('Your refusal is recorded').waitFor();
    await shoot(unwilling.page, 'agreements-refused-390-en-dark');
    await healthy(unwilling.page);
    await follow(unwilling.page, 'See how to leave');
    await heading(unwilling.page, /Leave/);
    await unwilling.page.getByRole('heading', { name: 'What goes' }).waitFor();
    await unwilling.close();
  });

  async function joined(page: Page, phone: string): Promise<void> {
    await page.goto(`${app.url}/account/register`);
    await page.locator('#phone').fill(phone);
    await page.locator('#birthDate').fill('1990-05-17');
    await page.locator('#agreed').check();
    await press(page, /下一步/);
    await heading(page, /填写验证码/);
    await page.locator('#code').fill(await newest(app, phone, 'code'));
    await press(page, '完成注册');
    await page.locator('.status').waitFor();
  }
});
