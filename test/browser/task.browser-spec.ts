import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { type TestBrowser, signInAs, startBrowser, startSite, type Window } from '../support/browser.js';
import { apply, type Leaver, QUICK, toReview } from '../support/leaving.js';
import { staffToken } from '../support/tokens.js';

const MINUTE = 60_000;

describe('one task, one page', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let alice: Window;
  let grace: Window;
  const leavers: Leaver[] = [];
  const live = (page: Page) => page.getByTestId('live');
  const idOf = (page: Page): string => /tasks\/([0-9a-f-]+)/.exec(page.url())?.[1] ?? '';
  const note = (page: Page) => page.getByLabel('备注（内部留档）');

  /** Claims the next task as somebody would, and waits for its form. */
  async function claimNext(page: Page): Promise<string> {
    await page.goto(`${app.url}/console/`);
    await page.locator('tr[data-task]').first().waitFor();
    await page.keyboard.press('n');
    await page.waitForURL(/tasks\//);
    await note(page).waitFor();
    return idOf(page);
  }
  const taskOf = async (id: string) =>
    (
      await app.db.query<{
        state: string;
        assignee: string | null;
        subject_id: string;
        version: number;
        lease_until: Date;
      }>(`SELECT state, assignee, subject_id, version, lease_until FROM review_tasks WHERE id = $1`, [id])
    )[0];
  const decisionOf = async (taskId: string) =>
    (
      await app.db.query<{ state: string; decision_reason_code: string | null }>(
        `SELECT d.state, d.decision_reason_code FROM deregistrations d JOIN review_tasks t ON t.subject_id = d.id WHERE t.id = $1`,
        [taskId],
      )
    )[0];

  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: QUICK }), startBrowser()]);
    for (let i = 0; i < 17; i += 1) leavers.push(await apply(app, freshPhone(), { reason: '不再需要' }));
    await toReview(app);
    [alice, grace] = await Promise.all([browser.open(), browser.open()]);
    await Promise.all([signInAs(alice.page, app.url, 'alice'), signInAs(grace.page, app.url, 'grace')]);
  }, 240_000);
  afterAll(async () => {
    const faults = [...alice.faults, ...grace.faults];
    await browser.stop();
    await app.stop();
    expect(faults).toEqual([]);
  });

  it('C2 the lease counts down, says so at five minutes and one, warns before the end, and one key extends it', async () => {
    const window = await browser.open();
    const { page } = window;
    await page.clock.install();
    await signInAs(page, app.url, 'heidi');
    const id = await claimNext(page);
    await page
      .getByTestId('lease')
      .getByText(/9:5\d|10:00/)
      .waitFor();
    await note(page).fill('写了一半的备注');
    const pass = async (ms: number): Promise<void> => {
      app.clock.advance(ms);
      await page.clock.fastForward(ms);
    };
    await pass(5 * MINUTE + 2_000);
    await live(page).filter({ hasText: '5 分钟' }).waitFor({ state: 'attached' });
    await pass(4 * MINUTE);
    await live(page).filter({ hasText: '1 分钟' }).waitFor({ state: 'attached' });
    // Whatever the machine took so far: half a minute before the end.
    const end = (await taskOf(id))?.lease_until.getTime() ?? 0;
    await pass(Math.max(0, end - app.clock.now().getTime() - 26_000));
    const warning = page.getByTestId('alarm').filter({ hasText: /\d\d 秒/ });
    await warning.waitFor({ state: 'attached' });
    expect(Number(/(\d\d) 秒/.exec((await warning.textContent()) ?? '')?.[1])).toBeGreaterThanOrEqual(20);
    const before = (await taskOf(id))?.lease_until.getTime() ?? 0;
    await page.locator('h1').focus();
    await page.keyboard.press('e');
    await live(page).filter({ hasText: '已延长' }).waitFor({ state: 'attached' });
    expect((await taskOf(id))?.lease_until.getTime()).toBeGreaterThan(before + 5 * MINUTE);
    // As often as wanted: each press is one extension that the service gave.
    for (let i = 0; i < 10; i += 1)
      await Promise.all([
        page.waitForResponse((answer) => answer.url().endsWith(`${id}/heartbeat`) && answer.ok()),
        page.keyboard.press('e'),
      ]);
    await page
      .getByTestId('lease')
      .getByText(/9:\d\d|10:00/)
      .waitFor();
    expect(await note(page).inputValue()).toBe('写了一半的备注');
    await window.close();
  });

  it('C3 losing the lease loses no words: claim again and send', async () => {
    const { page } = alice;
    const id = await claimNext(page);
    await page.keyboard.press('a');
    await note(page).fill('租约到期也不能丢的文字');
    await app.db.query(`UPDATE review_tasks SET lease_until = $2 WHERE id = $1`, [
      id,
      new Date(app.clock.now().getTime() - 1000),
    ]);
    await page.getByRole('button', { name: '提交 Ctrl Enter' }).click();
    await page.getByTestId('conflict').waitFor();
    expect(await note(page).inputValue()).toBe('租约到期也不能丢的文字');
    await alice.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByTestId('conflict').getByRole('button', { name: '复制' }).click();
    await live(page).filter({ hasText: '已复制' }).waitFor({ state: 'attached' });
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('租约到期也不能丢的文字');
    expect((await decisionOf(id))?.state).toBe('in_review');
    await page.getByRole('button', { name: /领取/ }).first().click();
    await page.getByTestId('lease').getByText('由你处理').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    expect((await decisionOf(id))?.decision_reason_code).toBe('conditions_met');
  });

  it('C4 somebody was faster: who, what and when stand beside my draft, and nothing is overwritten', async () => {
    const id = await claimNext(alice.page);
    await alice.page.keyboard.press('r');
    await alice.page.getByLabel('理由').selectOption('takeover_suspected');
    await note(alice.page).fill('我认为账号被盗');
    // Nothing tells her before she presses.
    await alice.page.route(`**/v1/review-tasks/${id}`, (route) => route.abort());
    // The lease runs out; grace takes it over and approves.
    await app.db.query(`UPDATE review_tasks SET lease_until = $2 WHERE id = $1`, [
      id,
      new Date(app.clock.now().getTime() - 1000),
    ]);
    await grace.page.goto(`${app.url}/console/tasks/${id}`);
    await grace.page.getByRole('button', { name: '领取 C' }).click();
    await grace.page.getByTestId('lease').getByText('由你处理').waitFor();
    await note(grace.page).waitFor();
    await grace.page.keyboard.press('a');
    await grace.page.keyboard.press('Control+Enter');
    await grace.page.getByText('决定已保存。').waitFor();
    const [answer] = await Promise.all([
      alice.page.waitForResponse((each) => each.url().endsWith(`${id}/held-decisions`)),
      alice.page.keyboard.press('Control+Enter'),
    ]);
    expect(answer.status()).toBe(409);
    const panel = alice.page.getByTestId('conflict');
    await panel.getByText(/grace 于 .*UTC\+8 作出决定/).waitFor();
    await panel.getByText('已批准 · 符合条件').waitFor();
    // Beside it my words, as I wrote them; what she decided stands.
    expect(await note(alice.page).inputValue()).toBe('我认为账号被盗');
    await alice.page.unroute(`**/v1/review-tasks/${id}`);
    await panel.getByText('已批准 · 符合条件').waitFor();
    await alice.page.getByText('我认为账号被盗').first().waitFor();
    expect(await decisionOf(id)).toEqual({ state: 'approved', decision_reason_code: 'conditions_met' });
  });

  it('C5 the server says what may be done and why not; a new action appears by itself; a forged call is refused', async () => {
    const { page } = alice;
    const id = await claimNext(page);
    await page.getByRole('button', { name: '转交' }).waitFor();
    expect(await page.getByRole('button', { name: '转交' }).isDisabled()).toBe(true);
    await page.getByText('仅资深审核员可转交').waitFor();
    await page.route(`**/v1/review-tasks/${id}`, async (route) => {
      const answer = await route.fetch();
      const task = (await answer.json()) as { actions: object[] };
      task.actions.push({ action: 'call_back', allowed: true, reason: null });
      await route.fulfill({ response: answer, json: task });
    });
    await page.getByRole('button', { name: 'call back' }).waitFor({ timeout: 15_000 });
    await page.unroute(`**/v1/review-tasks/${id}`);
    const version = (await taskOf(id))?.version;
    const forged = (await page.evaluate(`fetch('/v1/review-tasks/${id}/assign', { method: 'POST', headers: {
      'content-type': 'application/json', 'x-console': '1', 'if-match': '${version}' }, body: JSON.stringify({ assignee: 'grace' }) }).then((r) => r.status)`)) as number;
    expect(forged).toBe(403);
    const noHeader = (await page.evaluate(
      `fetch('/v1/review-tasks/${id}/release', { method: 'POST', headers: { 'if-match': '${version}' } }).then((r) => r.status)`,
    )) as number;
    expect(noHeader).toBe(401);
  });

  it('C6 pressed twice, answer lost, pressed again: one decision is stored', async () => {
    const { page } = alice;
    const id = await claimNext(page);
    await page.keyboard.press('a');
    const keys: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith(`${id}/held-decisions`)) keys.push(request.headers()['idempotency-key'] ?? '');
    });
    await page.route('**/review-tasks/*/held-decisions', async (route) => {
      const answer = await route.fetch({ headers: { ...route.request().headers(), origin: app.url } });
      expect(answer.status()).toBe(201);
      // The service decided; the answer never comes.
      await route.abort();
    });
    // What became of it is not heard otherwise either.
    await page.route(`**/v1/review-tasks/${id}`, (route) => route.abort());
    await page.getByRole('button', { name: '提交 Ctrl Enter' }).dblclick();
    await page.getByTestId('problem').getByText('服务暂时没有响应').waitFor();
    expect(keys).toHaveLength(1);
    await page.unroute('**/review-tasks/*/held-decisions');
    await page.keyboard.press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    await page.unroute(`**/v1/review-tasks/${id}`);
    // Pressed again it was the same command, and was answered as the first time.
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    const held = await app.db.query(`SELECT 1 FROM held_decisions WHERE task_id = $1`, [id]);
    expect(held).toHaveLength(1);
    expect((await decisionOf(id))?.state).toBe('approved');
    // One decision, one line in the audit log, one completed task; pressed once more there is nothing left to press.
    const lines = await app.db.query<{ type: string }>(
      `SELECT type FROM audit_events WHERE target_id IN ($1, $2) AND type ~ '(approved|completed|review_decision)'`,
      [id, (await taskOf(id))?.subject_id],
    );
    const told = lines.map(({ type }) => type);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told).toHaveLength(new Set(told).size);
    await page.keyboard.press('Control+Enter');
    expect(await page.getByRole('button', { name: '提交 Ctrl Enter' }).count()).toBe(0);
    expect(keys).toHaveLength(2);
  });

  it('C8 a draft outlives a reload and the end of the session; nothing is sent again by itself; sign-out wipes it', async () => {
    const window = await browser.open();
    const { page, context } = window;
    await signInAs(page, app.url, 'alice');
    const id = await claimNext(page);
    await page.keyboard.press('r');
    await page.getByLabel('理由').selectOption('dispute_pending');
    await note(page).fill('草稿必须活下来');
    await page.reload();
    await note(page).waitFor();
    expect(await note(page).inputValue()).toBe('草稿必须活下来');
    await page.getByText('已恢复').waitFor();
    await context.clearCookies();
    await page.keyboard.press('Control+Enter');
    const ended = page.getByRole('dialog', { name: '登录已过期' });
    await ended.waitFor();
    const [popup] = await Promise.all([context.waitForEvent('page'), ended.getByRole('button').click()]);
    await popup.locator('button[value="alice"]').click();
    await ended.waitFor({ state: 'detached' });
    expect(await note(page).inputValue()).toBe('草稿必须活下来');
    expect((await decisionOf(id))?.state).toBe('in_review');
    await page.keyboard.press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    expect((await decisionOf(id))?.decision_reason_code).toBe('dispute_pending');
    await claimNext(page);
    await note(page).fill('退出后不应留下');
    await page.locator('.preferences summary').click();
    await page.getByRole('button', { name: /退出登录/ }).click();
    await page.getByText('请用工作人员身份登录').waitFor();
    const left = (await page.evaluate(
      `Object.keys(localStorage).filter((k) => k.startsWith('draft:')).length`,
    )) as number;
    expect(left).toBe(0);
    await window.close();
  });

  it('C7 a rejection is previewed as the person will get it, rendered by the service', async () => {
    const { page } = grace;
    const id = await claimNext(page);
    await page.keyboard.press('r');
    await page.getByLabel('理由').selectOption('obligation_open');
    const shown = page.getByTestId('preview');
    await shown.getByText('按注销页所列方式结清后可立即重新申请。').waitFor();
    await shown.getByText(/短信模板 deregistration_rejected 发送至尾号 …\d{4}/).waitFor();
    const previewed = await shown.locator('p[lang]').innerText();
    const tail = /…(\d{4})/.exec((await shown.textContent()) ?? '')?.[1] ?? '';
    await note(page).press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    expect((await decisionOf(id))?.decision_reason_code).toBe('obligation_open');
    // What was shown is what the person now reads on their own page, and what was sent to that number.
    const subject = (await taskOf(id))?.subject_id;
    const leaver = leavers.find((each) => each.id === subject);
    expect(leaver?.phone.slice(-4)).toBe(tail);
    const own = await app.http.get<{ reason: { zh: string }; nextStep: { zh: string } }>(
      `/v1/deregistrations/${subject}/status`,
      { headers: { 'receipt-token': leaver?.token ?? '' } },
    );
    expect(`${own.body.reason.zh} ${own.body.nextStep.zh}`).toBe(previewed);
    await app.settle();
    const sent = app.get(MessageInbox).to(leaver?.phone ?? '');
    expect(sent.filter((each) => each.template === 'deregistration_rejected')).toHaveLength(1);
  });

  it('C15 submit and next: another task, its heading focused; submit alone stays', async () => {
    const { page } = grace;
    const id = await claimNext(page);
    await page.keyboard.press('a');
    await page.keyboard.press('Control+Shift+Enter');
    await page.waitForURL((url) => url.pathname.includes('/tasks/') && !url.pathname.includes(id));
    await note(page).waitFor();
    expect(await page.evaluate(`document.activeElement?.tagName`)).toBe('H1');
    const second = idOf(page);
    await page.keyboard.press('a');
    await page.keyboard.press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    expect(idOf(page)).toBe(second);
  });

  it('C18 a prepared task is decided in four key presses without leaving its page', async () => {
    const { page } = grace;
    await page.goto(`${app.url}/console/`);
    await page.locator('tr[data-task]').first().waitFor();
    let presses = 0;
    const press = async (key: string): Promise<void> => {
      presses += 1;
      await page.keyboard.press(key);
    };
    await press('n');
    await page.waitForURL(/tasks\//);
    const address = page.url();
    for (const part of ['处置方案', '账号', '经过', '决定'])
      await page.getByRole('region', { name: part, exact: true }).waitFor();
    await press('a');
    await press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    expect(page.url()).toBe(address);
    expect(presses).toBeLessThanOrEqual(6);
  });

  it('C20 cancelling a dialog leaves the claim as it was; release gives it back', async () => {
    const { page } = grace;
    const id = await claimNext(page);
    await page.getByRole('button', { name: '上报' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
    const cancelled = await taskOf(id);
    expect(cancelled).toMatchObject({ state: 'claimed', assignee: 'grace' });
    // By Escape as well; nothing about the claim was touched.
    await page.getByRole('button', { name: '上报' }).click();
    await page.getByRole('dialog').getByLabel('理由').fill('再想想');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await taskOf(id)).toEqual(cancelled);
    await page.getByRole('button', { name: '放回' }).click();
    await page.getByRole('heading', { name: '待办队列' }).waitFor();
    expect((await taskOf(id))?.state).toBe('open');
    const first = await claimNext(page);
    await page.locator('h1').focus();
    await page.keyboard.press('z');
    await page.waitForURL((url) => url.pathname.includes('/tasks/') && !url.pathname.includes(first));
    await note(page).waitFor();
    const second = idOf(page);
    await page.locator('h1').focus();
    await page.keyboard.press('z');
    await page.waitForURL((url) => url.pathname.includes('/tasks/') && !url.pathname.includes(second));
    expect([first, second]).not.toContain(idOf(page));
  });

  it('C20 what was skipped is dealt again by no key, in no window; looked at when nothing else is left, and taken by itself', async () => {
    const { page } = grace;
    const skipped = await app.db.query<{ task_id: string }>(
      `SELECT task_id FROM task_skips WHERE staff_id = 'grace' ORDER BY skipped_at`,
    );
    const ids = skipped.map((each) => each.task_id);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    // Why is said afterwards, on the page of the task that came instead.
    const note = page.getByTestId('skipped');
    await note.getByLabel('为什么').selectOption('language');
    await note.getByText('已记下').waitFor();
    const [told] = await app.db.query(`SELECT reason FROM task_skips WHERE task_id = $1`, [ids.at(-1)]);
    expect(told).toEqual({ reason: 'language' });
    // Another device: nothing of this window is known there.
    const elsewhere = await browser.open();
    await signInAs(elsewhere.page, app.url, 'grace');
    const dealt: string[] = [];
    const { page: there } = elsewhere;
    for (;;) {
      await there.goto(`${app.url}/console/?kind=deregistration`);
      await there.getByRole('button', { name: /领取下一件/ }).click();
      const nothing = there.getByRole('link', { name: `看看跳过的 ${ids.length} 件` });
      await Promise.race([there.waitForURL(/tasks\//), nothing.waitFor()]);
      if (await nothing.isVisible()) break;
      dealt.push(idOf(there));
    }
    expect(dealt.filter((id) => ids.includes(id))).toEqual([]);
    await there.getByRole('link', { name: `看看跳过的 ${ids.length} 件` }).click();
    await there.waitForURL(/skipped=me/);
    const rows = there.locator('tr[data-task]');
    await rows.nth(ids.length - 1).waitFor();
    expect(await rows.count()).toBe(ids.length);
    await there.locator(`tr[data-task="${ids[0]}"]`).getByText('你跳过了').waitFor();
    // A lead sees how many, and why; nobody by name.
    const lead = await browser.open();
    await signInAs(lead.page, app.url, 'bob', `/console/tasks/${ids.at(-1)}`);
    await lead.page.getByText('1 人跳过：看不懂这种语言 1').waitFor();
    await lead.page.goto(`${app.url}/console/lead`);
    await lead.page.getByRole('link', { name: String(ids.length), exact: true }).click();
    await lead.page.waitForURL(/skipped=anybody/);
    await lead.page.locator(`tr[data-task="${ids[0]}"]`).getByText('1 人跳过').waitFor();
    await lead.close();
    // Taken by itself it is theirs again.
    await there.locator(`tr[data-task="${ids[0]}"] a`).click();
    await there.getByTestId('skipped').getByText('你跳过了这件').waitFor();
    await there.locator('h1').focus();
    await there.keyboard.press('c');
    await there.getByTestId('lease').getByText('由你处理').waitFor();
    expect(await there.getByTestId('skipped').count()).toBe(0);
    expect(elsewhere.faults).toEqual([]);
    await app.db.query(
      `UPDATE review_tasks SET state = 'open', assignee = NULL, claimed_at = NULL, lease_until = NULL WHERE state = 'claimed' AND assignee = 'grace'`,
    );
    await app.db.query(`DELETE FROM task_skips`);
    await elsewhere.close();
  });

  it('C21 whoever is part of the matter is told why not, and is never offered it', async () => {
    const id = await claimNext(grace.page);
    await grace.page.getByRole('button', { name: '放回' }).click();
    await grace.page.getByRole('heading', { name: '待办队列' }).waitFor();
    await app.db.query(`UPDATE review_tasks SET conflict_ids = '{grace}' WHERE id = $1`, [id]);
    await grace.page.goto(`${app.url}/console/tasks/${id}`);
    await grace.page.getByText('你与该事项有关').waitFor();
    const mine = await app.http
      .with(await staffToken(app, 'moderator', 'grace'))
      .post<{ task: { id: string } | null }>('/v1/review-tasks/claim-next', { kinds: [] });
    expect(mine.body.task?.id).not.toBe(id);
  });

  it('C22 a deadline is a time and words; it stops when the work is done', async () => {
    const chip = alice.page.locator('.deadline').first();
    await claimNext(alice.page);
    // Absolute and what is left, both in words.
    expect(await chip.textContent()).toMatch(/还有 .*20\d\d\/\d\d\/\d\d \d\d:\d\d.*UTC\+8/);
    await alice.page.keyboard.press('a');
    await alice.page.keyboard.press('Control+Enter');
    await chip.getByText('按期完成').waitFor();
    expect(await chip.textContent()).not.toMatch(/还有/);
    const [open] = await app.db.query<{ id: string }>(`SELECT id FROM review_tasks WHERE state = 'open' LIMIT 1`);
    await app.db.query(`UPDATE review_tasks SET due_at = $2 WHERE id = $1`, [
      open?.id,
      new Date(app.clock.now().getTime() - 3 * 3_600_000),
    ]);
    await alice.page.goto(`${app.url}/console/tasks/${open?.id}`);
    await alice.page.getByText(/已超期 [23]\s?小时/).waitFor();
  });

  it('C31 what the server refuses names its fields, and the form is kept', async () => {
    const { page } = alice;
    await claimNext(page);
    await page.keyboard.press('a');
    // Longer than the service takes; the field itself would not let it be typed.
    await note(page).evaluate((field) => field.removeAttribute('maxlength'));
    const words = '留在表单里。'.repeat(400);
    await note(page).fill(words);
    await page.keyboard.press('Control+Enter');
    const summary = page.getByTestId('problem');
    await summary.waitFor();
    expect(await page.evaluate(`document.activeElement.dataset.testid`)).toBe('problem');
    const fault = summary.getByRole('link').first();
    expect((await fault.textContent()) ?? '').not.toBe('');
    await fault.click();
    expect(await page.evaluate(`location.hash`)).toBe('#field-note');
    await page.locator('#field-note:focus').waitFor();
    expect(await note(page).inputValue()).toBe(words);
    await note(page).fill('短一些');
  });

  it('C31 sent too early, what is missing has the focus and is named', async () => {
    const { page } = alice;
    await claimNext(page);
    await page.locator('h1').focus();
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('missing').waitFor();
    expect(await page.evaluate('document.activeElement.type')).toBe('radio');
    await page.locator('h1').focus();
    await page.keyboard.press('r');
    await page.locator('#field-reasonCode:focus').waitFor();
    await page.locator('h1').focus();
    await page.keyboard.press('Control+Enter');
    await page.getByTestId('missing').getByText('还缺：理由').waitFor();
    await page.locator('#field-reasonCode:focus').waitFor();
    await page.getByTestId('alarm').getByText('还缺：理由').waitFor({ state: 'attached' });
  });

  it('C33 switching the language midway keeps what was typed', async () => {
    const { page } = alice;
    await note(page).fill('切换语言不丢字');
    await page.locator('.preferences summary').click();
    await page.getByLabel('语言').selectOption('en');
    await page.getByLabel('Note (on file)').waitFor();
    expect(await page.getByLabel('Note (on file)').inputValue()).toBe('切换语言不丢字');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('.deadline time').first().textContent()).toMatch(/UTC\+8/);
    await page.getByLabel('Language').selectOption('zh-CN');
  });

  it('has no serious finding of the accessibility checker', async () => {
    const { violations } = await new AxeBuilder({ page: alice.page }).analyze();
    const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    expect(serious.map((v) => `${v.id} ${v.nodes[0]?.target.join(' ')}`)).toEqual([]);
  });
});
