import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { shoot } from './browser.js';

/** How a page that is open already is looked at; only the language asks for another loading. */
export interface Look {
  /** End of the file's name: `zh-390`. */
  readonly as: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
}

export const DESK = { width: 1440, height: 900 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/** The staff console, by language; by eye in both, by the checker in one: the language changes no names and no contrast. */
export const STAFF_LOOKS: Readonly<Record<'zh-CN' | 'en', readonly Look[]>> = {
  'zh-CN': [
    { as: 'zh-1440', ...DESK },
    { as: 'zh-390', ...PHONE },
    { as: 'dark-1440', ...DESK, dark: true },
  ],
  en: [
    { as: 'en-1440', ...DESK },
    { as: 'en-390', ...PHONE },
  ],
};

/** The page in another size and theme, drawn to the end. */
export async function turnTo(page: Page, { width, height, dark }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: dark === true ? 'dark' : 'light' });
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(150);
}

/** Looks at an open page in each way, leaving a picture of each. @returns what is wrong: too wide, or found by the checker */
export async function lookAt(page: Page, name: string, looks: readonly Look[], checked: boolean): Promise<string[]> {
  const problems: string[] = [];
  for (const look of looks) {
    await turnTo(page, look);
    await shoot(page, `${name}-${look.as}`);
    const wide = (await page.evaluate(`document.documentElement.scrollWidth - innerWidth`)) as number;
    if (wide > 1) problems.push(`${name} ${look.as}: ${wide} px too wide`);
    if (checked) problems.push(...(await findings(page, `${name} ${look.as}`, look)));
  }
  return problems;
}

/** Theme changes nothing but contrast, and width everything else: each rule where it can find something. */
async function findings(page: Page, name: string, { dark, width }: Look): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (dark === true) axe.withRules(['color-contrast']);
  else if (width < DESK.width) axe.disableRules(['color-contrast']);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${name}: ${id} at ${nodes.map((n) => n.target.join(' ')).join(', ')}`);
}
