import { createHash } from 'node:crypto';
import { RECEIPT_PAGE, RECEIPT_PAGE_CSP } from './receipt-page.js';

describe('the receipt page', () => {
  it('runs its own script and nothing else, and talks to nobody else', () => {
    const script = /<script>([^]*?)<\/script>/.exec(RECEIPT_PAGE)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(RECEIPT_PAGE_CSP).toContain(`script-src 'sha256-${hash}'`);
    expect(RECEIPT_PAGE_CSP).not.toContain('unsafe');
    expect(RECEIPT_PAGE_CSP).toContain("default-src 'none'");
    expect(RECEIPT_PAGE).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it('writes text and never markup: a claim cannot become an element', () => {
    expect(RECEIPT_PAGE).not.toContain('innerHTML');
  });
});
