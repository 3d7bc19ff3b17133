import { createHash } from 'node:crypto';

/** A page without a secret in it: the token stands in the address's fragment, which never reaches a server or a log. */
export const RECEIPT_PAGE = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>注销回执 · Deregistration receipt</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
  dt { font-weight: 600; margin-top: .75rem } dd { margin: 0 } textarea { width: 100%; height: 8rem }
</style>
<h1>注销回执 <small>Deregistration receipt</small></h1>
<main aria-live="polite"><p>读取中… Loading…</p></main>
<script>
  const main = document.querySelector('main');
  const add = (parent, tag, text) => { const e = document.createElement(tag); e.textContent = text; parent.append(e); return e; };
  const list = (title, items) => {
    add(main, 'h2', title);
    const ul = add(main, 'ul', '');
    for (const item of items.length ? items : ['—']) add(ul, 'li', item);
  };
  const show = (c, jws) => {
    main.textContent = '';
    const dl = add(main, 'dl', '');
    for (const [name, value] of [['编号 Id', c.deregistrationId], ['申请 Requested', c.requestedAt],
      ['批准 Approved', c.approvedAt], ['完成 Completed', c.completedAt],
      ['协议 Agreement', c.agreement.documentId + ' ' + c.agreement.version]]) { add(dl, 'dt', name); add(dl, 'dd', value); }
    list('已删除 Erased', c.erased.map((e) => e.recordClass + ' × ' + e.count));
    list('依法留存 Kept', c.retained.map((r) => r.recordClass + ' — ' +
      r.basis.map((b) => b.instrument + ' ' + b.article).join('、') + ' — ' + (r.until || '保全解除之前 until the hold is lifted')));
    list('其他系统 Other systems', c.participants.map((p) => p.name + ' — ' + (p.acknowledgedAt || '—')));
    add(main, 'h2', '可离线核验的原件 Signed original');
    add(main, 'textarea', jws).readOnly = true;
  };
  const base = location.pathname.replace(/-page$/, '');
  const token = location.hash.slice(1);
  const get = async (format) => {
    const answer = await fetch(base + '?format=' + format, { headers: { 'receipt-token': token } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  Promise.all([get('json'), get('jws')]).then(([claims, { receipt }]) => show(claims, receipt),
    () => { main.textContent = '链接无效，或回执尚未出具。 The link is not valid, or there is no receipt yet.'; });
</script>
</html>`;

/** The one script and the one style of the page, by their hashes: nothing else runs on it, and it only talks to us. */
export const RECEIPT_PAGE_CSP = [
  "default-src 'none'",
  `script-src ${hashOf('script')}`,
  `style-src ${hashOf('style')}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(tag: 'script' | 'style'): string {
  const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(RECEIPT_PAGE)?.[1];
  if (content === undefined) throw new Error(`the receipt page has no ${tag}`);
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
