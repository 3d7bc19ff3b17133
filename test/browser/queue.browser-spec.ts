import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { type TestBrowser, shoot, signInAs, startBrowser, startSite } from '../support/browser.js';
import { apply, QUICK, toReview } from '../support/leaving.js';

describe('the queue', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: QUICK }), startBrowser()]);
    for (let i = 0; i < 3; i += 1) await apply(app, freshPhone());
    await toReview(app);
  });
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  it('opens', async () => {
    const { page, faults } = await browser.open();
    page.on('console', (m) => console.log(m.text()));
    await signInAs(page, app.url, 'alice');
    await page.locator('table.tasks tbody tr[data-task]').first().waitFor();
    await shoot(page, 'queue-probe');
    await page.keyboard.press('n');
    await page.waitForURL(/tasks/);
    await page.locator('[data-testid=lease]').waitFor();
    await page.locator('.timeline li').first().waitFor();
    await shoot(page, 'task-probe');
    expect(faults).toEqual([]);
  });
});
