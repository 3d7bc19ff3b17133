import type { Page } from 'playwright-core';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { closeSite, signInAs, startBrowser, startSite, type TestBrowser, type Window } from '../support/browser.js';
import { apply, type Leaver, QUICK, toReview } from '../support/leaving.js';

const WINDOW_MS = 30_000;

/** The service holds a decision before anything of it leaves (C11). Time passes only when the test says so. */
describe('taking a decision back', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let alice: Window;
  const leavers: Leaver[] = [];
  const idOf = (page: Page): string => /tasks\/([0-9a-f-]+)/.exec(page.url())?.[1] ?? '';
  const note = (page: Page) => page.getByLabel('备注（内部留档）');
  const bar = (page: Page) => page.getByTestId('held');

  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: { ...QUICK, REVIEW_UNDO_WINDOW: 'PT30S' } }), startBrowser()]);
    for (let i = 0; i < 5; i += 1) leavers.push(await apply(app, freshPhone()));
    await toReview(app);
    alice = await browser.open();
    await signInAs(alice.page, app.url, 'alice');
  }, 240_000);
  afterAll(() => closeSite(app, browser, alice));

  /** Claims the next task and rejects it, with words. */
  async function reject(page: Page, words: string, keys = 'Control+Enter'): Promise<string> {
    await page.goto(`${app.url}/console/`);
    await page.locator('tr[data-task]').first().waitFor();
    await page.keyboard.press('n');
    await page.waitForURL(/tasks\//);
    await note(page).waitFor();
    const id = idOf(page);
    await page.keyboard.press('r');
    await page.getByLabel('理由').selectOption('takeover_suspected');
    await note(page).fill(words);
    await page.keyboard.press(keys);
    await bar(page)
      .getByText(/将在 \d+ 秒后生效/)
      .waitFor();
    return id;
  }
  const stateOf = async (taskId: string): Promise<string | undefined> =>
    (
      await app.db.query<{ state: string }>(
        `SELECT d.state FROM deregistrations d JOIN review_tasks t ON t.subject_id = d.id WHERE t.id = $1`,
        [taskId],
      )
    )[0]?.state;
  const rejections = (): number =>
    leavers
      .flatMap(({ phone }) => app.get(MessageInbox).to(phone))
      .filter((m) => m.template === 'deregistration_rejected').length;
  const until = async (met: () => Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 100 && !(await met()); i += 1) await new Promise((done) => setTimeout(done, 100));
    expect(await met()).toBe(true);
  };

  it('C11 Ctrl-Z in time: nothing was sent, nothing changed, and the words stand in the form as they were', async () => {
    const { page } = alice;
    const id = await reject(page, '这些文字必须还在');
    await page.getByText('决定已作出，尚未生效').waitFor();
    expect(await stateOf(id)).toBe('in_review');
    await page.locator('h1').focus();
    await page.keyboard.press('Control+z');
    await bar(page).waitFor({ state: 'detached' });
    await note(page).waitFor();
    expect(await note(page).inputValue()).toBe('这些文字必须还在');
    app.clock.advance(WINDOW_MS);
    await app.drain();
    expect(await stateOf(id)).toBe('in_review');
    expect(rejections()).toBe(0);
    const kept = await app.db.query<{ type: string }>(
      `SELECT type FROM audit_events WHERE target_id = $1 AND type LIKE 'review_decision.%' ORDER BY id`,
      [id],
    );
    expect(kept.map((e) => e.type)).toEqual(['review_decision.held', 'review_decision.undone']);
    // Given again it is another decision, and takes effect when its own time is over.
    await page.keyboard.press('Control+Enter');
    await bar(page)
      .getByText(/将在 \d+ 秒后生效/)
      .waitFor();
    app.clock.advance(WINDOW_MS);
    await until(async () => (await stateOf(id)) === 'rejected');
    await page.getByText('决定已保存。').waitFor();
    await page.getByText('本人可随时重新申请').waitFor();
    await app.drain();
    expect(rejections()).toBe(1);
  });

  it('C11 from another page too: the button leads back to the task', async () => {
    const { page } = alice;
    const id = await reject(page, '走远了也能撤回', 'Control+Shift+Enter');
    await page.waitForURL((url) => !url.pathname.includes(id));
    await page.reload();
    await bar(page).getByRole('button', { name: /撤回/ }).click();
    await page.waitForURL((url) => url.pathname.includes(id));
    await note(page).waitFor();
    expect(await note(page).inputValue()).toBe('走远了也能撤回');
    await page.getByRole('button', { name: '放回' }).click();
    await page.getByRole('heading', { name: '待办队列' }).waitFor();
  });

  it('C11 the browser is closed in the window: it takes effect all the same, once', async () => {
    const before = rejections();
    const window = await browser.open();
    await signInAs(window.page, app.url, 'grace');
    const id = await reject(window.page, '随后关掉浏览器');
    await window.close();
    const { page } = alice;
    await page.goto(`${app.url}/console/tasks/${id}`);
    await page.getByText('grace 已作出决定').waitFor();
    app.clock.advance(WINDOW_MS);
    await until(async () => (await stateOf(id)) === 'rejected');
    await app.drain();
    expect(rejections()).toBe(before + 1);
  });

  it('C11 the person withdrew in the window: who decided is told that nothing took effect, and why', async () => {
    const { page } = alice;
    const id = await reject(page, '来不及了');
    const [task] = await app.db.query<{ subject_id: string }>(`SELECT subject_id FROM review_tasks WHERE id = $1`, [
      id,
    ]);
    const leaver = leavers.find((each) => each.id === task?.subject_id);
    expect((await leaver?.http.delete('/v1/accounts/me/deregistration'))?.status).toBeLessThan(300);
    app.clock.advance(WINDOW_MS);
    await bar(page)
      .getByText(/未生效：/)
      .waitFor({ timeout: 15_000 });
    expect(await stateOf(id)).toBe('withdrawn');
  });
});
