import { digestOf } from '../../../kernel/canonical-json.js';

export interface ReportedClass {
  readonly recordClass: string;
  readonly state: string;
  readonly due: number;
  readonly erased: number;
  readonly held: number;
  readonly batches: number;
  readonly oldestOverdueAt: string | null;
  readonly error: string | null;
}

/** What one run did; its hash stands in the run and in the audit log. */
export interface RunReport {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly cause: string;
  readonly policy: { readonly version: string; readonly sha256: string };
  readonly asOf: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly classes: readonly ReportedClass[];
  readonly totals: {
    readonly due: number;
    readonly erased: number;
    readonly held: number;
    readonly failedClasses: number;
  };
}

export const reportHash = (report: RunReport): string => digestOf(report);

export function totalsOf(classes: readonly ReportedClass[]): RunReport['totals'] {
  const sum = (pick: (c: ReportedClass) => number): number => classes.reduce((total, c) => total + pick(c), 0);
  return {
    due: sum((c) => c.due),
    erased: sum((c) => c.erased),
    held: sum((c) => c.held),
    failedClasses: sum((c) => (c.state === 'failed' ? 1 : 0)),
  };
}

const CSV_COLUMNS = ['recordClass', 'state', 'due', 'erased', 'held', 'batches', 'oldestOverdueAt', 'error'] as const;

export function reportCsv(report: RunReport): string {
  const lines = report.classes.map((c) => CSV_COLUMNS.map((column) => cell(c[column])).join(','));
  return [CSV_COLUMNS.join(','), ...lines, ''].join('\r\n');
}

/** RFC 4180; a leading character that a spreadsheet would take for a formula is disarmed. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One page, no script and nothing loaded: it can be mailed and kept. */
export function reportHtml(report: RunReport, hash: string): string {
  const widest = Math.max(1, ...report.classes.map((c) => c.erased + c.held));
  const rows = report.classes.map((c) => htmlRow(c, widest)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Retention run ${escape(report.runId)}</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2733}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #dde3ea}
td.n{text-align:right;font-variant-numeric:tabular-nums}rect.e{fill:#2f7d5b}rect.h{fill:#c98a1b}
.failed{color:#b3261e}code{word-break:break-all}
</style></head><body>
<h1>Retention run</h1>
<p>${report.dryRun ? '<strong>Dry run: nothing was changed.</strong> ' : ''}Run <code>${escape(report.runId)}</code>,
${escape(report.cause)}, as of ${escape(report.asOf)}, policy ${escape(report.policy.version)}
<code>${escape(report.policy.sha256)}</code>.</p>
<p>Due ${report.totals.due} · erased ${report.totals.erased} · held ${report.totals.held} · failed classes ${report.totals.failedClasses}</p>
<table><thead><tr><th>Record class</th><th>State</th><th>Due</th><th>Erased</th><th>Held</th><th>Erased and held</th><th>Oldest overdue</th></tr></thead>
<tbody>
${rows}
</tbody></table>
<p>SHA-256 of the report's canonical JSON: <code>${hash}</code></p>
</body></html>
`;
}

const BAR_WIDTH = 240;

function htmlRow(c: ReportedClass, widest: number): string {
  const [erased, held] = [c.erased, c.held].map((n) => Math.round((n / widest) * BAR_WIDTH)) as [number, number];
  const bar = `<svg width="${BAR_WIDTH}" height="14" role="img" aria-label="${c.erased} erased, ${c.held} held">
<rect class="e" width="${erased}" height="14"/><rect class="h" x="${erased}" width="${held}" height="14"/></svg>`;
  const state = c.state === 'failed' ? `<span class="failed">failed: ${escape(c.error ?? '')}</span>` : escape(c.state);
  return `<tr><td>${escape(c.recordClass)}</td><td>${state}</td><td class="n">${c.due}</td><td class="n">${c.erased}</td>
<td class="n">${c.held}</td><td>${bar}</td><td>${escape(c.oldestOverdueAt ?? '–')}</td></tr>`;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c);
