// The staff console over a queue of a hundred thousand tasks, in a browser whose CPU is slowed down four times, and how many
// keys a prepared task takes. `node bench/console.mjs [--tasks 100000] [--loads 5] [--slowdown 4]` after `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import chromium from '@sparticuz/chromium';
import pg from 'pg';
import { chromium as playwright } from 'playwright-core';
import { startService } from './support/service.mjs';
import { median, option, printTable, whole } from './support/table.mjs';
import { startPostgres } from './support/world.mjs';

const TASKS = option('tasks', 100_000);
const LOADS = option('loads', 5);
const SLOWDOWN = option('slowdown', 4);
const INTERACTIVE_MS = 1_500;
const KEYS = 6;
/** A frame of a screen that scrolls smoothly, with the slowdown on it. */
const FRAMES = 40;

const postgres = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-bench-console-'));
let service;
let browser;
let failed = false;
try {
  await postgres.create('console');
  const url = postgres.url('console');
  // The embedded mode has the provider at which staff sign in, and people to fill the queues with.
  const env = { RUNTIME_EMBEDDED: 'true', DATA_DIR: folder, REVIEW_UNDO_WINDOW: 'PT10S', TELEMETRY_LOG_LEVEL: 'warn' };
  const run = (...args) =>
    execFileSync(process.execPath, args, {
      env: { ...process.env, ...env, DATABASE_URL: url },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  run('dist/src/cli.js', 'migrate');
  service = await startService(url, env);
  execFileSync(process.execPath, ['dist/src/demo/scenarios/run.js', '--scenario', 'console'], {
    env: { ...process.env, BASE_URL: service.url, PUBLIC_URL: service.url, DATA_DIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  await fillTasks(db, TASKS);
  await db.end();

  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((each) => !each.startsWith('--headless') && each !== '--single-process'),
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${service.url}/console/sign-in?returnTo=/console/`);
  await page.locator('button[value="alice"]').click();
  await page.locator('tr[data-task]').first().waitFor();
  const slow = await context.newCDPSession(page);
  await slow.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });

  const first = [];
  const again = [];
  for (let load = 0; load < LOADS; load += 1) {
    await slow.send('Network.clearBrowserCache');
    first.push(await interactive(page, service.url));
    again.push(await interactive(page, service.url));
  }
  const frames = await scroll(page);
  const { presses, shown } = await decide(page, service.url);

  const row = (what, measured, wanted, ok) => {
    failed ||= !ok;
    return { what, measured, wanted, '': ok ? 'ok' : 'OVER' };
  };
  const ms = (value) => `${whole(value)} ms`;
  printTable(`Console over ${whole(TASKS)} tasks, CPU ${SLOWDOWN} × slower, medians of ${LOADS}`, [
    row(
      'queue interactive, nothing in the cache',
      ms(median(first)),
      `≤ ${ms(INTERACTIVE_MS)}`,
      median(first) <= INTERACTIVE_MS,
    ),
    row('queue interactive, again', ms(median(again)), `≤ ${ms(INTERACTIVE_MS)}`, median(again) <= INTERACTIVE_MS),
    row('longest frame while paging through', ms(Math.max(...frames)), 'none', true),
    row('median frame while paging through', ms(median(frames)), 'none', true),
    row('from the key to the form of the next task', ms(shown), 'none', true),
    row('keys for a prepared task', String(presses), `≤ ${KEYS}`, presses <= KEYS),
  ]);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await browser?.close();
  await service?.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

/** From going there to a page that answers a key: the first row has the focus that `j` gives it. */
async function interactive(page, url) {
  await page.goto('about:blank');
  const began = performance.now();
  await page.goto(`${url}/console/`, { waitUntil: 'commit' });
  await page.locator('tr[data-task]').first().waitFor();
  await page.keyboard.press('j');
  await page.waitForFunction(() => document.activeElement?.closest('tr[data-task]') !== null);
  return performance.now() - began;
}

/** Page after page, further than what was loaded at first; how long each frame took. */
async function scroll(page) {
  await page.evaluate(() => {
    globalThis.frames_ = [];
    let last = performance.now();
    const tick = (now) => {
      globalThis.frames_.push(now - last);
      last = now;
      globalThis.ticking_ = globalThis.requestAnimationFrame(tick);
    };
    globalThis.ticking_ = globalThis.requestAnimationFrame(tick);
  });
  for (let i = 0; i < FRAMES; i += 1) {
    await page.mouse.wheel(0, 800);
    await page.waitForTimeout(50);
  }
  return page.evaluate(() => {
    globalThis.cancelAnimationFrame(globalThis.ticking_);
    return globalThis.frames_;
  });
}

/** One deregistration, from the queue to the decision, by keys alone. */
async function decide(page, url) {
  await page.goto(`${url}/console/?kind=deregistration`);
  await page.locator('tr[data-task]').first().waitFor();
  let presses = 0;
  const press = async (key) => {
    presses += 1;
    await page.keyboard.press(key);
  };
  const began = performance.now();
  await press('n');
  await page.waitForURL(/tasks\//);
  await page.locator('#field-note').waitFor();
  const shown = performance.now() - began;
  await press('a');
  await press('Control+Enter');
  await page.getByTestId('held').waitFor();
  return { presses, shown };
}

/** Most tasks of a platform are done; what is live is spread over kinds, days and priorities, later than the real ones. */
async function fillTasks(db, count) {
  await db.query(
    `INSERT INTO review_tasks (id, account_id, kind, subject_id, state, version, priority, due_at, due_hour, provisional_due,
       roles, conflict_ids, refs, changed_by, change, created_at, updated_at)
     SELECT uuidv7(), gen_random_uuid(), (ARRAY['registration', 'deregistration', 'case', 'appeal'])[1 + n % 4], gen_random_uuid(),
       'open', 1, n % 50, at, date_trunc('hour', at, 'UTC'), false,
       '{moderator,senior_moderator}', '{}', '{"clauses": ["3.3(9)"]}', 'system', 'opened', now(), now()
     FROM (SELECT n, now() + interval '60 days' + n * interval '1 minute' AS at FROM generate_series(1, $1::int) AS n) AS given`,
    [count],
  );
  await db.query('VACUUM ANALYZE review_tasks');
}
