import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { freshPhone } from '../support/accounts.js';
import type { TestApp } from '../support/app.js';
import { type TestBrowser, signInAs, startBrowser, startSite, type Window } from '../support/browser.js';
import { apply, QUICK, staff, toReview } from '../support/leaving.js';

describe('the queue', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let alice: Window;
  let grace: Window;
  const rows = (page: Page) => page.locator('table.tasks tbody tr[data-task]');
  const idOf = (page: Page): string => /tasks\/([0-9a-f-]+)/.exec(page.url())?.[1] ?? '';
  const live = (page: Page) => page.getByTestId('live');

  async function fill(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await apply(app, freshPhone());
    await toReview(app);
  }

  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite({ env: QUICK }), startBrowser()]);
    await fill(8);
    [alice, grace] = await Promise.all([browser.open(), browser.open()]);
    await Promise.all([signInAs(alice.page, app.url, 'alice'), signInAs(grace.page, app.url, 'grace')]);
    await rows(alice.page).first().waitFor();
  }, 240_000);
  afterAll(async () => {
    const faults = [...alice.faults, ...grace.faults];
    await browser.stop();
    await app.stop();
    expect(faults).toEqual([]);
  });
  beforeEach(async () => {
    await Promise.all([alice.page.goto(`${app.url}/console/`), grace.page.goto(`${app.url}/console/`)]);
    await Promise.all([rows(alice.page).first().waitFor(), rows(grace.page).first().waitFor()]);
  });

  it('C1 one key claims the next; two people pressing at once get two different ones', async () => {
    await Promise.all([alice.page.keyboard.press('n'), grace.page.keyboard.press('n')]);
    await Promise.all([alice.page.waitForURL(/tasks\//), grace.page.waitForURL(/tasks\//)]);
    expect(idOf(alice.page)).not.toBe(idOf(grace.page));
    const taken = await app.db.query<{ assignee: string }>(
      `SELECT assignee FROM review_tasks WHERE id = ANY($1) ORDER BY assignee`,
      [[idOf(alice.page), idOf(grace.page)]],
    );
    expect(taken.map((t) => t.assignee)).toEqual(['alice', 'grace']);
  });

  it('C1 an empty queue says so', async () => {
    await alice.page.goto(`${app.url}/console/?kind=appeal`);
    await alice.page.getByText('这里没有任务').waitFor();
    await alice.page.keyboard.press('n');
    await alice.page.getByText('没有可领取的任务').first().waitFor();
    expect(await live(alice.page).textContent()).toContain('没有可领取的任务');
  });

  it('C9 keys of an input method do nothing', async () => {
    const { page } = alice;
    const send = (init: string): Promise<unknown> =>
      page.evaluate(
        `document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ${init} }))`,
      );
    await send(`key: 'n', isComposing: true`);
    await send(`key: 'Process', code: 'KeyN', keyCode: 229`);
    await send(`key: 'n', keyCode: 229`);
    await send(`key: 'n', repeat: true`);
    await page.waitForTimeout(400);
    expect(new URL(page.url()).pathname).toBe('/console/');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await send(`key: 'n'`);
    await page.waitForTimeout(200);
    expect(new URL(page.url()).pathname).toBe('/console/');
    // While a word is being composed, Enter picks a candidate: nothing is looked up, and nothing done.
    const box = page.getByRole('dialog').getByRole('textbox');
    await box.focus();
    const keyboard = await alice.context.newCDPSession(page);
    const composed = { text: '领取下一件', selectionStart: 5, selectionEnd: 5 };
    await keyboard.send('Input.imeSetComposition', composed);
    expect(await box.inputValue()).toBe('领取下一件');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(200);
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(new URL(page.url()).pathname).toBe('/console/');
    await keyboard.send('Input.insertText', { text: '领取下一件' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const claimed = await app.db.query(`SELECT 1 FROM review_tasks WHERE assignee = 'alice' AND state = 'claimed'`);
    expect(claimed.length).toBeLessThanOrEqual(1);
  });

  it('C10 shortcuts are listed under ? and ？, can be switched off, and end with their page', async () => {
    const { page } = grace;
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: '快捷键' });
    await help.getByText('领取下一件').waitFor();
    await help.getByRole('switch').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.waitForTimeout(400);
    expect(new URL(page.url()).pathname).toBe('/console/');
    await page.getByRole('button', { name: '快捷键' }).click();
    await help.getByRole('switch').click();
    await page.keyboard.press('Escape');
    await page.evaluate(`document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '？', bubbles: true }))`);
    await help.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '注销', exact: true }).click();
    await page.locator('h1', { hasText: '注销' }).waitFor();
    await page.keyboard.press('n');
    await page.waitForTimeout(300);
    expect(page.url()).toContain('/deregistrations');
  });

  it('C10 a key can be moved, stays moved, never shares its place, and can be put back', async () => {
    const { page } = grace;
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: '快捷键' });
    await help.getByLabel('“领取下一件”的按键').fill('g');
    // What was on G came to N.
    expect(await help.getByLabel('“领取下一件”的按键').inputValue()).toBe('G');
    expect(await help.getByLabel('“回到队列”的按键').inputValue()).toBe('N');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '领取下一件 G' }).waitFor();
    await page.reload();
    await rows(page).first().waitFor();
    await page.keyboard.press('n');
    await page.waitForTimeout(300);
    expect(page.url()).not.toContain('/tasks/');
    await page.keyboard.press('g');
    await page.waitForURL(/tasks\//);
    await page.getByRole('button', { name: '放回' }).click();
    await rows(page).first().waitFor();
    await page.keyboard.press('?');
    await help.getByRole('button', { name: '恢复默认按键' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '领取下一件 N' }).waitFor();
  });

  it('C13 the list never moves under its reader: new ones wait, what others took is marked', async () => {
    const { page } = alice;
    const fifth = rows(page).nth(4);
    await fifth.locator('a').focus();
    const idsOf = (): Promise<(string | undefined)[]> =>
      rows(page).evaluateAll((all) =>
        all.map((each) => (each as unknown as { dataset: Record<string, string> }).dataset['task']),
      );
    const before = { ids: await idsOf(), y: (await fifth.boundingBox())?.y };
    const other = rows(page).nth(5);
    const [ended, focused, otherId] = [before.ids[6], before.ids[4], before.ids[5]];
    await (await staff(app, 'bob')).post(`/v1/review-tasks/${otherId}/claim`);
    // One is over, which leaves the queue but not the list that is being read.
    await app.db.query(
      `UPDATE review_tasks SET state = 'cancelled', ended_at = $2, version = version + 1, changed_by = 'bob',
              assignee = NULL, lease_until = NULL, claimed_at = NULL WHERE id = $1`,
      [ended, app.clock.now()],
    );
    // Nearer than everything that is listed: it would stand on top.
    await app.db.query(
      `INSERT INTO review_tasks (id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due, roles, conflict_ids, refs, changed_by, change, created_at, updated_at)
       SELECT gen_random_uuid(), 'case', gen_random_uuid(), 'open', 1, 50, due_at - interval '1 day', due_hour - interval '1 day', false, roles, conflict_ids, refs, 'system', 'opened', created_at, updated_at
         FROM review_tasks WHERE id = $1`,
      [otherId],
    );
    await page.getByRole('button', { name: '显示 1 件新任务' }).waitFor({ timeout: 15_000 });
    await other.getByText('处理中 · bob').waitFor();
    await page.locator(`tr.left[data-task="${ended}"]`).getByText(/bob/).first().waitFor();
    expect(await page.evaluate(`document.activeElement.closest('tr')?.dataset.task`)).toBe(focused);
    expect(await idsOf()).toEqual(before.ids);
    expect((await fifth.boundingBox())?.y).toBe(before.y);
    await page.getByRole('button', { name: '显示 1 件新任务' }).click();
    await rows(page).first().getByText('违规案件').waitFor();
    await app.db.query(`DELETE FROM review_tasks WHERE kind = 'case'`);
    await app.db.query(`UPDATE review_tasks SET state = 'open', ended_at = NULL WHERE id = $1`, [ended]);
  });

  it('C13 in every order what is new waits, wherever it would stand, and nothing moves', async () => {
    const orders = ['priority', 'oldest', 'newest'];
    const tabs = await Promise.all(orders.map(() => alice.context.newPage()));
    const idsOf = (tab: Page): Promise<unknown> =>
      tab.evaluate(`[...document.querySelectorAll('tr[data-task]')].map((tr) => tr.dataset.task)`);
    const before = await Promise.all(
      tabs.map(async (tab, at) => {
        await tab.goto(`${app.url}/console/?sort=${orders[at]}`);
        await rows(tab).nth(4).locator('a').focus();
        return { ids: await idsOf(tab), y: (await rows(tab).nth(4).boundingBox())?.y };
      }),
    );
    const [{ id } = { id: '' }] = await app.db.query<{ id: string }>(
      `INSERT INTO review_tasks (id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due, roles, conflict_ids, refs, changed_by, change, created_at, updated_at)
       SELECT gen_random_uuid(), 'case', gen_random_uuid(), 'open', 1, 90, $1, $1, false, '{moderator}', '{}', '{}', 'system', 'opened', $1, $1 RETURNING id`,
      [app.clock.now()],
    );
    await Promise.all(
      tabs.map(async (tab, at) => {
        await tab.getByRole('button', { name: '显示 1 件新任务' }).waitFor({ timeout: 15_000 });
        expect({ ids: await idsOf(tab), y: (await rows(tab).nth(4).boundingBox())?.y }).toEqual(before[at]);
        await tab.getByRole('button', { name: '显示 1 件新任务' }).click();
        await tab.locator(`tr[data-task="${id}"]`).waitFor();
        const place = ((await idsOf(tab)) as string[]).indexOf(id);
        expect(place).toBe(orders[at] === 'oldest' ? (before[at]?.ids as string[]).length : 0);
        await tab.close();
      }),
    );
    await app.db.query(`DELETE FROM review_tasks WHERE id = $1`, [id]);
  });

  it('C14 order, page and row stand in the address: a reload, a fresh tab, Back and sign-in lead to the same row', async () => {
    const kind = 'referral_followup';
    await app.db.query(
      `INSERT INTO review_tasks (id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due, roles, conflict_ids, refs, changed_by, change, created_at, updated_at)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'open', 1, 10 + n % 80, at + n * interval '1 hour', at, false, '{moderator}', '{}', '{}', 'system', 'opened', at - n * interval '1 minute', at
         FROM (SELECT n, $2::timestamptz AS at FROM generate_series(1, 400) AS n) AS given`,
      [kind, app.clock.now()],
    );
    const { page } = alice;
    await page.goto(`${app.url}/console/?kind=${kind}`);
    await rows(page).first().waitFor();
    const head = (name: string) => page.getByRole('columnheader', { name });
    expect(await head('期限').getAttribute('aria-sort')).toBe('ascending');
    await head('紧急程度').getByRole('button').press('Enter');
    await page.waitForURL(/sort=priority/);
    await rows(page).first().getByText('优先').waitFor();
    await page.locator('th[aria-sort="descending"]', { hasText: '紧急程度' }).waitFor();
    // Whoever pressed it is still on it.
    expect(await page.evaluate('document.activeElement.textContent')).toContain('紧急程度');
    const prioritiesOf = async (): Promise<number[]> => {
      const ids = await rows(page).evaluateAll((all) => all.map((each) => each.getAttribute('data-task')));
      const known = await app.db.query<{ id: string; priority: number }>(
        `SELECT id, priority FROM review_tasks WHERE id = ANY ($1)`,
        [ids],
      );
      return ids.map((id) => known.find((each) => each.id === id)?.priority ?? -1);
    };
    const shown = await prioritiesOf();
    expect(shown).toEqual([...shown].sort((a, b) => b - a));
    await head('已等待').getByRole('button').click();
    await page.waitForURL(/sort=oldest/);
    await page.locator('th[aria-sort="descending"]', { hasText: '已等待' }).waitFor();
    await page.goBack();
    await page.waitForURL(/sort=priority/);
    await rows(page).first().getByText('优先').waitFor();
    // Down to the third page, as somebody scrolls.
    const deep = page.locator('tr[data-index="250"]');
    for (let i = 0; i < 60 && !(await deep.isVisible()); i += 1) {
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(50);
    }
    await deep.locator('a').focus();
    const here = (await deep.getAttribute('data-task')) ?? '';
    await page.waitForURL(
      (url) => url.searchParams.get('at') === here && (url.searchParams.get('page') ?? '').startsWith('priority.'),
    );
    const address = page.url();
    const focusedIn = async (tab: Page): Promise<void> => {
      const row = tab.locator(`tr[data-task="${here}"]`);
      await row.locator('a:focus').waitFor();
      const box = await row.boundingBox();
      expect(box?.y).toBeGreaterThan(60);
      expect(box?.y).toBeLessThan(900);
    };
    await page.reload();
    await focusedIn(page);
    expect(page.url()).toBe(address);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/tasks/${here}`);
    await page.reload();
    await page.locator('h1').waitFor();
    await page.goBack();
    await focusedIn(page);
    const tab = await alice.context.newPage();
    await tab.goto(address);
    await focusedIn(tab);
    // It begins where one was, and says so; the top is one press away.
    await tab.getByRole('button', { name: '从头显示' }).click();
    await tab.locator('tr[data-index="0"]').getByText('优先').waitFor();
    expect(await tab.getByRole('button', { name: '从头显示' }).count()).toBe(0);
    await tab.close();
    const fresh = await browser.open();
    const { pathname, search } = new URL(address);
    await signInAs(fresh.page, app.url, 'alice', pathname + search);
    await focusedIn(fresh.page);
    await fresh.close();
    // A place in another order is none in this one: the top.
    await page.goto(address.replace('sort=priority', 'sort=newest'));
    await rows(page).first().waitFor();
    expect(await page.getByRole('button', { name: '从头显示' }).count()).toBe(0);
    // On a phone there are no headings; the same orders are a choice.
    const phone = await browser.open({ width: 390, height: 844 });
    await signInAs(phone.page, app.url, 'alice', `/console/?kind=${kind}`);
    await phone.page.getByLabel('排序').selectOption('newest');
    await phone.page.waitForURL(/sort=newest/);
    await rows(phone.page).first().waitFor();
    await phone.close();
    await app.db.query(`DELETE FROM review_tasks WHERE kind = $1`, [kind]);
  });

  it('C14 filters stand in the address and survive a reload, a fresh tab and Back', async () => {
    const { page } = alice;
    await page.getByLabel('状态').selectOption('claimed');
    await page.getByLabel('我的').click();
    await page.waitForURL(/status=claimed.*assignee=me|assignee=me.*status=claimed/);
    const address = page.url();
    await page.waitForLoadState('networkidle');
    await rows(page).first().waitFor();
    const shown = await rows(page).count();
    const tab = await alice.context.newPage();
    await tab.goto(address);
    await rows(tab).first().waitFor();
    expect(await rows(tab).count()).toBe(shown);
    expect(await tab.getByLabel('状态').inputValue()).toBe('claimed');
    const first = await rows(tab).first().getAttribute('data-task');
    await rows(tab).first().locator('a').click();
    await tab.waitForURL(/tasks\//);
    await tab.goBack();
    await rows(tab).first().waitFor();
    expect(tab.url()).toBe(`${address}&at=${first}`);
    // Back is back to where one was: as far down the list, on the row that was opened.
    await tab.setViewportSize({ width: 1440, height: 420 });
    await tab.goto(`${app.url}/console/`);
    await rows(tab).last().locator('a').focus();
    const opened = await rows(tab).last().getAttribute('data-task');
    const y = await tab.evaluate('scrollY');
    expect(y).toBeGreaterThan(0);
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`**/tasks/${opened}`);
    await tab.goBack();
    await tab.locator(`tr[data-task="${opened}"] a:focus`).waitFor();
    expect(await tab.evaluate('scrollY')).toBe(y);
    await tab.close();
    // And signing in on the way there.
    const fresh = await browser.open();
    const { pathname, search } = new URL(address);
    await signInAs(fresh.page, app.url, 'alice', pathname + search);
    await rows(fresh.page).first().waitFor();
    expect(fresh.page.url()).toBe(address);
    expect(await rows(fresh.page).count()).toBe(shown);
    await fresh.close();
  });

  it('C16 C17 bulk names its scope first, tells each outcome, and keeps what failed selected', async () => {
    const { page } = alice;
    // A second try starts without what the first had selected.
    await page.reload();
    await page.getByLabel('状态').selectOption('open');
    await rows(page).nth(2).waitFor();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      ids.push((await rows(page).nth(i).getAttribute('data-task')) ?? '');
      await rows(page).nth(i).getByRole('checkbox').check();
    }
    await page.getByText('本页已选 3 件').waitFor();
    // Nothing that judges a person is among what can be done to many at once.
    const offered = await page.getByRole('region', { name: '批量操作' }).getByRole('button').allTextContents();
    expect(offered.filter((each) => /决定|批准|驳回|处罚|维持|撤销/.test(each))).toEqual([]);
    await page.getByRole('button', { name: '上报 (3)' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('只作用于你选中的 3 件').waitFor();
    // Between the selection and the press somebody else changes one of them.
    const bob = await staff(app, 'bob');
    await bob.post(`/v1/review-tasks/${ids[1]}/claim`);
    await dialog.getByLabel('理由').fill('需要资深审核员判断');
    await dialog.getByRole('button', { name: '对 3 件执行' }).click();
    await dialog.getByTestId('outcomes').locator('tr').nth(2).waitFor();
    // What failed first, with why; it stays selected, and it alone is tried again.
    const outcomes = dialog.getByTestId('outcomes').locator('tr');
    expect(await outcomes.first().textContent()).toMatch(new RegExp(`${ids[1]?.slice(-8)}.*内容已被更改`));
    expect(await outcomes.getByText('已完成').count()).toBe(2);
    const [again] = await Promise.all([
      page.waitForRequest((each) => each.url().endsWith('/bulk-actions')),
      dialog.getByRole('button', { name: '只重试失败的 1 件' }).click(),
    ]);
    const { tasks } = again.postDataJSON() as { tasks: { id: string }[] };
    expect(tasks.map(({ id }) => id)).toEqual([ids[1]]);
    await outcomes.getByText(/他人/).waitFor();
    expect(await outcomes.count()).toBe(1);
    await dialog.getByRole('button', { name: '关闭' }).click();
    await page.getByText('本页已选 1 件').waitFor();
    expect(await page.locator('tr.selected').getAttribute('data-task')).toBe(ids[1]);
    // He gives it back: what failed is done without being chosen anew, and nothing stays selected.
    const [held] = await app.db.query<{ version: number }>('SELECT version FROM review_tasks WHERE id = $1', [ids[1]]);
    await bob.post(`/v1/review-tasks/${ids[1]}/release`, undefined, { headers: { 'if-match': `"${held?.version}"` } });
    await page.getByRole('button', { name: '上报 (1)' }).click();
    await dialog.getByLabel('理由').fill('需要资深审核员判断');
    await dialog.getByRole('button', { name: '对 1 件执行' }).click();
    await dialog.getByTestId('outcomes').getByText('已完成').waitFor();
    await dialog.getByRole('button', { name: '关闭' }).click();
    await page.getByRole('region', { name: '批量操作' }).waitFor({ state: 'detached' });
  });

  it('C17 all of a filter: the dialog’s count is the service’s, and each task answers', async () => {
    const { page } = grace;
    await page.getByRole('navigation', { name: '队列' }).getByRole('link', { name: /注销/ }).first().click();
    await rows(page).nth(1).waitFor();
    await rows(page).first().getByRole('checkbox').check();
    await page.getByRole('button', { name: /改选筛选出的全部/ }).click();
    await page.getByText(/已选筛选出的全部 \d+ 件/).waitFor();
    await page.getByRole('button', { name: '推迟一天', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const scope = (await dialog.getByTestId('scope').textContent()) ?? '';
    const [, matching, able] = /共 (\d+) 件，其中 (\d+) 件/.exec(scope) ?? [];
    // What the service counts for the same question, asked by hand.
    const counted = (await page.evaluate(`fetch('/v1/review-tasks/bulk-actions', { method: 'POST',
      headers: { 'content-type': 'application/json', 'x-console': '1' },
      body: JSON.stringify({ action: 'snooze', dryRun: true, filter: { kind: 'deregistration' } }) }).then((r) => r.json())`)) as {
      matching: number;
      outcomes: { outcome: string }[];
    };
    expect(Number(matching)).toBe(counted.matching);
    expect(Number(able)).toBe(counted.outcomes.filter((o) => o.outcome === 'would_be_done').length);
    const [{ n } = { n: -1 }] = await app.db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM review_tasks WHERE kind = 'deregistration' AND state IN ('open', 'claimed', 'snoozed')`,
    );
    expect(Number(matching)).toBe(n);
    await dialog.getByRole('button', { name: `对 ${able} 件执行` }).click();
    await dialog.getByTestId('outcomes').waitFor();
    expect(await dialog.getByTestId('outcomes').getByText('已完成').count()).toBe(Number(able));
    expect(await dialog.getByTestId('outcomes').locator('tr').count()).toBe(n);
    await dialog.getByRole('button', { name: '关闭' }).click();
    await app.db.query(
      `UPDATE review_tasks SET state = 'open', snoozed_until = NULL, version = version + 1 WHERE state = 'snoozed'`,
    );
  });

  it('C19 who is here: on the task, in the list, and gone when they close it', async () => {
    const [task] = await app.db.query<{ id: string }>(
      `SELECT id FROM review_tasks WHERE state = 'open' AND escalated_at IS NULL LIMIT 1`,
    );
    await grace.page.goto(`${app.url}/console/tasks/${task?.id}`);
    await grace.page.locator('h1').waitFor();
    await alice.page.goto(`${app.url}/console/tasks/${task?.id}`);
    await alice.page.getByTestId('viewers').getByText('同时查看：grace').waitFor({ timeout: 15_000 });
    await grace.page.getByTestId('viewers').getByText('同时查看：alice').waitFor({ timeout: 15_000 });
    const tab = await grace.context.newPage();
    await tab.goto(`${app.url}/console/`);
    await tab.locator(`tr[data-task="${task?.id}"]`).getByText('同时查看：alice').waitFor();
    const closed = alice.page;
    Object.assign(alice, { page: await alice.context.newPage() });
    await closed.close();
    await grace.page.getByTestId('viewers').waitFor({ state: 'detached', timeout: 30_000 });
    await tab
      .locator(`tr[data-task="${task?.id}"]`)
      .getByText('同时查看')
      .waitFor({ state: 'detached', timeout: 30_000 });
    // Who holds it stands on its row as on its page.
    await grace.page.getByRole('button', { name: '领取 C' }).click();
    await grace.page.getByTestId('lease').getByText('由你处理').waitFor();
    await tab.locator(`tr[data-task="${task?.id}"]`).getByText('处理中 · 我').waitFor();
    await grace.page.getByRole('button', { name: '放回' }).click();
    await grace.page.getByRole('heading', { name: '待办队列' }).waitFor();
    await tab.close();
  });

  it('C29 checkboxes have names in the page’s language, targets are large enough, and focus is never hidden', async () => {
    const { page } = alice;
    const box = rows(page).first().getByRole('checkbox');
    expect(await box.getAttribute('aria-label')).toMatch(/^选择 .*[0-9a-f]{8}$/);
    const size = await box.boundingBox();
    expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(24);
    expect(await box.getAttribute('aria-label')).toContain(
      (await rows(page).first().getAttribute('data-task'))?.slice(-8),
    );
    const small = (): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')].flatMap((e) => {
        const target = e.closest('label') ?? e;
        const { left, width, height } = target.getBoundingClientRect();
        // What is off the page until it has the focus has its size then.
        return width > 1 && left >= 0 && Math.min(width, height) < 24 ? [target.outerHTML.slice(0, 80)] : [];
      })`);
    expect(await small()).toEqual([]);
    // A low window: every row is scrolled to, between the bar on top and the bar of what is selected.
    await page.setViewportSize({ width: 1440, height: 420 });
    await box.check();
    await page.getByRole('region', { name: '批量操作' }).waitFor();
    expect(await small()).toEqual([]);
    for (const key of ['Tab', 'Shift+Tab']) {
      // Forwards from the heading, and backwards from the last button of the bar below.
      await (key === 'Tab' ? page.locator('h1') : page.locator('.bulk button').last()).focus();
      const seen = new Set<string>();
      for (let i = 0; i < 120; i += 1) {
        await page.keyboard.press(key);
        // All of its box: no corner below a bar, and nothing of it out of the window.
        const at = (await page.evaluate(`(() => {
          const e = document.activeElement;
          if (e === null || e === document.body) return null;
          const { left, top, right, bottom } = e.getBoundingClientRect();
          const corners = [[left + 2, top + 2], [right - 2, top + 2], [left + 2, bottom - 2], [right - 2, bottom - 2]];
          const hidden = corners.some(([x, y]) => {
            const on = document.elementFromPoint(x, y);
            return on === null || !(e.contains(on) || on.contains(e));
          });
          return { row: e.closest('tr')?.dataset.task ?? '', hidden: hidden ? e.outerHTML.slice(0, 80) : null };
        })()`)) as { row: string; hidden: string | null } | null;
        if (at === null) break;
        expect(at.hidden).toBeNull();
        seen.add(at.row);
      }
      // Every row was passed, and what stands around them.
      expect(seen.size).toBe((await rows(page).count()) + 1);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: '取消选择' }).click();
    await page.locator('.preferences summary').click();
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    expect(await box.getAttribute('aria-label')).toMatch(/^Select .*[0-9a-f]{8}$/);
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.getByRole('heading', { name: '待办队列' }).waitFor();
  });

  it('C30 one polite region speaks on every page, and what is loud is loud only about loss and errors', async () => {
    const { page } = alice;
    const [task] = await app.db.query<{ id: string; account_id: string; subject_id: string }>(
      `SELECT id, account_id, subject_id FROM review_tasks WHERE state = 'open' LIMIT 1`,
    );
    const regions = ['', `tasks/${task?.id}`, `accounts/${task?.account_id}`, `deregistrations/${task?.subject_id}`];
    for (const path of [...regions, 'cases', 'orders', 'information', 'removals', 'bulk-decisions']) {
      await page.goto(`${app.url}/console/${path}`);
      await page.locator('h1').waitFor();
      expect(await page.locator('[aria-live=polite], [aria-live=assertive], [role=status], [role=log]').count()).toBe(
        1,
      );
      expect(await page.locator('[role=alert]').count()).toBe(1);
      expect(await page.getByTestId('alarm').textContent()).toBe('');
    }
    // Counts, saves and claims go through it.
    await page.goto(`${app.url}/console/`);
    await live(page)
      .filter({ hasText: /已显示 \d+ 件/ })
      .waitFor({ state: 'attached' });
  });

  it('C32 Ctrl-K goes to an id of any kind, and nothing personal is in an address', async () => {
    const { page } = alice;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const [task] = await app.db.query<{ id: string; subject_id: string; account_id: string }>(
      `SELECT id, subject_id, account_id FROM review_tasks LIMIT 1`,
    );
    for (const [id, path] of [
      [task?.id, `/tasks/${task?.id}`],
      [task?.subject_id, `/tasks/${task?.id}`],
      [task?.account_id, `/accounts/${task?.account_id}`],
      // What pages show of an id is enough: a colleague's "look at 3dc3af80" can be followed.
      [task?.id.slice(-8), `/tasks/${task?.id}`],
      [task?.account_id.slice(-8).toUpperCase(), `/accounts/${task?.account_id}`],
    ]) {
      await page.keyboard.press('Control+k');
      await page
        .getByRole('dialog')
        .getByRole('textbox')
        .fill(id ?? '');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/console${path}`);
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    expect(page.url()).not.toMatch(/%2B86|138/);
    // A number is no id: nothing is looked up by it, and it reaches no address.
    const address = page.url();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('textbox').fill('+8613800138000');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('没有找到').waitFor();
    expect(page.url()).toBe(address);
    await page.keyboard.press('Escape');
    const history = (await page.evaluate(
      'JSON.stringify([location.href, history.state, { ...sessionStorage }])',
    )) as string;
    expect([...asked, history].filter((each) => each.includes('13800138000'))).toEqual([]);
    // What can be done here is found by its name and done by Enter.
    await page.goto(`${app.url}/console/`);
    await rows(page).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('textbox').fill('领取下一件');
    await page.keyboard.press('Enter');
    await page.waitForURL(/tasks\//);
    await page.getByRole('button', { name: '放回' }).click();
    await rows(page).first().waitFor();
  });

  it('C33 the language changes in place, and the page says so', async () => {
    const { page } = alice;
    await page.locator('.preferences summary').click();
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.getByRole('heading', { name: '待办队列' }).waitFor();
    // Times are in the zone of whoever looks, and say so.
    expect(await rows(page).first().locator('.deadline time').textContent()).toMatch(/UTC\+8$/);
  });

  it('by the name localhost one is signed in too; who has no role reads why, and may try again', async () => {
    const { page, faults, close } = await browser.open({ width: 390, height: 844 });
    const here = new URL(app.url);
    await page.goto(`http://localhost:${here.port}/console/cases?state=open`);
    await page.getByRole('link', { name: '登录' }).click();
    // The page of the demo issuer names staff only; lan is a customer of it.
    await page.locator('button[value="alice"]').evaluate((button) => button.setAttribute('value', 'lan'));
    await page.locator('button[value="lan"]').click();
    await page.getByRole('alert').getByText('此账号没有操作台权限').waitFor();
    expect(await page.getByRole('link', { name: '登录' }).getAttribute('href')).not.toContain('signIn');
    // The issuer still knows lan, and asks again.
    await page.getByRole('link', { name: '登录' }).click();
    await page.locator('button[value="alice"]').waitFor();
    await page.context().clearCookies();
    await page.goto(`${app.url}/console/callback?code=old&state=old`);
    await page.getByRole('alert').getByText('登录用时过长或已失效').waitFor();
    await page.goto(`http://localhost:${here.port}/console/cases?state=open`);
    await page.getByRole('link', { name: '登录' }).click();
    await page.locator('button[value="alice"]').click();
    await page.waitForURL(`${here.origin}/console/cases?state=open`);
    await page.getByRole('navigation').first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('has no serious finding of the accessibility checker', async () => {
    const { violations } = await new AxeBuilder({ page: alice.page }).analyze();
    expect(violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([]);
  });
});
