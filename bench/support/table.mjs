export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const whole = (value) => Math.round(value).toLocaleString('en');
export const tenths = (value) => value.toFixed(1);
export const times = (value) => `${value.toFixed(2)} ×`;
export const percent = (value) => `${(100 * value).toFixed(0)} %`;

/** Prints rows under a heading, columns as wide as what stands in them. */
export function printTable(heading, rows) {
  const columns = Object.keys(rows[0] ?? {});
  const width = columns.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name] ?? '').length)));
  const line = (cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(width[i]) : cell.padStart(width[i]))).join('  ');
  console.log(`\n${heading}`);
  console.log(line(columns));
  console.log(line(width.map((w) => '-'.repeat(w))));
  for (const row of rows) console.log(line(columns.map((name) => String(row[name] ?? ''))));
}

/** `--name value` from the command line, or the default; numbers stay numbers. */
export function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  if (at === -1) return fallback;
  const value = process.argv[at + 1];
  return typeof fallback === 'number' ? Number(value) : value;
}
