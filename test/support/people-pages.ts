import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { MessageInbox } from '../../src/demo/message-inbox.js';
import type { TestApp } from './app.js';

/** The newest value of a parameter (`code`, `link`) in a message to a number, once the workers have done what is due. */
export async function newest(app: TestApp, phone: string, name: 'code' | 'link', before = ''): Promise<string> {
  for (let i = 0; i < 50; i += 1) {
    await (i === 0 ? app.settle() : app.drain());
    const found = app
      .get(MessageInbox)
      .to(phone)
      .find((m) => m.params[name] !== undefined)?.params[name];
    if (found !== undefined && found !== before) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no ${name} came`);
}

/** Presses "send a code", reads it as the person would, and types it. */
export async function enterCode(app: TestApp, page: Page, phone: string, button: RegExp): Promise<void> {
  const before = app
    .get(MessageInbox)
    .to(phone)
    .find((m) => m.params['code'] !== undefined)?.params['code'];
  app.clock.advance(61_000);
  await page.getByRole('button', { name: button }).click();
  await page.locator('#code').fill(await newest(app, phone, 'code', before));
}

/** Findings of WCAG 2.2 A and AA that are serious or critical. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`);
}

/** Nothing is wider than the screen: no scrolling sideways. */
export const tooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** A page has come, by its heading. */
export const heading = (page: Page, text: RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name: text }).waitFor();

export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click();

export const follow = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('link', { name }).click();

/** Fits the screen, has the one region that speaks (C30), and the checker finds nothing serious. */
export async function healthy(page: Page): Promise<void> {
  if (await tooWide(page)) throw new Error(`${page.url()} is wider than the screen`);
  if ((await page.locator('[role=status], [aria-live=polite]').count()) !== 1)
    throw new Error(`${page.url()} has not exactly one polite region`);
  const found = await seriousFindings(page);
  if (found.length > 0) throw new Error(`${page.url()}: ${found.join('; ')}`);
}

/** Signs in with the number, as a person does. */
export async function signInWith(app: TestApp, page: Page, phone: string, path = '/sign-in'): Promise<void> {
  await page.goto(`${app.url}/account${path}`);
  await page.locator('#phone').fill(phone);
  await enterCode(app, page, phone, /发送验证码|Send me a code/);
  await press(page, /^(登录|Sign in)$/);
}

export const PDF = {
  name: 'proof.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'),
};
