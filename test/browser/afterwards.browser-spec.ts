import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type Afterwards, fillAfterwards, parkOne } from '../support/afterwards.js';
import type { TestApp } from '../support/app.js';
import { signInAs, startBrowser, startSite, type TestBrowser, type Window } from '../support/browser.js';
import { stalledTask } from '../support/desks.js';
import { QUICK } from '../support/leaving.js';
import { lookAtAll, type StaffPage } from '../support/looks.js';

/** What follows decisions, what other systems owe, versions of rules, and the numbers of a lead. */
describe('after the decision', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let desk: Afterwards;
  const windows = new Map<string, Window>();
  const faults: string[] = [];

  const at = async (who: string, path: string): Promise<Page> => {
    let window = windows.get(who);
    if (window === undefined) {
      window = await browser.open();
      windows.set(who, window);
      await signInAs(window.page, app.url, who);
    }
    await window.page.goto(`${app.url}/console/${path}`);
    await window.page.locator('h1').first().waitFor();
    return window.page;
  };
  const says = (page: Page, text: string | RegExp) => page.getByTestId('live').filter({ hasText: text }).waitFor();
  /** A button reached and pressed by the keyboard alone. */
  const press = async (page: Page, name: string, within = page.locator('main')): Promise<void> => {
    await within.getByRole('button', { name, exact: true }).first().focus();
    await page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    const env = {
      ...QUICK,
      DEREGISTRATION_DEMO_PARTICIPANTS: '[]',
      DEREGISTRATION_ACKNOWLEDGEMENT_DEADLINE: 'P1D',
      // What one refused lies refused until somebody looks, however long the tests before take.
      DEREGISTRATION_PARTIAL_RETRY: 'P1D',
    };
    [app, browser] = await Promise.all([startSite({ env }), startBrowser()]);
    desk = await fillAfterwards(app);
    await parkOne(app);
  }, 240_000);
  afterAll(async () => {
    for (const window of windows.values()) faults.push(...window.faults);
    await browser.stop();
    await app.stop();
    expect(faults).toEqual([]);
  });

  it('orders: what was submitted is read, returned with words, given more time; words outlive a reload', async () => {
    const page = await at('alice', 'orders');
    await page.getByRole('link', { name: /条款/ }).first().click();
    await page.getByText('昵称已改为“海边的小鲸”').waitFor();
    await press(page, '退回');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('给本人的答复').fill('请附上修改后的截图。');
    await page.reload();
    await press(page, '退回');
    expect(await dialog.getByLabel('给本人的答复').inputValue()).toBe('请附上修改后的截图。');
    await press(page, '退回', dialog);
    await dialog.waitFor({ state: 'detached' });
    await page.getByTestId('order-state').getByText('已退回').waitFor();
    await page.getByRole('region', { name: '往来' }).getByText('请附上修改后的截图。').waitFor();
    await press(page, '延长期限');
    await dialog.getByLabel('新期限').fill('2030-01-15T18:00');
    await dialog.getByLabel('理由').fill('本人说明了原因。');
    await press(page, '延长期限', dialog);
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('2030/01/15 18:00').first().waitFor();
  });

  it('repeated misuse: number, gravity and the warning before it, filtered in the address', async () => {
    const page = await at('alice', 'misuse');
    const row = page.getByRole('row').filter({ hasText: desk.repeater.slice(-8) });
    await row.getByText('2 次').waitFor();
    expect(await row.getByText('未曾警示').count()).toBe(0);
    await page.getByLabel('至少次数').selectOption('5');
    await page.waitForURL(/least=5/);
    await page.getByText('这里暂时没有记录。').waitFor();
  });

  it('content removal: who refused is seen, and asked once more', async () => {
    const page = await at('erin', 'removals?state=refused');
    const row = page.getByRole('row').filter({ hasText: '法院要求保留' });
    await row.waitFor();
    await row.getByRole('button', { name: '立即再请求' }).focus();
    await page.keyboard.press('Enter');
    await says(page, '已再次请求');
    await row.waitFor({ state: 'detached' });
    const [asked] = await app.db.query<{ state: string }>('SELECT state FROM content_removals WHERE id = $1', [
      desk.removalId,
    ]);
    expect(asked?.state).toBe('asked');
  });

  it('disputed information: what waits is one press from its task; a dispute is opened here', async () => {
    const page = await at('alice', 'information');
    await page.getByRole('button', { name: '提出争议' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('账号编号').fill(desk.repeater);
    await dialog.getByLabel('理由（会告知本人）').fill('昵称冒用他人名义。');
    await press(page, '提出争议', dialog);
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: '昵称冒用他人名义。' }).waitFor();
    await page.getByRole('button', { name: '去审核' }).first().click();
    await page.waitForURL(/tasks\//);
  });

  it('announcements: a name is found before anybody reads it, the draft is saved, and withdrawn', async () => {
    const page = await at('carol', `announcements/${desk.announcementId}`);
    await page.getByTestId('visibility').getByText('静默期').waitFor();
    const zh = page.getByLabel('中文', { exact: true });
    await zh.fill('小鲸（13800138000）被暂停使用三日。');
    await page.getByTestId('naming').getByText('13800138000').waitFor();
    await page.getByTestId('naming').getByText('小鲸').waitFor();
    await zh.fill('某账号被暂停使用三日。');
    await page.getByTestId('naming').waitFor({ state: 'detached' });
    await page.getByTestId('preview').getByText('某账号被暂停使用三日。').waitFor();
    await press(page, '保存草稿');
    await says(page, '已保存');
    await page.getByRole('region', { name: '现有内容' }).getByText('某账号被暂停使用三日。').waitFor();
    const shown = await app.http.get<{ items: object[] }>('/v1/announcements');
    expect(shown.body.items).toEqual([]);
    await page.getByRole('button', { name: '撤回公告' }).click();
    await page.getByRole('dialog').getByLabel('理由').fill('事实有误。');
    await press(page, '撤回公告', page.getByRole('dialog'));
    await page.getByTestId('visibility').getByText('已撤回').waitFor();
    expect(await page.getByRole('button', { name: /保存|撤回/ }).count()).toBe(0);
  });

  it('referrals: nothing leaves before a second person agreed; what was sent is logged with its checksum', async () => {
    const page = await at('carol', `referrals/${desk.referralId}`);
    await page.getByTestId('referral-state').getByText('待复核').waitFor();
    await page
      .getByRole('region', { name: '证据包' })
      .first()
      .getByText(/[0-9a-f]{64}/)
      .first()
      .waitFor();
    await press(page, '同意');
    await page.getByRole('dialog').getByLabel('复核意见').fill('同意移送。');
    await press(page, '同意', page.getByRole('dialog'));
    await page.getByTestId('referral-state').getByText('已同意，待发出').waitFor();
    await press(page, '登记');
    await page.getByRole('dialog').getByLabel('内容').fill('专人送达，回执 4711。');
    await press(page, '登记', page.getByRole('dialog'));
    await page.getByTestId('referral-state').getByText('已发出').waitFor();
    await page
      .getByText(/SHA-256 [0-9a-f]{64}/)
      .first()
      .waitFor();
    const dave = await at('dave', `referrals/${desk.referralId}`);
    expect(await dave.getByRole('button', { name: /同意|登记/ }).count()).toBe(0);
  });

  it('losses: amounts in the smallest unit, exactly; the same payment once; what one account owes', async () => {
    const page = await at('carol', `claims/${desk.claimId}`);
    await page.getByText('¥12,000.50').first().waitFor();
    await press(page, '登记付款');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/金额/).fill('99999');
    await dialog.getByLabel('付款凭证号').fill('BANK-2026-0042');
    await press(page, '登记付款', dialog);
    await dialog.getByTestId('problem').getByText('付款金额超过尚欠金额').waitFor();
    await dialog.getByLabel(/金额/).fill('2,000.25');
    await dialog.getByText('最小单位 200025').waitFor();
    await press(page, '登记付款', dialog);
    await dialog.waitFor({ state: 'detached' });
    await page.getByTestId('left').getByText('¥10,000.25').waitFor();
    await page.getByTestId('totals').getByText('尚欠 ¥10,000.25').waitFor();
    expect((await at('dave', `claims/${desk.claimId}`)).getByRole('button', { name: '登记付款' })).toBeTruthy();
    expect(await windows.get('dave')?.page.getByRole('button', { name: '登记付款' }).count()).toBe(0);
  });

  describe('C18 a task of each desk is decided on its own page, from the keyboard alone', () => {
    /** Claims it, chooses, writes, sends: no button is reached for. */
    const decide = async (who: string, taskId: string, key: string, words: string): Promise<Page> => {
      const page = await at(who, `tasks/${taskId}`);
      await page.getByRole('button', { name: '领取 C' }).waitFor();
      await page.keyboard.press('c');
      await page.getByTestId('lease').getByText('由你处理').waitFor();
      const radio = page.getByRole('radio').first();
      await radio.waitFor();
      await page.keyboard.press(key);
      await page.locator('#field-text').fill(words);
      await page.keyboard.press('Control+Enter');
      await page.getByText('决定已保存。').waitFor();
      return page;
    };
    const stateOf = async (table: string, column: string, taskId: string): Promise<string | undefined> =>
      (
        await app.db.query<{ state: string }>(
          `SELECT x.state FROM ${table} x JOIN review_tasks t ON t.subject_id = x.${column} WHERE t.id = $1`,
          [taskId],
        )
      )[0]?.state;

    it('an order: what was ordered, said and shown; each file opens on record', async () => {
      const page = await at('grace', `tasks/${desk.tasks.order}`);
      await page.getByRole('region', { name: '改正命令' }).getByText('请删除三条侮辱性公开回答。').waitFor();
      await page.getByRole('region', { name: '往来' }).getByText('三条回答均已删除。').waitFor();
      const file = page
        .getByRole('region', { name: '本人提交的材料' })
        .getByRole('link', { name: /文件 1 · PNG 图片/ });
      const href = (await file.getAttribute('href')) ?? '';
      const status = (await page.evaluate(`fetch('${href}').then((r) => r.status)`)) as number;
      expect(status).toBe(200);
      await decide('grace', desk.tasks.order, 'a', '感谢配合，已确认。');
      expect(await stateOf('rectifications', 'sanction_id', desk.tasks.order)).toBe('accepted');
    });

    it('a refused removal: ended with a reason that stays', async () => {
      const page = await at('grace', `tasks/${desk.tasks.removal}`);
      await page.getByTestId('removal-state').getByText('拒绝').waitFor();
      await page.getByText('系统已停止维护。').waitFor();
      await decide('grace', desk.tasks.removal, 'r', '系统已下线，内容不可访问。');
      expect(await stateOf('content_removals', 'id', desk.tasks.removal)).toBe('given_up');
    });

    it('a matter with an authority: the package beside the second person’s answer', async () => {
      const page = await at('bob', `tasks/${desk.tasks.referral}`);
      await page.getByRole('region', { name: '证据包' }).first().waitFor();
      await decide('bob', desk.tasks.referral, 'a', '同意移送。');
      expect(await stateOf('referrals', 'id', desk.tasks.referral)).toBe('approved');
      const [next] = await app.db.query<{ id: string }>(
        `SELECT f.id FROM review_tasks f JOIN review_tasks t ON t.subject_id = f.subject_id
          WHERE t.id = $1 AND f.kind = 'referral_followup'`,
        [desk.tasks.referral],
      );
      await decide('carol', next?.id ?? '', 'a', '机要专送，回执 4711。');
      expect(await stateOf('referrals', 'id', desk.tasks.referral)).toBe('sent');
    });

    it('a measure without an end, on its date: why it was imposed, and how long it stays', async () => {
      const page = await at('grace', `tasks/${desk.tasks.review}`);
      await page.getByRole('region', { name: '待复查的措施' }).getByText('暂停使用').waitFor();
      await decide('grace', desk.tasks.review, 'a', '身份已核实。');
      expect(await stateOf('sanctions', 'id', desk.tasks.review)).toBe('lifted');
    });

    it('many accounts at once: judged as a whole by a second person, followed and taken back as a whole', async () => {
      const page = await at('bob', `tasks/${desk.tasks.bulk}`);
      await page.getByText('对 2 个账号作同一处置').waitFor();
      await page.getByText('同一设备批量注册。').waitFor();
      await page.getByTestId('statement').getByText('协议第 2.3(3) 条禁止批量注册。').waitFor();
      expect(await page.getByRole('row').count()).toBe(3);
      await decide('bob', desk.tasks.bulk, 'a', '证据一致，同意。');
      await app.drain();
      const [bulk] = await app.db.query<{ id: string }>(`SELECT subject_id AS id FROM review_tasks WHERE id = $1`, [
        desk.tasks.bulk,
      ]);
      await at('bob', `bulk-decisions/${bulk?.id}`);
      await page.getByText('已处置 2').waitFor();
      await press(page, '整体撤回');
      await press(page, '撤回对 2 个账号的处置', page.getByRole('dialog'));
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await app.drain();
      await page.getByTestId('bulk-state').getByText('已撤回').waitFor({ timeout: 15_000 });
    });

    it('a number that changed hands: what they say, the decision behind the ban, an answer in words', async () => {
      const page = await at('bob', `tasks/${desk.tasks.objection}`);
      await page.getByTestId('objection').getByText('运营商上月将此号码分配给我。').waitFor();
      await page.getByRole('region', { name: '处理决定' }).getByText('禁止重新注册').waitFor();
      await decide('bob', desk.tasks.objection, 'a', '经运营商确认，现可注册。');
      expect(await stateOf('ban_objections', 'id', desk.tasks.objection)).toBe('cleared');
    });
  });

  it('webhooks: an endpoint is added, its secret seen once, changed and ended', async () => {
    const page = await at('erin', 'webhooks');
    await press(page, '添加接收地址');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('地址').fill('https://receiver.example/hooks');
    await dialog.getByLabel('事件', { exact: true }).fill('sanction.* deregistration.completed');
    await press(page, '添加接收地址', dialog);
    const first = (await dialog.getByTestId('secret').textContent()) ?? '';
    expect(first).toMatch(/^whsec_/);
    await press(page, '关闭', dialog);
    const row = page.getByRole('row').filter({ hasText: 'receiver.example' });
    await row.getByRole('button', { name: '更换密钥' }).click();
    await press(page, '更换密钥', dialog);
    await dialog.getByTestId('secret').waitFor();
    expect(await dialog.getByTestId('secret').textContent()).not.toBe(first);
    await dialog.getByText(/旧密钥至 .* 仍同时签名/).waitFor();
    await press(page, '关闭', dialog);
    await row.getByRole('button', { name: '停止推送' }).click();
    await press(page, '停止推送', dialog);
    await row.waitFor({ state: 'detached' });
  });

  it('other systems: who has not acknowledged what, why, since when, and a retry', async () => {
    const page = await at('erin', 'participants?participant=billing');
    const row = page.getByRole('row').filter({ hasText: 'open_invoice' });
    await row.getByText('停止写入').waitFor();
    await row.getByRole('button', { name: '重试' }).focus();
    await page.keyboard.press('Enter');
    await says(page, '已要求重试');
    const dave = await at('dave', 'participants');
    await dave.getByRole('row').filter({ hasText: 'billing' }).first().waitFor();
    expect(await dave.getByRole('button', { name: '重试' }).count()).toBe(0);
  });

  it('C28 an execution that came to a stand: the failing step on the page of its task, and the button that tries it again', async () => {
    const page = await at('bob', `tasks/${await stalledTask(app)}`);
    const steps = page.getByRole('region', { name: '执行步骤' }).first();
    await steps.getByText('billing').first().waitFor();
    await page.getByRole('button', { name: /^立即重试失败的步骤/ }).focus();
    await page.keyboard.press('Enter');
    await says(page, '已要求重试');
    const dave = await at('dave', new URL(page.url()).pathname.replace('/console/', ''));
    await dave.getByRole('region', { name: '执行步骤' }).first().waitFor();
    expect(await dave.getByRole('button', { name: /重试/ }).count()).toBe(0);
  });

  it('parked events are tried again with their own id', async () => {
    const page = await at('erin', 'events');
    const row = page.getByRole('row').filter({ hasText: 'wrong_state' });
    await row.getByRole('button', { name: '重试' }).focus();
    await page.keyboard.press('Enter');
    await says(page, '已要求重试');
    await row.waitFor({ state: 'detached' });
  });

  it('registration rules: versions, and what another version would have decided, faults named', async () => {
    const page = await at('erin', 'rules');
    await page.getByText('现行').first().waitFor();
    const text = page.getByLabel('策略（YAML）');
    await text.fill('version: next');
    await press(page, '回放');
    await page.getByTestId('problems').getByText('rules must be a list').waitFor();
    await text.fill(readFileSync('config/registration-rules.yaml', 'utf8'));
    await press(page, '回放');
    await page
      .getByTestId('replay')
      .getByText(/次判定中有 0 次会不同/)
      .waitFor();
  });

  it('retention policies: versions, and what another one would erase, keep and for how long', async () => {
    const page = await at('carol', 'policies');
    await page.getByText('现行').first().waitFor();
    const policy = readFileSync('config/retention-policy.yaml', 'utf8');
    await page.getByLabel('策略（YAML）').fill(policy.replace(/^version: .*$/m, 'version: next'));
    await press(page, '计算影响');
    await page
      .getByTestId('effect')
      .getByText(/变更 0 类/)
      .waitFor();
  });

  it('a lead sees what waits, what was in time and how decisions hold; each chart with its table', async () => {
    const page = await at('bob', '');
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    expect(loaded.some((url) => /chart/.test(url))).toBe(false);
    await page.getByRole('link', { name: '统计' }).click();
    await page.locator('canvas').first().waitFor();
    expect(loaded.some((url) => /chart/.test(url))).toBe(true);
    await page.getByTestId('tiles').getByText('申诉改变率').waitFor();
    const charts = await page.locator('.figure .chart').count();
    expect(charts).toBeGreaterThanOrEqual(3);
    expect(await page.locator('.figure .scroll table').count()).toBe(charts);
    await page.getByLabel('期间').selectOption('P90D');
    await page.waitForURL(/period=P90D/);
    await page.getByLabel('自', { exact: true }).fill('2026-07-01');
    const csv = page.getByRole('link', { name: 'CSV' });
    expect(await csv.getAttribute('href')).toBe('/v1/transparency-reports?from=2026-07-01&format=csv');
    const dave = await at('dave', 'lead');
    await dave.getByTestId('tiles').waitFor();
  });

  it('the menu shows each role what is theirs, and is reached and left by the keyboard', async () => {
    const page = await at('alice', '');
    const menu = page.getByRole('navigation', { name: '主导航' });
    expect((await menu.locator(':scope > *').allTextContents()).map((each) => each.slice(0, 2))).toEqual([
      '待办',
      '处置',
      '注销',
    ]);
    await menu.locator('summary', { hasText: '处置' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: '案件' }).waitFor();
    await menu.locator('summary', { hasText: '处置' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await menu.getByRole('link', { name: '多次违规' }).isVisible()).toBe(false);
    const erin = (await at('erin', '')).getByRole('navigation', { name: '主导航' });
    expect(await erin.getByText('损失追偿').count()).toBe(0);
  });

  it('looks', async () => {
    const pages: Readonly<Record<string, readonly string[]>> = {
      bob: [
        'cases',
        'bulk-decisions',
        'bulk-decisions/new',
        'orders',
        `orders/${desk.orderId}`,
        'misuse',
        'removals',
        'information',
        ...Object.values(desk.tasks).map((id) => `tasks/${id}`),
      ],
      carol: [
        'announcements',
        `announcements/${desk.draftId}`,
        'referrals',
        `referrals/${desk.referralId}`,
        'claims',
        `claims/${desk.claimId}`,
        'policies',
      ],
      erin: ['participants', 'events', 'rules'],
    };
    const nameOf = (path: string): string => {
      const task = Object.entries(desk.tasks).find(([, id]) => path.endsWith(id));
      return task ? `task-${task[0]}` : path.includes('/') ? `${path.split('/')[0]}-one` : path;
    };
    const all = Object.entries(pages).flatMap(([who, paths]) =>
      paths.map((path): StaffPage => ({ name: nameOf(path), who, path })),
    );
    expect(await lookAtAll(browser, app.url, all)).toEqual([]);
  }, 300_000);
});
