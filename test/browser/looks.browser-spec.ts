import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { startBrowser, startSite, type TestBrowser } from '../support/browser.js';
import { apply, QUICK, toReview } from '../support/leaving.js';
import { lookAtAll, type StaffPage } from '../support/looks.js';
import { Moderation } from '../support/moderation.js';
import { sealExpired } from '../support/retention.js';

/** Every staff page as it looks, in both languages, both widths and dark; none scrolls sideways or fails the checker. */
describe('how the console looks', () => {
  let app: TestApp;
  let browser: TestBrowser;
  const pages: StaffPage[] = [];

  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: QUICK }), startBrowser()]);
    const moderation = new Moderation(app);
    for (let i = 0; i < 4; i += 1) await apply(app, freshPhone(), i === 0 ? { reason: '换到别的服务了' } : {});
    await toReview(app);
    const person = await moderation.person();
    await moderation.openCase(person.accountId);
    const closing = await moderation.person();
    const caseId = await moderation.openCase(closing.accountId);
    await moderation.decide(caseId, [{ type: 'closure' }]);
    await sealExpired(app, 'access_log');
    const carol = await moderation.as('carol', 'legal');
    await carol.post('/v1/legal-holds', {
      accountId: person.accountId,
      reason: '民事纠纷证据保全',
      authority: '北京互联网法院',
      reference: '(2026)京0491民初1号',
      reviewOn: '2027-05-01',
    });
    const erin = await moderation.as('erin', 'ops');
    const run = await erin.post<{ id: string }>('/v1/retention/runs', { dryRun: true });
    await app.drain();
    const bob = await moderation.as('bob', 'senior_moderator');
    const task = async (kind: string): Promise<string> => {
      const [found] = await app.db.query<{ id: string }>(
        `SELECT id FROM review_tasks WHERE kind = $1 AND state = 'open' ORDER BY due_at LIMIT 1`,
        [kind],
      );
      await bob.post(`/v1/review-tasks/${found?.id}/claim`);
      return `tasks/${found?.id}`;
    };
    // Two colleagues would rather not: their lead sees it in the list.
    for (const [name, reason] of [
      ['alice', 'language'],
      ['grace', 'unclear'],
    ] as const) {
      const colleague = await moderation.as(name);
      await colleague.post(`/v1/review-tasks/${(await task('deregistration')).slice('tasks/'.length)}/skip`, {
        reason,
      });
    }
    const [leaver] = await app.db.query<{ id: string; account_id: string }>(
      `SELECT id, account_id FROM deregistrations LIMIT 1`,
    );
    pages.push(
      { name: 'queue', who: 'bob', path: '' },
      {
        name: 'task-deregistration',
        who: 'bob',
        path: await task('deregistration'),
        then: async (page) => {
          await page.locator('#field-note').waitFor();
          await page.keyboard.press('r');
          await page.locator('#field-reasonCode').selectOption('takeover_suspected');
        },
      },
      {
        name: 'task-case',
        who: 'bob',
        path: await task('case'),
        then: async (page) => {
          await page.locator('input[name=outcome]').first().waitFor();
          await page.keyboard.press('v');
          await page.locator('#field-facts').fill('四段共享对话招揽赌博。');
          await page.getByTestId('preview').waitFor();
          await page.locator('.evidence button').first().click();
        },
      },
      { name: 'task-approval', who: 'bob', path: await task('decision_approval') },
      { name: 'account', who: 'bob', path: `accounts/${person.accountId}` },
      { name: 'deregistrations', who: 'bob', path: 'deregistrations' },
      { name: 'deregistration', who: 'bob', path: `deregistrations/${leaver?.id}` },
      { name: 'lead', who: 'bob', path: 'lead', then: (page) => page.locator('canvas').first().waitFor() },
      { name: 'retention', who: 'erin', path: 'retention' },
      { name: 'retention-run', who: 'erin', path: `retention/${run.body.id}` },
      { name: 'webhooks', who: 'erin', path: 'webhooks' },
      { name: 'holds', who: 'carol', path: 'holds' },
      { name: 'audit', who: 'dave', path: 'audit' },
    );
  }, 240_000);
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  it('each of them', async () => {
    expect(await lookAtAll(browser, app.url, pages)).toEqual([]);
  }, 300_000);
});
