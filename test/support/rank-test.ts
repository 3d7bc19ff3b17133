/**
 * Mann–Whitney: how far, in standard deviations, the ranks of two samples are from those of one population. Knows nothing
 * of means, so that a slow outlier on a busy machine weighs as much as any other value.
 */
export function rankZ(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))].sort(
    (x, y) => x.value - y.value,
  );
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const rank = (from + 1 + to) / 2;
    const tied = to - from;
    ties += tied ** 3 - tied;
    rankSum += rank * all.slice(from, to).filter((one) => one.first).length;
    from = to;
  }
  const [n, m] = [a.length, b.length];
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  return variance === 0 ? 0 : (rankSum - (n * (n + 1)) / 2 - (n * m) / 2) / Math.sqrt(variance);
}
