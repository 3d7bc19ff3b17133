import type { TestApp } from '../support/app.js';
import {
  closeSite,
  Desks,
  letterOf,
  shoot,
  shotPath,
  startBrowser,
  startSite,
  type TestBrowser,
} from '../support/browser.js';
import { Moderation } from '../support/moderation.js';
import { serviceToken } from '../support/tokens.js';
import type { SignedIn } from '../support/accounts.js';

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('a picture of a conversation'),
]);

/** A case is claimed and decided by one, approved by a second, and the appeal is answered by a third. */
describe('the moderator’s day', () => {
  let app: TestApp;
  let browser: TestBrowser;
  let person: SignedIn;
  let decisionId: string;
  /** The notice as the decider saw it. */
  let previewed: string;
  let desks: Desks;

  beforeAll(async () => {
    [app, browser] = await Promise.all([startSite(), startBrowser()]);
    desks = new Desks(browser, app.url);
    const moderation = new Moderation(app);
    person = await moderation.person();
    const detector = app.http.with(await serviceToken(app, 'reports:write'));
    const reported = await detector.post('/v1/reports', {
      subjectAccountId: person.accountId,
      clause: '3.3(9)',
      description: '在共享对话中招揽赌博。',
      contents: [
        { system: 'chat', ref: 'shared-conversation-42' },
        { system: 'chat', ref: 'shared-conversation-43' },
      ],
      score: 91,
    });
    expect(reported.status).toBe(201);
  }, 240_000);
  afterAll(() => closeSite(app, browser, desks));

  it('C12 evidence is hidden until pressed, never shown by hover, and hidden again by one key', async () => {
    const page = await desks.of('alice');
    const shownNow = () => page.locator('[data-evidence=shown]').count();
    await page.locator('tr[data-task]').first().waitFor();
    await page.keyboard.press('n');
    await page.waitForURL(/tasks\//);
    const evidence = page.getByRole('region', { name: '证据' });
    const button = evidence.getByRole('button', { name: '显示' }).first();
    await button.waitFor();
    expect(await page.getByText('招揽赌博').count()).toBe(0);
    const body = page.locator('.evidence-body').first();
    const blurOf = (): Promise<string> =>
      body.evaluate((found) => {
        const page = globalThis as unknown as { getComputedStyle(of: unknown): { filter: string } };
        return page.getComputedStyle(found).filter;
      });
    await button.hover();
    await body.hover({ force: true });
    expect(await blurOf()).toBe('blur(6px)');
    expect(await shownNow()).toBe(0);
    expect(await page.getByText('招揽赌博').count()).toBe(0);
    const looks = () =>
      app.db.query<{ actor_id: string; target_id: string }>(
        `SELECT actor_id, target_id FROM audit_events WHERE type = 'evidence.revealed' ORDER BY id`,
      );
    expect(await looks()).toEqual([]);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText('招揽赌博').waitFor();
    // It is kept nowhere on this device.
    const kept = await page.evaluate(`JSON.stringify([{ ...localStorage }, { ...sessionStorage }])`);
    expect(kept).not.toContain('招揽赌博');
    const taskId = /tasks\/([0-9a-f-]+)/.exec(page.url())?.[1];
    expect(await looks()).toEqual([{ actor_id: 'alice', target_id: taskId }]);
    // Greyscale and blur are two choices, each kept for the next case; neither reveals anything.
    expect(await page.locator('.evidence-body.grey').count()).toBe(1);
    await evidence.getByLabel('灰度').uncheck();
    expect(await page.locator('.evidence-body.grey').count()).toBe(0);
    expect(await evidence.getByLabel('模糊').isChecked()).toBe(true);
    await page.getByText('招揽赌博').waitFor();
    await page.locator('h1').focus();
    await page.keyboard.press('h');
    expect(await page.getByText('招揽赌博').count()).toBe(0);
    // What cannot be put on record is not shown.
    await page.route('**/evidence-reveals', (route) => route.abort());
    await button.click();
    await evidence.getByTestId('problem').waitFor();
    expect(await page.getByText('招揽赌博').count()).toBe(0);
    await page.unroute('**/evidence-reveals');
    // What is added to the case stands with the rest, hidden as well.
    await page.getByRole('button', { name: '补充说明' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('内容').fill('举报人另附截图。');
    await dialog.getByRole('button', { name: '加入证据' }).click();
    await dialog.waitFor({ state: 'detached' });
    await evidence.getByText(/备注 · alice/).waitFor();
    await page.getByRole('button', { name: '补充文件' }).click();
    await dialog.getByLabel('选择文件').setInputFiles({ name: '截图.png', mimeType: 'image/png', buffer: PNG });
    await dialog.getByRole('button', { name: '加入证据' }).click();
    await dialog.waitFor({ state: 'detached' });
    const added = page.locator('.evidence').filter({ hasText: '文件 · alice' });
    await added.getByRole('button', { name: '显示' }).click();
    const href = (await added.getByRole('link', { name: '打开文件' }).getAttribute('href')) ?? '';
    expect((await page.evaluate(`fetch('${href}').then((r) => r.status)`)) as number).toBe(200);
    expect(await page.getByText('举报人另附截图').count()).toBe(0);
    // Shown or not, the next look at it begins hidden.
    await button.click();
    await page.getByText('招揽赌博').waitFor();
    await page.reload();
    await button.waitFor();
    expect(await page.getByText('招揽赌博').count()).toBe(0);
    expect(await evidence.getByLabel('灰度').isChecked()).toBe(false);
    expect(await evidence.getByLabel('模糊').isChecked()).toBe(true);
    // So does the next case, whatever was open in this one.
    // From wherever the focus is, one key shows the next piece, and no more than one.
    await page.locator('h1').focus();
    await page.keyboard.press('i');
    await page.getByText('招揽赌博').waitFor();
    expect(await shownNow()).toBe(1);
    const next = await new Moderation(app).person();
    const caseId = await new Moderation(app).openCase(next.accountId, '3.3(9)', 'bob');
    const [task] = await app.db.query<{ id: string }>('SELECT id FROM review_tasks WHERE subject_id = $1', [caseId]);
    await page.keyboard.press('Control+k');
    await dialog.getByRole('textbox').fill(task?.id ?? '');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/tasks/${task?.id}`);
    await button.waitFor();
    expect(await shownNow()).toBe(0);
    expect(await page.getByText('Seen.').count()).toBe(0);
    await page.goBack();
    await button.waitFor();
    expect(await shownNow()).toBe(0);
  });

  it('C7 C18 the clause stands beside the form, the server previews, and what is stored is what was shown', async () => {
    const page = await desks.of('alice');
    const address = page.url();
    await page.getByRole('region', { name: '协议原文' }).getByText('3.3(9)').first().waitFor();
    // All there is to judge by is on this page: nobody needs a second tab.
    for (const part of ['案件', '账号', '协议原文', '证据', '历次处置', '经过', '决定'])
      await page.getByRole('region', { name: part, exact: true }).first().waitFor();
    await page.locator('h1').focus();
    await page.keyboard.press('v');
    await page.getByText('建议措施：').waitFor();
    await page.getByLabel('事实', { exact: true }).fill('四段共享对话招揽赌博。');
    await page.getByLabel('理由', { exact: true }).fill('协议第 3.3(9) 条禁止传播赌博信息。');
    // Several measures at once, each with fields of its own; what contradicts another is told where it stands.
    const measures = page.getByRole('group', { name: '措施（可同时采取多项）' });
    await page.locator('h1').focus();
    for (const key of ['1', '4', '5', '6', '7']) await page.keyboard.press(key);
    await measures.getByRole('group', { name: '暂停使用' }).getByText('与关闭账号相矛盾').waitFor();
    const ban = measures.getByRole('group', { name: '禁止重新注册' });
    await ban.getByText('请选择禁止的期限').waitFor();
    await measures.getByRole('checkbox', { name: /^暂停使用/ }).uncheck();
    await ban.getByRole('combobox').selectOption('P1Y');
    await measures.getByRole('group', { name: '删除内容' }).getByLabel('chat shared-conversation-43').uncheck();
    // What nobody reported is named by hand.
    await measures.getByLabel('内容编号').fill('shared-conversation-99');
    await measures.getByRole('button', { name: '加入', exact: true }).click();
    expect(await measures.getByLabel('chat shared-conversation-99').isChecked()).toBe(true);
    await measures.getByText('与关闭账号相矛盾').waitFor({ state: 'detached' });
    // All of it is in the draft.
    await page.reload();
    await ban.waitFor();
    expect(await ban.getByRole('combobox').inputValue()).toBe('P1Y');
    expect(await measures.getByLabel('chat shared-conversation-43').isChecked()).toBe(false);
    expect(await measures.getByRole('checkbox', { name: /^(警示|暂停使用)/, checked: true }).count()).toBe(0);
    await page.getByText('需要第二人复核').waitFor();
    await page.getByLabel('告知本人').selectOption('delayed');
    await page.getByTestId('preview').getByText('请写明为何现在不告知本人').waitFor();
    await page.getByLabel('告知本人').selectOption('given');
    await page.getByTestId('standing-change').getByText('新增').waitFor();
    await page.getByLabel('与建议不同的理由').fill('团伙行为，情节严重。');
    const shown = page.getByTestId('notice');
    // The letter itself is where the words are written: each stands at its place among what is fixed.
    expect(await shown.getByLabel('事实', { exact: true }).inputValue()).toBe('四段共享对话招揽赌博。');
    for (const told of ['关闭账号', '禁止重新注册', '删除相关内容：shared-conversation-42、shared-conversation-99'])
      await shown.getByText(told).waitFor();
    expect(await shown.getByText('shared-conversation-43').count()).toBe(0);
    await shoot(page, 'case-form-zh-1440');
    previewed = await letterOf(page);
    await page.keyboard.press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    expect(page.url()).toBe(address);
    const [task] = await app.db.query<{ subject_id: string; conflict_ids: string[] }>(
      `SELECT subject_id, conflict_ids FROM review_tasks WHERE kind = 'decision_approval' AND state = 'open'`,
    );
    decisionId = task?.subject_id ?? '';
    expect(task?.conflict_ids).toContain('alice');
    const stored = await (
      await new Moderation(app).as('bob', 'senior_moderator')
    ).get<{
      statementOfReasons: { facts: string };
      sanctions: { type: string }[];
    }>(`/v1/decisions/${decisionId}`);
    expect(stored.body.statementOfReasons.facts).toBe('四段共享对话招揽赌博。');
    expect(stored.body.sanctions.map((s) => s.type)).toEqual(['closure', 'reregistration_ban', 'content_removal']);
  });

  it('C21 the second person approves; whoever decided is told why they cannot', async () => {
    const [task] = await app.db.query<{ id: string }>(
      `SELECT id FROM review_tasks WHERE kind = 'decision_approval' AND state = 'open'`,
    );
    // Whoever decided is not offered it: one key finds nothing, though it waits.
    const first = await desks.of('alice');
    await first.goto(`${app.url}/console/?kind=decision_approval`);
    await first.locator('h1').waitFor();
    await first.keyboard.press('n');
    await first.getByText('没有可领取的任务').first().waitFor();
    // Not even a senior who decided finds it in the queue; whoever did not, does.
    const senior = async (name: string): Promise<string[]> => {
      const listed = await (
        await new Moderation(app).as(name, 'senior_moderator')
      ).get<{ items: { id: string }[] }>('/v1/review-tasks?kind=decision_approval');
      return listed.body.items.map(({ id }) => id);
    };
    expect(await senior('alice')).toEqual([]);
    expect(await senior('bob')).toEqual([task?.id]);
    expect(await first.locator('tr[data-task]').count()).toBe(0);
    await first.goto(`${app.url}/console/tasks/${task?.id}`);
    await first.getByText('你与该事项有关').waitFor();
    expect(await first.getByRole('button', { name: '领取 C' }).count()).toBe(0);
    const bob = await desks.of('bob');
    await bob.goto(`${app.url}/console/tasks/${task?.id}`);
    await bob.getByRole('button', { name: '领取 C' }).click();
    await bob.getByTestId('lease').getByText('由你处理').waitFor();
    await bob.getByText('四段共享对话招揽赌博。').first().waitFor();
    const effect = bob.getByRole('region', { name: '同意后的变化' });
    await effect.getByText('现在 可以使用 → 生效后 不可使用').waitFor();
    await effect.getByText('团伙行为，情节严重。').waitFor();
    await bob.locator('h1').focus();
    await bob.keyboard.press('a');
    await bob.getByLabel('复核意见').fill('证据充分，同意。');
    await bob.keyboard.press('Control+Enter');
    await bob.getByText('决定已保存。').waitFor();
    const standing = await new Moderation(app).standingOf(person.accountId);
    expect(standing.mayUse).toBe(false);
    // C7: what was shown before anybody pressed is what the person reads now, to the letter.
    const own = await person.http.get<{ items: { notice: { text: string } }[] }>('/v1/accounts/me/decisions');
    expect(own.body.items[0]?.notice.text).toBe(previewed);
    const alice = await desks.of('alice');
    await alice.goto(`${app.url}/console/tasks/${task?.id}`);
    await alice.locator('h1').waitFor();
    await alice
      .getByText('你与该事项有关')
      .or(alice.getByText('已结束'))
      .or(alice.getByText(/bob 于 .* 作出决定/))
      .first()
      .waitFor();
  });

  it('C26 a third answers the appeal, in words; without words the server refuses too', async () => {
    const filed = await person.http.post<{ id: string }>('/v1/appeals', {
      decisionId,
      text: '对话是引用新闻报道，并非招揽。',
    });
    expect(filed.status).toBe(201);
    const form = new FormData();
    form.append('file', new Blob([PNG], { type: 'image/png' }), '报道.png');
    const headers = { authorization: `Bearer ${person.accessToken}` };
    const shown = await fetch(`${app.url}/v1/appeals/${filed.body.id}/files`, { method: 'POST', headers, body: form });
    expect(shown.status).toBe(201);
    const [task] = await app.db.query<{ id: string }>(`SELECT id FROM review_tasks WHERE kind = 'appeal'`);
    const heidi = await desks.of('heidi');
    await heidi.goto(`${app.url}/console/tasks/${task?.id}`);
    await heidi.getByRole('button', { name: '领取 C' }).click();
    await heidi.getByTestId('lease').getByText('由你处理').waitFor();
    await heidi.getByText('对话是引用新闻报道').waitFor();
    const proof = heidi.getByRole('region', { name: '申诉' }).getByRole('link', { name: /文件 1 · PNG 图片/ });
    const href = (await proof.getAttribute('href')) ?? '';
    expect((await heidi.evaluate(`fetch('${href}').then((r) => r.status)`)) as number).toBe(200);
    await heidi.getByRole('button', { name: '向本人提问' }).click();
    await heidi.getByRole('dialog').getByLabel('问题').fill('请附上报道的链接。');
    await heidi.getByRole('dialog').getByRole('button', { name: '发送' }).click();
    await heidi.getByRole('dialog').waitFor({ state: 'detached' });
    await heidi.getByRole('region', { name: '申诉' }).getByText('请附上报道的链接。').waitFor();
    const told = await person.http.get<{ messages: { text: string; fromStaff: boolean }[] }>(
      `/v1/appeals/${filed.body.id}`,
    );
    expect(told.body.messages).toContainEqual(expect.objectContaining({ text: '请附上报道的链接。', fromStaff: true }));
    await heidi.locator('h1').focus();
    await heidi.keyboard.press('o');
    expect(await heidi.getByRole('button', { name: '提交 Ctrl Enter' }).isDisabled()).toBe(true);
    const wordless = (await heidi.evaluate(`fetch('/v1/appeals/${filed.body.id}/decision', { method: 'POST',
      headers: { 'content-type': 'application/json', 'x-console': '1', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ outcome: 'upheld', answer: '' }) }).then((r) => r.status)`)) as number;
    expect(wordless).toBe(400);
    // Chosen by a key: what it needs has the focus, and words go there. Sent too early, what is missing is said.
    await heidi.keyboard.press('Control+Enter');
    await heidi.getByTestId('missing').getByText('还缺：给本人的答复（必填）').waitFor();
    await heidi.keyboard.insertText('核实为引用报道，撤销处理。');
    // Written where the person reads it, and nothing else is in it.
    expect(await letterOf(heidi)).toBe('核实为引用报道，撤销处理。');
    await heidi.getByTestId('notice').getByText('以中文').waitFor();
    await heidi.getByTestId('standing-change').getByText('现在 不可使用 → 生效后 可以使用').waitFor();
    await heidi.keyboard.press('Control+Enter');
    await heidi.getByText('决定已保存。').waitFor();
    expect((await new Moderation(app).standingOf(person.accountId)).mayUse).toBe(true);
    const answered = await person.http.get<{ messages: { text: string; fromStaff: boolean }[] }>(
      `/v1/appeals/${filed.body.id}`,
    );
    expect(answered.body.messages.at(-1)).toMatchObject({ text: '核实为引用报道，撤销处理。', fromStaff: true });
    // What was pressed is gone: one more press takes the next task.
    await heidi.getByText('决定已保存。').waitFor();
    expect(await heidi.evaluate('document.activeElement.textContent')).toMatch(/^领取下一件/);
  });

  it('C18 a case whose words are written is decided with two measures in four key presses', async () => {
    const page = await desks.of('alice');
    const other = await new Moderation(app).person();
    const caseId = await new Moderation(app).openCase(other.accountId, '3.5(3)', 'bob');
    const [task] = await app.db.query<{ id: string }>('SELECT id FROM review_tasks WHERE subject_id = $1', [caseId]);
    await page.goto(`${app.url}/console/tasks/${task?.id}`);
    await page.getByRole('button', { name: '领取 C' }).click();
    await page.getByTestId('lease').getByText('由你处理').waitFor();
    await page.getByRole('radio', { name: /^违规/ }).check();
    await page.getByLabel('事实', { exact: true }).fill('一分钟内调用接口三千次。');
    await page.getByLabel('理由', { exact: true }).fill('协议第 3.5(3) 条禁止以脚本抓取。');
    await page.reload();
    await page.getByText('建议措施：').waitFor();
    await page.locator('h1').focus();
    for (const key of ['v', 's', '2']) await page.keyboard.press(key);
    const order = page.getByRole('group', { name: '限期改正' });
    await order.getByText('请写明整改要求').waitFor();
    await page.getByTestId('notice').getByLabel('整改要求').fill('停止脚本访问。');
    await order.getByText('请写明整改要求').waitFor({ state: 'detached' });
    expect(await letterOf(page)).toContain('限期改正：停止脚本访问。（请于');
    await page.keyboard.press('Control+Enter');
    await page.getByText('决定已保存。').waitFor();
    const given = await app.db.query<{ type: string }>('SELECT type FROM sanctions WHERE case_id = $1', [caseId]);
    expect(given.map((s) => s.type)).toContain('rectification');
    expect(given.length).toBeGreaterThan(1);
  });

  it('C7 C9 the letter is written in: in the order in which it is read, and no answer of the service moves or takes anything', async () => {
    const page = await desks.of('alice');
    const other = await new Moderation(app).person();
    const caseId = await new Moderation(app).openCase(other.accountId, '3.3(9)', 'bob');
    const [task] = await app.db.query<{ id: string }>('SELECT id FROM review_tasks WHERE subject_id = $1', [caseId]);
    await page.goto(`${app.url}/console/tasks/${task?.id}`);
    await page.getByRole('button', { name: '领取 C' }).click();
    await page.getByTestId('lease').getByText('由你处理').waitFor();
    // An order, and a suspension that has no end: each brings a place of its own.
    await page.locator('h1').focus();
    for (const key of ['v', '1', '2', '4']) await page.keyboard.press(key);
    await page.getByRole('group', { name: '暂停使用' }).getByRole('combobox').selectOption('');
    const letter = page.getByTestId('notice');
    await letter.getByText(/限期改正：/).waitFor();
    const names = ['整改要求', '为何不设期限（告知本人） · 暂停使用', '事实', '理由'];
    for (const name of names) await letter.getByLabel(name, { exact: true }).waitFor();
    const fieldsIn = 'Array.from(document.querySelectorAll("[data-testid=notice] textarea"), (each) => each.id)';
    const order = (await page.evaluate(fieldsIn)) as string[];
    expect(order.map((id) => id.replace(/\d/, 'n'))).toEqual([
      'field-actions-n-instructions',
      'field-actions-n-openEndedReason',
      'field-facts',
      'field-explanation',
    ]);
    await letter.getByLabel('整改要求').focus();
    const focused = () => page.evaluate('document.activeElement.id');
    for (const id of order) {
      expect(await focused()).toBe(id);
      await page.keyboard.press('Tab');
    }
    // Written in the middle of a field while answers come: same field, same caret, same place on the screen.
    const facts = letter.getByLabel('事实', { exact: true });
    await facts.fill('开头。结尾。');
    const answered = () => page.waitForResponse((each) => each.url().endsWith('/decision-previews'));
    await answered();
    await page.evaluate(`(() => { const it = document.getElementById('field-facts'); it.focus();
      it.setSelectionRange(3, 3); it.dataset.same = 'yes'; })()`);
    const at = await facts.boundingBox();
    await page.keyboard.type('中间');
    await answered();
    await page.keyboard.type('，再写');
    await answered();
    expect(await facts.inputValue()).toBe('开头。中间，再写结尾。');
    expect(await page.evaluate('document.activeElement.selectionStart')).toBe(8);
    expect(await facts.getAttribute('data-same')).toBe('yes');
    expect((await facts.boundingBox())?.y).toBe(at?.y);
    // An input method has begun a word when an answer arrives: the word is finished as it was begun.
    const devtools = await page.context().newCDPSession(page);
    const settled = answered();
    await devtools.send('Input.imeSetComposition', { text: 'pin', selectionStart: 3, selectionEnd: 3 });
    await settled;
    await devtools.send('Input.imeSetComposition', { text: 'pinyin', selectionStart: 6, selectionEnd: 6 });
    await devtools.send('Input.insertText', { text: '拼音' });
    expect(await facts.inputValue()).toBe('开头。中间，再写拼音结尾。');
    await letter.getByLabel('整改要求').fill('删除三条回答。');
    await letter.getByLabel(/为何不设期限/).fill('身份未核实。');
    await letter.getByLabel('理由', { exact: true }).fill('协议第 3.3(9) 条禁止传播赌博信息。');
    await answered();
    expect(await letterOf(page)).toMatch(
      /：\n- 限期改正：删除三条回答。（请于 .* 前完成）\n- 暂停使用.*\n\u3000未定期限的原因：身份未核实。\n事实：开头。中间，再写拼音结尾。\n依据：/,
    );
    await letter.scrollIntoViewIfNeeded();
    await page.screenshot({ path: shotPath('letter-zh-1440') });
    await page.setViewportSize({ width: 390, height: 844 });
    await shoot(page, 'letter-zh-390');
    const wide = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
    expect(wide).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1440, height: 900 });
    const small =
      (await page.evaluate(`Array.from(document.querySelectorAll('[data-testid=notice] textarea, [data-testid=notice] button'),
      (each) => each.getBoundingClientRect().height).filter((height) => height < 24)`)) as number[];
    expect(small).toEqual([]);
  });

  it('C20 a task is handed over with a reason, which whoever gets it reads; they alone can take it', async () => {
    const other = await new Moderation(app).person();
    await new Moderation(app).openCase(other.accountId, '3.3(9)', 'alice');
    const [task] = await app.db.query<{ id: string }>(
      `SELECT id FROM review_tasks WHERE kind = 'case' AND state = 'open' ORDER BY created_at DESC LIMIT 1`,
    );
    const bob = await desks.of('bob');
    await bob.goto(`${app.url}/console/tasks/${task?.id}`);
    await bob.getByRole('button', { name: '转交' }).click();
    const dialog = bob.getByRole('dialog');
    await dialog.getByLabel('转交给').fill('grace');
    expect(await dialog.getByRole('button', { name: '转交' }).isDisabled()).toBe(true);
    await dialog.getByLabel('理由').fill('你处理过此人的前一案。');
    await dialog.getByRole('button', { name: '转交' }).click();
    await dialog.waitFor({ state: 'detached' });
    const grace = await desks.of('grace');
    await grace.goto(`${app.url}/console/tasks/${task?.id}`);
    await grace.getByText('转交说明：你处理过此人的前一案。').waitFor();
    const heidi = await desks.of('heidi');
    await heidi.goto(`${app.url}/console/tasks/${task?.id}`);
    await heidi.getByText('留给 grace').waitFor();
    expect(await heidi.getByRole('button', { name: '领取 C' }).count()).toBe(0);
    await grace.getByRole('button', { name: '领取 C' }).click();
    await grace.getByTestId('lease').getByText('由你处理').waitFor();
  });

  it('the audit chain is walked when asked', async () => {
    const dave = await desks.of('dave');
    await dave.goto(`${app.url}/console/audit`);
    await dave.getByRole('button', { name: '核验全链' }).click();
    await dave.getByTestId('verification').waitFor();
    expect(await dave.getByTestId('verification').textContent()).toMatch(/完整：\d+/);
    // "Show me what alice decided about this account": the question is an address, each answer has its proof.
    await dave.getByLabel('主体编号').fill('alice');
    await dave.getByLabel('账号编号').fill(person.accountId);
    await dave.keyboard.press('Enter');
    await dave.waitForURL(/actorId=alice/);
    const lines = dave.getByRole('region', { name: '审计' }).locator('tbody tr');
    await lines.filter({ hasText: 'review_task.claimed' }).first().waitFor();
    const told = await lines.allTextContents();
    expect(told.filter((line) => !line.includes('工作人员 alice'))).toEqual([]);
    await lines.first().getByRole('button', { name: '详情' }).click();
    await dave.locator('tr.detail').getByText('链值').waitFor();
    await dave.reload();
    await lines.first().waitFor();
    expect(await dave.getByLabel('主体编号').inputValue()).toBe('alice');
  });
});
