import { AxeBuilder } from '@axe-core/playwright';
import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { type TestBrowser, signInAs, startBrowser, startSite, type Window } from '../support/browser.js';
import { apply, approve, execute, QUICK, toReview } from '../support/leaving.js';
import { sealExpired } from '../support/retention.js';

describe('ops', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let erin: Window;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: { ...QUICK, RUNTIME_ROLE: 'api' } }), startBrowser()]);
    // The run of the schedule goes first; what is due afterwards is ours.
    await app.drain();
    await sealExpired(app, 'access_log');
    await sealExpired(app, 'access_log');
    erin = await browser.open();
    await signInAs(erin.page, app.url, 'erin');
  }, 240_000);
  afterAll(async () => {
    const { faults } = erin;
    await browser.stop();
    await app.stop();
    expect(faults).toEqual([]);
  });

  it('C27 a dry run comes first, and the real one needs its name typed', async () => {
    const { page } = erin;
    await page.goto(`${app.url}/console/retention`);
    await page.getByRole('button', { name: '先试算' }).click();
    await page.waitForURL(/retention\/[0-9a-f-]{36}/);
    await app.drain();
    await page.getByTestId('run-state').getByText('已完成').waitFor({ timeout: 15_000 });
    await page.getByText(/到期 \d+ 条，其中保全 0 条/).waitFor();
    const before = await app.db.query(`SELECT 1 FROM retained_records`);
    expect(before.length).toBeGreaterThanOrEqual(2);
    await page.getByRole('button', { name: /正式清理/ }).click();
    const dialog = page.getByRole('dialog');
    const start = dialog.getByRole('button', { name: /正式清理/ });
    expect(await start.isDisabled()).toBe(true);
    const name = /策略版本 (\S+) 以确认/.exec((await dialog.textContent()) ?? '')?.[1] ?? '';
    await dialog.getByRole('textbox').fill(name);
    await start.click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('h1', { hasText: '正式清理' }).waitFor();
  });

  it('C28 a run is paused, resumed, and ends in what it shows; whoever only reads has no buttons', async () => {
    const { page } = erin;
    await page.getByRole('button', { name: '暂停' }).click();
    await page.getByTestId('run-state').getByText('已暂停').waitFor();
    const address = page.url();
    const dave = await browser.open();
    await signInAs(dave.page, app.url, 'dave', new URL(address).pathname);
    await dave.page.getByTestId('run-state').getByText('已暂停').waitFor();
    expect(await dave.page.getByRole('button', { name: /继续|取消|暂停/ }).count()).toBe(0);
    await dave.close();
    await page.getByRole('button', { name: '继续' }).click();
    for (let i = 0; i < 5; i += 1) {
      app.clock.advance(2_000);
      await app.drain();
    }
    await page.getByTestId('run-state').getByText('已完成').waitFor({ timeout: 15_000 });
    expect(await page.getByRole('button', { name: /暂停|继续/ }).count()).toBe(0);
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
