import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { shoot, signInAs, type TestBrowser } from './browser.js';

/** How a page that is open already is looked at. */
export interface Look {
  /** End of the file's name: `zh-390`. */
  readonly as: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
}

export const DESK = { width: 1440, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;
export const SMALL = { width: 360, height: 640 } as const;

type Language = 'zh-CN' | 'en';

/** The staff console, by language; by eye in both, by the checker in one: the language changes no names and no contrast. */
const STAFF_LOOKS: Readonly<Record<Language, readonly Look[]>> = {
  'zh-CN': [
    { as: 'zh-1440', ...DESK },
    { as: 'dark-1440', ...DESK, dark: true },
    { as: 'zh-390', ...PHONE },
  ],
  en: [
    { as: 'en-390', ...PHONE },
    { as: 'en-1440', ...DESK },
  ],
};

export interface StaffPage {
  readonly name: string;
  readonly who: string;
  /** Below /console/. */
  readonly path: string;
  /** What is waited for, or done, before it is looked at. */
  readonly then?: (page: Page) => Promise<unknown>;
}

/** The page in another size and theme, drawn to the end. */
export async function turnTo(page: Page, { width, height, dark }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: dark === true ? 'dark' : 'light' });
  await page.setViewportSize({ width, height });
  // Once to hear of it, once to draw what follows from that.
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))',
  );
}

/** Everything that the page asked for has come. */
export async function loaded(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page
    .locator('main .muted', { hasText: /^(正在读取……|Loading…)$/ })
    .first()
    .waitFor({ state: 'detached' });
}

/**
 * Each page is opened once and looked at in every way, leaving a picture of each; the language changes in place (C33).
 * @returns what is wrong: too wide, not one polite region (C30), found by the checker
 */
export async function lookAtAll(browser: TestBrowser, url: string, pages: readonly StaffPage[]): Promise<string[]> {
  const problems: string[] = [];
  for (const who of new Set(pages.map((each) => each.who))) {
    const window = await browser.open();
    const { page } = window;
    await signInAs(page, url, who);
    for (const { name, path, then } of pages.filter((each) => each.who === who)) {
      await page.goto(`${url}/console/${path}`);
      await loaded(page);
      await then?.(page);
      for (const language of ['zh-CN', 'en'] as const) {
        await speak(page, language);
        for (const look of STAFF_LOOKS[language])
          problems.push(...(await lookAt(page, name, look, language === 'zh-CN')));
      }
      await speak(page, 'zh-CN');
      await turnTo(page, { as: '', ...DESK });
    }
    problems.push(...window.faults);
    await window.close();
  }
  return problems;
}

async function speak(page: Page, language: Language): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) === language) return;
  // Where it is on every page, folded away as it is.
  await page.locator('.preferences select').first().selectOption(language, { force: true });
  await page.locator(`html[lang=${language}]`).waitFor();
}

async function lookAt(page: Page, name: string, look: Look, checked: boolean): Promise<string[]> {
  const problems: string[] = [];
  await turnTo(page, look);
  await shoot(page, `${name}-${look.as}`);
  const wide = (await page.evaluate(`document.documentElement.scrollWidth - innerWidth`)) as number;
  if (wide > 1) problems.push(`${name} ${look.as}: ${wide} px too wide`);
  if (!checked) return problems;
  const polite = await page.locator('[aria-live=polite], [role=status]').count();
  if (polite !== 1) problems.push(`${name} ${look.as}: ${polite} polite regions`);
  return [...problems, ...(await findings(page, `${name} ${look.as}`, look))];
}

/** Theme changes nothing but contrast, and width everything else: each rule where it can find something. */
async function findings(page: Page, name: string, { dark, width }: Look): Promise<string[]> {
  // In this page and not in one of its own: there are no frames, and another page takes as long as the check.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  if (dark === true) axe.withRules(['color-contrast']);
  else if (width < DESK.width) axe.disableRules(['color-contrast']);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${name}: ${id} at ${nodes.map((n) => n.target.join(' ')).join(', ')}`);
}
