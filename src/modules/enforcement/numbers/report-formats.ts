import type { Locale } from '../../../platform/http/locale.js';
import { barChart } from './charts.js';
import { csvField, escapeHtml } from './escape.js';
import type { SectionName, TransparencyReport } from './read-numbers.service.js';

type Words = Readonly<
  Record<SectionName | 'title' | 'period' | 'hidden' | 'total' | 'decision' | 'answer' | 'rate', string>
>;

const WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    title: 'Transparency report',
    period: 'Period',
    hidden: 'fewer than',
    total: 'Total',
    decision: 'Median hours from case to decision',
    answer: 'Median hours from appeal to answer',
    rate: 'Appeals that changed the decision, per cent',
    reports_by_clause: 'Reports by clause',
    reports_by_source: 'Reports by source',
    decisions_by_clause: 'Decisions by clause',
    decisions_by_source: 'Decisions by how they began',
    measures: 'Measures',
    appeals_filed: 'Appeals',
    appeals_answered: 'Answers to appeals',
    referrals: 'Reports to authorities and answers to their requests',
  },
  'zh-CN': {
    title: '透明度报告',
    period: '期间',
    hidden: '少于',
    total: '合计',
    decision: '从立案到决定的时长中位数（小时）',
    answer: '从申诉到答复的时长中位数（小时）',
    rate: '申诉后变更原决定的比例（%）',
    reports_by_clause: '举报（按条款）',
    reports_by_source: '举报（按来源）',
    decisions_by_clause: '处置决定（按条款）',
    decisions_by_source: '处置决定（按启动方式）',
    measures: '处置措施',
    appeals_filed: '申诉',
    appeals_answered: '申诉结果',
    referrals: '向主管部门报告及配合调查',
  },
};

/** One row per count: section, item, count; an empty count was too small to publish. */
export function reportCsv(report: TransparencyReport): string {
  const rows: (string | number | null)[][] = [['section', 'item', 'count']];
  rows.push(['period', 'from', report.from.toISOString()], ['period', 'to', report.to.toISOString()]);
  for (const s of report.sections) {
    rows.push([s.name, 'total', s.total]);
    for (const c of s.cells) rows.push([s.name, c.key, c.count]);
  }
  rows.push(['median_hours', 'to_decision', report.medianHoursToDecision]);
  rows.push(['median_hours', 'to_answer', report.medianHoursToAnswer], ['rate', 'overturned', report.overturnRate]);
  return rows.map((r) => `${r.map(csvField).join(',')}\r\n`).join('');
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}' +
  'svg{max-width:100%;height:auto}svg rect{fill:#2f6fb0}svg text{font:13px system-ui,sans-serif;fill:#1b1f24}' +
  'h2{font-size:1.1rem;margin:2rem 0 .25rem}dl{display:grid;grid-template-columns:1fr auto;gap:.25rem 1rem}dd{margin:0}';

/** A page that needs nothing from anywhere: charts are drawn as SVG, styles stand in it. */
export function reportHtml(report: TransparencyReport, locale: Locale): string {
  const words = WORDS[locale];
  const hidden = locale === 'en' ? `${words.hidden} ${report.smallest}` : `${words.hidden}${report.smallest}`;
  const told = (n: number | null): string => (n === null ? '–' : String(n));
  const sections = report.sections.map((s) => {
    const bars = s.cells.map((c) => ({ label: c.key, value: c.count }));
    const sum = s.total === null ? hidden : String(s.total);
    const chart = bars.length === 0 ? '' : barChart(words[s.name], bars, hidden);
    return `<section><h2>${escapeHtml(words[s.name])}</h2><p>${escapeHtml(`${words.total}: ${sum}`)}</p>${chart}</section>`;
  });
  const facts = [
    [words.decision, told(report.medianHoursToDecision)],
    [words.answer, told(report.medianHoursToAnswer)],
    [words.rate, told(report.overturnRate)],
  ].map(([name = '', value = '']) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  const period = `${words.period}: ${report.from.toISOString()} – ${report.to.toISOString()}`;
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(words.title)}</title>` +
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body><main><h1>${escapeHtml(words.title)}</h1>` +
    `<p>${escapeHtml(period)}</p><dl>${facts.join('')}</dl>${sections.join('')}</main></body></html>`
  );
}
