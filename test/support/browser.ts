import chromium from '@sparticuz/chromium';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium as playwright, type Locator, type Page } from 'playwright-core';
import { startApp, type StartOptions, type TestApp } from './app.js';

const FONTS = resolve('node_modules/@expo-google-fonts/noto-sans-sc/400Regular');
const SHOTS = resolve('test-output/screenshots');

export interface TestBrowser {
  readonly browser: Browser;
  /** A fresh window with its own cookies and storage; what breaks in it (script error, policy violation) fails `close`. */
  open(options?: WindowOptions): Promise<Window>;
  stop(): Promise<void>;
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly language?: 'zh-CN' | 'en';
  readonly dark?: boolean;
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong in the page so far. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** The Chromium that the package brings, with a Chinese font that only tests have: people bring their own. */
export async function startBrowser(): Promise<TestBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'account-lifecycle-fonts-'));
  const fontsConf = join(folder, 'fonts.conf');
  writeFileSync(
    fontsConf,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${FONTS}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  const executablePath = await chromium.executablePath();
  const browser = await playwright.launch({
    executablePath,
    args: chromium.args.filter((each) => !each.startsWith('--headless') && each !== '--single-process'),
    env: { ...process.env, FONTCONFIG_FILE: fontsConf, FONTCONFIG_PATH: folder } as Record<string, string>,
  });
  return {
    browser,
    open: async (options = {}) => {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
        colorScheme: options.dark ? 'dark' : 'light',
        timezoneId: 'Asia/Shanghai',
        locale: 'zh-CN',
      });
      const language = JSON.stringify(options.language ?? 'zh-CN');
      await context.addInitScript(
        // A blank page has no storage.
        `if (location.protocol !== 'about:' && localStorage.getItem('preference:language') === null) localStorage.setItem('preference:language', ${language})`,
      );
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) faults.push(`policy: ${message.text()}`);
      });
      return { page, context, faults, close: () => context.close() };
    },
    stop: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The service at an address that it knows itself (sign-in sends the browser back there). */
export async function startSite(options: StartOptions = {}): Promise<TestApp> {
  const port = await freePort();
  const pages = process.env['TEST_PAGES_DIR'];
  const where = { PORT: String(port), HOST: '127.0.0.1', ...(pages === undefined ? {} : { RUNTIME_PAGES_DIR: pages }) };
  // Decisions take effect when they are given; the undo window has a suite of its own.
  const undo = { REVIEW_UNDO_WINDOW: 'PT0S' };
  return startApp({ ...options, env: { ...where, ...undo, ...options.env } });
}

/** Ends both, and fails if anything broke in the windows meanwhile. */
export async function closeSite(
  app: TestApp,
  browser: TestBrowser,
  { faults }: { readonly faults: readonly string[] },
): Promise<void> {
  await browser.stop();
  await app.stop();
  expect(faults).toEqual([]);
}

/** Signs in at the demo provider, as somebody would. */
export async function signInAs(page: Page, url: string, person: string, path = '/console/'): Promise<void> {
  await page.goto(`${url}/console/sign-in?returnTo=${encodeURIComponent(path)}`);
  await page.locator(`button[value="${person}"]`).click();
  await page.waitForURL((at) => at.pathname.startsWith('/console') && !at.pathname.includes('sign-in'));
  await page.locator('h1').first().waitFor();
}

/** People who work at the same time, each in a window of their own, opened and signed in when they are first asked for. */
export class Desks {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly browser: TestBrowser,
    private readonly url: string,
  ) {}

  async of(person: string): Promise<Page> {
    const known = this.windows.get(person);
    if (known !== undefined) return known.page;
    const window = await this.browser.open();
    this.windows.set(person, window);
    await signInAs(window.page, this.url, person);
    return window.page;
  }

  /** What broke in any of them so far. */
  get faults(): string[] {
    return [...this.windows.values()].flatMap((window) => window.faults);
  }
}

/** A letter as it stands on the page: what is fixed and what somebody has written in it, character by character. */
export async function letterOf(within: Page | Locator): Promise<string> {
  const pieces = await within.getByTestId('notice').locator('[data-part], textarea').all();
  const texts = pieces.map(async (piece) =>
    (await piece.getAttribute('data-part')) === null ? piece.inputValue() : ((await piece.textContent()) ?? ''),
  );
  return (await Promise.all(texts)).join('');
}

/** Full page, as a person would scroll it. */
export async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: shotPath(name), fullPage: true });
}

/** Where a picture of that name goes. */
export function shotPath(name: string): string {
  mkdirSync(SHOTS, { recursive: true });
  return join(SHOTS, `${name}.png`);
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? done(address.port) : fail(new Error('no port'))));
    });
  });
