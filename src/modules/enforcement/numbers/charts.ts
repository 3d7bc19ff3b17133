import { escapeHtml } from './escape.js';

export interface Bar {
  readonly label: string;
  readonly value: number | null;
}

const ROW = 26;
const LABEL = 190;
const WIDTH = 640;
const ROOM = WIDTH - LABEL - 70;

/** A bar chart as plain SVG: no script, no font, no picture from elsewhere; the numbers stand in it as text. */
export function barChart(title: string, bars: readonly Bar[], hidden: string): string {
  const longest = Math.max(1, ...bars.map((b) => b.value ?? 0));
  const rows = bars.map((bar, i) => {
    const y = i * ROW;
    const width = bar.value === null ? 0 : Math.round((bar.value / longest) * ROOM);
    const value = bar.value === null ? hidden : String(bar.value);
    return (
      `<text x="${LABEL - 8}" y="${y + 17}" text-anchor="end">${escapeHtml(bar.label)}</text>` +
      `<rect x="${LABEL}" y="${y + 4}" width="${width}" height="${ROW - 8}"/>` +
      `<text x="${LABEL + width + 6}" y="${y + 17}">${escapeHtml(value)}</text>`
    );
  });
  const height = Math.max(ROW, bars.length * ROW);
  return `<svg role="img" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"><title>${escapeHtml(title)}</title>${rows.join('')}</svg>`;
}
