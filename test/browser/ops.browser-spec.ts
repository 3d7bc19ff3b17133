import { AxeBuilder } from '@axe-core/playwright';
import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { closeSite, signInAs, startBrowser, startSite, type TestBrowser, type Window } from '../support/browser.js';
import { apply, approve, execute, QUICK, toReview } from '../support/leaving.js';
import { sealExpired } from '../support/retention.js';
import { staffToken } from '../support/tokens.js';

describe('ops', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let erin: Window;
  let leaverId = '';
  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: { ...QUICK, RUNTIME_ROLE: 'api' } }), startBrowser()]);
    // The run of the schedule goes first; what is due afterwards is ours.
    await app.drain();
    await sealExpired(app, 'access_log');
    await sealExpired(app, 'guardian_consent');
    erin = await browser.open();
    await signInAs(erin.page, app.url, 'erin');
  }, 240_000);
  /** A dry run of which one class broke off, as its worker leaves it. */
  async function failedRun(): Promise<string> {
    const by = app.http.with(await staffToken(app, 'ops', 'erin'));
    const { body } = await by.post<{ id: string }>('/v1/retention/runs', { dryRun: true });
    await app.drain();
    await app.db.query(`UPDATE retention_runs SET state = 'failed' WHERE id = $1`, [body.id]);
    await app.db.query(
      `UPDATE retention_run_classes SET state = 'failed', error = '57014' WHERE run_id = $1 AND record_class = 'access_log'`,
      [body.id],
    );
    return body.id;
  }
  afterAll(() => closeSite(app, browser, erin));

  it('C27 a dry run comes first; the real one needs its name typed, a second person, and the same counts', async () => {
    const { page } = erin;
    await page.goto(`${app.url}/console/retention`);
    await page.getByRole('button', { name: '先试算' }).click();
    await page.waitForURL(/retention\/[0-9a-f-]{36}/);
    await app.drain();
    await page.getByTestId('run-state').getByText('已完成').waitFor({ timeout: 15_000 });
    await page.getByText(/到期 \d+ 条，其中保全 0 条/).waitFor();
    // Count, sample and cut-off date, before anything can be asked for.
    const progress = page.getByRole('region', { name: '进度' });
    expect(await progress.textContent()).toMatch(/截至\s*20\d\d\/\d\d\/\d\d \d\d:\d\d UTC\+8/);
    const sample = page.getByRole('region', { name: '到期记录抽样' }).first();
    const [sampled] = await app.db.query<{ account_id: string }>(
      `SELECT account_id FROM retained_records WHERE record_class = 'access_log'`,
    );
    await sample
      .getByRole('row')
      .filter({ hasText: 'access_log' })
      .getByText(sampled?.account_id.slice(-8) ?? '')
      .waitFor();
    // A picture of what is due, whose numbers stand in the table beside it; drawn anew in the colours of another theme.
    await page.locator('.chart canvas').waitFor();
    const drawn = (): Promise<unknown> => page.evaluate(`document.querySelector('.chart canvas')?.toDataURL()`);
    const light = await drawn();
    await page.emulateMedia({ colorScheme: 'dark' });
    for (let i = 0; i < 50 && (await drawn()) === light; i += 1) await page.waitForTimeout(100);
    expect(await drawn()).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    const before = await app.db.query(`SELECT 1 FROM retained_records`);
    expect(before.length).toBeGreaterThanOrEqual(2);
    await page.getByRole('button', { name: /提议正式清理/ }).click();
    const dialog = page.getByRole('dialog');
    const press = dialog.getByRole('button', { name: /提议正式清理/ });
    expect(await press.isDisabled()).toBe(true);
    const name = /策略版本 (\S+) 以确认/.exec((await dialog.textContent()) ?? '')?.[1] ?? '';
    await dialog.getByRole('textbox').fill(name);
    await press.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByTestId('proposal').getByText('须由另一人启动').waitFor();
    expect(await page.getByRole('button', { name: /正式清理/ }).count()).toBe(0);
    // Something comes under a hold: the second person sees what, and nothing starts.
    const second = await browser.open();
    await signInAs(second.page, app.url, 'frank', new URL(page.url()).pathname);
    await second.page.getByTestId('changes').getByText('没有变化').waitFor();
    const carol = app.http.with(await staffToken(app, 'legal', 'carol'));
    const [one] = await app.db.query<{ account_id: string }>(
      `SELECT account_id FROM retained_records WHERE record_class = 'access_log'`,
    );
    const hold = await carol.post<{ id: string }>('/v1/legal-holds', {
      accountId: one?.account_id,
      reason: '民事纠纷证据保全',
      authority: '北京互联网法院',
      reference: '(2026)京0491民初1号',
      reviewOn: new Date(app.clock.now().getTime() + 30 * 86_400_000).toISOString().slice(0, 10),
    });
    const start = async (): Promise<void> => {
      await second.page.getByRole('button', { name: /^正式清理/ }).click();
      await second.page.getByRole('dialog').getByRole('textbox').fill(name);
      await second.page
        .getByRole('dialog')
        .getByRole('button', { name: /^正式清理/ })
        .click();
    };
    await start();
    await second.page.getByTestId('problem').getByText('试算之后情况有变').waitFor();
    await second.page.keyboard.press('Escape');
    await second.page
      .getByTestId('changes')
      .getByText(/access_log.*保全 0.*保全 1/)
      .waitFor();
    expect(await app.db.query(`SELECT 1 FROM retention_runs WHERE based_on IS NOT NULL`)).toEqual([]);
    // The hold is lifted again: what was counted is what there is, and the second person starts it.
    expect((await carol.delete(`/v1/legal-holds/${hold.body.id}`)).status).toBeLessThan(300);
    await start();
    await second.page.locator('h1', { hasText: '正式清理' }).waitFor();
    await second.close();
    const [run] = await app.db.query<{ id: string }>(`SELECT id FROM retention_runs WHERE based_on IS NOT NULL`);
    await page.goto(`${app.url}/console/retention/${run?.id}`);
    await page.locator('h1', { hasText: '正式清理' }).waitFor();
  });

  it('C28 paused, what failed elsewhere tried again meanwhile, resumed: nothing is stranded, and what is shown is the end', async () => {
    const { page } = erin;
    const state = page.getByTestId('run-state');
    // A second try finds it paused already.
    if (!(await state.getByText('已暂停').isVisible())) await page.getByRole('button', { name: '暂停' }).click();
    await state.getByText('已暂停').waitFor();
    const address = page.url();
    // Whoever only reads has no buttons.
    const dave = await browser.open();
    await signInAs(dave.page, app.url, 'dave', new URL(address).pathname);
    await dave.page.getByTestId('run-state').getByText('已暂停').waitFor();
    expect(await dave.page.getByRole('button', { name: /继续|取消|暂停|重新试算|清理/ }).count()).toBe(0);
    await dave.close();
    // Paused is paused, whatever else the workers do, and whatever becomes due.
    await app.drain();
    const late = await sealExpired(app, 'guardian_consent');
    const kept = () => app.db.query(`SELECT 1 FROM retained_records WHERE id = $1`, [late.id]);
    const failed = await failedRun();
    await page.goto(`${app.url}/console/retention/${failed}`);
    // The newest trouble first; it alone is tried again, while the other run still waits.
    await page.getByRole('region', { name: '按类别' }).first().locator('tbody tr').first().getByText('57014').waitFor();
    await page.getByRole('button', { name: '只对失败的 1 类重新试算' }).click();
    await page.waitForURL((url) => !url.pathname.includes(failed));
    await app.drain();
    await state.getByText('已完成').waitFor({ timeout: 15_000 });
    const again = /retention\/([0-9a-f-]+)/.exec(page.url())?.[1];
    const classes = await app.db.query<{ record_class: string }>(
      `SELECT record_class FROM retention_run_classes WHERE run_id = $1`,
      [again],
    );
    expect(classes.map((c) => c.record_class)).toEqual(['access_log']);
    await page.goto(address);
    await state.getByText('已暂停').waitFor();
    expect(await kept()).toHaveLength(1);
    await page.getByRole('button', { name: '继续' }).click();
    for (let i = 0; i < 5; i += 1) {
      app.clock.advance(2_000);
      await app.drain();
    }
    await state.getByText('已完成').waitFor({ timeout: 15_000 });
    expect(await page.getByRole('button', { name: /暂停|继续/ }).count()).toBe(0);
    expect(await kept()).toEqual([]);
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('100');
    // No run and no class of any run was left behind, and no list says that one still runs.
    const moving = `('queued', 'running', 'paused', 'waiting')`;
    expect(await app.db.query(`SELECT id FROM retention_runs WHERE state IN ${moving}`)).toEqual([]);
    expect(await app.db.query(`SELECT run_id FROM retention_run_classes WHERE state IN ${moving}`)).toEqual([]);
    await page.goto(`${app.url}/console/retention`);
    const rows = page.getByRole('region', { name: '留存清理' }).locator('tbody tr');
    await rows.first().waitFor();
    expect((await rows.allTextContents()).filter((row) => /执行中|排队|已暂停/.test(row))).toEqual([]);
  });

  it('a deregistration’s steps are seen one by one', async () => {
    const { page } = erin;
    const leaver = await apply(app, freshPhone());
    await toReview(app);
    await approve(app, leaver.id);
    await execute(app);
    await page.goto(`${app.url}/console/deregistrations/${leaver.id}`);
    await page.getByRole('region', { name: '执行步骤' }).first().waitFor();
    await page.locator('table').first().getByText('完成').first().waitFor();
    leaverId = leaver.accountId;
  });

  it('what is kept is read for a purpose and a matter, both on record before anything is shown', async () => {
    const window = await browser.open();
    const { page } = window;
    await signInAs(page, app.url, 'carol', `/console/accounts/${leaverId}`);
    const register = page.getByRole('region', { name: '留存登记' }).first();
    const row = register.locator('tbody tr').filter({ hasText: '注册身份信息' });
    await row.getByRole('button', { name: '查看内容' }).click();
    const dialog = page.getByRole('dialog');
    const read = dialog.getByRole('button', { name: '读取' });
    expect(await read.isDisabled()).toBe(true);
    await dialog.getByLabel('目的').fill('配合法院调查');
    await dialog.getByLabel('事由编号').fill('(2026)京0491民初1号');
    const reads = () => app.db.query<{ purpose: string }>('SELECT purpose FROM retained_record_reads');
    expect(await reads()).toEqual([]);
    await read.click();
    await dialog.getByTestId('contents').locator('dt').first().waitFor();
    expect(await reads()).toEqual([{ purpose: '配合法院调查' }]);
    await dialog.getByRole('button', { name: '关闭' }).click();
    await page.reload();
    await row.getByRole('button', { name: '1 次' }).click();
    await dialog.getByText('配合法院调查').waitFor();
    expect(await page.getByTestId('contents').count()).toBe(0);
    expect(window.faults).toEqual([]);
    await window.close();
  });

  it('has no serious finding of the accessibility checker', async () => {
    for (const path of ['retention', 'holds', 'webhooks', 'deregistrations']) {
      await erin.page.goto(`${app.url}/console/${path}`);
      await erin.page.locator('h1').waitFor();
      await erin.page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page: erin.page }).analyze();
      const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      expect(serious.map((v) => `${path}: ${v.id} ${v.nodes[0]?.target.join(' ')}`)).toEqual([]);
    }
  });
});
